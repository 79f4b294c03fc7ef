package io.behavioranalytics;

import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Wakes threads that wait for something to run. Whoever waits names the epoch it has seen, so that no news is missed. */
final class Alarm {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long epoch;
    /** Something due before this instant is news; nobody listens until the loop says so. */
    private volatile Instant newsBefore = Instant.MIN;

    long epoch() {
        lock.lock();
        try {
            return epoch;
        } finally {
            lock.unlock();
        }
    }

    void raise() {
        lock.lock();
        try {
            epoch++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A commit made something due at an instant. */
    void due(Instant earliest) {
        if (earliest.isBefore(newsBefore)) {
            raise();
        }
    }

    void newsBefore(Instant instant) {
        newsBefore = instant;
    }

    /** Waits until the alarm was raised since an epoch; true if the thread was interrupted. */
    boolean await(long seen, long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (epoch == seen && left > 0) {
                left = changed.awaitNanos(left);
            }
            return false;
        } catch (InterruptedException later) {
            return true;
        } finally {
            lock.unlock();
        }
    }
}
