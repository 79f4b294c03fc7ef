package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.behavioranalytics.condition.LocalDays;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.json.InvalidDefinitionException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Trends, counted interval by interval, over the days on which the clocks change. */
class TrendAgreementTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final List<Period> STEPS =
            List.of(Period.ofDays(1), Period.ofDays(1), Period.ofWeeks(1), Period.ofMonths(1));
    private static final EventChoice ONE = EventChoice.of(EventType.of("a"));
    private static final List<@Nullable String> BREAKDOWNS = Arrays.asList(null, "properties.p", "eventType");
    private static final EventChoice TWO = EventChoice.of(EventType.of("a"), EventType.of("b"));

    @Test
    void every_point_is_what_counting_its_events_gives() {
        for (int seed = 1; seed <= 1_500; seed++) {
            Random random = new Random(seed);
            LocalDate begin = random.nextBoolean() ? LocalDate.of(2026, 3, 26) : LocalDate.of(2026, 10, 22);
            Instant origin = LocalDays.start(begin, BERLIN);
            Histories histories = Histories.random(random, 4, 10, origin, Duration.ofMinutes(4 * 60 + 10), 50);
            int first = 2 + random.nextInt(2);
            int count = 1 + random.nextInt(3);
            Period step = STEPS.get(random.nextInt(STEPS.size()));
            LocalDate base = step.getMonths() > 0 ? begin.plusMonths(1).withDayOfMonth(1) : begin.plusDays(first);
            Instant from = LocalDays.start(base, BERLIN).plus(Duration.ofHours(random.nextInt(9)));
            Instant to = LocalDays.start(base.plus(step.multipliedBy(count)), BERLIN)
                    .minus(Duration.ofHours(random.nextInt(9)));
            String breakdown = BREAKDOWNS.get(random.nextInt(BREAKDOWNS.size()));
            boolean plain = random.nextInt(3) == 0;
            EventChoice more = plain ? EventChoice.any() : TWO;
            Trend trend = new Trend(
                    List.of(
                            new Trend.Series(plain ? EventChoice.any() : ONE, plain ? plain(random) : measure(random)),
                            new Trend.Series(more, plain ? plain(random) : measure(random))),
                    List.of(Trend.Formula.values()).get(random.nextInt(4)),
                    step.getMonths() > 0
                            ? CalendarInterval.MONTH
                            : step.getDays() == 7
                                    ? CalendarInterval.weekFrom(base.getDayOfWeek())
                                    : CalendarInterval.DAY,
                    breakdown,
                    true,
                    ReportFilter.everything().in(BERLIN).between(from, to));

            TrendReport report = histories.scattered(trend, ReportTerms.at(origin.plus(Duration.ofDays(40))), random);

            Set<String> groups = new HashSet<>();
            for (TrendReport.Line line : report.lines()) {
                groups.add(String.valueOf(line.group()));
                assertThat(line.points()).hasSize(count);
                String name = "seed " + seed + " " + trend + " " + line + " " + histories.events;
                Instant rangeBegin = LocalDays.start(base, BERLIN);
                Instant before = LocalDays.start(base.plus(step.multipliedBy(-count)), BERLIN);
                check(name, line.total(), value(trend, line, histories, from, to));
                check(name, line.previous(), value(trend, line, histories, before, rangeBegin));
                for (int i = 0; i < count; i++) {
                    Instant start = LocalDays.start(base.plus(step.multipliedBy(i)), BERLIN);
                    Instant end = LocalDays.start(base.plus(step.multipliedBy(i + 1)), BERLIN);
                    TrendReport.Point point = line.points().get(i);
                    assertThat(point.date())
                            .isEqualTo(base.plus(step.multipliedBy(i)).toString());
                    check(
                            name,
                            point.value(),
                            value(
                                    trend,
                                    line,
                                    histories,
                                    start.isBefore(from) ? from : start,
                                    end.isAfter(to) ? to : end));
                    check(
                            name,
                            point.previous(),
                            value(
                                    trend,
                                    line,
                                    histories,
                                    LocalDays.start(base.plus(step.multipliedBy(i - count)), BERLIN),
                                    LocalDays.start(base.plus(step.multipliedBy(i + 1 - count)), BERLIN)));
                }
            }
            if (breakdown != null) {
                Set<String> expected = new HashSet<>();
                Instant before = LocalDays.start(base.plus(step.multipliedBy(-count)), BERLIN);
                Instant rangeBegin = LocalDays.start(base, BERLIN);
                histories.events.values().stream().flatMap(List::stream).forEach(event -> {
                    Instant at = event.timestamp();
                    boolean now = !at.isBefore(from) && at.isBefore(to);
                    boolean earlier = !at.isBefore(before) && at.isBefore(rangeBegin);
                    if ((now || earlier) && NaiveFunnel.fits(more, event)) {
                        expected.add(String.valueOf(group(breakdown, event)));
                    }
                });
                assertThat(groups).isEqualTo(expected);
            }
        }
    }

    @Test
    void a_whole_range_is_told_without_being_cut() {
        Instant origin = Instant.parse("2026-03-01T00:00:00Z");
        for (int seed = 1; seed <= 500; seed++) {
            Random random = new Random(seed);
            Histories histories = Histories.random(random, 4, 10, origin, Duration.ofMinutes(4 * 60 + 10), 50);
            boolean plain = random.nextBoolean();
            boolean previous = random.nextBoolean();
            Instant from = origin.plus(Duration.ofHours(random.nextInt(60)));
            Duration length = Duration.ofHours(1 + random.nextInt(60));
            Instant to = from.plus(length);
            String breakdown = BREAKDOWNS.get(random.nextInt(BREAKDOWNS.size()));
            EventChoice more = plain ? EventChoice.any() : TWO;
            Trend trend = new Trend(
                    List.of(
                            new Trend.Series(plain ? EventChoice.any() : ONE, plain ? plain(random) : measure(random)),
                            new Trend.Series(more, plain ? plain(random) : measure(random))),
                    List.of(Trend.Formula.values()).get(random.nextInt(4)),
                    null,
                    breakdown,
                    previous,
                    ReportFilter.everything().between(from, to));

            TrendReport report = histories.scattered(trend, ReportTerms.at(origin.plus(Duration.ofDays(40))), random);

            Set<String> groups = new HashSet<>();
            for (TrendReport.Line line : report.lines()) {
                String name = "seed " + seed + " " + trend + " " + line + " " + histories.events;
                groups.add(String.valueOf(line.group()));
                assertThat(line.points()).isEmpty();
                check(name, line.total(), value(trend, line, histories, from, to));
                check(name, line.previous(), previous ? value(trend, line, histories, from.minus(length), from) : null);
            }
            Instant begin = previous ? from.minus(length) : from;
            Set<String> expected = new HashSet<>();
            histories.events.values().stream().flatMap(List::stream).forEach(event -> {
                Instant at = event.timestamp();
                if (!at.isBefore(begin) && at.isBefore(to) && NaiveFunnel.fits(more, event)) {
                    expected.add(String.valueOf(group(breakdown, event)));
                }
            });
            assertThat(groups).isEqualTo(breakdown == null ? Set.of("null") : expected);
        }
    }

    private static @Nullable Object group(@Nullable String breakdown, BehaviorEvent event) {
        return "eventType".equals(breakdown)
                ? event.type().name()
                : event.properties().get("p");
    }

    /** What counts whole stretches of events. */
    private static Trend.Measure plain(Random random) {
        return random.nextBoolean() ? Trend.Measure.TOTAL : Trend.Measure.UNIQUES;
    }

    private static Trend.Measure measure(Random random) {
        return List.of(Trend.Measure.values()).get(random.nextInt(4));
    }

    static void check(String name, @Nullable BigDecimal actual, @Nullable Double expected) {
        if (expected == null) {
            assertThat(actual).as(name).isNull();
        } else {
            assertThat(Objects.requireNonNull(actual, name).doubleValue())
                    .as(name)
                    .isCloseTo(expected, within(1e-9));
        }
    }

    static @Nullable Double value(Trend trend, TrendReport.Line line, Histories histories, Instant from, Instant to) {
        if (!line.series().equals("formula")) {
            return count(trend, trend.series().get(line.series().charAt(0) - 'A'), line.group(), histories, from, to);
        }
        double a = count(trend, trend.series().get(0), line.group(), histories, from, to);
        double b = count(trend, trend.series().get(1), line.group(), histories, from, to);
        return switch (Objects.requireNonNull(trend.formula())) {
            case SUM -> a + b;
            case DIFFERENCE -> a - b;
            case PRODUCT -> a * b;
            case RATIO -> b == 0 ? null : (Double) (a / b);
        };
    }

    private static double count(
            Trend trend, Trend.Series series, @Nullable String group, Histories histories, Instant from, Instant to) {
        double sum = 0;
        Set<SubjectId> subjects = new HashSet<>();
        Set<String> visits = new HashSet<>();
        for (Map.Entry<SubjectId, List<BehaviorEvent>> entry : histories.events.entrySet()) {
            Map<BehaviorEvent, String> visitOf = visits(entry.getKey(), entry.getValue());
            for (BehaviorEvent event : entry.getValue()) {
                boolean inGroup = trend.breakdown() == null || Objects.equals(group, group(trend.breakdown(), event));
                if (inGroup
                        && NaiveFunnel.fits(series.event(), event)
                        && !event.timestamp().isBefore(from)
                        && event.timestamp().isBefore(to)) {
                    subjects.add(entry.getKey());
                    visits.add(visitOf.get(event));
                    Double value = event.value();
                    sum += series.measure() == Trend.Measure.TOTAL ? 1 : value == null ? 0 : value;
                }
            }
        }
        return switch (series.measure()) {
            case TOTAL, VALUE -> sum;
            case UNIQUES -> subjects.size();
            case VISITS -> visits.size();
        };
    }

    private static Map<BehaviorEvent, String> visits(SubjectId subject, List<BehaviorEvent> events) {
        Map<BehaviorEvent, String> visits = new HashMap<>();
        for (int i = 0; i < events.size(); i++) {
            BehaviorEvent event = events.get(i);
            String visit = subject + " " + i;
            for (int j = i - 1; j >= 0; j--) {
                BehaviorEvent before = events.get(j);
                if (Objects.equals(before.sessionId(), event.sessionId())) {
                    boolean goesOn = Duration.between(before.timestamp(), event.timestamp())
                                    .compareTo(Duration.ofMinutes(30))
                            <= 0;
                    visit = goesOn ? visits.getOrDefault(before, visit) : visit;
                    break;
                }
            }
            visits.put(event, visit);
        }
        return visits;
    }

    @Test
    void events_of_more_types_than_have_numbers_are_counted_by_type() {
        Instant from = Instant.parse("2026-03-01T00:00:00Z");
        for (int seed = 1; seed <= 40; seed++) {
            Random random = new Random(seed);
            Histories histories = new Histories();
            Map<String, Long> expected = new TreeMap<>();
            for (int lead = 0; lead < 4; lead++) {
                int kinds = random.nextBoolean() ? 1_000 : 5;
                for (int i = 0; i < 600; i++) {
                    String type = random.nextInt(4) == 0 ? "page_view" : "own_" + random.nextInt(kinds);
                    histories.add("lead-" + lead, from.plusSeconds(7_200L * i / 3), type, Map.of(), null);
                    expected.merge(type, 1L, Long::sum);
                }
            }
            Trend trend = Trend.of(
                            EventChoice.any(),
                            Trend.Measure.TOTAL,
                            CalendarInterval.WEEK,
                            ReportFilter.everything().between(from, from.plus(Duration.ofDays(30))))
                    .by("eventType");

            TrendReport report = histories.scattered(trend, ReportTerms.at(from.plus(Duration.ofDays(40))), random);

            Map<String, Long> counted = new TreeMap<>();
            Map<String, Long> byWeek = new TreeMap<>();
            for (TrendReport.Line line : report.lines()) {
                String type = Objects.requireNonNull(line.group());
                counted.put(type, Objects.requireNonNull(line.total()).longValueExact());
                byWeek.put(
                        type,
                        line.points().stream()
                                .mapToLong(point ->
                                        Objects.requireNonNull(point.value()).longValueExact())
                                .sum());
            }
            assertThat(counted).isEqualTo(expected);
            assertThat(byWeek).isEqualTo(expected);
        }
    }

    @Test
    void what_cannot_be_asked_is_refused() {
        Instant from = Instant.parse("2026-03-01T00:00:00Z");
        ReportFilter range = ReportFilter.everything().between(from, from.plusSeconds(1));
        assertThatThrownBy(() -> new Trend(List.of(), Trend.Formula.SUM, CalendarInterval.DAY, "value", false, range))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContainingAll("series: must be 1 to 10: 0", "formula: needs two series", "breakdown");
        Histories histories = new Histories();
        for (int i = 0; i < 1_001; i++) {
            histories.add("lead-" + i, from, "a", Map.of("p", "v" + i), null);
        }
        ReportFilter year = ReportFilter.everything().between(from, from.plus(Duration.ofDays(1_200)));
        Trend wide =
                Trend.of(ONE, Trend.Measure.TOTAL, CalendarInterval.DAY, year).by("properties.p");
        assertThatThrownBy(() -> histories.run(wide, from.plus(Duration.ofDays(2_000))))
                .isInstanceOf(ReportLimitException.class)
                .hasMessageContaining("more than 1000000 cells");
    }

    @Test
    void correlation_counts_only_what_came_before_the_conversion() {
        int corrected = 0;
        int plain = 0;
        Instant origin = Instant.parse("2026-03-01T00:00:00Z");
        for (int seed = 1; seed <= 2_000; seed++) {
            Random random = new Random(seed);
            Histories histories = Histories.random(random, 6, 8, origin, Duration.ofMinutes(1), 20);
            Duration window = Duration.ofMinutes(1 + random.nextInt(12));
            Correlation question = new Correlation(
                    ONE,
                    EventChoice.of(EventType.of("b")),
                    window,
                    random.nextBoolean() ? "eventType" : "properties.p",
                    0.95,
                    1,
                    ReportFilter.everything());

            CorrelationReport report =
                    histories.scattered(question, ReportTerms.at(origin.plus(Duration.ofDays(1))), random);

            long began = 0;
            long converted = 0;
            Map<String, long[]> had = new HashMap<>();
            for (List<BehaviorEvent> events : histories.events.values()) {
                BehaviorEvent start = events.stream()
                        .filter(event -> event.type().name().equals("a"))
                        .findFirst()
                        .orElse(null);
                if (start == null) {
                    continue;
                }
                began++;
                List<BehaviorEvent> behind = new ArrayList<>(events.subList(events.indexOf(start) + 1, events.size()));
                behind.removeIf(
                        event -> event.timestamp().isAfter(start.timestamp().plus(window)));
                int end = behind.size();
                for (int i = behind.size() - 1; i >= 0; i--) {
                    end = behind.get(i).type().name().equals("b") ? i : end;
                }
                boolean converts = end < behind.size();
                converted += converts ? 1 : 0;
                Set<String> values = new HashSet<>();
                for (BehaviorEvent event : behind.subList(0, end)) {
                    Object value = question.field().equals("eventType")
                            ? event.type().name()
                            : event.properties().get("p");
                    if (value != null) {
                        values.add(String.valueOf(value));
                    }
                }
                values.forEach(value -> had.computeIfAbsent(value, unknown -> new long[2])[converts ? 0 : 1]++);
            }
            assertThat(report.began()).as("seed %s", seed).isEqualTo(began);
            assertThat(report.converted()).as("seed %s", seed).isEqualTo(converted);
            assertThat(report.lines()).hasSize(had.size());
            for (CorrelationReport.Line line : report.lines()) {
                long[] cells = Objects.requireNonNull(had.get(line.value()));
                assertThat(line.withConverted()).isEqualTo(cells[0]);
                assertThat(line.withOthers()).isEqualTo(cells[1]);
                assertThat(line.withoutConverted()).isEqualTo(converted - cells[0]);
                assertThat(line.withoutOthers()).isEqualTo(began - converted - cells[1]);
                double[] four = {
                    cells[0], cells[1], converted - cells[0], began - converted - cells[1],
                };
                // With an empty cell by the same formulas over half a subject more in each.
                if (Arrays.stream(four).anyMatch(cell -> cell == 0)) {
                    four = Arrays.stream(four).map(cell -> cell + 0.5).toArray();
                    corrected++;
                } else {
                    plain++;
                }
                double ratio = four[0] * four[3] / (four[1] * four[2]);
                double half = 1.959963985
                        * Math.sqrt(Arrays.stream(four).map(cell -> 1 / cell).sum());
                assertThat(line.oddsRatio()).as("seed %s", seed).isCloseTo(ratio, withinPercentage(1e-6));
                assertThat(line.low()).isCloseTo(ratio * Math.exp(-half), withinPercentage(1e-5));
                assertThat(line.high()).isCloseTo(ratio * Math.exp(half), withinPercentage(1e-5));
                assertThat(line.isClear()).isEqualTo(line.low() > 1 || line.high() < 1);
            }
        }
        assertThat(corrected).isGreaterThan(100);
        assertThat(plain).isGreaterThan(100);
    }

    @Test
    void an_odds_ratio_and_its_interval_are_those_of_the_textbook() {
        // 20 of 30 with it convert, 10 of 40 without: (20 x 30) / (10 x 10) = 6, ln 6 +- 1.959964 sqrt(1/20 + 1/10 +
        // 1/10 + 1/30).
        Instant at = Instant.parse("2026-03-01T00:00:00Z");
        Histories histories = new Histories();
        for (int i = 0; i < 70; i++) {
            String lead = "lead-" + i;
            histories.add(lead, at, "a", Map.of(), null);
            if (i < 30) {
                histories.add(lead, at, "c", Map.of(), null);
            }
            if (i < 20 || (i >= 30 && i < 40)) {
                histories.add(lead, at, "b", Map.of(), null);
            }
        }
        CorrelationReport report = histories.run(
                Correlation.of(ONE, EventChoice.of(EventType.of("b")), Duration.ofDays(1), ReportFilter.everything()),
                at.plusSeconds(1));

        CorrelationReport.Line line = report.lines().get(0);
        double half = 1.959963985 * Math.sqrt(1 / 20.0 + 1 / 10.0 + 1 / 10.0 + 1 / 30.0);
        assertThat(line.oddsRatio()).isCloseTo(6, within(1e-9));
        assertThat(line.low()).isCloseTo(Math.exp(Math.log(6) - half), within(1e-6));
        assertThat(line.high()).isCloseTo(Math.exp(Math.log(6) + half), within(1e-6));
        assertThat(line.isClear()).isTrue();
    }
}
