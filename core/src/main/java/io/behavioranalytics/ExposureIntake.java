package io.behavioranalytics;

import io.behavioranalytics.experiment.Assignment;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.store.Exposures;
import io.behavioranalytics.store.Exposures.Recorded;
import io.behavioranalytics.store.HostTransaction;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Takes exposures in and makes them durable, many in one call of the store. Whoever waits stores its own; of those nobody waits for, one
 * task in the background stores what has come meanwhile. Thread-safe.
 */
final class ExposureIntake {
    /** One that nobody waits for. */
    private record Waiting(Exposure exposure, CompletableFuture<Optional<Exposure>> answer) {}

    private final Exposures store;
    private final ExposureCache cache;
    private final SessionExposures sessions;
    private final Background background;
    private final int capacity;
    private final int batchSize;
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicBoolean storing = new AtomicBoolean();
    private volatile boolean closed;

    ExposureIntake(
            Exposures store, ExposureCache cache, SessionExposures sessions, Background background, Settings settings) {
        this.store = store;
        this.sessions = sessions;
        this.cache = cache;
        this.background = background;
        capacity = settings.queueCapacity();
        batchSize = settings.batchSize();
    }

    Optional<Exposure> record(Assignment assignment, Instant now) {
        return record(assignment, now, exposure -> {
            Exposure first = store.expose(List.of(exposure)).get(0).first();
            cache.stored(first);
            return first;
        });
    }

    /** Stores it where only the host knows whether it will be committed: the cache learns nothing of it. */
    Optional<Exposure> record(Assignment assignment, HostTransaction transaction, Instant now) {
        return record(assignment, now, exposure -> {
            cache.unsettled(exposure.subject());
            return store.expose(List.of(exposure), transaction).get(0).first();
        });
    }

    private Optional<Exposure> record(Assignment assignment, Instant now, UnaryOperator<Exposure> storing) {
        requireOpen();
        if (!assignment.isIn()) {
            return Optional.empty();
        }
        Exposure exposure = exposure(assignment, now);
        sessions.exposed(exposure);
        Exposure known = settled(exposure);
        return Optional.of(known == null ? storing.apply(exposure) : known);
    }

    CompletableFuture<Optional<Exposure>> add(Assignment assignment, Instant now) {
        requireOpen();
        if (!assignment.isIn()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        Exposure exposure = exposure(assignment, now);
        sessions.exposed(exposure);
        Exposure known = settled(exposure);
        if (known != null) {
            return CompletableFuture.completedFuture(Optional.of(known));
        }
        if (size.incrementAndGet() > capacity) {
            size.decrementAndGet();
            return CompletableFuture.failedFuture(
                    new IllegalStateException(capacity + " exposures wait already: try again later"));
        }
        CompletableFuture<Optional<Exposure>> answer = new CompletableFuture<>();
        waiting.add(new Waiting(exposure, answer));
        if (!storing.getAndSet(true)) {
            background.start(this::drain);
        }
        return answer;
    }

    private static Exposure exposure(Assignment assignment, Instant now) {
        Objects.requireNonNull(assignment, "assignment");
        return new Exposure(
                assignment.experimentId(),
                assignment.experimentVersion(),
                assignment.bucketVersion(),
                assignment.subject(),
                assignment.variant().id(),
                assignment.phase(),
                assignment.band(),
                now.truncatedTo(ChronoUnit.MICROS));
    }

    /** The first exposure, if it is known here that nothing more is to be stored. */
    private @Nullable Exposure settled(Exposure exposure) {
        Exposure known = cache.known(exposure);
        return known != null && known.variant().equals(exposure.variant()) ? known : null;
    }

    private void drain() {
        while (true) {
            storeAll();
            storing.set(false);
            // What came between the last look and the flag is ours, unless another task has begun.
            if (waiting.isEmpty() || storing.getAndSet(true)) {
                return;
            }
        }
    }

    private void storeAll() {
        List<Waiting> batch = new ArrayList<>();
        for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
            size.decrementAndGet();
            batch.add(next);
            if (batch.size() == batchSize) {
                store(batch);
                batch.clear();
            }
        }
        if (!batch.isEmpty()) {
            store(batch);
        }
    }

    private void store(List<Waiting> batch) {
        try {
            List<Recorded> recorded =
                    store.expose(batch.stream().map(Waiting::exposure).toList());
            for (int i = 0; i < batch.size(); i++) {
                Exposure first = recorded.get(i).first();
                cache.stored(first);
                batch.get(i).answer().complete(Optional.of(first));
            }
        } catch (RuntimeException failed) {
            batch.forEach(one -> one.answer().completeExceptionally(failed));
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this BehaviorAnalytics is closed");
        }
    }

    /** Takes nothing in any more, and stores what waits. */
    void close() {
        closed = true;
        storeAll();
    }
}
