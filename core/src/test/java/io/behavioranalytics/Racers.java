package io.behavioranalytics;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Threads that start together at a barrier; every wait is bounded. */
final class Racers implements AutoCloseable {
    static final long SECONDS = 120;

    private final int count;
    private final ExecutorService threads;

    Racers(int count) {
        this.count = count;
        this.threads = Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, "racer");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Runs a task once in every thread, and returns what each came to. */
    <T> List<T> race(Task<T> task) throws Exception {
        CyclicBarrier start = new CyclicBarrier(count);
        List<Future<T>> futures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            futures.add(threads.submit(() -> {
                start.await(SECONDS, TimeUnit.SECONDS);
                return task.run(number);
            }));
        }
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            results.add(future.get(SECONDS, TimeUnit.SECONDS));
        }
        return results;
    }

    <T> Future<T> start(Callable<T> task) {
        return threads.submit(task);
    }

    interface Task<T> {
        T run(int number) throws Exception;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
