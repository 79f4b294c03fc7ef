package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
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

/** The funnel against the words of its definition, on thousands of small histories with many events at one instant. */
class FunnelAgreementTest {
    /** The evenings before the nights in which the clocks of Berlin go back and forward; the days behind begin a week. */
    private static final List<Instant> EVENINGS =
            List.of(Instant.parse("2026-10-24T20:00:00Z"), Instant.parse("2026-03-28T21:00:00Z"));

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Duration STEP = Duration.ofMinutes(20);
    private static final int CASES = 6_000;

    @Test
    void it_counts_what_trying_every_way_through_the_steps_counts() {
        int converted = 0;
        int voided = 0;
        int open = 0;
        for (int seed = 1; seed <= CASES; seed++) {
            Random random = new Random(seed);
            Instant from = EVENINGS.get(random.nextInt(2));
            Funnel funnel = funnel(random, from);
            Histories histories = Histories.random(random, 3, 8, from, STEP, 12);
            Instant asOf = from.plus(STEP.multipliedBy(12 + random.nextInt(12)));
            FunnelReport report = histories.scattered(funnel, ReportTerms.at(asOf), random);
            Told told = told(funnel, histories, asOf);
            converted += told.all.converted;
            open += told.all.open;
            voided += told.voided ? 1 : 0;
            check("seed " + seed + " " + funnel + " " + histories.events, funnel, report, told);
        }
        // The histories try what they are meant to try.
        assertThat(converted).isGreaterThan(CASES / 10);
        assertThat(open).isGreaterThan(CASES / 20);
        assertThat(voided).isGreaterThan(CASES / 100);
    }

    /** What is to be told of some attempts. */
    private static final class Expected {
        final long[] reached;
        final long[] inProgress;
        final List<List<Double>> times = new ArrayList<>();
        final List<Double> total = new ArrayList<>();
        final List<Set<SubjectId>> dropped = new ArrayList<>();
        final List<Set<SubjectId>> underWay = new ArrayList<>();
        int converted;
        int open;

        Expected(int steps) {
            reached = new long[steps];
            inProgress = new long[steps];
            for (int k = 0; k < steps; k++) {
                times.add(new ArrayList<>());
                dropped.add(new HashSet<>());
                underWay.add(new HashSet<>());
            }
        }

        void add(Funnel funnel, SubjectId subject, NaiveFunnel.Way way, boolean isOpen, boolean isConverted) {
            int last = 0;
            BehaviorEvent before = way.start();
            for (int k = 0; k < reached.length; k++) {
                BehaviorEvent at = way.at()[k];
                if (at != null) {
                    reached[k]++;
                    last = funnel.steps().get(k).optional() ? last : k;
                    if (k > 0) {
                        times.get(k).add(seconds(before, at));
                    }
                    before = at;
                }
            }
            open += isOpen ? 1 : 0;
            inProgress[last] += isOpen ? 1 : 0;
            (isOpen ? underWay : dropped).get(last).add(subject);
            if (isConverted) {
                converted++;
                total.add(seconds(way.start(), Objects.requireNonNull(way.at()[reached.length - 1])));
            }
        }
    }

    /** What is to be told of all attempts, and of parts of them. */
    private static final class Told {
        final Expected all;
        final TreeMap<String, Expected> trend = new TreeMap<>();
        final Map<List<String>, Expected> groups = new HashMap<>();
        boolean voided;

        Told(int steps) {
            all = new Expected(steps);
        }
    }

    private static Told told(Funnel funnel, Histories histories, Instant asOf) {
        int steps = funnel.steps().size();
        NaiveFunnel naive = new NaiveFunnel(funnel, asOf);
        Told told = new Told(steps);
        histories.events.forEach((subject, all) -> {
            List<NaiveFunnel.Way> ways = naive.counted(all);
            told.voided |= ways.isEmpty()
                    && funnel.holding().isEmpty()
                    && all.stream()
                            .anyMatch(event ->
                                    NaiveFunnel.fits(funnel.steps().get(0).event(), event));
            for (NaiveFunnel.Way way : ways) {
                boolean open = naive.isOpen(way, all);
                boolean converted = naive.isConverted(way);
                told.all.add(funnel, subject, way, open, converted);
                told.trend
                        .computeIfAbsent(date(funnel, way.start()), date -> new Expected(steps))
                        .add(funnel, subject, way, open, converted);
                told.groups
                        .computeIfAbsent(values(funnel, way), values -> new Expected(steps))
                        .add(funnel, subject, way, open, converted);
            }
        });
        return told;
    }

