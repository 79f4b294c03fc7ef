package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonLimits;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever the range, the zone and the instant: a report answers, or says by a named error why not. */
class ReportBordersTest {
    private static final JsonLimits LIMITS = new JsonLimits(1 << 28, 64, 1 << 26, 1 << 20, 256, 1_000);
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");
    /** Offsets with seconds, days that were skipped or came twice, changes by half an hour, and the ends of what is accepted. */
    private static final List<Instant> INSTANTS = List.of(
            FIRST,
            Instant.parse("0001-01-01T17:59:59.999999Z"),
            Instant.parse("1844-12-31T20:00:00Z"),
            Instant.parse("1883-11-18T12:03:57.000001Z"),
            Instant.parse("1911-12-31T23:59:59Z"),
            Instant.parse("1970-01-01T00:00:00Z"),
            Instant.parse("1972-01-07T00:44:30Z"),
            Instant.parse("2011-12-30T10:00:00Z"),
            Instant.parse("2026-03-29T00:30:00Z"),
            Instant.parse("2026-10-25T00:30:00Z"),
            Instant.parse("9999-12-28T00:00:00Z"),
            LAST);

    private static final List<Instant> BEYOND = List.of(
            Instant.MIN,
            FIRST.minusNanos(1),
            Instant.parse("-290000-01-01T00:00:00Z"),
            LAST.plusNanos(1),
            Instant.parse("+294247-01-10T04:00:54.775807Z"),
            Instant.MAX);
    private static final List<ZoneId> ZONES = List.of(
            ZoneOffset.UTC,
            ZoneId.of("Europe/Berlin"),
            ZoneId.of("Africa/Monrovia"),
            ZoneId.of("Europe/Amsterdam"),
            ZoneId.of("Asia/Manila"),
            ZoneId.of("Pacific/Apia"),
            ZoneId.of("Asia/Kolkata"),
            ZoneId.of("Australia/Lord_Howe"),
            ZoneId.of("America/St_Johns"),
            ZoneId.of("+18:00"),
            ZoneId.of("-18:00"));

    @Test
    void every_report_answers_or_refuses_by_a_named_error() {
        Map<String, int[]> outcomes = new HashMap<>();
        for (int seed = 1; seed <= 250; seed++) {
            Random random = new Random(seed);
            Instant begin = any(INSTANTS, random);
            Histories histories = histories(random, begin);
            ZoneId zone = any(ZONES, random);
            Instant from = random.nextInt(6) == 0 ? null : begin;
            Instant to = end(random, begin);
            Instant asOf = random.nextInt(3) == 0 ? any(INSTANTS, random) : later(begin, random.nextInt(90));
            String name = "seed " + seed + ", from " + from + " to " + to + " in " + zone + " as of " + asOf;
            for (Map.Entry<String, Function<ReportFilter, Question<?>>> kind :
                    ReportKinds.of(random).entrySet()) {
                ReportFilter filter;
                try {
                    filter = new ReportFilter(
                            null, ReportFilter.Membership.NOW, List.of(), from, to, zone, null, random.nextBoolean());
                } catch (IllegalArgumentException refused) {
                    assertThat(refused).hasMessageStartingWith("the range must end behind its beginning");
                    continue;
                }
                int[] outcome = outcomes.computeIfAbsent(kind.getKey(), unknown -> new int[2]);
                try {
                    check(
                            name + ": " + kind.getKey(),
                            histories.run(kind.getValue().apply(filter), asOf));
                    outcome[0]++;
                } catch (InvalidDefinitionException refused) {
                    assertThat(refused.violations())
                            .as(name)
                            .isNotEmpty()
                            .allSatisfy(fault -> assertThat(fault.path()).matches("filter\\.from|interval|periods"));
                    outcome[1]++;
                } catch (RuntimeException unnamed) {
                    throw new AssertionError(name + ": " + kind.getKey(), unnamed);
                }
            }
        }
        assertThat(outcomes)
                .hasSize(17)
                .allSatisfy((kind, outcome) -> assertThat(outcome[0]).as(kind).isGreaterThan(50));
    }

    private static <T> T any(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }

    private static Instant later(Instant instant, int hours) {
        Instant later = instant.plus(Duration.ofHours(hours));
        return later.isAfter(LAST) ? LAST : later;
    }

