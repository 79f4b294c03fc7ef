package io.behavioranalytics.examples.benchmarks;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.experiment.EventSelector;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.ExperimentDraft;
import io.behavioranalytics.experiment.ExperimentResults;
import io.behavioranalytics.experiment.Metric;
import io.behavioranalytics.experiment.MetricResult;
import io.behavioranalytics.experiment.MetricResult.ArmValue;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects.Projection;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Results of an experiment of four variants and five metrics through the facade, beside a scan that only reads every event of the same users
 * from the same store, and is told who they are. Both take turns; the round with the least processor time counts. Results that are not what
 * a count over the rows says end the run.
 */
final class ResultsRace implements Benchmark.Run {
    private static final int WARM_UPS = 3;
    private static final int ROUNDS = 5;
    private static final int PAGE = 1_000;
    private static final int WINDOW_HOURS = 7 * 24;
    private static final double PERCENTILE = 99;
    private static final double TOLERANCE = 1e-9;

    private static final int PAGE_VIEW = EventType.BUILT_IN.indexOf(EventType.PAGE_VIEW);
    private static final int FORM_START = EventType.BUILT_IN.indexOf(EventType.FORM_START);
    private static final int FORM_SUBMIT = EventType.BUILT_IN.indexOf(EventType.FORM_SUBMIT);
    private static final int COMPLETE = EventType.BUILT_IN.indexOf(EventType.APPLICATION_COMPLETE);

    private final ExposedUsers users;

    ResultsRace(int events) {
        users = new ExposedUsers(Math.max(1, events / ExposedUsers.EVENTS));
    }

    private static ExperimentDraft draft() {
        return ExperimentDraft.builder("results", Experiment.Type.CONTENT)
                .hypothesis("none")
                .successMetric("conversion_rate")
                .successMetric("page_views")
                .successMetric(Metric.sum("spent", "value", EventType.APPLICATION_COMPLETE)
                        .cappedAtPercentile(PERCENTILE))
                .successMetric(Metric.ratio(
                        "forms", EventSelector.of(EventType.FORM_SUBMIT), EventSelector.of(EventType.FORM_START)))
                .successMetric(Metric.funnel(
                        "funnel",
                        Duration.ofHours(WINDOW_HOURS),
                        EventType.PAGE_VIEW,
                        EventType.FORM_START,
                        EventType.FORM_SUBMIT))
                .status(Experiment.Status.RUNNING)
                .control("Control", 2_500)
                .variant("B", 2_500)
                .variant("C", 2_500)
                .variant("D", 2_500)
                .build();
    }

    /** Work, and the least that it took. */
    private static final class Entry {
        private final String words;
        private final Runnable work;
        private long thread = Long.MAX_VALUE;
        private long process = Long.MAX_VALUE;
        private long wall = Long.MAX_VALUE;

        Entry(String words, Runnable work) {
            this.words = words;
            this.work = work;
        }

        void run() {
            long processBefore = Machine.cpuNanos();
            long threadBefore = Machine.threadNanos();
            long start = System.nanoTime();
            work.run();
            wall = Math.min(wall, System.nanoTime() - start);
            thread = Math.min(thread, Machine.threadNanos() - threadBefore);
            process = Math.min(process, Machine.cpuNanos() - processBefore);
        }
    }

