package io.behavioranalytics;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Subjects on their way into a fold: some of them at once where an executor helps, in parts whose events are few enough to be held. Taken in
 * by one thread, which reads on while as many parts wait as are worked on.
 *
 * @param <F> what folds subjects
 * @param <S> a subject as it was read
 */
final class ReportWork<F, S> {
    private static final int PART_SUBJECTS = 256;
    private static final int PART_EVENTS = 16_384;
    private static final int TOLD_EVERY = 1_000;

    /** The most parts that a task works on before the executor's other tasks have their turn. */
    private static final int PARTS_IN_TURN = 16;

    /** How subjects are folded. */
    interface Folding<F, S> {
        /** A fold of nobody, for another thread. */
        F another();

        /** Takes in some hundred subjects, or few long ones. */
        void accumulate(F fold, List<S> subjects);

        void merge(F whole, F part);

        /** How many events it holds. */
        int events(S subject);
    }

    private final F whole;
    private final Folding<F, S> folding;
    private final ReportOptions options;
    private final long all;
    private final List<F> folds = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<List<S>> waiting = new ArrayDeque<>();
    private final Queue<F> idle = new ArrayDeque<>();
    /** Tasks that were given to the executor and have not begun. */
    private int asked;

    /** Tasks that have begun and not ended. */
    private int running;

    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private List<S> part = new ArrayList<>();
    private int partEvents;
    private long taken;
    private boolean cancelled;

    ReportWork(F whole, Folding<F, S> folding, ReportOptions options, long all) {
        this.whole = whole;
        this.folding = folding;
        this.options = options;
        this.all = all;
    }

    /** Takes a subject; false says that no more are wanted. */
    boolean take(S subject) {
        if (options.cancelled().getAsBoolean()) {
            cancelled = true;
            return false;
        }
        if (failure.get() != null) {
            return false;
        }
        part.add(subject);
        partEvents += folding.events(subject);
        if (part.size() >= PART_SUBJECTS || partEvents >= PART_EVENTS) {
            handOver();
        }
        if (++taken % TOLD_EVERY == 0) {
            tell();
        }
        return true;
    }

    private void tell() {
        try {
            options.progress().progressed(taken, Math.max(all, taken));
        } catch (RuntimeException | Error failed) {
            settle();
            throw failed;
        }
    }

    private void handOver() {
        List<S> subjects = part;
        part = new ArrayList<>(PART_SUBJECTS);
        partEvents = 0;
        Executor executor = options.executor();
        if (executor == null) {
            folding.accumulate(whole, subjects);
        } else {
            hand(subjects, executor);
        }
    }

    private void hand(List<S> subjects, Executor executor) {
        lock.lock();
        try {
            waiting.add(subjects);
        } finally {
            lock.unlock();
        }
        settle(executor, options.parallelism());
    }

    /**
     * Has the parts that wait worked on, until at most so many are left, or until all work has ended if that is none. What the executor does
     * not get at is done here, so that one that is busy, or drops what it is given, keeps nobody waiting.
     */
    private void settle(Executor executor, int left) {
        while (true) {
            Runnable work = null;
            lock.lock();
            try {
                while (left == 0 && waiting.isEmpty() && running > 0) {
                    changed.awaitUninterruptibly();
                }
                boolean free = asked + running < options.parallelism();
                if (waiting.isEmpty() || (!free && waiting.size() <= left)) {
                    return;
                }
                if (free) {
                    asked++;
                    work = work();
                }
            } finally {
                lock.unlock();
            }
            if (work == null) {
                foldNext(whole);
            } else {
                try {
                    executor.execute(work);
                } catch (RejectedExecutionException refused) {
                    work.run();
                }
            }
        }
    }

    /** Some parts in turn, so that no thread waits for a page to be read while there are parts, and others get at the executor's threads. */
    private Runnable work() {
        F free = idle.poll();
        F fold = free == null ? folding.another() : free;
        if (free == null) {
            folds.add(fold);
        }
        AtomicBoolean begun = new AtomicBoolean();
        return () -> {
            if (begun.getAndSet(true)) {
                return; // by an executor that runs a task twice, or both runs and refuses it: a fold is one thread's
            }
            lock.lock();
            try {
                asked--;
                running++;
            } finally {
                lock.unlock();
            }
            boolean more = true;
            for (int parts = 0; more && parts < PARTS_IN_TURN; parts++) {
                more = foldNext(fold);
            }
            lock.lock();
            try {
                idle.add(fold);
                running--;
                changed.signal();
            } finally {
                lock.unlock();
            }
        };
    }

    /** Takes in the next part; false if there is none, or something failed. */
    private boolean foldNext(F fold) {
        List<S> subjects = next();
        if (subjects == null) {
            return false;
        }
        try {
            folding.accumulate(fold, subjects);
            return true;
        } catch (RuntimeException | Error failed) {
            failure.compareAndSet(null, failed);
            return false;
        }
    }

    /** The next part that waits; none once something failed. */
    private @Nullable List<S> next() {
        lock.lock();
        try {
            if (failure.get() != null) {
                waiting.clear();
            }
            List<S> next = waiting.poll();
            changed.signal();
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for all that was begun and merges it; true if nothing was left out. */
    boolean finish() {
        if (!part.isEmpty()) {
            handOver();
        }
        settle();
        Throwable failed = failure.get();
        if (failed instanceof Error error) {
            throw error;
        }
        if (failed instanceof RuntimeException exception) {
            throw exception;
        }
        folds.forEach(fold -> folding.merge(whole, fold));
        options.progress().progressed(taken, Math.max(all, taken));
        return !cancelled;
    }

    private void settle() {
        Executor executor = options.executor();
        if (executor != null) {
            settle(executor, 0);
        }
    }
}
