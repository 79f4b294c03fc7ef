package io.behavioranalytics.jdbc.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Threads that meet before each round, and then all do the same at once. */
final class Race {
    private Race() {}

    /** What one racer does in a round. */
    interface Racer {
        void race(int thread, int round) throws Exception;
    }

    static void run(int threads, int rounds, Racer racer) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        CyclicBarrier together = new CyclicBarrier(threads);
        try {
            List<Future<?>> racers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                racers.add(pool.submit(() -> {
                    for (int round = 0; round < rounds; round++) {
                        together.await(120, TimeUnit.SECONDS);
                        racer.race(thread, round);
                    }
                    return null;
                }));
            }
            for (Future<?> one : racers) {
                one.get(1_000, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
