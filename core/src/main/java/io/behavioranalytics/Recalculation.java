package io.behavioranalytics;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The work in the background that decides every subject again after a change of the definitions (S16), and how far it is. Live
 * traffic goes on meanwhile: whoever has an event is decided on the new definitions at once. Thread-safe.
 */
public final class Recalculation {
    private static final GuardedLog LOG = GuardedLog.of(Recalculation.class);
    private static final int PASSES = 5;
    private static final Duration LONGEST_WAIT = Duration.ofNanos(Long.MAX_VALUE);

    private final Store store;
    private final Pipeline pipeline;
    private final DefinitionsCache definitions;
    private final Background background;
    private final int batchSize;
    private final long patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean running;
    private long askedAt;
    private boolean wanted;
    private boolean stopping;
    private long version;
    private long done;
    private @Nullable Thread worker;
    /** The version of the definitions that this host has looked after. */
    private volatile long seen = -1;

    Recalculation(
            Store store, Pipeline pipeline, DefinitionsCache definitions, Background background, Settings settings) {
        this.store = store;
        this.pipeline = pipeline;
        this.definitions = definitions;
        this.background = background;
        this.batchSize = settings.batchSize();
        this.patience = settings.callTimeout().toNanos();
    }

    /**
     * The version of the definitions that subjects are being brought to, or were brought to last.
     *
     * @return 0 before the first definition
     */
    public long version() {
        lock.lock();
        try {
            return version;
        } finally {
            lock.unlock();
        }
    }

    /**
     * How many subjects this host has decided again for that version.
     *
     * @return 0 or more
     */
    public long done() {
        lock.lock();
        try {
            return done;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells whether it is at work.
     *
     * @return false if nothing is left to do for this host
     */
    public boolean isRunning() {
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
     * @param atMost the longest wait, of any length; zero or less looks without waiting
     * @return true if it is through, false if it is still at work
     * @throws InterruptedException if the thread was interrupted
     */
    public boolean await(Duration atMost) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos(atMost);
            while (running && left > 0) {
                left = changed.awaitNanos(left);
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

    /** Begins, or begins again if it is at work. */
    void request() {
        lock.lock();
        try {
            if (stopping) {
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

    /** Refuses what a closed facade could only half do. */
    void requireOpen() {
        lock.lock();
        try {
            if (stopping) {
                throw new IllegalStateException("this BehaviorAnalytics is closed");
            }
        } finally {
            lock.unlock();
        }
    }

    /** Begins if the definitions in force are others than at the last look: another host may have saved some, and died. */
    void follow() {
        if (isForgotten()) {
            background.start(this::run);
        }
        long current = definitions.current().version();
        if (current != seen) {
            seen = current;
            if (!store.subjects().decidedBefore(current, null, 1).isEmpty()) {
                request();
            }
        }
    }

    /** Whether the executor has not begun in the time of a call what it was asked for: it may have dropped it. */
    private boolean isForgotten() {
        lock.lock();
        try {
            boolean forgotten = running && worker == null && !stopping && System.nanoTime() - askedAt >= patience;
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
            try {
                long target = definitions.newest().version();
                seen = target;
                report(target, 0);
                if (!bringTo(target)) {
                    LOG.warn("some subjects are still decided on definitions before version {}", target);
                }
            } catch (RuntimeException failed) {
                LOG.warn("the recalculation stopped, the loop or the next change begins it again", failed);
                seen = -1;
            } catch (Error failed) {
                stop();
                throw failed;
            }
        }
    }

    private void stop() {
        lock.lock();
        try {
            running = false;
            worker = null;
            seen = -1;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** True if there is something to do; otherwise it is over. */
    private boolean begin() {
        lock.lock();
        try {
            if (worker != null && worker != Thread.currentThread()) {
                return false; // it was asked for twice, and the other one sees to it
            }
            worker = Thread.currentThread();
            if (wanted && !stopping) {
                wanted = false;
                return true;
            }
            running = false;
            worker = null;
            changed.signalAll();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void report(long target, int more) {
        lock.lock();
        try {
            done = version == target ? done + more : more;
            version = target;
        } finally {
            lock.unlock();
        }
    }

    private boolean mayGoOn() {
        lock.lock();
        try {
            return !stopping;
        } finally {
            lock.unlock();
        }
    }

    /** Decides subjects until none is behind; those that others hold are tried again, a bounded number of times. */
    private boolean bringTo(long target) {
        for (int pass = 0; pass < PASSES; pass++) {
            @Nullable SubjectId after = null;
            boolean left = false;
            List<SubjectId> behind = store.subjects().decidedBefore(target, after, batchSize);
            while (!behind.isEmpty() && mayGoOn()) {
                int decided = pipeline.redecide(behind, false).size();
                report(target, decided);
                left |= decided < behind.size();
                after = behind.get(behind.size() - 1);
                behind = store.subjects().decidedBefore(target, after, batchSize);
            }
            if (!left || !mayGoOn()) {
                return !left;
            }
        }
        return false;
    }

    /** Begins nothing any more, and waits for the batch at hand until the deadline. */
    void close(long deadline) {
        boolean interrupted = false;
        lock.lock();
        try {
            stopping = true;
            long left = deadline - System.nanoTime();
            while (worker != null && worker != Thread.currentThread() && left > 0) {
                try {
                    left = changed.awaitNanos(left);
                } catch (InterruptedException later) {
                    interrupted = true;
                    left = deadline - System.nanoTime();
                }
            }
        } finally {
            lock.unlock();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