    @Override
    public void run(PrintStream out) {
        try (Rig rig = new Rig(DefinitionSet.NONE)) {
            rig.clock.reach(ExposedUsers.BASE.plus(Duration.ofDays(20)));
            Experiment experiment = rig.analytics.experiments().create(draft());
            users.fill(rig.store, experiment);
            rig.clock.reach(ExposedUsers.END);
            List<SubjectId> ids = new ArrayList<>();
            rig.store
                    .ledger()
                    .visitExposures(experiment.id(), experiment.phase().bucketVersion(), exposure -> {
                        ids.add(exposure.subject());
                        return true;
                    });
            double[][] expected = expected();
            long[] read = new long[1];
            Entry scan = new Entry("a scan that only reads", () -> read[0] = scan(rig, ids));
            Entry results = new Entry(
                    "results",
                    () -> check(expected, rig.analytics.experimentReports().results("results")));
            System.gc();
            for (int round = 0; round < WARM_UPS + ROUNDS; round++) {
                scan.run();
                results.run();
            }
            MarkdownTable table =
                    new MarkdownTable(1, "work", "thread CPU s", "process CPU s", "wall s", "of the scan's thread CPU");
            for (Entry entry : List.of(scan, results)) {
                table.row(
                        entry.words,
                        seconds(entry.thread),
                        seconds(entry.process),
                        seconds(entry.wall),
                        String.format(Locale.ROOT, "%.2f", (double) entry.thread / scan.thread));
            }
            table.print(out);
            out.printf(
                    Locale.ROOT,
                    "%,d users; the scan came to %016x; every value of every arm is what a count over the rows says.%n%n",
                    users.size,
                    read[0]);
        }
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / 1e9);
    }

    /** Reads when, what and how much of every event. */
    private static long scan(Rig rig, List<SubjectId> ids) {
        long sum = 0;
        for (int from = 0; from < ids.size(); from += PAGE) {
            List<SubjectId> page = ids.subList(from, Math.min(ids.size(), from + PAGE));
            for (SubjectRecord record :
                    rig.store.subjects().load(page, Projection.TIMELINE).values()) {
                Timeline timeline = record.timeline();
                for (int i = 0; i < timeline.size(); i++) {
                    EventView event = timeline.view(i);
                    Double value = event.value();
                    sum += event.micros() + event.type().hashCode() + (value == null ? 0 : value.longValue());
                }
            }
        }
        return sum;
    }

    // ---- the count over the rows

    /** For each metric the values of the arms. */
    private double[][] expected() {
        int arms = ExposedUsers.VARIANTS.size();
        double[] spent = new double[users.size];
        double[][] sums = new double[6][arms];
        double[] count = new double[arms];
        for (int u = 0; u < users.size; u++) {
            int arm = users.variant(u);
            int exposed = users.exposed(u);
            int step = 0;
            boolean converted = false;
            for (int i = u * ExposedUsers.EVENTS; i < (u + 1) * ExposedUsers.EVENTS; i++) {
                if (users.hours[i] < exposed) {
                    continue;
                }
                int type = users.types[i];
                if (type == COMPLETE) {
                    converted = true;
                    spent[u] += users.cents[i] < 0 ? 0 : users.cents[i] / 100.0;
                }
                sums[1][arm] += type == PAGE_VIEW ? 1 : 0;
                sums[3][arm] += type == FORM_SUBMIT ? 1 : 0;
                sums[5][arm] += type == FORM_START ? 1 : 0;
                if (users.hours[i] <= exposed + WINDOW_HOURS
                        && type == new int[] {PAGE_VIEW, FORM_START, FORM_SUBMIT, -1}[step]) {
                    step++;
                }
            }
            count[arm]++;
            sums[0][arm] += converted ? 1 : 0;
            sums[4][arm] += step == 3 ? 1 : 0;
        }
        double[] sorted = spent.clone();
        Arrays.sort(sorted);
        double most = sorted[(int) Math.ceil(PERCENTILE / 100 * sorted.length) - 1];
        for (int u = 0; u < users.size; u++) {
            sums[2][users.variant(u)] += Math.min(most, spent[u]);
        }
        double[][] values = new double[5][arms];
        for (int m = 0; m < values.length; m++) {
            for (int arm = 0; arm < arms; arm++) {
                values[m][arm] = sums[m][arm] / (m == 3 ? sums[5][arm] : count[arm]);
            }
        }
        return values;
    }

    private static void check(double[][] expected, ExperimentResults results) {
        List<MetricResult> metrics = results.metrics();
        for (int m = 0; m < expected.length; m++) {
            for (int arm = 0; arm < expected[m].length; arm++) {
                ArmValue found = metrics.get(m).arms().get(arm);
                if (!isClose(expected[m][arm], found.value())) {
                    throw new IllegalStateException(metrics.get(m).metric().name() + " of " + found.variant() + " is "
                            + found.value() + ", by the rows " + expected[m][arm]);
                }
            }
        }
    }

    /** Without anything to divide by there is no value. */
    private static boolean isClose(double expected, @Nullable Double found) {
        return Double.isFinite(expected)
                ? found != null && Math.abs(expected - found) <= TOLERANCE * Math.abs(expected)
                : Objects.isNull(found);
    }
}
