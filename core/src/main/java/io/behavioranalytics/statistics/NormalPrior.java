package io.behavioranalytics.statistics;

/**
 * A normal prior of an effect.
 *
 * @param mean the effect expected
 * @param variance how sure, more than 0
 * @param scale the scale it is told on; a prior of the relative effect serves an absolute one, too, with mean and deviation
 *     multiplied by the control's mean
 */
public record NormalPrior(double mean, double variance, EffectScale scale) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the mean is not finite or the variance is not more than 0
     */
    public NormalPrior {
        Domain.finite("mean", mean);
        Domain.positive("variance", variance);
    }

    /**
     * A prior of the relative effect; GrowthBook proposes mean 0 and deviation 0.3.
     *
     * @param mean the lift expected
     * @param variance more than 0
     * @return the prior
     * @throws IllegalArgumentException if a number is out of range
     */
    public static NormalPrior relative(double mean, double variance) {
        return new NormalPrior(mean, variance, EffectScale.RELATIVE);
    }

    /** The same prior on another scale. */
    NormalPrior on(EffectScale other, double baseline) {
        boolean absolute = scale == EffectScale.ABSOLUTE;
        if (absolute == (other == EffectScale.ABSOLUTE)) {
            return this;
        }
        double size = Math.abs(baseline);
        return absolute
                ? new NormalPrior(mean / size, variance / (size * size), other)
                : new NormalPrior(mean * size, variance * size * size, other);
    }
}
