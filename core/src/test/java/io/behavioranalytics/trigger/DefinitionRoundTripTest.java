package io.behavioranalytics.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.ProfileField;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.IsoTime;
import io.behavioranalytics.profile.BehaviorPattern;
import io.behavioranalytics.segment.AggregationFilter;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.EventFilter;
import io.behavioranalytics.segment.FrequencyFilter;
import io.behavioranalytics.segment.Schedule;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.segment.SegmentFilter;
import io.behavioranalytics.segment.SegmentJson;
import io.behavioranalytics.segment.SequenceFilter;
import io.behavioranalytics.segment.SequencePattern;
import io.behavioranalytics.segment.TimeFilter;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is written as JSON reads as equal: 1,000 random segments and triggers, drafts and saved ones. */
class DefinitionRoundTripTest {
    private static final int SEEDS = Integer.getInteger("definition.roundtrip.seeds", 1_000);
    private static final List<ZoneId> ZONES = List.of(
            ZoneId.of("Europe/Berlin"), ZoneId.of("UTC"), ZoneId.of("+05:30"), ZoneOffset.UTC, ZoneId.of("GMT+2"));

    private final Random random = new Random();

    @Test
    void a_segment_survives_json() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            random.setSeed(seed);
            SegmentDraft draft = segment();
            assertThat(draft.violations(type -> true)).as("seed %s", seed).isEmpty();
            assertThat(SegmentDraft.fromJson(draft.toJson()))
                    .as("seed %s", seed)
                    .isEqualTo(draft);
            Segment saved = draft.toSegment(id(), 1 + random.nextInt(9), random.nextInt(99), instant(), instant());
            String json = SegmentJson.write(saved);
            assertThat(SegmentJson.read(json)).as("seed %s", seed).isEqualTo(saved);
            assertThat(SegmentJson.write(SegmentJson.read(json)))
                    .as("seed %s", seed)
                    .isEqualTo(json);
        }
    }

    @Test
    void a_trigger_survives_json() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            random.setSeed(seed);
            TriggerDraft draft = trigger();
            assertThat(draft.violations(type -> true, action -> true))
                    .as("seed %s", seed)
                    .isEmpty();
            assertThat(TriggerDraft.fromJson(draft.toJson()))
                    .as("seed %s", seed)
                    .isEqualTo(draft);
            Trigger saved =
                    draft.toTrigger(id(), 1 + random.nextInt(9), Duration.ofDays(1), instant(), instant(), instant());
            String json = TriggerJson.write(saved);
            assertThat(TriggerJson.read(json)).as("seed %s", seed).isEqualTo(saved);
            assertThat(TriggerJson.write(TriggerJson.read(json)))
                    .as("seed %s", seed)
                    .isEqualTo(json);
        }
    }

    @Test
    void a_duration_survives_its_text() {
        for (Duration duration : List.of(
                Duration.ZERO,
                Duration.ofDays(7),
                Duration.ofHours(36),
                Duration.ofNanos(1_000),
                Duration.ofDays(-2))) {
            assertThat(IsoTime.duration(IsoTime.text(duration))).isEqualTo(duration);
        }
        assertThat(IsoTime.text(Duration.ofDays(7))).isEqualTo("P7D");
    }

    private Schedule schedule() {
        return random.nextBoolean()
                ? new Schedule.Every(
                        Duration.ofMinutes(1 + random.nextInt(100_000)),
                        maybe(() -> Instant.ofEpochSecond(random.nextInt(2_000_000_000))))
                : new Schedule.Daily(
                        LocalTime.of(random.nextInt(24), random.nextInt(60)),
                        maybe(() -> pick(DayOfWeek.values())),
                        ZoneId.of(random.nextBoolean() ? "Europe/Berlin" : "+05:45"));
    }

    private SegmentDraft segment() {
        Segment.Type type = random.nextBoolean() ? Segment.Type.DYNAMIC : Segment.Type.BEHAVIORAL;
        return new SegmentDraft(
                maybe(() -> "key-" + random.nextInt(100)),
                "Name " + text(),
                maybe(() -> "About " + text()),
                type,
                pick(Segment.Status.values()),
                criteria(1),
                type == Segment.Type.BEHAVIORAL ? maybe(this::schedule) : null,
                random.nextBoolean(),
                some(3, () -> "tag " + text()));
    }

    private Criteria criteria(int depth) {
        while (true) {
            Criteria criteria = new Criteria(
                    pick(Criteria.Logic.values()),
                    some(2, this::eventFilter),
                    some(2, this::frequencyFilter),
                    some(2, this::timeFilter),
                    some(2, this::sequenceFilter),
                    some(2, this::aggregationFilter),
                    some(2, this::segmentFilter),
                    some(2, this::profileCondition),
                    depth > 4 ? List.of() : some(2, () -> criteria(depth + 2)),
                    random.nextBoolean());
            if (!criteria.equals(new Criteria(
                    criteria.logicOperator(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    criteria.negate()))) {
                return criteria;
            }
        }
    }

    private EventFilter eventFilter() {
        int min = random.nextInt(4);
        return new EventFilter(type(), min, max(min), some(3, this::eventCondition), window(), random.nextBoolean());
    }

    private FrequencyFilter frequencyFilter() {
        int min = random.nextInt(4);
        List<EventType> types = new ArrayList<>(some(3, this::type));
        types.add(type());
        return new FrequencyFilter(types, min, max(min), window(), random.nextBoolean());
    }

    private TimeFilter timeFilter() {
        int min = random.nextInt(4);
        boolean negate = random.nextBoolean();
        return switch (random.nextInt(5)) {
            case 0 -> new TimeFilter.FirstSeen(window(), negate);
            case 1 -> new TimeFilter.LastSeen(window(), negate);
            case 2 -> new TimeFilter.ActiveDays(min, max(min), window(), pick(ZONES), negate);
            case 3 -> new TimeFilter.InactiveFor(duration(), negate);
            default -> {
                List<DayOfWeek> days = new ArrayList<>(Arrays.asList(DayOfWeek.values()));
                days.removeIf(day -> random.nextBoolean());
                yield new TimeFilter.LocalTime(
                        random.nextInt(24), random.nextInt(25), days, pick(ZONES), min, max(min), window(), negate);
            }
        };
    }

    private SequenceFilter sequenceFilter() {
        List<SequencePattern.Step> steps = new ArrayList<>();
        steps.add(new SequencePattern.Step(type(), some(2, this::eventCondition), false, null, null, null));
        if (random.nextBoolean()) {
            steps.add(new SequencePattern.Step(null, some(2, this::eventCondition), true, null, null, null));
        }
        Duration least = Duration.ofMinutes(random.nextInt(10));
        steps.add(new SequencePattern.Step(
                type(), List.of(), false, maybe(() -> least), maybe(() -> least.plusMinutes(random.nextInt(9))), null));
        if (random.nextBoolean()) {
            steps.add(new SequencePattern.Step(type(), some(2, this::eventCondition), true, null, null, duration()));
        }
        return new SequenceFilter(
                new SequencePattern(steps, maybe(() -> Duration.ofHours(1)), random.nextBoolean()),
                window(),
                random.nextBoolean());
    }

    private AggregationFilter aggregationFilter() {
        AggregationFilter.Aggregation aggregation = pick(AggregationFilter.Aggregation.values());
        boolean whole = aggregation == AggregationFilter.Aggregation.COUNT
                || aggregation == AggregationFilter.Aggregation.DISTINCT;
        Object least = whole ? (Object) random.nextInt(9) : new BigDecimal("-1.5");
        boolean between = random.nextBoolean();
        return new AggregationFilter(
                aggregation,
                aggregation == AggregationFilter.Aggregation.COUNT && random.nextBoolean() ? null : "properties.n",
                some(3, this::type),
                some(2, this::eventCondition),
                between ? Operator.BETWEEN : Operator.GREATER_OR_EQUAL,
                between ? List.of(least, 10) : least,
                window(),
                random.nextBoolean());
    }

    private SegmentFilter segmentFilter() {
        String segment = random.nextBoolean() ? "key-" + random.nextInt(9) : new UUID(1, random.nextInt(9)).toString();
        return new SegmentFilter(segment, random.nextBoolean(), random.nextBoolean());
    }

    private @Nullable Integer max(int min) {
        return maybe(() -> min + random.nextInt(5));
    }

    private TimeWindow window() {
        return switch (random.nextInt(4)) {
            case 0 -> TimeWindow.allTime();
            case 1 -> {
                Instant start = instant();
                yield TimeWindow.between(start, start.plus(duration()));
            }
            case 2 -> TimeWindow.last(duration());
            default ->
                new TimeWindow.Calendar(pick(TimeWindow.Calendar.Unit.values()), 1 + random.nextInt(100), pick(ZONES));
        };
    }

    private Condition profileCondition() {
        return switch (random.nextInt(4)) {
            case 0 -> condition("intentScore", Operator.BETWEEN, List.of(number(), new BigDecimal("1E+30")));
            case 1 -> condition("pattern", Operator.NOT_IN, List.of("at_risk", text()));
            case 2 -> condition("lastActivity", Operator.WITHIN_LAST, duration());
            default -> condition("firstSeen", Operator.AFTER, instant());
        };
    }

    private Condition eventCondition() {
        return switch (random.nextInt(6)) {
            case 0 -> condition("properties.a.b_1", Operator.EQUALS, scalar());
            case 1 -> condition("context.x", Operator.NOT_EXISTS, null);
            case 2 -> condition("page.url", Operator.MATCHES, "^/(pricing|compare)\\b");
            case 3 -> condition("value", Operator.LESS_OR_EQUAL, number());
            case 4 -> condition("metadata.m", Operator.IN, List.of(scalar(), scalar()));
            default -> condition("properties.t", Operator.CONTAINS, text());
        };
    }

    private Condition condition(String field, Operator operator, @Nullable Object value) {
        return new Condition(
                maybe(() -> "id " + text()),
                maybe(() -> "type " + random.nextInt()),
                field,
                operator,
                value,
                random.nextBoolean());
    }

    private TriggerDraft trigger() {
        List<Action> actions = new ArrayList<>(some(2, this::action));
        actions.add(action());
        return new TriggerDraft(
                maybe(() -> "key-" + random.nextInt(100)),
                "Name " + text(),
                maybe(() -> "About " + text()),
                event(),
                pick(Trigger.Status.values()),
                some(3, () -> random.nextBoolean() ? eventCondition() : profileCondition()),
                actions,
                some(2, () -> "segment-" + random.nextInt(9)),
                maybe(this::duration),
                random.nextInt(1_001),
                some(2, this::type),
                random.nextBoolean(),
                moderation());
    }

    private Moderation moderation() {
        boolean span = random.nextBoolean();
        return new Moderation(
                maybe(() -> 1 + random.nextInt(Moderation.MAX_PER_LEAD)),
                maybe(() -> Instant.EPOCH.plusNanos(random.nextLong(1L << 50))),
                maybe(() -> Instant.parse("2100-01-01T00:00:00Z").plusNanos(random.nextLong(1L << 50))),
                span ? null : maybe(() -> Instant.parse("2090-01-01T00:00:00.5Z")),
                span ? maybe(() -> Moderation.MAX_EXPIRY.minusNanos(1_000L * random.nextInt(9))) : null,
                some(2, this::cap),
                maybe(() -> pick(new QuietHours[] {
                    QuietHours.NONE, QuietHours.parse("22:00-08:00"), QuietHours.parse("00:00-23:59")
                })),
                pick(Recheck.values()),
                maybe(() -> "group " + text()));
    }

    private Cap cap() {
        Cap cap = random.nextBoolean()
                ? Cap.rolling(9 + random.nextInt(99), Duration.ofSeconds(1 + random.nextInt(1_000_000)))
                : Cap.per(pick(Cap.Calendar.values()), 9 + random.nextInt(99));
        return random.nextBoolean() ? cap.on("email") : cap;
    }

    private TriggerEvent event() {
        return switch (random.nextInt(6)) {
            case 4 ->
                new TriggerEvent.PatternChanged(
                        maybe(() -> pick(BehaviorPattern.values())), maybe(() -> pick(BehaviorPattern.values())));
            case 5 ->
                new TriggerEvent.ScoreCrossed(
                        ProfileField.INTENT_SCORE, TriggerEvent.Direction.DOWN, 20.25, 20.25 + random.nextInt(60));
            case 0 -> new TriggerEvent.Happened(type());
            case 1 -> new TriggerEvent.SegmentEntered(maybe(() -> "segment-" + random.nextInt(9)));
            case 2 -> new TriggerEvent.SegmentExited(maybe(() -> "segment-" + random.nextInt(9)));
            default ->
                new TriggerEvent.Inactivity(
                        maybe(this::type), some(2, this::eventCondition), some(2, this::type), duration());
        };
    }

    private Action action() {
        Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            parameters.put("p" + text(), json(3));
        }
        return new Action(maybe(() -> "id " + text()), "send_email", parameters, duration());
    }

    private @Nullable Object json(int depth) {
        return switch (random.nextInt(depth > 0 ? 5 : 3)) {
            case 0 -> null;
            case 3 -> Arrays.asList(json(depth - 1), json(depth - 1));
            case 4 -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                map.put(text(), json(depth - 1));
                yield map;
            }
            default -> scalar();
        };
    }

    private Object scalar() {
        return switch (random.nextInt(3)) {
            case 0 -> text();
            case 1 -> number();
            default -> random.nextBoolean();
        };
    }

    private Object number() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(100);
            case 1 -> random.nextDouble();
            case 2 -> new BigDecimal("0.1000000000000000000000000000000000001");
            default -> Long.MIN_VALUE + random.nextInt(3);
        };
    }

    private String text() {
        return pick(List.of("a", "é\u0301", "\uD83D\uDE00", "q\"\\/", "tab\tline\n", "<b>", "\u202E", "${x}"))
                + random.nextInt(10);
    }

    private Duration duration() {
        return switch (random.nextInt(4)) {
            case 0 -> Duration.ofDays(1 + random.nextInt(399));
            case 1 -> Duration.ofMinutes(1 + random.nextInt(10_000));
            case 2 -> Duration.ofMillis(1 + random.nextInt(100_000_000));
            default -> Duration.ofNanos(1_000L * (1 + random.nextInt(1_000_000)));
        };
    }

    private Instant instant() {
        return Instant.ofEpochSecond(1_700_000_000L + random.nextInt(100_000_000), random.nextInt(1_000_000) * 1_000L);
    }

    private EventType type() {
        return pick(EventType.BUILT_IN);
    }

    private UUID id() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private <T> List<T> some(int most, Supplier<T> one) {
        List<T> many = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            many.add(one.get());
        }
        return many;
    }

    private <T> @Nullable T maybe(Supplier<T> one) {
        return random.nextBoolean() ? one.get() : null;
    }

    private <T> T pick(T[] from) {
        return from[random.nextInt(from.length)];
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
