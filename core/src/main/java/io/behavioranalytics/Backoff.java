package io.behavioranalytics;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/** How long to wait after a failed attempt: doubling, capped, give or take a fifth. Thread-safe. */
final class Backoff {
    private static final Duration CAP = Duration.ofMinutes(15);
    private static final double JITTER = 0.2;

    private final long firstMicros;
    private final RandomGenerator random;

    Backoff(Duration first, RandomGenerator random) {
        this.firstMicros = Math.max(1, first.toNanos() / 1_000);
        this.random = random;
    }

    /**
     * The wait after an attempt.
     *
     * @param attempt 1 for the first
     * @return 0.8 to 1.2 times first × 2^(attempt − 1), at most 15 minutes before the jitter
     */
    Duration after(int attempt) {
        int doublings = Math.min(attempt - 1, 40);
        double micros = Math.min((double) firstMicros * (1L << doublings), CAP.toNanos() / 1_000.0);
        double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
        return Duration.ofNanos(Math.round(micros * factor) * 1_000);
    }

    /** Lets others go first who race for the same subjects: 2 ms and doubling, at most 64. */
    static void pause(int attempt) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1L << Math.min(attempt, 6)));
    }
}
