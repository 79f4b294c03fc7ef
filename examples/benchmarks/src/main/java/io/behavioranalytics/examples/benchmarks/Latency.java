package io.behavioranalytics.examples.benchmarks;

import io.behavioranalytics.event.TrackRequest;
import java.io.PrintStream;
import java.util.List;

/** The time from calling {@code track} to its result, with callers that call again at once; the first round warms up. */
final class Latency implements Benchmark.Run {
    private static final int[] CALLERS = {1, 16};

    private final int events;
    private final WorkloadRows rows = new WorkloadRows(WorkloadRows.LEADS);

    Latency(int events) {
        this.events = events;
    }

    @Override
    public void run(PrintStream out) {
        MarkdownTable table =
                new MarkdownTable(2, "callers", "definitions", "p50 µs", "p99 µs", "p99.9 µs", "greatest µs");
        List<TrackRequest> requests = rows.rows(0, events);
        for (DefinitionSet definitions : DefinitionSet.values()) {
            for (int callers : CALLERS) {
                measure(callers, definitions, requests);
                Percentiles found = measure(callers, definitions, requests);
                table.row(
                        Integer.toString(callers),
                        definitions.toString(),
                        found.micros(0.5),
                        found.micros(0.99),
                        found.micros(0.999),
                        found.micros(1));
            }
        }
        table.print(out);
    }

    private static Percentiles measure(int callers, DefinitionSet definitions, List<TrackRequest> requests) {
        long[] nanos = new long[requests.size()];
        System.gc(); // what other runs left behind is not this one's pause
        try (Rig rig = new Rig(definitions)) {
            Callers.together(callers, caller -> {
                for (int i = caller; i < nanos.length; i += callers) {
                    rig.reach(requests.get(i));
                    nanos[i] = timeOfTrack(rig, requests.get(i));
                }
            });
        }
        return new Percentiles(nanos);
    }

    static long timeOfTrack(Rig rig, TrackRequest request) {
        long start = System.nanoTime();
        Rig.requireAccepted(rig.analytics.track(request));
        return System.nanoTime() - start;
    }
}