    private static String date(Funnel funnel, BehaviorEvent start) {
        LocalDate day = start.timestamp().atZone(BERLIN).toLocalDate();
        CalendarInterval trend = Objects.requireNonNull(funnel.trend());
        return (trend.unit() == CalendarInterval.Unit.WEEK
                        ? day.with(TemporalAdjusters.previousOrSame(trend.weekStart()))
                        : day)
                .toString();
    }

    private static double seconds(BehaviorEvent from, BehaviorEvent to) {
        return Duration.between(from.timestamp(), to.timestamp()).toNanos() / 1e9;
    }

    private static List<String> values(Funnel funnel, NaiveFunnel.Way way) {
        Funnel.Breakdown breakdown = funnel.breakdown();
        if (breakdown == null) {
            return List.of();
        }
        List<BehaviorEvent> events = new ArrayList<>(way.among());
        events.retainAll(Arrays.asList(way.at()));
        List<String> values = new ArrayList<>();
        for (String field : breakdown.fields()) {
            String name = field.substring("properties.".length());
            List<Object> seen = new ArrayList<>();
            if (breakdown.attribution() == Funnel.Attribution.STEP) {
                BehaviorEvent at = way.at()[breakdown.step() - 1];
                seen.add(at == null ? null : at.properties().get(name));
            } else {
                events.forEach(event -> seen.add(event.properties().get(name)));
                seen.removeIf(Objects::isNull);
            }
            int index = breakdown.attribution() == Funnel.Attribution.LAST ? seen.size() - 1 : 0;
            values.add(seen.isEmpty() || seen.get(index) == null ? null : String.valueOf(seen.get(index)));
        }
        return values;
    }

    private static void check(String name, Funnel funnel, FunnelReport report, Told told) {
        checkSteps(name, report.steps(), report.conversion(), told.all);
        for (int k = 0; k < funnel.steps().size(); k++) {
            FunnelReport.StepResult step = report.steps().get(k);
            assertThat(step.step()).isEqualTo(k + 1);
            assertThat(step.optional()).isEqualTo(funnel.steps().get(k).optional());
            assertThat(new HashSet<>(step.droppedLeads()))
                    .as("%s, step %s", name, k)
                    .isEqualTo(told.all.dropped.get(k));
            assertThat(new HashSet<>(step.inProgressLeads()))
                    .as("%s, step %s", name, k)
                    .isEqualTo(told.all.underWay.get(k));
        }
        assertThat(report.trend().stream().map(FunnelReport.Entries::date).toList())
                .as(name)
                .isEqualTo(List.copyOf(told.trend.keySet()));
        for (FunnelReport.Entries entries : report.trend()) {
            Expected line = Objects.requireNonNull(told.trend.get(entries.date()));
            assertThat(entries.reached().stream().mapToLong(Long::longValue).toArray())
                    .as(name)
                    .isEqualTo(line.reached);
            assertThat(entries.inProgress()).as(name).isEqualTo(line.open);
        }
        if (funnel.breakdown() != null) {
            assertThat(report.groups()).as(name).hasSize(told.groups.size());
            for (FunnelReport.Group group : report.groups()) {
                Expected expected = Objects.requireNonNull(told.groups.get(group.values()), name);
                checkSteps(name + " " + group.values(), group.steps(), group.conversion(), expected);
            }
        }
    }

    private static void checkSteps(
            String name, List<FunnelReport.StepResult> steps, FunnelReport.Conversion conversion, Expected expected) {
        long entered = expected.reached[0];
        int before = 0;
        for (int k = 0; k < expected.reached.length; k++) {
            FunnelReport.StepResult step = steps.get(k);
            String of = name + ", step " + k;
            assertThat(step.reached()).as(of).isEqualTo(expected.reached[k]);
            assertThat(step.inProgress()).as(of).isEqualTo(expected.inProgress[k]);
            assertThat(step.rate()).as(of).isEqualTo(rate(expected.reached[k], entered));
            assertThat(step.stepRate())
                    .as(of)
                    .isEqualTo(k == 0 ? null : rate(expected.reached[k], expected.reached[before]));
            if (!step.optional()) {
                if (k > 0) {
                    assertThat(steps.get(before).dropped())
                            .as(of)
                            .isEqualTo(expected.reached[before] - expected.reached[k]);
                }
                before = k;
            }
            checkTimes(of, step.time(), expected.times.get(k));
        }
        assertThat(conversion.entered()).as(name).isEqualTo(entered);
        assertThat(conversion.converted()).as(name).isEqualTo(expected.converted);
        assertThat(conversion.rate()).as(name).isEqualTo(rate(expected.converted, entered));
        assertThat(conversion.inProgress()).as(name).isEqualTo(expected.open);
        checkTimes(name, conversion.time(), expected.total);
    }

