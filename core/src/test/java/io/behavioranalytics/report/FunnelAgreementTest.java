package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The funnel against the words of its definition, on thousands of small histories with many events at one instant. */
class FunnelAgreementTest {
    /** The night in which the clocks of Berlin go back. */
    private static final Instant FROM = Instant.parse("2026-10-24T20:00:00Z");

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
            Funnel funnel = funnel(random);
            Histories histories = Histories.random(random, 3, 8, FROM, STEP, 12);
            Instant asOf = FROM.plus(STEP.multipliedBy(12 + random.nextInt(12)));
            FunnelReport report = histories.scattered(funnel, ReportTerms.at(asOf), random);
            Expected expected = expected(funnel, histories, asOf);
            converted += expected.converted;
            open += expected.open;
            voided += expected.started > expected.counted ? 1 : 0;
            check("seed " + seed + " " + funnel + " " + histories.events, funnel, report, expected);
        }
        // The histories try what they are meant to try.
        assertThat(converted).isGreaterThan(CASES / 10);
        assertThat(open).isGreaterThan(CASES / 20);
        assertThat(voided).isGreaterThan(CASES / 100);
    }

    private static final class Expected {
        final long[] reached;
        final long[] inProgress;
        final List<List<Double>> times = new ArrayList<>();
        final List<Double> total = new ArrayList<>();
        final List<Set<SubjectId>> dropped = new ArrayList<>();
        final List<Set<SubjectId>> underWay = new ArrayList<>();
        final TreeMap<String, long[]> trend = new TreeMap<>();
        final Map<List<String>, long[]> groups = new TreeMap<>(java.util.Comparator.comparing(Object::toString));
        int converted;
        int open;
        int started;
        int counted;

        Expected(int steps) {
            reached = new long[steps];
            inProgress = new long[steps];
            for (int k = 0; k < steps; k++) {
                times.add(new ArrayList<>());
                dropped.add(new HashSet<>());
                underWay.add(new HashSet<>());
            }
        }
    }

    private static Expected expected(Funnel funnel, Histories histories, Instant asOf) {
        int steps = funnel.steps().size();
        NaiveFunnel naive = new NaiveFunnel(funnel, asOf);
        Expected expected = new Expected(steps);
        histories.events.forEach((subject, all) -> {
            expected.started += all.stream()
                                    .anyMatch(event -> NaiveFunnel.fits(
                                            funnel.steps().get(0).event(), event))
                            && funnel.counting() == Funnel.Counting.UNIQUES
                            && funnel.holding().isEmpty()
                    ? 1
                    : 0;
            List<NaiveFunnel.Way> ways = naive.counted(all);
            expected.counted += funnel.counting() == Funnel.Counting.UNIQUES
                            && funnel.holding().isEmpty()
                    ? ways.size()
                    : 0;
            for (NaiveFunnel.Way way : ways) {
                boolean open = naive.isOpen(way, all);
                expected.open += open ? 1 : 0;
                int last = 0;
                BehaviorEvent before = way.start();
                long[] line = expected.trend.computeIfAbsent(
                        way.start().timestamp().atZone(BERLIN).toLocalDate().toString(), day -> new long[steps + 1]);
                long[] group = expected.groups.computeIfAbsent(values(funnel, way), value -> new long[steps]);
                for (int k = 0; k < steps; k++) {
                    BehaviorEvent at = way.at()[k];
                    if (at != null) {
                        expected.reached[k]++;
                        line[k]++;
                        group[k]++;
                        last = funnel.steps().get(k).optional() ? last : k;
                        if (k > 0) {
                            expected.times.get(k).add(seconds(before, at));
                        }
                        before = at;
                    }
                }
                line[steps] += open ? 1 : 0;
                expected.inProgress[last] += open ? 1 : 0;
                (open ? expected.underWay : expected.dropped).get(last).add(subject);
                if (naive.isConverted(way)) {
                    expected.converted++;
                    expected.total.add(seconds(way.start(), Objects.requireNonNull(way.at()[steps - 1])));
                }
            }
        });
        return expected;
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

    private static void check(String name, Funnel funnel, FunnelReport report, Expected expected) {
        for (int k = 0; k < funnel.steps().size(); k++) {
            FunnelReport.StepResult step = report.steps().get(k);
            assertThat(step.reached()).as("%s, step %s", name, k).isEqualTo(expected.reached[k]);
            assertThat(step.inProgress()).as("%s, step %s", name, k).isEqualTo(expected.inProgress[k]);
            assertThat(new HashSet<>(step.droppedLeads()))
                    .as("%s, step %s", name, k)
                    .isEqualTo(expected.dropped.get(k));
            assertThat(new HashSet<>(step.inProgressLeads()))
                    .as("%s, step %s", name, k)
                    .isEqualTo(expected.underWay.get(k));
            checkTimes(name, step.time(), expected.times.get(k));
        }
        checkTimes(name, report.conversion().time(), expected.total);
        assertThat(report.conversion().converted()).isEqualTo(expected.converted);
        assertThat(report.trend().stream().map(FunnelReport.Entries::date).toList())
                .as(name)
                .isEqualTo(List.copyOf(expected.trend.keySet()));
        for (FunnelReport.Entries entries : report.trend()) {
            long[] line = Objects.requireNonNull(expected.trend.get(entries.date()));
            assertThat(entries.reached().stream().mapToLong(Long::longValue).toArray())
                    .isEqualTo(Arrays.copyOf(line, line.length - 1));
            assertThat(entries.inProgress()).isEqualTo(line[line.length - 1]);
        }
        if (funnel.breakdown() != null) {
            assertThat(report.groups()).as(name).hasSize(expected.groups.size());
            for (FunnelReport.Group group : report.groups()) {
                assertThat(group.steps().stream()
                                .mapToLong(FunnelReport.StepResult::reached)
                                .toArray())
                        .as(name)
                        .isEqualTo(expected.groups.get(group.values()));
            }
        }
    }

    private static void checkTimes(String name, FunnelReport.Times times, List<Double> seconds) {
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

    private static Funnel funnel(Random random) {
        Funnel.Order order = List.of(Funnel.Order.values()).get(random.nextInt(3));
        int steps = 2 + random.nextInt(3);
        Funnel.Builder funnel = Funnel.builder()
                .order(order)
                .count(List.of(Funnel.Counting.values()).get(random.nextInt(3)))
                .within(STEP.multipliedBy(1 + random.nextInt(10)))
                .trend(CalendarInterval.DAY)
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
                    FROM.plus(STEP.multipliedBy(random.nextInt(4))),
                    FROM.plus(STEP.multipliedBy(6 + random.nextInt(6))));
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
