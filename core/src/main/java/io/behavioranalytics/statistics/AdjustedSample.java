package io.behavioranalytics.statistics;

/**
 * A mean from which is taken what a covariate from before the experiment explains (CUPED: Deng, Xu, Kohavi, Walker, WSDM 2013):
 * {@code mean(post) − θ·mean(pre)}. It is not centred, so only differences of two arms with one θ mean something; a relative effect
 * is divided by the mean that is not adjusted.
 *
 * @param covariate the metric and the covariate
 * @param theta the slope, the same in both arms
 */
public record AdjustedSample(CovariateSample covariate, double theta) implements Sample {
    /**
     * Checks the slope.
     *
     * @throws IllegalArgumentException if it is not finite
     */
    public AdjustedSample {
        Domain.finite("theta", theta);
    }

    @Override
    public long n() {
        return covariate.n();
    }

    @Override
    public double mean() {
        return covariate.post().mean() - theta * covariate.pre().mean();
    }

    @Override
    public double variance() {
        return varianceWith(1);
    }

    @Override
    public double baseline() {
        return covariate.post().mean();
    }

    /** The variance per unit of {@code weight·post − θ·pre}. */
    double varianceWith(double weight) {
        return n() < 2
                ? 0
                : weight * weight * covariate.post().variance()
                        + theta * theta * covariate.pre().variance()
                        - 2 * weight * theta * covariate.covariance();
    }
}
