package io.behavioranalytics;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Subjects on their way into a fold: some of them at once where an executor helps, in parts whose events are few enough to be held. Taken in
 * by one thread.
 *
 * @param <F> what folds subjects
 * @param <S> a subject as it was read
 */
final class ReportWork<F, S> {
    private static final int PART_SUBJECTS = 256;
    private static final int PART_EVENTS = 16_384;
    private static final int TOLD_EVERY = 1_000;

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
    private final Semaphore places;
    private final ConcurrentLinkedQueue<F> idle = new ConcurrentLinkedQueue<>();
    private final List<F> folds = new ArrayList<>();
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
        this.places = new Semaphore(options.parallelism());
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
            places.acquireUninterruptibly(options.parallelism());
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
        places.acquireUninterruptibly();
        F free = idle.poll();
        F fold = free == null ? folding.another() : free;
        if (free == null) {
            folds.add(fold);
        }
        Runnable work = () -> {
            try {
                folding.accumulate(fold, subjects);
            } catch (RuntimeException | Error failed) {
                failure.compareAndSet(null, failed);
            } finally {
                idle.add(fold);
                places.release();
            }
        };
        try {
            executor.execute(work);
        } catch (RejectedExecutionException refused) {
            work.run();
        }
    }

    /** Waits for all that was begun and merges it; true if nothing was left out. */
    boolean finish() {
        if (!part.isEmpty()) {
            handOver();
        }
        places.acquireUninterruptibly(options.parallelism());
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
}
