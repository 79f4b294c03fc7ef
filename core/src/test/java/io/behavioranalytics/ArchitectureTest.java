package io.behavioranalytics;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.event.EventType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/**
 * The rules of the house (STYLE.md 1 to 4, 13, 17; DESIGN.md 8.5 and 8.6).
 *
 * <p>Plain test methods: fields annotated {@code @ArchTest} do not run under Surefire. Each rule is also held against a class
 * of {@code io.behavioranalytics.proof.wrong} that breaks it, so that a rule that no longer sees anything fails too.
 */
class ArchitectureTest {
    private static final String ROOT = "io.behavioranalytics";
    private static final String WRONG = ROOT + ".proof.wrong";

    private static final JavaClasses MAIN = new ClassFileImporter()
            .importUrl(EventType.class.getProtectionDomain().getCodeSource().getLocation());
    private static final JavaClasses BROKEN = new ClassFileImporter().importPackages(WRONG);

    /** Every package, and the packages that it may know. */
    private static final Map<String, Set<String>> MAY_KNOW = Map.ofEntries(
            Map.entry("json", Set.of()),
            Map.entry("statistics", Set.of()),
            Map.entry("event", Set.of("json")),
            Map.entry("condition", Set.of("json", "event")),
            Map.entry("profile", Set.of("json", "event", "condition")),
            Map.entry("segment", Set.of("json", "event", "condition", "profile")),
            Map.entry("experiment", Set.of("json", "event", "condition", "profile", "segment", "statistics")),
            Map.entry("action", Set.of("json", "event", "condition", "profile", "segment")),
            Map.entry("trigger", Set.of("json", "event", "condition", "profile", "segment", "action")),
            Map.entry("report", Set.of("json", "event", "condition", "profile", "statistics")),
            Map.entry("decision", Set.of("json", "event", "condition", "profile", "segment", "action", "trigger")),
            Map.entry(
                    "store",
                    Set.of(
                            "json",
                            "event",
                            "condition",
                            "profile",
                            "segment",
                            "action",
                            "trigger",
                            "experiment",
                            "decision")),
            Map.entry(
                    "",
                    Set.of(
                            "json",
                            "event",
                            "condition",
                            "profile",
                            "segment",
                            "statistics",
                            "action",
                            "trigger",
                            "experiment",
                            "decision",
                            "report",
                            "store")),
            Map.entry(
                    "testkit",
                    Set.of(
                            "",
                            "json",
                            "event",
                            "condition",
                            "profile",
                            "segment",
                            "statistics",
                            "action",
                            "trigger",
                            "experiment",
                            "decision",
                            "report",
                            "store")));

    /** Static objects of a mutable class that nobody can tell from constants, each with the reason. */
    private static final Set<String> AS_GOOD_AS_CONSTANT = Set.of(
            // A mark of emptiness, compared by identity and replaced, never added to.
            ROOT + ".segment.Counters.EMPTY");

    @Test
    void packages_know_only_those_below_them() {
        assertThat(forbiddenDependencies(MAIN, ROOT)).isEmpty();
        assertThat(forbiddenDependencies(BROKEN, WRONG))
                .anyMatch(line -> line.startsWith("event knows condition"))
                .anyMatch(line -> line.startsWith("action knows trigger"));
    }

    @Test
    void there_is_no_package_that_the_design_does_not_name() {
        assertThat(MAIN.stream().map(c -> relative(c.getPackageName(), ROOT)).collect(Collectors.toSet()))
                .isSubsetOf(MAY_KNOW.keySet());
    }

    @Test
    void every_package_is_null_marked() {
        Set<String> unmarked = new TreeSet<>();
        MAIN.forEach(c -> {
            if (!c.getPackage().isAnnotatedWith(NullMarked.class)) {
                unmarked.add(c.getPackageName());
            }
        });
        assertThat(unmarked).isEmpty();
    }

    @Test
    void only_the_libraries_of_the_card_are_used() {
        check(noClasses()
                .should()
                .dependOnClassesThat(DescribedPredicate.not(resideInAnyPackage(
                        "java..",
                        "javax.crypto..",
                        "io.behavioranalytics..",
                        "com.fasterxml.jackson..",
                        "com.google.re2j..",
                        "org.apache.commons.math3..",
                        "com.github.benmanes.caffeine..",
                        "org.slf4j..",
                        "org.jspecify..",
                        ""))));
    }

