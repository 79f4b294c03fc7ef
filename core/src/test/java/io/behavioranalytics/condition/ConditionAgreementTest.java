package io.behavioranalytics.condition;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.Violation;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The evaluator against a naive one, which knows no kinds and no short cuts: every number is a {@code BigDecimal}, every
 * instant an {@code Instant}, and each operator is written out as the docs say it.
 */
class ConditionAgreementTest {
    private static final int SEEDS = Integer.getInteger("condition.agreement.seeds", 10_000);

    /** Numbers around those where doubles, longs and decimals part. */
    private static final List<BigDecimal> NUMBERS = List.of(
            BigDecimal.ZERO,
            BigDecimal.ONE,
            new BigDecimal("-1"),
            new BigDecimal("0.1"),
            new BigDecimal("0.1000000000000000055511151231257827"),
            new BigDecimal("0.10000000000000001"),
            new BigDecimal("99.5"),
            new BigDecimal("100"),
            new BigDecimal("9007199254740992"),
            new BigDecimal("9007199254740993"),
            new BigDecimal("9007199254740992.5"),
            BigDecimal.valueOf(Long.MAX_VALUE),
            BigDecimal.valueOf(Long.MIN_VALUE),
            new BigDecimal(BigInteger.TWO.pow(63)),
            new BigDecimal(BigInteger.TWO.pow(63)).negate().subtract(BigDecimal.ONE),
            new BigDecimal("1E+300"),
            new BigDecimal("-1E+350"),
            new BigDecimal("1E-300"));

    private static final List<String> TEXTS =
            List.of("", "a", "A", "ab", "abc", "b", "é", "e\u0301", "\uD83D\uDE00", "1", "100", "true", ".*", "a%");

    private final Random random = new Random();

    private record Case(
            Condition condition, Scope scope, @Nullable Object field, BehaviorEvent event, TestProfile profile) {}

    @Test
    void ten_thousand_random_conditions_agree_with_the_naive_evaluator() {
        Map<Operator, Map<Truth, Integer>> seen = new EnumMap<>(Operator.class);
        for (int seed = 1; seed <= SEEDS; seed++) {
            random.setSeed(seed);
            Operator operator = pick(List.of(Operator.values()));
            Case made = made(operator);
            List<Violation> out = new ArrayList<>();
            CompiledCondition compiled = CompiledCondition.compile(made.condition, made.scope, "", out);
            assertThat(out).as("seed %s: %s", seed, made.condition).isEmpty();

            Instant reference = made.scope == Scope.EVENT ? TestEvents.AT : Micros.toInstant(made.profile.now);
            boolean written = made.condition.field().equals("value");
            Truth expected = naive(made.condition, made.field, reference, written);
            assertThat(compiled.test(made.event, made.profile))
                    .as("seed %s: %s of %s", seed, made.condition, made.field)
                    .isEqualTo(expected);
            seen.computeIfAbsent(operator, key -> new EnumMap<>(Truth.class)).merge(expected, 1, Integer::sum);
        }
        print(seen);
        if (SEEDS < 10_000) {
            return;
        }
        for (Operator operator : Operator.values()) {
            for (Truth truth : Truth.values()) {
                boolean impossible =
                        truth == Truth.UNKNOWN && (operator == Operator.EXISTS || operator == Operator.NOT_EXISTS);
                int count = seen.getOrDefault(operator, Map.of()).getOrDefault(truth, 0);
                if (impossible) {
                    assertThat(count).isZero();
                } else {
                    assertThat(count).as("%s %s", operator, truth).isGreaterThanOrEqualTo(50);
                }
            }
        }
    }

    private static void print(Map<Operator, Map<Truth, Integer>> seen) {
        StringBuilder table =
                new StringBuilder(String.format("%-18s%8s%8s%8s%n", "operator", "true", "false", "unknown"));
        seen.forEach((operator, counts) -> {
            table.append(String.format("%-18s", operator.json()));
            for (Truth truth : Truth.values()) {
                boolean impossible =
                        truth == Truth.UNKNOWN && (operator == Operator.EXISTS || operator == Operator.NOT_EXISTS);
                table.append(String.format("%8s", impossible ? "never" : counts.getOrDefault(truth, 0)));
            }
            table.append(System.lineSeparator());
        });
        System.out.print(table);
    }

    // --- making a case

    private Case made(Operator operator) {
        return switch (random.nextInt(10)) {
            case 0 -> value(operator);
            case 1 -> timestamp(operator);
            case 2 -> score(operator);
            case 3 -> lastActivity(operator);
            default -> property(operator);
        };
    }

