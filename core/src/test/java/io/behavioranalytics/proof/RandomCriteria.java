package io.behavioranalytics.proof;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.Scope;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.segment.AggregationFilter;
import io.behavioranalytics.segment.AggregationFilter.Aggregation;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.EventFilter;
import io.behavioranalytics.segment.FrequencyFilter;
import io.behavioranalytics.segment.SegmentFilter;
import io.behavioranalytics.segment.SequenceFilter;
import io.behavioranalytics.segment.SequencePattern;
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

    /** The operators that an aggregation may be compared by. */
    static final List<Operator> AGGREGATION_OPERATORS = List.of(
            Operator.EQUALS,
            Operator.NOT_EQUALS,
            Operator.GREATER_THAN,
            Operator.GREATER_OR_EQUAL,
            Operator.LESS_THAN,
            Operator.LESS_OR_EQUAL,
            Operator.BETWEEN);

    private static final List<String> COUNTED_FIELDS = List.of(
            "properties.number",
            "properties.text",
            "properties.flag",
            "properties.mixed",
            "properties.list",
            "page.url",
            "value",
            "source",
            "userId");

    private static final List<String> ADDED_FIELDS = List.of(
            "value", "value", "value", "properties.number", "properties.number", "properties.mixed", "sequence");

    /** Sums and averages of {@link RandomTimelines#NUMBERS} and {@link RandomTimelines#VALUES} that are not rare. */
    private static final List<Object> AMOUNTS = List.of(
            0L,
            0L,
            1L,
            1L,
            2L,
            5L,
            -1L,
            "0.1",
            "0.2",
            "0.3",
            "0.4",
            "-1.5",
            "-0.5",
            "0.5",
            "9007199254740993",
            "1e300");

    private final SplittableRandom random;
    private final RandomTimelines values;
    private final Instant now;
    private final NaiveEvaluator.NaiveFacts facts;
    private int made;

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
        List<SequenceFilter> sequences = new ArrayList<>();
        List<AggregationFilter> aggregations = new ArrayList<>();
        List<SegmentFilter> segments = new ArrayList<>();
        List<Condition> profile = new ArrayList<>();
        List<Criteria> groups = new ArrayList<>();
        int clauses = 1 + random.nextInt(random.nextInt(3) + 1);
        for (int i = 0; i < clauses; i++) {
            switch (random.nextInt(15)) {
                case 9, 10 -> sequences.add(sequenceFilter());
                case 11, 12, 13 -> aggregations.add(aggregationFilter());
                case 14 -> segments.add(segmentFilter());
                case 0, 1, 2 -> events.add(eventFilter());
                case 3 -> frequencies.add(frequencyFilter());
                case 4, 5 -> times.add(timeFilter());
                case 6, 7 -> profile.add(profileCondition(values.pick(List.of(Operator.values()))));
                default -> {
                    if (depth > 0) {
                        groups.add(criteria(depth - 1));
                    } else {
                        segments.add(segmentFilter());
                    }
                }
            }
        }
        return new Criteria(
                values.pick(List.of(Criteria.Logic.values())),
                events,
                frequencies,
                times,
                sequences,
                aggregations,
                segments,
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

    private SequenceFilter sequenceFilter() {
        List<SequencePattern.Step> steps = new ArrayList<>();
        boolean behind = random.nextInt(3) == 0;
        int taking = behind ? 1 + random.nextInt(2) : 2 + random.nextInt(2);
        for (int i = 0; i < taking; i++) {
            if (i > 0 && random.nextInt(3) == 0) {
                steps.add(new SequencePattern.Step(type(), stepConditions(), true, null, null, null));
            }
            boolean gaps = i > 0 && random.nextInt(3) == 0;
            Duration least = gaps && random.nextBoolean() ? values.pick(RandomTimelines.SPANS) : null;
            Duration most = gaps && (least == null || random.nextBoolean())
                    ? values.pick(RandomTimelines.SPANS).plus(least == null ? Duration.ZERO : least)
                    : null;
            steps.add(new SequencePattern.Step(
                    random.nextInt(6) == 0 ? null : type(), stepConditions(), false, least, most, null));
        }
        if (behind) {
            steps.add(new SequencePattern.Step(
                    type(), stepConditions(), true, null, null, values.pick(RandomTimelines.SPANS)));
        }
        Duration within = random.nextInt(3) == 0 ? values.pick(RandomTimelines.SPANS) : null;
        SequencePattern pattern = new SequencePattern(steps, within, random.nextInt(8) == 0);
        return new SequenceFilter(pattern, window(), random.nextInt(4) == 0);
    }

    private List<Condition> stepConditions() {
        return random.nextInt(3) > 0 ? List.of() : List.of(eventCondition(values.pick(List.of(Operator.values()))));
    }

    private AggregationFilter aggregationFilter() {
        Aggregation aggregation = values.pick(List.of(Aggregation.values()));
        Operator operator = values.pick(AGGREGATION_OPERATORS);
        boolean counts = aggregation == Aggregation.COUNT || aggregation == Aggregation.DISTINCT;
        return new AggregationFilter(
                aggregation,
                aggregation == Aggregation.COUNT && random.nextBoolean()
                        ? null
                        : values.pick(counts ? COUNTED_FIELDS : ADDED_FIELDS),
                Stream.generate(this::type).limit(random.nextInt(4)).distinct().toList(),
                random.nextInt(4) > 0 ? List.of() : List.of(eventCondition(values.pick(List.of(Operator.values())))),
                operator,
                counts ? wholeNumbers(operator) : numbers(operator),
                window(),
                random.nextInt(4) == 0);
    }

    /**
     * A filter whose bound lies where the events' own numbers are.
     *
     * @param aggregation what is made of the field
     * @param operator how it is compared
     * @param events those that will be looked at
     * @return the filter
     */
    AggregationFilter aggregationFilter(Aggregation aggregation, Operator operator, List<BehaviorEvent> events) {
        AggregationFilter drawn = aggregationFilter();
        boolean counts = aggregation == Aggregation.COUNT || aggregation == Aggregation.DISTINCT;
        String field = values.pick(counts ? COUNTED_FIELDS : ADDED_FIELDS);
        List<BigDecimal> near = new ArrayList<>();
        BigDecimal sum = BigDecimal.ZERO;
        for (BehaviorEvent event : events) {
            boolean type = drawn.eventTypes().isEmpty() || drawn.eventTypes().contains(event.type());
            Object value = NaiveConditions.read(field, event);
            if (type && value instanceof Number number) {
                BigDecimal exact = new BigDecimal(number.toString());
                near.add(exact);
                sum = sum.add(exact);
            }
        }
        if (aggregation == Aggregation.SUM) {
            near.add(sum);
        }
        BigDecimal bound = near.isEmpty() ? BigDecimal.ONE : values.pick(near);
        bound = bound.add(BigDecimal.valueOf(random.nextInt(3) == 0 ? random.nextInt(-1, 2) : 0));
        Object value = counts
                ? wholeNumbers(operator)
                : operator == Operator.BETWEEN ? List.of(bound, bound.add(BigDecimal.ONE)) : bound;
        return new AggregationFilter(
                aggregation,
                field,
                drawn.eventTypes(),
                drawn.conditions(),
                operator,
                value,
                random.nextBoolean() ? TimeWindow.allTime() : drawn.timeRange(),
                false);
    }

    private Object wholeNumbers(Operator operator) {
        long least = operator == Operator.LESS_THAN ? 1 + random.nextInt(4) : random.nextInt(5);
        return operator == Operator.BETWEEN ? List.of(least, least + random.nextInt(3)) : least;
    }

    private Object numbers(Operator operator) {
        BigDecimal one = new BigDecimal(values.pick(AMOUNTS).toString());
        BigDecimal other = new BigDecimal(values.pick(AMOUNTS).toString());
        return operator == Operator.BETWEEN ? List.of(one.min(other), one.max(other)) : one;
    }

    /** A segment that was made before this one, if there is any; else one that nobody is in, or everybody. */
    private SegmentFilter segmentFilter() {
        String segment = switch (random.nextInt(6)) {
            case 0 -> "all-visitors";
            case 1 -> "none-such";
            default -> made == 0 ? "none-such" : "s" + random.nextInt(made);
        };
        return new SegmentFilter(segment, random.nextBoolean(), random.nextInt(4) == 0);
    }

    /**
     * Says that there is one segment more to which later criteria may refer, by the key {@code s} and its number.
     */
    void made() {
        made++;
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
                case CONTAINS, NOT_CONTAINS -> values.pick(List.of("pattern", "tags"));
                case STARTS_WITH, ENDS_WITH, MATCHES -> "pattern";
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
        if (field.equals("tags")) {
            return values.pick(RandomTimelines.TAGS);
        }
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
