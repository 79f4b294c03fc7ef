package io.behavioranalytics.examples.benchmarks;

import io.behavioranalytics.ImportResult;
import io.behavioranalytics.Settings;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.LongStream;

/** S12: a lead with very many events is tracked as fast as another, and a late event of it is decided within a second. */
final class LargeLead implements Benchmark.Run {
    private static final int LATE = 10;

    private final int events;
    private final int calls;
    private final WorkloadRows rows = new WorkloadRows(1);

    LargeLead(int events) {
        this.events = events;
        this.calls = Math.max(100, events / 50);
    }

    @Override
    public void run(PrintStream out) {
        MarkdownTable table = new MarkdownTable(
                1,
                "one lead, 10 segments, 10 triggers",
                "p50 ms",
                "p99 ms",
                "greatest ms",
                "CPU p50 ms",
                "CPU p99 ms",
                "CPU greatest ms");
        try (Rig rig = new Rig(DefinitionSet.TEN, Settings.builder().subjectMaxEvents(events + 10L * calls))) {
            long start = System.nanoTime();
            importHistory(rig);
            double imported = (System.nanoTime() - start) / 1e9;
            inOrder(rig, events);
            row(table, String.format(Locale.ROOT, "track, %,d calls", calls), inOrder(rig, events + calls));
            Instant newest = rig.clock.instant();
            row(table, "an event one hour late, " + LATE + " times", late(rig, newest.minusSeconds(3_600)));
            row(table, "an event before all others, " + LATE + " times", late(rig, WorkloadRows.BASE.minusSeconds(60)));
            table.print(out);
            out.printf(Locale.ROOT, "The history was imported in %.1f s; ", imported);
        }
    }

    private void importHistory(Rig rig) {
        rig.clock.reach(WorkloadRows.timestamp(events - 1L));
        Iterable<TrackRequest> history =
                () -> LongStream.range(0, events).mapToObj(rows::row).iterator();
        ImportResult result = rig.analytics.importHistory(history);
        if (result.accepted() != events) {
            throw new IllegalStateException("only " + result.accepted() + " events were imported");
        }
    }

    /** Times of calls: by the clock, and of the calling thread alone, which waits for no core that others hold. */
    private static final class Times {
        final long[] wall;
        final long[] cpu;

        Times(int calls) {
            wall = new long[calls];
            cpu = new long[calls];
        }

        void track(int call, Rig rig, TrackRequest request) {
            long before = Machine.threadNanos();
            wall[call] = Latency.timeOfTrack(rig, request);
            cpu[call] = Machine.threadNanos() - before;
        }
    }

    private Times inOrder(Rig rig, long from) {
        Times times = new Times(calls);
        for (int i = 0; i < calls; i++) {
            TrackRequest request = rows.row(from + i);
            rig.reach(request);
            times.track(i, rig, request);
        }
        return times;
    }

    /** Events that come now and happened then, each a millisecond before the last. */
    private static Times late(Rig rig, Instant then) {
        Times times = new Times(LATE);
        for (int i = 0; i < LATE; i++) {
            TrackRequest request = TrackRequest.builder(EventType.PAGE_VIEW)
                    .leadId("lead-000000")
                    .timestamp(then.minusMillis(i))
                    .build();
            times.track(i, rig, request);
        }
        return times;
    }

    private static void row(MarkdownTable table, String name, Times times) {
        Percentiles wall = new Percentiles(times.wall);
        Percentiles cpu = new Percentiles(times.cpu);
        table.row(
                name,
                millis(wall.at(0.5)),
                millis(wall.at(0.99)),
                millis(wall.at(1)),
                millis(cpu.at(0.5)),
                millis(cpu.at(0.99)),
                millis(cpu.at(1)));
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%,.3f", nanos / 1e6);
    }
}
