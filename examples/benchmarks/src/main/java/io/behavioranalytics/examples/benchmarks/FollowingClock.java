package io.behavioranalytics.examples.benchmarks;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that shows the latest event that was handed in, whoever handed it in: old input then looks live. Thread-safe. */
final class FollowingClock implements InstantSource {
    private final AtomicLong millis;

    FollowingClock(Instant start) {
        millis = new AtomicLong(start.toEpochMilli());
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis.get());
    }

    /** Moves forward, or not at all if it is later already. */
    void reach(Instant instant) {
        millis.accumulateAndGet(instant.toEpochMilli(), Math::max);
    }
}
