package io.behavioranalytics.experiment;

import io.behavioranalytics.statistics.Correction;
import io.behavioranalytics.statistics.NormalPrior;
import org.jspecify.annotations.Nullable;

/**
 * How results are computed.
 *
 * @param alpha the level of tests and intervals, above 0 and at most 0.5
 * @param minSampleSize the fewest users of an arm before anything is tested, 2 or more
 * @param correction for several metrics and variants, over all success metrics and treatments; null for none
 * @param sequentialTuning for how many users of two arms the always-valid intervals are narrowest, above 0; fix it before the start
 * @param prior what was believed of the effect before, or null for nothing (a flat prior)
 * @param breakdown what users are told apart by, or null for nothing
 */
public record ResultsQuery(
        double alpha,
        int minSampleSize,
        @Nullable Correction correction,
        double sequentialTuning,
        @Nullable NormalPrior prior,
        @Nullable Breakdown breakdown) {
    /** What users are told apart by: how they were when they were exposed, so that no variant can have moved them. */
    public sealed interface Breakdown {
        /**
         * Whether they were in a segment, as it was decided by then.
         *
         * @param keyOrId the segment
         */
        record BySegment(String keyOrId) implements Breakdown {}

        /**
         * A field of their last event before the exposure, or at it, that has it.
         *
         * @param field such as {@code context.device} or {@code properties.plan}
         */
        record ByField(String field) implements Breakdown {}
    }

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public ResultsQuery {
        if (!(alpha > 0 && alpha <= 0.5)) {
            throw new IllegalArgumentException("alpha must be above 0 and at most 0.5: " + alpha);
        }
        if (minSampleSize < 2) {
            throw new IllegalArgumentException("minSampleSize must be 2 or more: " + minSampleSize);
        }
        if (!(sequentialTuning > 0 && Double.isFinite(sequentialTuning))) {
            throw new IllegalArgumentException("sequentialTuning must be a finite number above 0: " + sequentialTuning);
        }
    }

    /**
     * This query with another correction.
     *
     * @param other the correction, or null for none
     * @return the changed copy
     */
    public ResultsQuery corrected(@Nullable Correction other) {
        return new ResultsQuery(alpha, minSampleSize, other, sequentialTuning, prior, breakdown);
    }

    /**
     * This query with a prior.
     *
     * @param other what was believed before, or null for nothing
     * @return the changed copy
     */
    public ResultsQuery believing(@Nullable NormalPrior other) {
        return new ResultsQuery(alpha, minSampleSize, correction, sequentialTuning, other, breakdown);
    }

    /**
     * This query of users told apart.
     *
     * @param by what by, or null for nothing
     * @return the changed copy
     */
    public ResultsQuery by(@Nullable Breakdown by) {
        return new ResultsQuery(alpha, minSampleSize, correction, sequentialTuning, prior, by);
    }

    /**
     * This query tuned for another number of users.
     *
     * @param users of two arms together, above 0
     * @return the changed copy
     */
    public ResultsQuery tunedFor(double users) {
        return new ResultsQuery(alpha, minSampleSize, correction, users, prior, breakdown);
    }
}