    /** Nobody, one event at the very instant, or some around and behind it. */
    private static Histories histories(Random random, Instant begin) {
        return switch (random.nextInt(4)) {
            case 0 -> new Histories();
            case 1 -> new Histories().add("lead-0", begin, "a", Map.of("p", "one"), 1.0);
            default ->
                begin.isAfter(Instant.parse("9999-12-31T00:00:00Z"))
                        ? new Histories().add("lead-0", begin.minusNanos(1), "b", Map.of(), null)
                        : Histories.random(random, 4, 8, begin, Duration.ofMinutes(1 + random.nextInt(99)), 30);
        };
    }

    private static @Nullable Instant end(Random random, Instant begin) {
        return switch (random.nextInt(7)) {
            case 0 -> begin.isBefore(LAST) ? begin.plusNanos(1) : LAST;
            case 1 -> begin.isBefore(LAST) ? begin.plusNanos(1_000) : LAST;
            case 2 -> any(INSTANTS, random);
            case 3 -> null;
            default -> later(begin, 1 + random.nextInt(100));
        };
    }

    private static void check(String name, Report report) {
        String json = report.toJson();
        assertThat(report.toJson()).as(name).isEqualTo(json);
        assertThat(Json.parseObject(json, LIMITS))
                .as(name)
                .containsKeys("asOf", "zone", "from", "to", "coverage", "excluded");
        assertThat(report.toText()).as(name).startsWith("as of ");
        for (ReportTable table : report.tables()) {
            assertThat(table.toCsv()).as(name).endsWith("\r\n");
        }
    }

    @Test
    void an_instant_outside_of_the_years_that_events_lie_in_is_refused_by_its_name() {
        for (Instant beyond : BEYOND) {
            ReportFilter all = ReportFilter.everything();
            refused("from", beyond, () -> all.between(beyond, LAST));
            refused("to", beyond, () -> all.between(FIRST, beyond));
            refused("asOf", beyond, () -> all.asOf(beyond));
            refused("asOf", beyond, () -> ReportTerms.at(beyond));
            refused("from", beyond, () -> new Cost("web", beyond, LAST, BigDecimal.ONE));
            refused("to", beyond, () -> new Cost("web", FIRST, beyond, BigDecimal.ONE));
            refused("since", beyond, () -> new ComparedGroups.Member("on", beyond));
            refused("start", beyond, () -> new Periods.Equal(beyond, Duration.ofDays(1)));
            MembershipGrowth growth =
                    MembershipGrowth.of("s", CalendarInterval.DAY, all.between(FIRST, later(FIRST, 9)));
            refused("asOf", beyond, () -> new MembershipGrowthFold(growth, beyond));
            LifetimeValue value = LifetimeValue.of(EventChoice.any(), all);
            assertThatThrownBy(() -> value.calibratedTo(beyond))
                    .isInstanceOf(InvalidDefinitionException.class)
                    .hasMessageContaining("calibrationEnd: must lie in the years 0001 to 9999: " + beyond);
        }
    }

    private static void refused(
            String field, Instant beyond, org.assertj.core.api.ThrowableAssert.ThrowingCallable made) {
        assertThatThrownBy(made)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(field + " must lie in the years 0001 to 9999: " + beyond);
    }

    @Test
    void periods_beyond_what_time_can_tell_never_begin() {
        Histories histories =
                new Histories().add("lead", "2026-03-01T10:00:00Z", "a").add("lead", "9999-03-01T10:00:00Z", "a");
        Instant from = Instant.parse("2026-03-01T00:00:00Z");
        ReportFilter filter = ReportFilter.everything().between(from, from.plus(Duration.ofDays(1)));
        for (CalendarInterval interval :
                List.of(CalendarInterval.HOUR, CalendarInterval.DAY, CalendarInterval.WEEK, CalendarInterval.MONTH)) {
            for (int every : new int[] {8_000_000, 100_000_000, Integer.MAX_VALUE}) {
                CohortRetention question = CohortRetention.on(
                        EventChoice.any(), EventChoice.any(), new Periods.Calendar(interval, every), 1_000, filter);

                RetentionReport report = histories.run(question, LAST);

                RetentionReport.Cohort cohort = report.cohorts().get(0);
                assertThat(report.cohorts()).hasSize(1);
                assertThat(cohort.size()).isEqualTo(1);
                boolean apart = interval.unit() == CalendarInterval.Unit.HOUR && every == 8_000_000;
                assertThat(cohort.cells().get(0))
                        .as("%s %s", every, interval)
                        .isEqualTo(new RetentionReport.Cell(apart ? 0 : 1, apart));
                assertThat(cohort.cells().get(999)).isNull();
                histories.run(question.orAfter().atLeast(2), LAST);
            }
        }
    }

