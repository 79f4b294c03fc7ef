package io.behavioranalytics.store;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The one lock of a store in memory; once the store is closed nobody gets in any more. */
final class Gate {
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;

    /** Does work under the lock; what it returns must not be changed afterwards. */
    <T extends @Nullable Object> T inside(Supplier<T> work) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** Refuses if the store is closed. */
    void check() {
        inside(() -> null);
    }

    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }
}