    @Test
    void no_database_no_script_no_reflection_no_foreign_process_no_lookup_by_name() {
        checkBothWays(noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "java.sql..",
                        "javax.sql..",
                        "javax.script..",
                        "java.lang.reflect..",
                        "javax.naming..",
                        "java.beans..",
                        "java.rmi.."))
                .orShould()
                .dependOnClassesThat(named(Set.of(
                        "java.io.ObjectInputStream",
                        "java.io.ObjectOutputStream",
                        "java.lang.ProcessBuilder",
                        "java.lang.ClassLoader",
                        "java.net.URLClassLoader")))
                .orShould()
                .callMethodWhere(calls(Runtime.class, "exec", "load", "loadLibrary"))
                .orShould()
                .callMethodWhere(calls(
                        Class.class,
                        "forName",
                        "newInstance",
                        "getMethod",
                        "getDeclaredMethod",
                        "getDeclaredField",
                        "getDeclaredConstructor",
                        "getConstructor")));
    }

    @Test
    void log_lines_are_written_in_one_way() {
        check(noClasses()
                .that(not(named(Set.of(ROOT + ".GuardedLog", ROOT + ".action.LogExecutor"))))
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.slf4j..")));
    }

    @Test
    void only_the_root_finds_services() {
        check(noClasses()
                .that(not(inPackage(ROOT)))
                .should()
                .dependOnClassesThat(named(Set.of("java.util.ServiceLoader"))));
    }

    @Test
    void nobody_reads_the_clock_of_the_machine() {
        List<String> readers = new ArrayList<>(clockReaders(MAIN));
        // The defaults of what is injected: the facade's builder and the no-argument in-memory store, one place each.
        readers.removeIf(reader -> reader.startsWith(ROOT + ".BehaviorAnalytics$Builder.")
                || reader.startsWith(ROOT + ".store.InMemoryStore.<init>()"));
        assertThat(readers).isEmpty();
        assertThat(clockReaders(BROKEN)).hasSize(3);
    }

    @Test
    void the_default_clock_stands_in_at_most_one_place_of_a_class() {
        assertThat(clockReaders(MAIN).stream()
                        .map(reader -> reader.substring(0, reader.indexOf(' ')))
                        .toList())
                .doesNotHaveDuplicates()
                .hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void nobody_prints_sleeps_or_ends_the_process() {
        checkBothWays(noClasses()
                .should()
                .accessFieldWhere(target(System.class, "out", "err", "in"))
                .orShould()
                .callMethodWhere(calls(Thread.class, "sleep"))
                .orShould()
                .callMethodWhere(calls(System.class, "exit", "gc", "setProperty"))
                .orShould()
                .callMethodWhere(calls(Throwable.class, "printStackTrace"))
                .orShould()
                .dependOnClassesThat(resideInAnyPackage("java.util.logging..")));
    }

    @Test
    void only_the_root_starts_threads_or_touches_the_common_pool() {
        check(noClasses()
                .that(not(inPackage(ROOT)))
                .should()
                .callConstructorWhere(calls(Thread.class, "<init>"))
                .orShould()
                .dependOnClassesThat(named(Set.of(
                        "java.util.concurrent.Executors",
                        "java.util.concurrent.ForkJoinPool",
                        "java.util.concurrent.ThreadPoolExecutor",
                        "java.util.concurrent.ScheduledThreadPoolExecutor",
                        "java.util.Timer"))));
    }

    @Test
    void names_are_nouns_of_the_domain() {
        ArchRule rule = classes().should(new NamedWell());
        checkBothWays(rule);
    }

    @Test
    void there_is_no_static_mutable_state() {
        List<String> found = mutableStatics(MAIN);
        found.removeIf(line -> AS_GOOD_AS_CONSTANT.contains(line.substring(0, line.indexOf(' '))));
        assertThat(found).isEmpty();
        assertThat(mutableStatics(BROKEN)).hasSize(3);
    }

    @Test
    void executors_have_no_way_back_into_the_facade() {
        List<String> found = new ArrayList<>();
        for (JavaClass c : MAIN) {
            if (c.isAssignableTo(ActionExecutor.class)) {
                c.getDirectDependenciesFromSelf().stream()
                        .filter(d -> d.getTargetClass().getPackageName().equals(ROOT))
                        // What a call answered is a value, and leads to no other call.
                        .filter(d -> !d.getTargetClass().isRecord()
                                && !d.getTargetClass().isEnum())
                        .map(Dependency::getDescription)
                        .forEach(found::add);
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void storage_interfaces_have_seven_methods_or_fewer_besides_their_end() {
        List<String> wide = MAIN.stream()
                .filter(c -> c.isInterface() && c.getPackageName().equals(ROOT + ".store"))
                .filter(c -> c.getMethods().stream()
                                .filter(method -> !method.getName().equals("close"))
                                .count()
                        > 7)
                .map(JavaClass::getName)
                .toList();
        assertThat(wide).isEmpty();
    }

    @Test
    void patterns_from_data_never_reach_the_backtracking_engine() {
        assertThat(backtrackingPatterns(MAIN)).isEmpty();
        assertThat(backtrackingPatterns(BROKEN)).hasSize(2);
    }

    @Test
    void source_files_stay_below_450_lines_of_code() {
        // Comments and blank lines do not count: a long public type is often long by what it explains.
        List<String> problems = new ArrayList<>();
        for (Path file : mainSources()) {
            long lines = lines(file).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("*") && !line.startsWith("/"))
                    .count();
            if (lines >= 450) {
                problems.add(file.getFileName() + ": " + lines);
            }
        }
        assertThat(problems).isEmpty();
    }

    @Test
    void every_split_is_by_a_literal() {
        Pattern split = Pattern.compile("\\.split\\((?!\"|'|limit|\\))");
        List<String> problems = new ArrayList<>();
        for (Path file : mainSources()) {
            for (String line : lines(file)) {
                if (split.matcher(line).find()) {
                    problems.add(file.getFileName() + ": " + line.strip());
                }
            }
        }
        assertThat(problems).isEmpty();
    }

    // ---- what the rules are made of

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(MAIN);
    }

    private static void checkBothWays(ArchRule rule) {
        rule.check(MAIN);
        assertThat(rule.evaluate(BROKEN).hasViolation())
                .as("the rule sees a class that breaks it: %s", rule.getDescription())
                .isTrue();
    }

    private static List<String> forbiddenDependencies(JavaClasses all, String root) {
        Set<String> found = new TreeSet<>();
        for (JavaClass c : all) {
            String from = relative(c.getPackageName(), root);
            for (Dependency dependency : c.getDirectDependenciesFromSelf()) {
                String target =
                        dependency.getTargetClass().getBaseComponentType().getPackageName();
                if (target.equals(root) || target.startsWith(root + ".")) {
                    String to = relative(target, root);
                    if (!to.equals(from)
                            && !MAY_KNOW.getOrDefault(from, Set.of()).contains(to)) {
                        found.add(from + " knows " + to + ": " + dependency.getDescription());
                    }
                }
            }
        }
        return List.copyOf(found);
    }

    private static String relative(String name, String root) {
        return name.equals(root) ? "" : name.substring(root.length() + 1);
    }

    private static List<String> clockReaders(JavaClasses all) {
        List<String> found = new ArrayList<>();
        for (JavaClass c : all) {
            Stream.concat(c.getCodeUnitCallsFromSelf().stream(), c.getMethodReferencesFromSelf().stream())
                    .filter(access -> isClock(
                            access.getTargetOwner().getName(),
                            access.getTarget().getName()))
                    .map(access -> access.getOrigin().getFullName() + " reads "
                            + access.getTarget().getFullName())
                    .forEach(found::add);
        }
        return found;
    }

    private static boolean isClock(String owner, String member) {
        if (owner.equals("java.time.Clock") || owner.equals("java.time.InstantSource")) {
            // A call of now() or instant() on an injected source is how the time is meant to be read.
            return member.startsWith("system") || member.startsWith("tick");
        }
        if (owner.startsWith("java.time.")) {
            return member.equals("now") || member.equals("systemDefault");
        }
        return Set.of("java.lang.System.currentTimeMillis", "java.util.TimeZone.getDefault", "java.util.Date.<init>")
                .contains(owner + "." + member);
    }

    private static List<String> backtrackingPatterns(JavaClasses all) {
        List<String> found = new ArrayList<>();
        for (JavaClass c : all) {
            for (JavaCodeUnit unit : c.getCodeUnits()) {
                unit.getCallsFromSelf().forEach(call -> {
                    String owner = call.getTargetOwner().getName();
                    String name = call.getTarget().getName();
                    boolean constant = unit.getName().equals("<clinit>") && name.equals("compile");
                    boolean pattern = owner.equals("java.util.regex.Pattern")
                            && Set.of("compile", "matches").contains(name);
                    boolean text = owner.equals("java.lang.String")
                            && Set.of("matches", "replaceAll", "replaceFirst").contains(name);
                    if ((pattern && !constant) || text) {
                        found.add(unit.getFullName() + " calls " + owner + "." + name);
                    }
                });
            }
        }
        return found;
    }

    private static List<String> mutableStatics(JavaClasses all) {
        List<String> found = new ArrayList<>();
        for (JavaClass c : all) {
            for (JavaField field : c.getFields()) {
                if (!field.getModifiers().contains(JavaModifier.STATIC)
                        || field.getModifiers().contains(JavaModifier.SYNTHETIC)) {
                    continue;
                }
                if (!field.getModifiers().contains(JavaModifier.FINAL)) {
                    found.add(field.getFullName() + " is not final");
                } else {
                    Object value = read(field.reflect());
                    if (value != null && mutable(value, field.getModifiers().contains(JavaModifier.PRIVATE))) {
                        found.add(field.getFullName() + " holds "
                                + value.getClass().getName());
                    }
                }
            }
        }
        return found;
    }

    private static boolean mutable(Object value, boolean isPrivate) {
        Class<?> type = value.getClass();
        if (type.isArray()) {
            // A private table of constants is one itself in all but name; nobody outside can reach it.
            Class<?> of = type.getComponentType();
            return !(isPrivate && (of.isPrimitive() || of.isEnum() || of == String.class));
        }
        if (type.getName().startsWith("java.") && (value instanceof Collection || value instanceof Map)) {
            return !Pattern.matches(
                    "java\\.util\\.(ImmutableCollections\\$.*|Collections\\$(Unmodifiable|Empty|Singleton).*)",
                    type.getName());
        }
        if (value instanceof ThreadLocal
                || value instanceof java.util.Random
                || (type.getName().startsWith("java.util.concurrent.")
                        && !type.getName().contains("FieldUpdater"))) {
            return true;
        }
        if (type.getName().startsWith(ROOT) && !type.isEnum() && !type.isHidden()) {
            return Arrays.stream(type.getDeclaredFields())
                    .anyMatch(f -> !Modifier.isStatic(f.getModifiers()) && !Modifier.isFinal(f.getModifiers()));
        }
        return false;
    }

    private static Object read(Field field) {
        try {
            field.setAccessible(true);
            return field.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static DescribedPredicate<JavaClass> inPackage(String name) {
        return DescribedPredicate.describe("in " + name, c -> c.getPackageName().equals(name));
    }

    private static DescribedPredicate<JavaClass> named(Set<String> names) {
        return DescribedPredicate.describe("one of " + names, c -> names.contains(c.getName()));
    }

    private static <T> DescribedPredicate<T> not(DescribedPredicate<T> predicate) {
        return DescribedPredicate.not(predicate);
    }

    private static <T extends com.tngtech.archunit.core.domain.JavaAccess<?>> DescribedPredicate<T> target(
            Class<?> owner, String... names) {
        Predicate<String> named = Set.of(names)::contains;
        return DescribedPredicate.describe(
                owner.getSimpleName() + "." + String.join("|", names),
                access -> access.getTargetOwner().isAssignableTo(owner)
                        && named.test(access.getTarget().getName()));
    }

    private static <T extends com.tngtech.archunit.core.domain.JavaAccess<?>> DescribedPredicate<T> calls(
            Class<?> owner, String... names) {
        return target(owner, names);
    }

    private static List<Path> mainSources() {
        Path sources = Path.of("src/main/java");
        assertThat(sources).as("the tests run in the module's folder").isDirectory();
        try (Stream<Path> walk = Files.walk(sources)) {
            return walk.filter(path -> path.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class NamedWell extends com.tngtech.archunit.lang.ArchCondition<JavaClass> {
        private static final Pattern BAD = Pattern.compile(".*(Util|Utils|Manager|Helper|Service|Common).*|.*Impl");

        NamedWell() {
            super("not be called util, manager, helper, service or impl");
        }

        @Override
        public void check(JavaClass c, com.tngtech.archunit.lang.ConditionEvents events) {
            if (BAD.matcher(c.getSimpleName()).matches()) {
                events.add(com.tngtech.archunit.lang.SimpleConditionEvent.violated(c, c.getName()));
            }
        }
    }
}
