package io.behavioranalytics.statistics;

/**
 * The posterior of an effect: normal, as GrowthBook models it, from an estimate that is normal about the effect and a normal or flat
 * prior. The losses are those of a decision taken now, in the unit of the effect.
 *
 * @param mean of the effect
 * @param deviation its standard deviation, 0 or more
 */
public record EffectPosterior(double mean, double deviation) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is not finite, or the deviation is negative
     */
    public EffectPosterior {
        Domain.finite("mean", mean);
        Domain.notNegative("deviation", deviation);
    }

    /**
     * The posterior under a flat improper prior: the estimate, with its standard error.
     *
     * @param effect the effect seen
     * @return the posterior
     */
    public static EffectPosterior flat(Effect effect) {
        return new EffectPosterior(effect.estimate(), effect.standardError());
    }

    /**
     * The posterior under a normal prior (conjugate: precisions add up).
     *
     * @param effect the effect seen
     * @param prior of the effect
     * @return the posterior; a shortage if the prior stands on another scale and the control's mean is 0
     */
    public static Finding<EffectPosterior> of(Effect effect, NormalPrior prior) {
        boolean rescaled = (prior.scale() == EffectScale.ABSOLUTE) != (effect.scale() == EffectScale.ABSOLUTE);
        if (rescaled && effect.baseline() == 0) {
            return Finding.insufficientData(Shortage.NO_BASELINE);
        }
        NormalPrior own = prior.on(effect.scale(), effect.baseline());
        return Finding.of(of(effect.estimate(), effect.standardError(), own));
    }

    /**
     * The posterior of anything that is estimated with a normal error, such as one arm's mean.
     *
     * @param estimate finite
     * @param standardError more than 0
     * @param prior on the estimate's own scale
     * @return the posterior
     * @throws IllegalArgumentException if a number is out of range
     */
    public static EffectPosterior of(double estimate, double standardError, NormalPrior prior) {
        Domain.finite("estimate", estimate);
        double variance = Domain.positive("standardError", standardError) * standardError;
        double whole = variance + prior.variance();
        double mean = prior.mean() * (variance / whole) + estimate * (prior.variance() / whole);
        return new EffectPosterior(mean, standardError * Math.sqrt(prior.variance() / whole));
    }

    /**
     * The probability that the treatment is better: that the effect is above 0.
     *
     * @return 0 to 1
     */
    public double chanceToWin() {
        return deviation == 0 ? (mean > 0 ? 1 : 0) : StandardNormal.below(mean / deviation);
    }

    /**
     * What is lost on average by keeping the control: {@code E[max(effect, 0)]}.
     *
     * @return 0 or more, in the unit of the effect
     */
    public double lossOfKeepingControl() {
        return expectedExcess(mean, deviation);
    }

    /**
     * What is lost on average by shipping the treatment: {@code E[max(−effect, 0)]}.
     *
     * @return 0 or more, in the unit of the effect
     */
    public double lossOfShippingTreatment() {
        return expectedExcess(-mean, deviation);
    }

    /**
     * The interval between the quantiles alpha/2 and 1 − alpha/2.
     *
     * @param alpha between 0 and 1
     * @return the credible interval
     * @throws IllegalArgumentException if alpha is out of range
     */
    public Interval credibleInterval(double alpha) {
        Domain.alpha(alpha);
        return Interval.around(mean, StandardNormal.upperQuantile(alpha / 2) * deviation, Alternative.TWO_SIDED);
    }

    /**
     * {@code E[max(X, 0)]} of a normal X: {@code m·Φ(m/s) + s·φ(m/s)}. Far below 0 the two terms cancel; there the
     * asymptotic series of the tail keeps the digits (Abramowitz and Stegun 26.2.12).
     */
    static double expectedExcess(double mean, double deviation) {
        if (deviation == 0) {
            return Math.max(mean, 0);
        }
        double z = mean / deviation;
        if (z > -20) {
            return Math.max(0, mean * StandardNormal.below(z) + deviation * StandardNormal.density(z));
        }
        double sum = 0;
        double term = 1 / (z * z);
        for (int i = 1; i <= 8; i++) {
            sum += term;
            term *= -(2 * i + 1) / (z * z);
        }
        return deviation * StandardNormal.density(z) * sum;
    }
}
