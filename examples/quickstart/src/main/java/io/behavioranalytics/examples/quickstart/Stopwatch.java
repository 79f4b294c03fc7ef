package io.behavioranalytics.examples.quickstart;

import java.time.Duration;

/** Measures the time that has passed, and the processor time that all threads have used, since it was made. */
final class Stopwatch {
    private final long start = System.nanoTime();
    private final Duration used = used();

    Duration wall() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    Duration processor() {
        return used().minus(used);
    }

    private static Duration used() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
