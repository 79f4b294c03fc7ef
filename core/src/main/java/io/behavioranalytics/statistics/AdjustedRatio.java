package io.behavioranalytics.statistics;

/**
 * A ratio from which is taken what the same ratio before the experiment explains: CUPED for ratio metrics, with the delta method over
 * the four means.
 *
 * @param covariate the ratio after and before
 * @param theta the slope, the same in both arms
 */
public record AdjustedRatio(CovariateRatioSample covariate, double theta) implements Sample {
    /**
     * Checks the slope.
     *
     * @throws IllegalArgumentException if it is not finite
     */
    public AdjustedRatio {
        Domain.finite("theta", theta);
    }

    @Override
    public long n() {
        return covariate.n();
    }

    @Override
    public double mean() {
        return covariate.hasRatios() ? covariate.ratio() - theta * covariate.ratioBefore() : 0;
    }

    @Override
    public double variance() {
        return varianceWith(1);
    }

    @Override
    public double baseline() {
        return covariate.ratio();
    }

    /** The variance per unit of {@code weight·ratio − θ·ratio before}. */
    double varianceWith(double weight) {
        return covariate.hasRatios()
                ? weight * weight * covariate.ratioCovariance(0, 0)
                        + theta * theta * covariate.ratioCovariance(1, 1)
                        - 2 * weight * theta * covariate.ratioCovariance(0, 1)
                : 0;
    }
}