    private Case property(Operator operator) {
        Object operand = operand(operator, this::anyScalar);
        Object field = near(operand);
        BehaviorEvent event =
                random.nextInt(12) == 0 ? TestEvents.anEvent(Map.of()) : TestEvents.withField(normalized(field));
        Object found = event.properties().get("x");
        return new Case(condition("properties.x", operator, operand), Scope.EVENT, found, event, new TestProfile());
    }

    private Case value(Operator operator) {
        if (!numeric(operator)) {
            return property(operator);
        }
        Object operand = operand(operator, () -> pick(NUMBERS));
        Double value = random.nextInt(5) == 0 ? null : nearDouble(operand);
        BehaviorEvent event = TestEvents.anEvent(Map.of(), value);
        Object field = value == null ? null : new BigDecimal(value);
        return new Case(condition("value", operator, operand), Scope.EVENT, field, event, new TestProfile());
    }

    private Case score(Operator operator) {
        if (!numeric(operator)) {
            return property(operator);
        }
        Object operand = operand(operator, () -> pick(NUMBERS));
        TestProfile profile = new TestProfile();
        Object field = null;
        if (random.nextInt(5) > 0) {
            double score = nearDouble(operand);
            profile.numbers.put(ProfileField.INTENT_SCORE, score);
            field = new BigDecimal(score);
        }
        return new Case(
                condition("intentScore", operator, operand),
                Scope.PROFILE,
                field,
                TestEvents.anEvent(Map.of()),
                profile);
    }

    private Case timestamp(Operator operator) {
        if (!temporal(operator)) {
            return property(operator);
        }
        Object operand = operand(operator, this::instantText);
        return new Case(
                condition("timestamp", operator, operand),
                Scope.EVENT,
                TestEvents.AT,
                TestEvents.anEvent(Map.of()),
                new TestProfile());
    }

    private Case lastActivity(Operator operator) {
        if (!temporal(operator)) {
            return property(operator);
        }
        Object operand = operand(operator, this::instantText);
        TestProfile profile = new TestProfile();
        profile.now = Micros.of(TestEvents.AT);
        Instant last = random.nextInt(5) == 0 ? null : nearInstant();
        if (last != null) {
            profile.instants.put(ProfileField.LAST_ACTIVITY, Micros.of(last));
        }
        return new Case(
                condition("lastActivity", operator, operand),
                Scope.PROFILE,
                last,
                TestEvents.anEvent(Map.of()),
                profile);
    }

    private Condition condition(String field, Operator operator, @Nullable Object operand) {
        return new Condition(null, null, field, operator, operand, random.nextInt(4) == 0);
    }

    private static boolean numeric(Operator operator) {
        return switch (operator) {
            case EQUALS, NOT_EQUALS, IN, NOT_IN, EXISTS, NOT_EXISTS -> true;
            case GREATER_THAN, GREATER_OR_EQUAL, LESS_THAN, LESS_OR_EQUAL, BETWEEN -> true;
            default -> false;
        };
    }

    private static boolean temporal(Operator operator) {
        return numeric(operator)
                || operator == Operator.BEFORE
                || operator == Operator.AFTER
                || operator == Operator.WITHIN_LAST;
    }

    private @Nullable Object operand(Operator operator, Supplier<Object> scalar) {
        return switch (operator) {
            case EXISTS, NOT_EXISTS -> null;
            case IN, NOT_IN ->
                Stream.generate(scalar).limit(1 + random.nextInt(4)).toList();
            case GREATER_THAN, GREATER_OR_EQUAL, LESS_THAN, LESS_OR_EQUAL -> ordered(scalar);
            case BETWEEN -> {
                Object[] bounds = {ordered(scalar), ordered(scalar)};
                if (bounds[0] instanceof BigDecimal) {
                    Arrays.sort(bounds);
                } else {
                    Arrays.sort(bounds, Comparator.comparing(bound -> instant(bound)));
                }
                yield List.of(bounds);
            }
            case STARTS_WITH, ENDS_WITH -> pick(TEXTS);
            case MATCHES -> pick(List.of("a", "^a", "b$", "^$", "[a-c]+", "."));
            case BEFORE, AFTER -> instantText();
            case WITHIN_LAST -> pick(List.of("P7D", "PT1H", "PT0.000001S"));
            default -> scalar.get();
        };
    }

