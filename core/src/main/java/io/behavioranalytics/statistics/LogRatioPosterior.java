package io.behavioranalytics.statistics;

/**
 * The legacy posterior of a relative effect that GrowthBook told until 2024: the logarithm of treatment over control is taken for normal,
 * with the moments of the two logarithms. Kept to read old results; {@link BetaPosterior#probabilityGreaterThan} is exact, and
 * {@link EffectPosterior} is what is told now.
 *
 * @param mean of the logarithm of the ratio
 * @param deviation of the logarithm of the ratio, more than 0
 */
public record LogRatioPosterior(double mean, double deviation) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if the mean is not finite or the deviation not more than 0
     */
    public LogRatioPosterior {
        Domain.finite("mean", mean);
        Domain.positive("deviation", deviation);
    }

    /**
     * Of two proportions.
     *
     * @param control the control
     * @param treatment the treatment
     * @return the posterior of their ratio
     */
    public static LogRatioPosterior of(BetaPosterior control, BetaPosterior treatment) {
        return new LogRatioPosterior(
                treatment.logMean() - control.logMean(), Math.sqrt(treatment.logVariance() + control.logVariance()));
    }

    /**
     * Of two means with normal posteriors, by the delta method: the logarithm of a mean m with deviation s has deviation s/m.
     *
     * @param control the posterior of the control's mean
     * @param treatment the posterior of the treatment's mean
     * @return the posterior of their ratio; a shortage if a mean is not above 0, or neither has a deviation
     */
    public static Finding<LogRatioPosterior> of(EffectPosterior control, EffectPosterior treatment) {
        if (control.mean() <= 0 || treatment.mean() <= 0) {
            return Finding.insufficientData(Shortage.NO_BASELINE);
        }
        double deviation = Math.hypot(control.deviation() / control.mean(), treatment.deviation() / treatment.mean());
        return deviation > 0 && Double.isFinite(deviation)
                ? Finding.of(new LogRatioPosterior(Math.log(treatment.mean() / control.mean()), deviation))
                : Finding.insufficientData(Shortage.NO_VARIANCE);
    }

    /**
     * The relative effect.
     *
     * @return {@code exp(mean) − 1}
     */
    public double estimate() {
        return Math.expm1(mean);
    }

    /**
     * The probability that the treatment is better.
     *
     * @return 0 to 1
     */
    public double chanceToWin() {
        return StandardNormal.below(mean / deviation);
    }

    /**
     * The interval of the relative effect between the quantiles alpha/2 and 1 − alpha/2.
     *
     * @param alpha between 0 and 1
     * @return the credible interval
     * @throws IllegalArgumentException if alpha is out of range
     */
    public Interval credibleInterval(double alpha) {
        double half = StandardNormal.upperQuantile(Domain.alpha(alpha) / 2) * deviation;
        return Interval.of(Math.expm1(mean - half), Math.min(Double.MAX_VALUE, Math.expm1(mean + half)));
    }
}
