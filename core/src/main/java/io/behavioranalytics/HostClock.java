package io.behavioranalytics;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The clock of the machine, set right by the store's (S6): hosts that share a store decide by instants, and one whose clock is more
 * than {@link #TOLERATED} away from the store's applies the difference and warns.
 *
 * <p>The difference is measured when the facade is made, again from time to time where the store is asked anyway, and at once when
 * the clock jumps: it has then gone on by another span than {@link System#nanoTime()}. Thread-safe.
 */
final class HostClock implements InstantSource {
    /** A difference up to here is left alone: it may be the way to the store. */
    static final Duration TOLERATED = Duration.ofSeconds(5);

    private static final GuardedLog LOG = GuardedLog.of(HostClock.class);
    private static final long TOLERATED_NANOS = TOLERATED.toNanos();
    /** So far apart two instants are still counted in nanoseconds. */
    private static final long MOST_SECONDS = 1_000_000_000L;

    private static final long READ_AGAIN_NANOS = Duration.ofMillis(100).toNanos();
    private static final long REMEASURE_NANOS = Duration.ofSeconds(30).toNanos();

    /** When the clock was last compared, by the machine's clock and by its count of nanoseconds, and what is added since. */
    private record Comparison(Instant machine, long nanos, Duration offset) {}

    private final InstantSource machine;
    private final Store store;
    private final ReentrantLock comparing = new ReentrantLock();
    private volatile @Nullable Comparison last;

    /** An instant as it was read, in micros, beside the machine's count of nanoseconds. */
    private record Reading(long micros, long nanos) {}

    private final boolean steady;
    private volatile @Nullable Reading lastReading;

    /**
     * Watches a clock.
     *
     * @param machine the clock
     * @param steady whether it is the machine's own, which goes on as its count of nanoseconds does
     * @param store tells the storage's time
     */
    HostClock(InstantSource machine, boolean steady, Store store) {
        this.machine = machine;
        this.store = store;
        this.steady = steady;
    }

    @Override
    public Instant instant() {
        Instant now = machine.instant();
        Comparison known = last;
        if (known == null || jumped(known, now)) {
            known = compare(known);
            now = machine.instant();
        }
        return now.plus(known.offset());
    }

    /**
     * The instant for who has read the machine's count of nanoseconds anyway: two more clocks would cost an assignment more than its hash.
     * The system's clock is read ten times a second at most and counted on from there; a clock that was given is read each time.
     *
     * @param nanos {@link System#nanoTime()} as it has just been read
     * @return the instant in {@link Micros}
     */
    long microsAt(long nanos) {
        Reading known = lastReading;
        long passed = known == null ? 0 : nanos - known.nanos();
        if (known == null || passed > READ_AGAIN_NANOS || passed < -READ_AGAIN_NANOS) {
            long micros = Micros.of(instant());
            if (steady) {
                lastReading = new Reading(micros, nanos);
            }
            return micros;
        }
        return known.micros() + passed / 1_000;
    }

    /** Compares again if that is some time ago; for where the store is asked something anyway. */
    void compareNowAndThen() {
        Comparison known = last;
        if (known == null || System.nanoTime() - known.nanos() > REMEASURE_NANOS) {
            compare(known);
        }
    }

    private static boolean jumped(Comparison known, Instant now) {
        long passed = System.nanoTime() - known.nanos();
        // Asked at every decision and assignment, so no object is made for it.
        long seconds = now.getEpochSecond() - known.machine().getEpochSecond();
        if (Math.abs(seconds) > MOST_SECONDS) {
            return true;
        }
        long jump = ChronoUnit.NANOS.between(known.machine(), now) - passed;
        return Math.abs(jump) > TOLERATED_NANOS;
    }

    /** Asks the store for its instant, unless somebody else has just done so; if that fails the difference stays as it was. */
    private Comparison compare(@Nullable Comparison known) {
        comparing.lock();
        try {
            Comparison current = last;
            if (current != null && !current.equals(known)) {
                return current;
            }
            Duration before = current == null ? Duration.ZERO : current.offset();
            long begun = System.nanoTime();
            Duration offset = offset().orElse(before);
            warn(before, offset, begun);
            Comparison next = new Comparison(machine.instant(), System.nanoTime(), offset);
            last = next;
            return next;
        } finally {
            comparing.unlock();
        }
    }

    /** What is to be added; empty if the store has no clock of its own or cannot be asked. */
    private Optional<Duration> offset() {
        Instant asked = machine.instant();
        Optional<Instant> there;
        try {
            there = store.hosts().now();
        } catch (StoreException failed) {
            LOG.warn("the store's clock could not be read: {}", failed.getMessage());
            return Optional.empty();
        }
        Instant answered = machine.instant();
        return there.map(instant -> {
            // Between the two it was read; a clock within them, or close by, is right as far as can be told.
            if (instant.isBefore(asked.minusNanos(TOLERATED_NANOS))) {
                return Duration.between(asked, instant);
            }
            if (instant.isAfter(answered.plusNanos(TOLERATED_NANOS))) {
                return Duration.between(answered, instant);
            }
            return Duration.ZERO;
        });
    }

    private static void warn(Duration before, Duration offset, long begun) {
        if (!offset.isZero() && offset.minus(before).abs().compareTo(TOLERATED) > 0) {
            LOG.warn(
                    "this host's clock is {} {} the store's, and is corrected by that (asked within {} ms)",
                    offset.abs(),
                    offset.isNegative() ? "ahead of" : "behind",
                    (System.nanoTime() - begun) / 1_000_000);
        }
    }
}
