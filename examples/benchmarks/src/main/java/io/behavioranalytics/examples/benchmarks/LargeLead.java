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
        MarkdownTable table =
                new MarkdownTable(1, "one lead, 10 segments, 10 triggers", "p50 ms", "p99 ms", "greatest ms");
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

    private Percentiles inOrder(Rig rig, long from) {
        long[] nanos = new long[calls];
        for (int i = 0; i < calls; i++) {
            TrackRequest request = rows.row(from + i);
            rig.reach(request);
            nanos[i] = Latency.timeOfTrack(rig, request);
        }
        return new Percentiles(nanos);
    }

    /** Events that come now and happened then, each a millisecond before the last. */
    private static Percentiles late(Rig rig, Instant then) {
        long[] nanos = new long[LATE];
        for (int i = 0; i < LATE; i++) {
            TrackRequest request = TrackRequest.builder(EventType.PAGE_VIEW)
                    .leadId("lead-000000")
                    .timestamp(then.minusMillis(i))
                    .build();
            nanos[i] = Latency.timeOfTrack(rig, request);
        }
        return new Percentiles(nanos);
    }

    private static void row(MarkdownTable table, String name, Percentiles found) {
        table.row(name, millis(found.at(0.5)), millis(found.at(0.99)), millis(found.at(1)));
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%,.3f", nanos / 1e6);
    }
}