    private static @Nullable Double rate(long part, long whole) {
        return whole == 0 ? null : (Double) ((double) part / whole);
    }

    static void checkTimes(String name, FunnelReport.Times times, List<Double> seconds) {
        if (seconds.isEmpty()) {
            assertThat(times).as(name).isEqualTo(new FunnelReport.Times(null, null, null, null));
            return;
        }
        List<Double> sorted = seconds.stream().sorted().toList();
        assertThat(times.mean())
                .as(name)
                .isCloseTo(
                        seconds.stream()
                                .mapToDouble(Double::doubleValue)
                                .average()
                                .orElseThrow(),
                        within(1e-6));
        assertThat(times.median()).as(name).isCloseTo(percentile(sorted, 0.5), within(1e-6));
        assertThat(times.p75()).as(name).isCloseTo(percentile(sorted, 0.75), within(1e-6));
        assertThat(times.p90()).as(name).isCloseTo(percentile(sorted, 0.9), within(1e-6));
    }

    /** By the words: the value at the place (n - 1) p of those in order, on the line between its neighbors. */
    private static double percentile(List<Double> sorted, double p) {
        double place = (sorted.size() - 1) * p;
        double below = sorted.get((int) place);
        return (int) place + 1 < sorted.size()
                ? below + (place - (int) place) * (sorted.get((int) place + 1) - below)
                : below;
    }

    private static Funnel funnel(Random random, Instant begin) {
        Funnel.Order order = List.of(Funnel.Order.values()).get(random.nextInt(3));
        int steps = 2 + random.nextInt(3);
        Funnel.Builder funnel = Funnel.builder()
                .order(order)
                .count(List.of(Funnel.Counting.values()).get(random.nextInt(3)))
                .within(STEP.multipliedBy(1 + random.nextInt(10)))
                .trend(random.nextBoolean() ? CalendarInterval.DAY : CalendarInterval.weekFrom(DayOfWeek.SUNDAY))
                .ties(List.of(Funnel.Ties.values()).get(random.nextInt(2)))
                .leads(100);
        if (random.nextInt(4) == 0) {
            funnel.withinEvents(1 + random.nextInt(5));
        }
        boolean[] optional = new boolean[steps];
        for (int k = 0; k < steps; k++) {
            Funnel.Step step = Funnel.Step.of(selector(random));
            optional[k] = order != Funnel.Order.ANY && k > 0 && k < steps - 1 && random.nextInt(3) == 0;
            step = optional[k] ? step.asOptional() : step;
            funnel.step(random.nextInt(8) == 0 ? step.asFirstEver() : step);
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            int from = random.nextInt(steps - 1);
            int to = from + 1 + random.nextInt(steps - from - 1);
            if (!optional[from] && !optional[to]) {
                funnel.exclude(
                        random.nextInt(4) == 0 ? selector(random) : EventChoice.of(Histories.TYPES.get(3)),
                        from + 1,
                        to + 1);
            }
        }
        if (random.nextInt(3) == 0) {
            funnel.holdingConstant(
                    random.nextBoolean()
                            ? new String[] {"properties.p"}
                            : new String[] {"properties.p", "properties.n"});
        }
        switch (random.nextInt(5)) {
            case 0 -> funnel.breakdown(Funnel.Attribution.FIRST, "properties.p", "properties.n");
            case 1 -> funnel.breakdown(Funnel.Attribution.LAST, "properties.p");
            case 2 -> funnel.breakdownAtStep(1 + random.nextInt(steps), "properties.n");
            default -> {}
        }
        ReportFilter filter = ReportFilter.everything().in(BERLIN);
        if (random.nextInt(3) == 0) {
            filter = filter.between(
                    begin.plus(STEP.multipliedBy(random.nextInt(4))),
                    begin.plus(STEP.multipliedBy(6 + random.nextInt(6))));
        }
        return funnel.filter(filter).build();
    }

    private static EventChoice selector(Random random) {
        EventChoice selector = switch (random.nextInt(6)) {
            case 0 -> EventChoice.of(Histories.TYPES.get(0), Histories.TYPES.get(1));
            case 1 -> EventChoice.any();
            default -> EventChoice.of(Histories.TYPES.get(random.nextInt(3)));
        };
        return random.nextInt(4) == 0 ? selector.where("properties.p", Operator.EQUALS, "one") : selector;
    }
}
