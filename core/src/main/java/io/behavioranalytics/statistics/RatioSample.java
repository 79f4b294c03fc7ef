package io.behavioranalytics.statistics;

/**
 * A ratio of two sums over the same units, such as revenue per visit where the unit is the user. Its variance is that of the delta
 * method: with means m and d, {@code var(m)/d² + var(d)·m²/d⁴ − 2·cov(m, d)·m/d³} per unit.
 *
 * @param numerator per unit
 * @param denominator per unit, of the same n
 * @param sumOfProducts the sum over the units of numerator times denominator
 */
public record RatioSample(Observed numerator, Observed denominator, double sumOfProducts) implements Sample {
    /**
     * Checks that the two belong together.
     *
     * @throws IllegalArgumentException if they have a different n, or the sum is not finite
     */
    public RatioSample {
        Units.same(numerator, denominator);
        Domain.finite("sumOfProducts", sumOfProducts);
    }

    @Override
    public long n() {
        return numerator.n();
    }

    @Override
    public double mean() {
        return denominator.sum() == 0 ? 0 : numerator.sum() / denominator.sum();
    }

    @Override
    public double variance() {
        double d = denominator.mean();
        if (d == 0 || n() < 2) {
            return 0;
        }
        double ratio = mean();
        return (numerator.variance() + denominator.variance() * ratio * ratio - 2 * covariance() * ratio) / (d * d);
    }

    /**
     * The covariance of numerator and denominator.
     *
     * @return per unit; 0 for less than two units
     */
    public double covariance() {
        return Observed.covariance(numerator, denominator, sumOfProducts);
    }
}
