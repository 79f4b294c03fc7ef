package io.behavioranalytics;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/**
 * Waits a moment for callers that were answered together: they come back together, and share the next commit too. It costs at
 * most a small part of what the last commit took, and nothing where callers are alone or are many. Not thread-safe: the intake's
 * lock guards it.
 */
final class Gathering {
    /** The part of the last commit's time that may be waited. */
    private static final int PART = 8;
    /** What is too short to sleep. */
    private static final long SHORTEST = TimeUnit.MICROSECONDS.toNanos(50);
    /** So many share a commit so well that no more are waited for. */
    private static final int MOST = 32;

    private final Condition arrived;
    private int callers;
    private long nanos;
    private int awaited;

    /** Waits on a condition of the intake's lock. */
    Gathering(Condition arrived) {
        this.arrived = arrived;
    }

    /** Remembers how many callers a flight answered, and how long that took. */
    void landed(Flight flight) {
        int answered = 0;
        for (Ticket ticket : flight.batch) {
            answered += ticket.call == null ? 0 : 1;
        }
        callers = Math.min(MOST, answered);
        nanos = System.nanoTime() - flight.tookOff;
    }

    /** Somebody arrived: wakes who waits, if it is for nobody else. */
    void arrived(int waiting) {
        if (waiting >= awaited) {
            arrived.signal();
        }
    }

    void await(Backlog backlog) throws InterruptedException {
        long left = nanos / PART;
        if (left < SHORTEST || backlog.size() >= callers) {
            return;
        }
        awaited = callers;
        try {
            while (backlog.size() < awaited && left > 0) {
                left = arrived.awaitNanos(left);
            }
        } finally {
            awaited = 0;
        }
    }
}