    @Test
    void the_shortest_periods_of_the_longest_range_are_refused() {
        ReportFilter filter = ReportFilter.everything().between(FIRST, LAST);
        for (int columns = 1; columns <= 1_000; columns++) {
            int count = columns;
            for (long micros = 1; micros < 100_000; micros *= 3) {
                Periods periods = new Periods.Equal(FIRST, Duration.ofNanos(micros * 1_000));
                assertThatThrownBy(
                                () -> CohortRetention.on(EventChoice.any(), EventChoice.any(), periods, count, filter))
                        .isInstanceOf(InvalidDefinitionException.class)
                        .hasMessageContaining("cohorts times periods must be at most 10000");
            }
        }
    }

    @Test
    void an_interval_as_sure_as_a_number_can_say_is_still_told() {
        double surest = Math.nextDown(1.0);
        Histories histories = new Histories();
        for (int i = 0; i < 40; i++) {
            String lead = "lead-" + i;
            histories.add(lead, "2026-03-01T10:00:00Z", "a");
            histories.add(lead, "2026-03-01T11:00:00Z", i % 2 == 0 ? "c" : "x");
            if (i % 3 == 0) {
                histories.add(lead, "2026-03-01T12:00:00Z", "b");
            }
        }
        EventChoice a = EventChoice.of(EventType.of("a"));
        EventChoice b = EventChoice.of(EventType.of("b"));
        ReportFilter all = ReportFilter.everything();
        for (double confidence : new double[] {1e-15, 1e-12, 0.5, 1 - 1e-12, surest}) {
            check(
                    "correlation " + confidence,
                    histories.run(
                            new Correlation(a, b, Duration.ofDays(1), "eventType", confidence, 1, all),
                            Instant.parse("2026-03-02T00:00:00Z")));
            check(
                    "groups " + confidence,
                    histories.run(
                            ReturnOnInvestment.builder(all)
                                    .conversion(b)
                                    .against(
                                            ComparedGroups.holdout(
                                                    subject -> subject.value().endsWith("1")),
                                            confidence)
                                    .build(),
                            Instant.parse("2026-03-02T00:00:00Z")));
        }
        ComparedGroups groups = ComparedGroups.holdout(subject -> true);
        for (double none : new double[] {0, Double.MIN_VALUE, 1, Double.NaN}) {
            assertThatThrownBy(() -> ReturnOnInvestment.builder(all)
                            .against(groups, none)
                            .build())
                    .isInstanceOf(InvalidDefinitionException.class)
                    .hasMessageContaining("confidence: must be between 0 and 1, and told apart from both: " + none);
        }
    }

    @Test
    void growth_is_told_or_refused_at_the_borders_too() {
        for (int seed = 1; seed <= 2_000; seed++) {
            Random random = new Random(seed);
            Instant begin = any(INSTANTS, random);
            Instant end = end(random, begin);
            if (end != null && !begin.isBefore(end)) {
                continue;
            }
            ReportFilter filter = new ReportFilter(
                    null, ReportFilter.Membership.NOW, List.of(), begin, end, any(ZONES, random), null, false);
            try {
                MembershipGrowthFold fold = new MembershipGrowthFold(
                        MembershipGrowth.of("s", ReportKinds.interval(random), filter), any(INSTANTS, random));
                if (random.nextBoolean()) {
                    fold.accumulate(SubjectId.lead("ada"), Micros.of(begin), true);
                }
                check("seed " + seed, fold.result(true));
            } catch (InvalidDefinitionException refused) {
                assertThat(refused).hasMessageContaining("interval: the range must be at most 10000 intervals");
            }
        }
    }
}
