package io.behavioranalytics.jdbc;

import java.lang.ref.WeakReference;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets the transactions of this process write to one database one after another, whichever stores they belong to. Thread-safe.
 *
 * <p>An H2 file needs it: what a commit writes to the file is each table and each index as it is at the moment at which its turn
 * comes, also what another transaction has done so far. If the process is killed then, that other transaction may be found again in
 * one table and not in the next, or as one that ended and yet holds its rows for ever.
 */
final class WriteLock {
    /** For databases that look after this themselves. */
    static final WriteLock NONE = new WriteLock(null);

    private static final String TIMED_OUT = "HYT00";
    private static final Map<String, WeakReference<ReentrantLock>> LOCKS = new HashMap<>();

    private final @Nullable ReentrantLock lock;

    private WriteLock(@Nullable ReentrantLock lock) {
        this.lock = lock;
    }

    /**
     * The lock of a database, the same for everybody in this process who holds it at a time.
     *
     * @param database what the database calls its file
     * @return the lock
     */
    static WriteLock of(String database) {
        synchronized (LOCKS) {
            LOCKS.values().removeIf(lock -> lock.get() == null);
            WeakReference<ReentrantLock> known = LOCKS.get(database);
            ReentrantLock lock = known == null ? null : known.get();
            if (lock == null) {
                // Fair, so that who renews a lease is not overtaken again and again by those who commit without a
                // pause.
                lock = new ReentrantLock(true);
                LOCKS.put(database, new WeakReference<>(lock));
            }
            return new WriteLock(lock);
        }
    }

    /** Whether the database needs no lock: then anybody may write at any time. */
    boolean isFree() {
        return lock == null;
    }

    /**
     * Does something while nobody else writes. Whoever holds the lock already may do more.
     *
     * @param most how long it may wait for those before it
     * @param step a whole transaction, its commit included
     * @return what came of it
     * @throws SQLException what the step throws; transient and of SQLSTATE HYT00 if the turn did not come in time, or the waiting
     *     thread was interrupted
     */
    <T extends @Nullable Object> T hold(Duration most, Dialect.Step<T> step) throws SQLException {
        if (lock == null) {
            return step.take();
        }
        acquire(lock, most);
        try {
            return step.take();
        } finally {
            lock.unlock();
        }
    }

    private static void acquire(ReentrantLock lock, Duration most) throws SQLException {
        try {
            if (!lock.tryLock(most.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new SQLTransientException("others wrote to this H2 file for all of " + most, TIMED_OUT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLTransientException("interrupted while others wrote to this H2 file", TIMED_OUT, e);
        }
    }
}
