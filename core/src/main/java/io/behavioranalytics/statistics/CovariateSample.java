package io.behavioranalytics.statistics;

/**
 * A metric and a covariate of the same units, observed before the experiment; for CUPED and for post-stratification.
 *
 * @param post the metric
 * @param pre the covariate, most often the same metric before the experiment
 * @param sumOfProducts the sum over the units of post times pre
 */
public record CovariateSample(Observed post, Observed pre, double sumOfProducts) {
    /**
     * Checks that the two belong together.
     *
     * @throws IllegalArgumentException if they have a different n, or the sum is not finite
     */
    public CovariateSample {
        Units.same(post, pre);
        Domain.finite("sumOfProducts", sumOfProducts);
    }

    /**
     * How many units were observed.
     *
     * @return 0 or more
     */
    public long n() {
        return post.n();
    }

    /**
     * The covariance of metric and covariate.
     *
     * @return per unit; 0 for less than two units
     */
    public double covariance() {
        return Observed.covariance(post, pre, sumOfProducts);
    }

    /** The two arms in one. */
    CovariateSample pooledWith(CovariateSample other) {
        return new CovariateSample(
                Units.pooled(post, other.post), Units.pooled(pre, other.pre), sumOfProducts + other.sumOfProducts);
    }
}
