package io.behavioranalytics;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How a report runs. Immutable.
 *
 * @param executor what else works beside the calling thread, or null for it alone
 * @param parallelism the most parts in work on the executor at once, 1 to {@value #MOST_PARALLEL}
 * @param progress told how far it is
 * @param cancelled asked before each subject is read, and of facts every 1,000; once it is true the report ends with what it has, and says so
 */
public record ReportOptions(
        @Nullable Executor executor, int parallelism, Progress progress, BooleanSupplier cancelled) {
    /** The most parts in work at once. */
    public static final int MOST_PARALLEL = 1_024;

    /** Is told how far a report is. */
    @FunctionalInterface
    public interface Progress {
        /**
         * Called on the thread that asked for the report, every 1,000 subjects and at the end. What it throws ends the report.
         *
         * @param subjects how many have been read
         * @param all how many there were when it began
         */
        void progressed(long subjects, long all);
    }

    private static final Progress NOBODY = (subjects, all) -> {};

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the parallelism is out of range
     */
    public ReportOptions {
        Objects.requireNonNull(progress, "progress");
        Objects.requireNonNull(cancelled, "cancelled");
        if (parallelism < 1 || parallelism > MOST_PARALLEL) {
            throw new IllegalArgumentException("parallelism must be 1 to " + MOST_PARALLEL + ": " + parallelism);
        }
    }

    /**
     * On the calling thread, to the end.
     *
     * @return the options
     */
    public static ReportOptions defaults() {
        return new ReportOptions(null, 1, NOBODY, () -> false);
    }

    /**
     * These options with more threads.
     *
     * @param other what works beside the calling thread
     * @param most the most parts in work at once
     * @return the options
     * @throws IllegalArgumentException if the number is out of range
     */
    public ReportOptions on(Executor other, int most) {
        return new ReportOptions(Objects.requireNonNull(other, "other"), most, progress, cancelled);
    }

    /**
     * These options with a listener.
     *
     * @param listener told how far it is
     * @return the options
     */
    public ReportOptions telling(Progress listener) {
        return new ReportOptions(executor, parallelism, listener, cancelled);
    }

    /** Whether somebody listens, so that it is worth counting how many subjects there are. */
    boolean isHeard() {
        return progress != NOBODY;
    }

    /**
     * These options with an end.
     *
     * @param ended whether nobody waits for the report any more
     * @return the options
     */
    public ReportOptions until(BooleanSupplier ended) {
        return new ReportOptions(executor, parallelism, progress, ended);
    }
}
