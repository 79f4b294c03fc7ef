package io.behavioranalytics.statistics;

/**
 * What a test says of an effect.
 *
 * @param estimate the effect, on the scale it was asked on
 * @param standardError of the estimate
 * @param statistic the estimate less the null hypothesis, in standard errors
 * @param pValue 0 to 1
 * @param interval of confidence 1 − alpha for the effect; it has one end where the alternative has one side
 * @param alternative on which side the effect was looked for
 * @param alpha the level
 */
public record TestResult(
        double estimate,
        double standardError,
        double statistic,
        double pValue,
        Interval interval,
        Alternative alternative,
        double alpha) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is not finite or out of its range
     */
    public TestResult {
        Domain.finite("estimate", estimate);
        Domain.positive("standardError", standardError);
        Domain.finite("statistic", statistic);
        Domain.probability("pValue", pValue);
        Domain.alpha(alpha);
    }

    /**
     * Whether the null hypothesis is rejected.
     *
     * @return whether the p-value is below alpha
     */
    public boolean significant() {
        return pValue < alpha;
    }
}
