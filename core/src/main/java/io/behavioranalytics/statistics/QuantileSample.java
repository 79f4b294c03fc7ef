package io.behavioranalytics.statistics;

/**
 * A quantile with a confidence interval that was computed from order statistics, as GrowthBook keeps it. The interval's half-width
 * stands for a normal standard error: {@code se = (upper − lower) / (2·z)}, and the variance per unit is {@code (n − 1)·se²}.
 *
 * @param n observations, 2 or more for a variance
 * @param quantile the estimate
 * @param lower the lower end
 * @param upper the upper end, not below the lower
 * @param confidence the interval's coverage, between 0 and 1; 0.95 is customary
 */
public record QuantileSample(long n, double quantile, double lower, double upper, double confidence) implements Sample {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if n is negative, a number is not finite, the ends are in the wrong order, or the confidence
     *     does not lie between 0 and 1
     */
    public QuantileSample {
        Domain.count("n", n);
        Domain.finite("quantile", quantile);
        Domain.finite("lower", lower);
        Domain.finite("upper", upper);
        Domain.between("confidence", confidence);
        if (lower > upper) {
            throw new IllegalArgumentException("lower must not be above upper: " + lower + " > " + upper);
        }
    }

    @Override
    public double mean() {
        return quantile;
    }

    @Override
    public double variance() {
        if (n < 2) {
            return 0;
        }
        double error = (upper - lower) / (2 * StandardNormal.upperQuantile((1 - confidence) / 2));
        return (n - 1) * error * error;
    }
}
