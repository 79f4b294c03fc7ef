package io.behavioranalytics.statistics;

/**
 * An arm's mean, or its ratio of two sums, with the variance of that estimate: what is left of a {@link Sample} where several have been
 * put together.
 *
 * @param mean the estimate
 * @param variance of the estimate, so of a sample its variance by its n; 0 or more
 * @param n units, 1 or more
 */
public record MeanEstimate(double mean, double variance, long n) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is not finite or out of its range
     */
    public MeanEstimate {
        Domain.finite("mean", mean);
        Domain.notNegative("variance", variance);
        Domain.atLeast("n", 1, n);
    }
}
