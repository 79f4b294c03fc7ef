package io.behavioranalytics.examples.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;

/** Threads that begin together. */
final class Callers {
    private Callers() {}

    /**
     * Runs a job on several threads, and returns when all have ended.
     *
     * @param job gets the number of the caller, from 0
     */
    static void together(int callers, IntConsumer job) {
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            CountDownLatch ready = new CountDownLatch(callers);
            List<CompletableFuture<Void>> ends = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                int number = caller;
                ends.add(CompletableFuture.runAsync(
                        () -> {
                            ready.countDown();
                            await(ready);
                            job.accept(number);
                        },
                        threads));
            }
            ends.forEach(CompletableFuture::join);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException("interrupted before the start", interrupted);
        }
    }
}
