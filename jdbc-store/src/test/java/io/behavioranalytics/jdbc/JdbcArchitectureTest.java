package io.behavioranalytics.jdbc;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of this module; each that forbids something is held against a class below that does it, too. */
class JdbcArchitectureTest {
    private static final JavaClasses MAIN = new ClassFileImporter()
            .importUrl(JdbcStore.class.getProtectionDomain().getCodeSource().getLocation());
    private static final JavaClasses BROKEN = new ClassFileImporter().importClasses(Wrong.class);

    /** What a class of this module must not do. */
    @SuppressWarnings("unused") // only read as a class file
    private static final class Wrong {
        Instant now() {
            System.out.println(io.behavioranalytics.Settings.defaults().batchSize());
            return Instant.now();
        }
    }

    @Test
    void the_store_knows_the_library_below_the_facade_and_no_other_libraries_than_its_own() {
        check(noClasses()
                .should()
                .dependOnClassesThat(DescribedPredicate.not(resideInAnyPackage(
                        "java..",
                        "javax.sql..",
                        "io.behavioranalytics.event..",
                        "io.behavioranalytics.action..",
                        "io.behavioranalytics.profile..",
                        "io.behavioranalytics.segment..",
                        "io.behavioranalytics.trigger..",
                        "io.behavioranalytics.experiment..",
                        "io.behavioranalytics.decision..",
                        "io.behavioranalytics.json..",
                        "io.behavioranalytics.store..",
                        "io.behavioranalytics.jdbc",
                        "org.jdbi.v3..",
                        "com.zaxxer.hikari..",
                        "org.postgresql..",
                        "org.slf4j..",
                        "org.jspecify..",
                        ""))));
    }

    @Test
    void hosts_see_the_store_its_builder_and_the_transactions_that_it_joins() {
        assertThat(MAIN.stream()
                        .filter(c -> c.getModifiers().contains(JavaModifier.PUBLIC))
                        .filter(c -> !c.isNestedClass())
                        .map(JavaClass::getSimpleName)
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrder("JdbcStore", "JdbcStoreBuilder", "JdbcTransaction");
    }

    @Test
    void nobody_reads_the_clock_of_the_machine_sleeps_prints_or_ends_the_process() {
        check(noClasses()
                .should()
                .callMethodWhere(calls(Instant.class, "now"))
                .orShould()
                .callMethodWhere(calls(java.time.Clock.class, "systemUTC", "systemDefaultZone", "system"))
                .orShould()
                .callMethodWhere(calls(System.class, "currentTimeMillis", "exit", "gc", "setProperty"))
                .orShould()
                .callMethodWhere(calls(Thread.class, "sleep"))
                .orShould()
                .accessFieldWhere(calls(System.class, "out", "err", "in")));
    }

    @Test
    void the_drivers_own_types_are_met_where_postgresql_is_spoken_alone() {
        assertThat(MAIN.stream()
                        .filter(c -> c.getDirectDependenciesFromSelf().stream()
                                .anyMatch(
                                        d -> d.getTargetClass().getPackageName().startsWith("org.postgresql")))
                        .map(c -> c.getSimpleName().isEmpty()
                                ? c.getEnclosingClass()
                                        .map(JavaClass::getSimpleName)
                                        .orElse("")
                                : c.getSimpleName())
                        .collect(Collectors.toSet()))
                .isSubsetOf(Set.of("PostgresDialect", "ChangeListener", "CopyBuffer"));
    }

    @Test
    void source_files_stay_below_450_lines_of_code() throws IOException {
        Path sources = Path.of("src/main/java");
        try (Stream<Path> walk = Files.walk(sources)) {
            List<String> problems = walk.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> linesOfCode(path) >= 450)
                    .map(Path::toString)
                    .toList();
            assertThat(problems).isEmpty();
        }
    }

    private static long linesOfCode(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("*") && !line.startsWith("/"))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void check(ArchRule rule) {
        rule.check(MAIN);
        assertThat(rule.evaluate(BROKEN).hasViolation())
                .as("the rule sees a class that breaks it: %s", rule.getDescription())
                .isTrue();
    }

    private static <T extends JavaAccess<?>> DescribedPredicate<T> calls(Class<?> owner, String... names) {
        Set<String> named = Set.of(names);
        return DescribedPredicate.describe(
                owner.getSimpleName() + "." + String.join("|", names),
                access -> access.getTargetOwner().isEquivalentTo(owner)
                        && named.contains(access.getTarget().getName()));
    }
}