    /** Order takes numbers in an event's JSON; only fields that are instants take instants. */
    private Object ordered(Supplier<Object> scalar) {
        Object operand = scalar.get();
        return operand instanceof BigDecimal || (operand instanceof String text && text.startsWith("20"))
                ? operand
                : pick(NUMBERS);
    }

    private Object anyScalar() {
        return switch (random.nextInt(5)) {
            case 0, 1 -> pick(TEXTS);
            case 2, 3 -> pick(NUMBERS);
            default -> random.nextBoolean();
        };
    }

    private String instantText() {
        Instant at = nearInstant();
        return random.nextBoolean()
                ? at.toString()
                : at.atOffset(ZoneOffset.ofHours(5)).toString();
    }

    private Instant nearInstant() {
        return TestEvents.AT.plusNanos(1_000L
                * switch (random.nextInt(5)) {
                    case 0 -> 0;
                    case 1 -> random.nextInt(-2, 3);
                    case 2 -> -3_600_000_000L + random.nextInt(-1, 2);
                    case 3 -> -7L * 86_400_000_000L + random.nextInt(-1, 2);
                    default -> random.nextLong(-800_000_000_000L, 1_000_000);
                });
    }

    /** A field's value that has a fair chance to be, contain or neighbour the operand. */
    private @Nullable Object near(@Nullable Object operand) {
        Object one = operand instanceof List<?> many ? many.get(random.nextInt(many.size())) : operand;
        return switch (random.nextInt(10)) {
            case 0 -> null;
            case 1 -> Map.of("y", 1L);
            case 2 -> random.nextBoolean() ? Arrays.asList(anyScalar(), one, null) : List.of(anyScalar(), anyScalar());
            case 3 -> List.of();
            case 4 -> instantText();
            case 5 -> anyScalar();
            case 6 -> one instanceof String text ? "x" + text + "y" : anyScalar();
            case 7 ->
                one instanceof BigDecimal number
                        ? number.add(pick(List.of(BigDecimal.ONE, new BigDecimal("0.001"))))
                        : one;
            case 8 -> one instanceof String text && text.startsWith("P") ? instantText() : one;
            default -> one instanceof String && random.nextBoolean() ? instantText() : one;
        };
    }

    private double nearDouble(@Nullable Object operand) {
        Object one = operand instanceof List<?> many ? many.get(random.nextInt(many.size())) : operand;
        double number = one instanceof BigDecimal decimal ? decimal.doubleValue() : 50;
        double neighbor = switch (random.nextInt(4)) {
            case 0 -> Math.nextUp(number);
            case 1 -> Math.nextDown(number);
            default -> number;
        };
        return Double.isInfinite(neighbor) ? Double.MAX_VALUE : neighbor;
    }

    /** As the normalizer of events leaves values. */
    private static @Nullable Object normalized(@Nullable Object value) {
        if (value instanceof BigDecimal decimal) {
            return Json.number(decimal);
        }
        if (value instanceof List<?> many) {
            List<@Nullable Object> list = new ArrayList<>();
            many.forEach(element -> list.add(normalized(element)));
            return list;
        }
        if (value instanceof Map<?, ?> map) {
            return new LinkedHashMap<>(map);
        }
        return value;
    }

    private <T> T pick(List<? extends T> from) {
        return from.get(random.nextInt(from.size()));
    }

    // --- the naive evaluator

    private static Truth naive(Condition condition, @Nullable Object field, Instant reference, boolean written) {
        Object operand = condition.value();
        if (written && operand != null) {
            operand = operand instanceof List<?> many
                    ? many.stream().map(ConditionAgreementTest::asWritten).toList()
                    : asWritten(operand);
        }
        Truth truth = answer(condition.operator(), field, operand, reference);
        return condition.negate() ? truth.not() : truth;
    }

    /** An event's value is the double nearest to what was written, so a fraction to compare with is rounded likewise. */
    private static Object asWritten(Object operand) {
        BigDecimal number = number(operand);
        return number == null || number.stripTrailingZeros().scale() <= 0
                ? operand
                : new BigDecimal(number.doubleValue());
    }

