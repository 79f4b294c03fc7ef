package io.behavioranalytics;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One task in the background that never works twice at once: asked for while it works, it works once more. An executor that has not
 * begun it in due time may have dropped it, and can be asked again. Thread-safe.
 */
final class BackgroundTask {
    private static final Duration LONGEST_WAIT = Duration.ofNanos(Long.MAX_VALUE);

    private final Runnable work;
    private final Background background;
    private final long patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private boolean running;
    private boolean wanted;
    private long askedAt;
    private @Nullable Thread worker;
    /** Written under the lock, and read without it by work that asks whether to go on. */
    private volatile boolean closed;

    /**
     * A task that nobody has asked for yet.
     *
     * @param work what is done each time; it may ask for itself again. What it throws ends the task until it is asked for anew
     * @param background where it is done
     * @param patience how long an executor may take to begin
     */
    BackgroundTask(Runnable work, Background background, Duration patience) {
        this.work = work;
        this.background = background;
        this.patience = patience.toNanos();
    }

    /** Begins, or begins again once through if it is at work; does nothing once closed. */
    void request() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            wanted = true;
            if (running) {
                return;
            }
            running = true;
            askedAt = System.nanoTime();
        } finally {
            lock.unlock();
        }
        background.start(this::run);
    }

    /** Asks the executor again if it has not begun in due time what it was asked for. */
    void recall() {
        if (isForgotten()) {
            background.start(this::run);
        }
    }

    private boolean isForgotten() {
        lock.lock();
        try {
            boolean forgotten = running && worker == null && !closed && System.nanoTime() - askedAt >= patience;
            if (forgotten) {
                askedAt = System.nanoTime();
            }
            return forgotten;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (begin()) {
            boolean whole = false;
            try {
                work.run();
                whole = true;
            } finally {
                if (!whole) {
                    end();
                }
            }
        }
    }

    /** True if there is something to do; otherwise it is over. */
    private boolean begin() {
        lock.lock();
        try {
            if (worker != null && worker != Thread.currentThread()) {
                return false; // the executor was asked twice, and the other one sees to it
            }
            if (wanted && !closed) {
                worker = Thread.currentThread();
                wanted = false;
                return true;
            }
            end();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            running = false;
            worker = null;
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether it was asked for and is not through. */
    boolean isRunning() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until it is through.
     *
     * @param atMost of any length; zero or less looks without waiting
     * @return whether it is through
     */
    boolean await(Duration atMost) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos(atMost);
            while (running && left > 0) {
                left = ended.awaitNanos(left);
            }
            return !running;
        } finally {
            lock.unlock();
        }
    }

    /** A wait of more than 292 years is as good as one of 292 years. */
    private static long nanos(Duration wait) {
        if (wait.isNegative()) {
            return 0;
        }
        return wait.compareTo(LONGEST_WAIT) > 0 ? Long.MAX_VALUE : wait.toNanos();
    }

    /** Whether work at hand is to end soon. */
    boolean isClosed() {
        return closed;
    }

    /**
     * Begins nothing any more, and waits for what is at work.
     *
     * @param deadline until when, on {@link System#nanoTime()}
     * @return false if it is still at work, on another thread than this one
     */
    boolean close(long deadline) {
        Interruption interruption = new Interruption(false);
        lock.lock();
        try {
            closed = true;
            long left = deadline - System.nanoTime();
            while (isAtWorkElsewhere() && left > 0) {
                try {
                    left = ended.awaitNanos(left);
                } catch (InterruptedException later) {
                    interruption.seen();
                    left = deadline - System.nanoTime();
                }
            }
            return !isAtWorkElsewhere();
        } finally {
            lock.unlock();
            interruption.restore();
        }
    }

    private boolean isAtWorkElsewhere() {
        return worker != null && worker != Thread.currentThread();
    }
}
