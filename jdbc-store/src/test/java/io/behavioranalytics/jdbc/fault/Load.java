package io.behavioranalytics.jdbc.fault;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.TrackResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Threads that send the events of a campaign one after the other, each until it is stored, on one or more hosts. All methods may
 * be called by any thread.
 */
final class Load implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 120;

    private final Campaign campaign;
    private final AtomicLong next;
    private final long end;
    private final LongConsumer listener;
    private final Set<Long> stored = new ConcurrentSkipListSet<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final Map<TrackResult.Outcome, Long> outcomes = new ConcurrentHashMap<>();
    private final AtomicLong longestCall = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, Long> calls = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    /**
     * Prepares a load.
     *
     * @param from the first number
     * @param end the number behind the last one
     * @param listener told of each number once it is stored
     */
    Load(Campaign campaign, long from, long end, LongConsumer listener) {
        this.campaign = campaign;
        this.next = new AtomicLong(from);
        this.end = end;
        this.listener = listener;
    }

    /** Starts threads on a host. */
    Load on(BehaviorAnalytics analytics, int count) {
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(() -> work(analytics), "load-" + threads.size());
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        return this;
    }

    private void work(BehaviorAnalytics analytics) {
        try {
            while (!stopping) {
                long number = next.getAndIncrement();
                if (number >= end) {
                    return;
                }
                while (!send(analytics, number)) {
                    if (stopping) {
                        return;
                    }
                }
                stored.add(number);
                listener.accept(number);
            }
        } catch (Throwable failed) {
            failures.add(failed);
        }
    }

    private boolean send(BehaviorAnalytics analytics, long number) {
        long begun = System.nanoTime();
        TrackResult result = analytics.track(campaign.request(number));
        longestCall.accumulateAndGet(System.nanoTime() - begun, Math::max);
        outcomes.merge(result.outcome(), 1L, Long::sum);
        calls.merge(Thread.currentThread().getName(), 1L, Long::sum);
        if (!result.isDurable() && result.outcome() != TrackResult.Outcome.RETRY_LATER) {
            throw new AssertionError("event " + number + ": " + result);
        }
        return result.isDurable();
    }

    /** The numbers that were acknowledged. */
    Set<Long> stored() {
        return Set.copyOf(stored);
    }

    /** No number from here on was sent. */
    long sentBelow() {
        return Math.min(next.get(), end);
    }

    /** What callers met beside results: must be nothing. */
    List<Throwable> failures() {
        return List.copyOf(failures);
    }

    /** How often each outcome came. */
    Map<TrackResult.Outcome, Long> outcomes() {
        return Map.copyOf(outcomes);
    }

    /** How long the longest call took, in milliseconds. */
    long longestCallMillis() {
        return TimeUnit.NANOSECONDS.toMillis(longestCall.get());
    }

    /** Waits until so many more events are stored than are now. */
    void awaitMore(int count) {
        int wanted = stored.size() + count;
        Waiting.until("another " + count + " events are stored", () -> {
            if (!failures.isEmpty()) {
                throw new AssertionError("the load failed", failures.get(0));
            }
            return stored.size() >= wanted;
        });
    }

    /** Waits until each thread has made a call that began after this one and has returned. */
    void awaitACallOfEach() {
        Map<String, Long> before = Map.copyOf(calls);
        Waiting.until(
                "a call of each thread has returned",
                () -> threads.stream().allMatch(thread -> {
                    // The first of them may have begun before.
                    return calls.getOrDefault(thread.getName(), 0L) >= before.getOrDefault(thread.getName(), 0L) + 2;
                }));
    }

    /** Waits until everything is sent. */
    void awaitEnd() {
        join();
    }

    /** Lets each thread end the event at hand, stored or refused. */
    void stop() {
        stopping = true;
        join();
    }

    private void join() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (Thread thread : threads) {
            try {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
            if (thread.isAlive()) {
                AssertionError stuck = new AssertionError(thread.getName() + " is stuck");
                stuck.setStackTrace(thread.getStackTrace());
                throw stuck;
            }
        }
        if (!failures.isEmpty()) {
            throw new AssertionError("the load failed", failures.get(0));
        }
    }

    @Override
    public void close() {
        stopping = true;
    }
}
