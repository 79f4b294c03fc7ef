package io.behavioranalytics.examples.benchmarks;

import io.behavioranalytics.TrackResult;
import io.behavioranalytics.event.TrackRequest;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * CPU time for each event: of the whole process, the collector and the compiler included, and where one thread calls, of that
 * thread alone, which is what the library itself computes. What makes the requests is left out. All ways of calling warm up before
 * the first is measured, so that none pays for what the others compile; every run has a fresh store.
 */
final class Throughput implements Benchmark.Run {
    private static final int CHUNK = 10_000;
    private static final int BATCH = 1_000;
    private static final int CALLERS = 16;

    private final int events;
    private final WorkloadRows rows = new WorkloadRows(WorkloadRows.LEADS);

    Throughput(int events) {
        this.events = events;
    }

    /** A way of calling. */
    private enum Way {
        TRACK_ALL("trackAll, lists of 1,000", true) {
            @Override
            void call(Rig rig, List<TrackRequest> requests) {
                for (int from = 0; from < requests.size(); from += BATCH) {
                    List<TrackRequest> batch = requests.subList(from, Math.min(from + BATCH, requests.size()));
                    rig.reach(batch.get(batch.size() - 1));
                    rig.analytics.trackAll(batch).forEach(Rig::requireAccepted);
                }
            }
        },
        TRACK_ASYNC("trackAsync, 1,000 under way", false) {
            @Override
            void call(Rig rig, List<TrackRequest> requests) {
                for (int from = 0; from < requests.size(); from += BATCH) {
                    List<CompletableFuture<TrackResult>> futures = new ArrayList<>(BATCH);
                    for (TrackRequest request : requests.subList(from, Math.min(from + BATCH, requests.size()))) {
                        rig.reach(request);
                        futures.add(rig.analytics.trackAsync(request));
                    }
                    futures.forEach(future -> Rig.requireAccepted(future.join()));
                }
            }
        },
        TRACK_16("track, 16 threads", false) {
            @Override
            void call(Rig rig, List<TrackRequest> requests) {
                AtomicInteger next = new AtomicInteger();
                Callers.together(CALLERS, caller -> {
                    for (int i = next.getAndIncrement(); i < requests.size(); i = next.getAndIncrement()) {
                        TrackRequest request = requests.get(i);
                        rig.reach(request);
                        Rig.requireAccepted(rig.analytics.track(request));
                    }
                });
            }
        },
        TRACK_1("track, 1 thread", true) {
            @Override
            void call(Rig rig, List<TrackRequest> requests) {
                for (TrackRequest request : requests) {
                    rig.reach(request);
                    Rig.requireAccepted(rig.analytics.track(request));
                }
            }
        },
        WITH_TIMERS("trackAll, and what falls due is run after each list", true) {
            @Override
            void call(Rig rig, List<TrackRequest> requests) {
                for (int from = 0; from < requests.size(); from += BATCH) {
                    List<TrackRequest> batch = requests.subList(from, Math.min(from + BATCH, requests.size()));
                    rig.reach(batch.get(batch.size() - 1));
                    rig.analytics.trackAll(batch).forEach(Rig::requireAccepted);
                    rig.analytics.runDue();
                }
            }
        };

        private final String words;
        private final boolean byOneThread;

        Way(String words, boolean byOneThread) {
            this.words = words;
            this.byOneThread = byOneThread;
        }

        abstract void call(Rig rig, List<TrackRequest> requests);
    }

    @Override
    public void run(PrintStream out) {
        MarkdownTable table = new MarkdownTable(
                2,
                "call",
                "definitions",
                "CPU µs/event",
                "of it the caller's",
                "events/CPU-s",
                "wall µs/event",
                "events/s",
                "events/commit");
        for (DefinitionSet definitions : DefinitionSet.values()) {
            List<Way> ways = Arrays.stream(Way.values())
                    .filter(way -> way != Way.WITH_TIMERS || definitions != DefinitionSet.NONE)
                    .toList();
            ways.forEach(way -> measure(way, definitions, Math.max(1, events / 2)));
            for (Way way : ways) {
                Cost cost = measure(way, definitions, events);
                table.row(
                        way.words,
                        definitions.toString(),
                        decimal(cost.cpuNanos / 1e3 / events),
                        way.byOneThread ? decimal(cost.callerNanos / 1e3 / events) : "",
                        whole(events / (cost.cpuNanos / 1e9)),
                        decimal(cost.wallNanos / 1e3 / events),
                        whole(events / (cost.wallNanos / 1e9)),
                        decimal((double) events / cost.commits));
            }
        }
        table.print(out);
    }

    private record Cost(long cpuNanos, long callerNanos, long wallNanos, long commits) {}

    private Cost measure(Way way, DefinitionSet definitions, int count) {
        long cpu = 0;
        long caller = 0;
        long wall = 0;
        System.gc(); // what other runs left behind is not this one's cost
        try (Rig rig = new Rig(definitions)) {
            for (int from = 0; from < count; from += CHUNK) {
                List<TrackRequest> requests = rows.rows(from, Math.min(from + CHUNK, count));
                long wallStart = System.nanoTime();
                long cpuStart = Machine.cpuNanos();
                long callerStart = Machine.threadNanos();
                way.call(rig, requests);
                caller += Machine.threadNanos() - callerStart;
                cpu += Machine.cpuNanos() - cpuStart;
                wall += System.nanoTime() - wallStart;
            }
            return new Cost(cpu, caller, wall, rig.analytics.statistics().batches());
        }
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%,.1f", value);
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }
}
