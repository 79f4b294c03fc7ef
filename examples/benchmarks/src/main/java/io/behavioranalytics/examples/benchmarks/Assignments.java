package io.behavioranalytics.examples.benchmarks;

import com.sun.management.ThreadMXBean;
import io.behavioranalytics.experiment.Bucketing;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;

/**
 * Which variant a lead gets, through the facade by its id, with a hundred experiments of two variants loaded; beside the hash alone and what
 * {@link AssignmentBenchmarks} measures, but by the CPU time of the thread, which others disturb less than a clock. All take turns; the
 * round with the least CPU time counts. Then the percentiles of single calls.
 */
final class Assignments implements Benchmark.Run {
    private static final int WARM_UPS = 2;
    private static final int ROUNDS = 5;

    private final int calls;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    Assignments(int calls) {
        this.calls = calls;
    }

    /** One call; what it returns is looked at, so that nobody leaves it out. */
    private interface Call {
        Object of(AssignmentBenchmarks.Turn turn);
    }

    /** A way of assigning, and the least that a call of it took. */
    private final class Entry {
        private final String words;
        private final Call call;
        private double nanos = Double.MAX_VALUE;
        private double bytes = Double.MAX_VALUE;
        private int seen;

        Entry(String words, Call call) {
            this.words = words;
            this.call = call;
        }

        void run(int times) {
            AssignmentBenchmarks.Turn turn = new AssignmentBenchmarks.Turn();
            long bytesBefore =
                    threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            long nanosBefore = threads.getCurrentThreadCpuTime();
            for (int i = 0; i < times; i++) {
                seen += call.of(turn) == this ? 1 : 0;
            }
            nanos = Math.min(nanos, (double) (threads.getCurrentThreadCpuTime() - nanosBefore) / times);
            bytes = Math.min(
                    bytes,
                    (double) (threads.getThreadAllocatedBytes(
                                            Thread.currentThread().getId())
                                    - bytesBefore)
                            / times);
        }

        Percentiles singly(int times) {
            AssignmentBenchmarks.Turn turn = new AssignmentBenchmarks.Turn();
            long[] single = new long[times];
            for (int i = 0; i < times; i++) {
                long start = System.nanoTime();
                seen += call.of(turn) == this ? 1 : 0;
                single[i] = System.nanoTime() - start;
            }
            return new Percentiles(single);
        }
    }

    @Override
    public void run(PrintStream out) {
        AssignmentBenchmarks benchmarks = new AssignmentBenchmarks();
        AssignmentBenchmarks.Library library = new AssignmentBenchmarks.Library();
        AssignmentBenchmarks.LaunchDarkly launchDarkly = new AssignmentBenchmarks.LaunchDarkly();
        AssignmentBenchmarks.OpenFeature openFeature = new AssignmentBenchmarks.OpenFeature();
        AssignmentBenchmarks.Floor floor = new AssignmentBenchmarks.Floor();
        library.start();
        try {
            Entry own = new Entry("assign(key, lead)", turn -> benchmarks.library(library, turn));
            List<Entry> entries = List.of(
                    own,
                    new Entry("the hash alone, seed and id", turn -> Bucketing.bucket(turn.key(), turn.user())),
                    new Entry("look-up, hash and record by hand", turn -> benchmarks.floor(floor, turn)),
                    new Entry("LaunchDarkly", turn -> benchmarks.launchDarkly(launchDarkly, turn)),
                    new Entry(
                            "OpenFeature, the same for everybody",
                            turn -> benchmarks.openFeatureStatic(openFeature, turn)),
                    new Entry(
                            "OpenFeature, by this library's hash",
                            turn -> benchmarks.openFeatureSplit(openFeature, turn)));
            int each = Math.max(1, calls / ROUNDS);
            for (int round = 0; round < WARM_UPS + ROUNDS; round++) {
                entries.forEach(entry -> entry.run(each));
            }
            print(entries, own, each, out);
        } finally {
            library.close();
            launchDarkly.close();
            openFeature.close();
        }
    }

    private static void print(List<Entry> entries, Entry own, int each, PrintStream out) {
        MarkdownTable table = new MarkdownTable(
                1, "call", "ns of CPU", "by assign", "B", "p50 µs", "p99 µs", "p99.9 µs", "greatest µs");
        for (Entry entry : entries) {
            Percentiles single = entry.singly(each);
            table.row(
                    entry.words,
                    String.format(Locale.ROOT, "%.0f", entry.nanos),
                    String.format(Locale.ROOT, "%.2f", entry.nanos / own.nanos),
                    String.format(Locale.ROOT, "%.0f", entry.bytes),
                    single.micros(0.5),
                    single.micros(0.99),
                    single.micros(0.999),
                    single.micros(1));
            if (entry.seen > 0) {
                throw new IllegalStateException(entry.words + " answers with the question");
            }
        }
        table.print(out);
    }
}
