package io.behavioranalytics.statistics;

/** What is known of one arm's metric: enough to estimate its mean, and how exact that estimate is. */
public sealed interface Sample permits Observed, RatioSample, AdjustedSample, AdjustedRatio, QuantileSample {
    /**
     * How many units were observed.
     *
     * @return 0 or more
     */
    long n();

    /**
     * The estimate of the metric: a mean, a proportion, a ratio, a quantile.
     *
     * @return 0 if there is nothing to estimate it from
     */
    double mean();

    /**
     * The variance per unit: {@link #mean()} has the variance {@code variance() / n()}.
     *
     * @return 0 if it cannot be estimated; negative for sums that belong to no data
     */
    double variance();

    /**
     * What a relative effect is divided by, where this is the control.
     *
     * @return the mean before any adjustment
     */
    default double baseline() {
        return mean();
    }
}
