package io.behavioranalytics.proof;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.Scope;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.EventFilter;
import io.behavioranalytics.segment.FrequencyFilter;
import io.behavioranalytics.segment.TimeFilter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Criteria of every shape, with operands that lie where the answers change: at the counts, scores and instants that the
 * subject has, and beside them.
 */
final class RandomCriteria {
    private static final List<String> JSON_FIELDS = List.of(
            "properties.text",
            "properties.number",
            "properties.flag",
            "properties.when",
            "properties.list",
            "properties.mixed",
            "properties.mixed",
            "properties.nothing",
            "properties.nested.b",
            "properties.absent",
            "page.url",
            "context.device.os",
            "context.country",
            "metadata.campaign");

    private static final List<String> EVENT_FIELDS =
            List.of("eventType", "category", "source", "value", "value", "userId", "timestamp", "sequence");

    private static final List<String> NUMBERS_OF_PROFILE = List.of(
            "totalEvents",
            "uniqueEventTypes",
            "visits",
            "totalTimeSpent",
            "averageSessionDuration",
            "engagementScore",
            "interestScore",
            "intentScore",
            "conversionProbability");

    private static final List<String> PATTERNS =
            List.of("high_intent", "at_risk", "qualified_interest", "researching", "exploring");

    private static final List<String> EXPRESSIONS =
            List.of("a", "^a", "b$", "[0-9]+", "pricing|features", "^$", "(?i)A", "\\\\.", "e.*o", "^high|risk$");

    private final SplittableRandom random;
    private final RandomTimelines values;
    private final Instant now;
    private final NaiveEvaluator.NaiveFacts facts;

    /**
     * A generator.
     *
     * @param random decides
     * @param now the instant around which borders are set
     * @param facts the subject's profile, to set bounds where it stands
     */
    RandomCriteria(SplittableRandom random, Instant now, NaiveEvaluator.NaiveFacts facts) {
        this.random = random;
        this.values = new RandomTimelines(random);
        this.now = now;
        this.facts = facts;
    }

    /**
     * A random criteria.
     *
     * @param depth how deep groups may be nested
     * @return criteria with at least one clause in every group
     */
    Criteria criteria(int depth) {
        List<EventFilter> events = new ArrayList<>();
        List<FrequencyFilter> frequencies = new ArrayList<>();
        List<TimeFilter> times = new ArrayList<>();
        List<Condition> profile = new ArrayList<>();
        List<Criteria> groups = new ArrayList<>();
        int clauses = 1 + random.nextInt(random.nextInt(3) + 1);
        for (int i = 0; i < clauses; i++) {
            switch (random.nextInt(depth > 0 ? 9 : 8)) {
                case 0, 1, 2 -> events.add(eventFilter());
                case 3 -> frequencies.add(frequencyFilter());
                case 4, 5 -> times.add(timeFilter());
                case 6, 7 -> profile.add(profileCondition(values.pick(List.of(Operator.values()))));
                default -> groups.add(criteria(depth - 1));
            }
        }
        return new Criteria(
                values.pick(List.of(Criteria.Logic.values())),
                events,
                frequencies,
                times,
                profile,
                groups,
                random.nextInt(4) == 0);
    }

    private EventFilter eventFilter() {
        int least = random.nextInt(4);
        return new EventFilter(
                type(),
                least,
                random.nextBoolean() ? null : Integer.valueOf(least + random.nextInt(3)),
                Stream.generate(() -> eventCondition(values.pick(List.of(Operator.values()))))
                        .limit(1 + random.nextInt(2) - random.nextInt(2))
                        .toList(),
                window(),
                random.nextInt(4) == 0);
    }

    private FrequencyFilter frequencyFilter() {
        int least = random.nextInt(6);
        return new FrequencyFilter(
                Stream.generate(this::type)
                        .limit(1 + random.nextInt(4))
                        .distinct()
                        .toList(),
                least,
                random.nextBoolean() ? null : Integer.valueOf(least + random.nextInt(4)),
                window(),
                random.nextInt(4) == 0);
    }

    private TimeFilter timeFilter() {
        boolean negate = random.nextInt(4) == 0;
        int least = random.nextInt(4);
        Integer most = random.nextBoolean() ? null : Integer.valueOf(least + random.nextInt(3));
        return switch (random.nextInt(5)) {
            case 0 -> new TimeFilter.FirstSeen(window(), negate);
            case 1 -> new TimeFilter.LastSeen(window(), negate);
            case 2 -> new TimeFilter.ActiveDays(least, most, window(), values.pick(RandomTimelines.ZONES), negate);
            case 3 -> new TimeFilter.InactiveFor(values.pick(RandomTimelines.SPANS), negate);
            default ->
                new TimeFilter.LocalTime(
                        random.nextInt(24),
                        random.nextInt(25),
                        Arrays.stream(DayOfWeek.values())
                                .filter(day -> random.nextInt(3) == 0)
                                .toList(),
                        values.pick(RandomTimelines.ZONES),
                        least,
                        most,
                        window(),
                        negate);
        };
    }

