package io.behavioranalytics.examples.benchmarks;

import com.sun.management.ThreadMXBean;
import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.experiment.Assignment;
import io.behavioranalytics.experiment.Bucketing;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.ExperimentDraft;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * Which variant a lead gets, through the facade by its id, with a hundred experiments of two variants loaded; beside the hash alone. Figures
 * of one thread: CPU time and bytes for each call over all, and the percentiles of single calls. The first round warms up.
 */
final class Assignments implements Benchmark.Run {
    private static final int EXPERIMENTS = 100;
    private static final int LEADS = 100_000;

    private final int calls;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final String[] ids = new String[LEADS];
    private final String[] keys = new String[EXPERIMENTS];

    Assignments(int calls) {
        this.calls = calls;
        for (int i = 0; i < LEADS; i++) {
            ids[i] = String.format(Locale.ROOT, "lead-%06d", i);
        }
        for (int i = 0; i < EXPERIMENTS; i++) {
            keys[i] = "experiment-" + i;
        }
    }

    @Override
    public void run(PrintStream out) {
        MarkdownTable table = new MarkdownTable(
                1, "call", "ns of CPU", "B", "calls/s of CPU", "p50 µs", "p99 µs", "p99.9 µs", "greatest µs");
        try (BehaviorAnalytics analytics = BehaviorAnalytics.builder().build()) {
            for (String key : keys) {
                analytics
                        .experiments()
                        .create(ExperimentDraft.builder(key, Experiment.Type.CONTENT)
                                .hypothesis("none")
                                .successMetric("conversion_rate")
                                .status(Experiment.Status.RUNNING)
                                .control("Control", 5_000)
                                .variant("B", 5_000)
                                .build());
            }
            Call assign = i -> {
                Assignment assignment = analytics.experiments().assign(keys[i % EXPERIMENTS], ids[i % LEADS]);
                return assignment.variant().isControl() ? 1 : 0;
            };
            Call hash = i -> Bucketing.bucket(keys[i % EXPERIMENTS], ids[i % LEADS]) < 5_000 ? 1 : 0;
            measure(assign);
            row(table, "assign(key, lead)", assign);
            measure(hash);
            row(table, "the hash alone", hash);
        }
        table.print(out);
    }

    /** One call; what it returns is added up, so that nobody leaves it out. */
    private interface Call {
        int at(int i);
    }

    private record Figures(double nanos, double bytes, long sum) {}

    private void row(MarkdownTable table, String name, Call call) {
        Figures figures = measure(call);
        long[] single = new long[calls];
        long sum = 0;
        for (int i = 0; i < calls; i++) {
            long start = System.nanoTime();
            sum += call.at(i);
            single[i] = System.nanoTime() - start;
        }
        if (sum != figures.sum()) {
            throw new IllegalStateException("the same lead got another variant");
        }
        Percentiles found = new Percentiles(single);
        table.row(
                name,
                String.format(Locale.ROOT, "%.0f", figures.nanos()),
                String.format(Locale.ROOT, "%.0f", figures.bytes()),
                String.format(Locale.ROOT, "%,.0f", 1e9 / figures.nanos()),
                found.micros(0.5),
                found.micros(0.99),
                found.micros(0.999),
                found.micros(1));
    }

    private Figures measure(Call call) {
        long bytes = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        long nanos = threads.getCurrentThreadCpuTime();
        long sum = 0;
        for (int i = 0; i < calls; i++) {
            sum += call.at(i);
        }
        nanos = threads.getCurrentThreadCpuTime() - nanos;
        bytes = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - bytes;
        return new Figures((double) nanos / calls, (double) bytes / calls, sum);
    }
}
