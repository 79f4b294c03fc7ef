package io.behavioranalytics.jdbc.fault;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Bounded waiting for what another process, or the server, does. */
final class Waiting {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private Waiting() {}

    /** Waits until a condition holds; returns how long that took. */
    static Duration until(String what, BooleanSupplier condition) {
        return until(what, LIMIT, condition);
    }

    static Duration until(String what, Duration limit, BooleanSupplier condition) {
        long begun = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begun > limit.toNanos()) {
                throw new AssertionError("not within " + limit + ": " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }
}