    private static Truth answer(
            Operator operator, @Nullable Object field, @Nullable Object operand, Instant reference) {
        if (field == null) {
            return Truth.of(operator.holdsForMissing());
        }
        return switch (operator) {
            case EXISTS -> Truth.TRUE;
            case NOT_EXISTS -> Truth.FALSE;
            case EQUALS -> same(field, operand);
            case NOT_EQUALS -> same(field, operand).not();
            case IN -> anySame(field, many(operand));
            case NOT_IN -> anySame(field, many(operand)).not();
            case GREATER_THAN -> order(field, operand, 1, 1);
            case GREATER_OR_EQUAL -> order(field, operand, 0, 1);
            case LESS_THAN -> order(field, operand, -1, -1);
            case LESS_OR_EQUAL -> order(field, operand, -1, 0);
            case BETWEEN ->
                order(field, many(operand).get(0), 0, 1)
                        .and(order(field, many(operand).get(1), -1, 0));
            case CONTAINS -> contains(field, operand);
            case NOT_CONTAINS -> contains(field, operand).not();
            case STARTS_WITH, ENDS_WITH, MATCHES -> textual(operator, field, text(operand));
            case BEFORE, AFTER, WITHIN_LAST -> temporal(operator, field, text(operand), reference);
        };
    }

    private static Truth textual(Operator operator, Object field, String operand) {
        if (!(field instanceof String text)) {
            return Truth.UNKNOWN;
        }
        int start = text.length() - operand.length();
        return switch (operator) {
            case STARTS_WITH ->
                Truth.of(start >= 0 && text.substring(0, operand.length()).equals(operand));
            case ENDS_WITH -> Truth.of(start >= 0 && text.substring(start).equals(operand));
            default -> Truth.of(Pattern.compile(operand).matcher(text).find());
        };
    }

    private static Truth temporal(Operator operator, Object field, String operand, Instant reference) {
        Instant at = instant(field);
        if (at == null) {
            return Truth.UNKNOWN;
        }
        return switch (operator) {
            case BEFORE -> Truth.of(at.isBefore(Objects.requireNonNull(instant(operand))));
            case AFTER -> Truth.of(at.isAfter(Objects.requireNonNull(instant(operand))));
            default -> Truth.of(at.isAfter(reference.minus(Duration.parse(operand))) && !at.isAfter(reference));
        };
    }

    private static List<?> many(@Nullable Object operand) {
        return (List<?>) Objects.requireNonNull(operand);
    }

    private static String text(@Nullable Object operand) {
        return (String) Objects.requireNonNull(operand);
    }

    private static Truth same(Object field, @Nullable Object operand) {
        BigDecimal left = number(field);
        BigDecimal right = number(operand);
        if (left != null && right != null) {
            return Truth.of(left.compareTo(right) == 0);
        }
        if (field instanceof Instant at) {
            return Truth.of(at.equals(instant(operand)));
        }
        boolean comparable = (field instanceof String && operand instanceof String)
                || (field instanceof Boolean && operand instanceof Boolean);
        return comparable ? Truth.of(field.equals(operand)) : Truth.UNKNOWN;
    }

    private static Truth anySame(Object field, List<?> operands) {
        List<Truth> answers =
                operands.stream().map(operand -> same(field, operand)).toList();
        return any(answers);
    }

    private static Truth any(List<Truth> answers) {
        return answers.contains(Truth.TRUE) ? Truth.TRUE : answers.contains(Truth.FALSE) ? Truth.FALSE : Truth.UNKNOWN;
    }

    private static Truth order(Object field, @Nullable Object operand, int least, int most) {
        Integer order = null;
        BigDecimal left = number(field);
        BigDecimal right = number(operand);
        if (left != null && right != null) {
            order = left.compareTo(right);
        } else if (field instanceof Instant at) {
            order = Integer.signum(at.compareTo(instant(operand)));
        }
        return order == null ? Truth.UNKNOWN : Truth.of(order >= least && order <= most);
    }

    private static Truth contains(Object field, @Nullable Object operand) {
        if (field instanceof String text) {
            return operand instanceof String part ? Truth.of(text.indexOf(part) >= 0) : Truth.UNKNOWN;
        }
        if (field instanceof List<?> list) {
            List<Truth> answers = list.stream()
                    .map(element -> element == null ? Truth.FALSE : same(element, operand))
                    .toList();
            return answers.isEmpty() ? Truth.FALSE : any(answers);
        }
        return Truth.UNKNOWN;
    }

    private static @Nullable BigDecimal number(@Nullable Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal;
        }
        return value instanceof Long integer ? BigDecimal.valueOf(integer) : null;
    }

    private static @Nullable Instant instant(@Nullable Object value) {
        if (value instanceof Instant at) {
            return at;
        }
        try {
            return value instanceof String text ? OffsetDateTime.parse(text).toInstant() : null;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
