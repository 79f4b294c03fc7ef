package io.behavioranalytics;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until it is set: for tests, simulations and {@link Replay}. Thread-safe. */
public final class VirtualClock implements InstantSource {
    private final AtomicReference<Instant> now;

    private VirtualClock(Instant start) {
        now = new AtomicReference<>(start);
    }

    /**
     * Makes a clock.
     *
     * @param start what it shows
     * @return the clock
     */
    public static VirtualClock at(Instant start) {
        return new VirtualClock(Objects.requireNonNull(start, "start"));
    }

    @Override
    public Instant instant() {
        return Objects.requireNonNull(now.get());
    }

    /**
     * Sets the clock; backwards too, as the clocks of real machines do.
     *
     * @param instant what it shows from now on
     */
    public void set(Instant instant) {
        now.set(Objects.requireNonNull(instant, "instant"));
    }

    /**
     * Moves the clock forward. Nothing runs by that; see {@link Replay#advanceTo} for what does.
     *
     * @param span how far, not negative
     * @return what it shows now
     * @throws IllegalArgumentException if the span is negative
     */
    public Instant advance(Duration span) {
        if (span.isNegative()) {
            throw new IllegalArgumentException("a span to advance must not be negative: " + span);
        }
        return now.updateAndGet(at -> at.plus(span));
    }

    @Override
    public String toString() {
        return "VirtualClock[" + now.get() + "]";
    }
}
