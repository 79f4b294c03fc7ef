package io.behavioranalytics.jdbc;

import java.time.Duration;

/**
 * The instant by which a call has to end, over all its tries.
 *
 * @param nanos on {@link System#nanoTime()}
 */
record Deadline(long nanos) {
    /** So much has a statement at least: a network timeout of zero would be none. */
    private static final Duration LEAST = Duration.ofMillis(1);

    /** The deadline of a call that begins now. */
    static Deadline in(Duration most) {
        return new Deadline(System.nanoTime() + most.toNanos());
    }

    /** What is left until then, never less than a millisecond. */
    Duration left() {
        Duration left = Duration.ofNanos(nanos - System.nanoTime());
        return left.compareTo(LEAST) < 0 ? LEAST : left;
    }

    boolean isOver() {
        return System.nanoTime() - nanos >= 0;
    }
}