    /**
     * A random window with borders where events lie.
     *
     * @return the window
     */
    TimeWindow window() {
        return switch (random.nextInt(5)) {
            case 0 -> new TimeWindow.AllTime();
            case 1 -> {
                Instant one = values.instant(now, Duration.ofDays(1));
                Instant two = values.instant(now, Duration.ofDays(1));
                yield one.equals(two)
                        ? new TimeWindow.Absolute(one, one.plusSeconds(1))
                        : one.isBefore(two) ? new TimeWindow.Absolute(one, two) : new TimeWindow.Absolute(two, one);
            }
            case 2, 3 -> new TimeWindow.Rolling(values.pick(RandomTimelines.SPANS));
            default ->
                new TimeWindow.Calendar(
                        values.pick(List.of(TimeWindow.Calendar.Unit.values())),
                        1 + random.nextInt(3),
                        values.pick(RandomTimelines.ZONES));
        };
    }

    private EventType type() {
        return values.pick(RandomTimelines.TYPES);
    }

    /**
     * A condition on an event that the language accepts.
     *
     * @param operator its operator
     * @return the condition
     */
    Condition eventCondition(Operator operator) {
        while (true) {
            String field = random.nextInt(4) == 0 ? values.pick(EVENT_FIELDS) : values.pick(JSON_FIELDS);
            Condition condition = condition(field, operator, operand(operator, this::eventOperand));
            if (accepted(condition, Scope.EVENT)) {
                return condition;
            }
        }
    }

    private Object eventOperand() {
        return switch (random.nextInt(6)) {
            case 0 -> values.when();
            case 1 -> values.pick(List.of("page_view", "form_start", "web", "email", "intent", "US", "user-1"));
            default -> values.scalar();
        };
    }

    /**
     * A condition on the profile that the language accepts.
     *
     * @param operator its operator
     * @return the condition
     */
    Condition profileCondition(Operator operator) {
        while (true) {
            String field = switch (operator) {
                case CONTAINS, NOT_CONTAINS, STARTS_WITH, ENDS_WITH, MATCHES -> "pattern";
                case BEFORE, AFTER, WITHIN_LAST -> values.pick(List.of("firstSeen", "lastActivity"));
                default -> values.pick(profileFields());
            };
            Condition condition = condition(field, operator, operand(operator, () -> profileOperand(field)));
            if (accepted(condition, Scope.PROFILE)) {
                return condition;
            }
        }
    }

    private static List<String> profileFields() {
        List<String> fields = new ArrayList<>(NUMBERS_OF_PROFILE);
        fields.addAll(List.of("pattern", "firstSeen", "lastActivity"));
        return fields;
    }

    private Object profileOperand(String field) {
        if (field.equals("pattern")) {
            String text = values.pick(PATTERNS);
            return switch (random.nextInt(3)) {
                case 0 -> text;
                case 1 -> text.substring(0, 4);
                default -> text.substring(text.length() - 4);
            };
        }
        Object is = facts.read(field, now);
        if (!NUMBERS_OF_PROFILE.contains(field)) {
            Instant at = is != null && random.nextBoolean() ? (Instant) is : values.instant(now, Duration.ZERO);
            return at.toString();
        }
        if (is == null || random.nextInt(3) == 0) {
            return (long) random.nextInt(101);
        }
        // Near a score's own double, above or below it by less than doubles can tell, is where a comparison flips.
        BigDecimal exact = new BigDecimal(((Number) is).doubleValue());
        return switch (random.nextInt(3)) {
            case 0 -> exact.round(new MathContext(38, RoundingMode.HALF_EVEN));
            case 1 -> new BigDecimal(is.toString());
            default -> exact.toBigInteger().longValueExact();
        };
    }

    private Object operand(Operator operator, java.util.function.Supplier<Object> scalar) {
        return switch (operator) {
            case EXISTS, NOT_EXISTS -> null;
            case IN, NOT_IN ->
                Stream.generate(scalar).limit(1 + random.nextInt(3)).toList();
            case BETWEEN -> Stream.generate(scalar).limit(2).toList();
            case BEFORE, AFTER -> random.nextBoolean() ? scalar.get() : values.when();
            case WITHIN_LAST -> values.pick(RandomTimelines.SPANS).toString();
            case MATCHES -> values.pick(EXPRESSIONS);
            default -> scalar.get();
        };
    }

    private Condition condition(String field, Operator operator, Object operand) {
        return new Condition(null, null, field, operator, operand, random.nextInt(4) == 0);
    }

    /** The definition's own check decides what can be defined at all; what it means is not asked here. */
    private static boolean accepted(Condition condition, Scope scope) {
        List<io.behavioranalytics.json.Violation> violations = new ArrayList<>();
        CompiledCondition.compile(condition, scope, "", violations);
        return violations.isEmpty();
    }
}
