package io.behavioranalytics.statistics;

/**
 * CUPED: less variance by what is known of the units from before the experiment (Deng, Xu, Kohavi, Walker, "Improving the Sensitivity
 * of Online Controlled Experiments by Utilizing Pre-Experiment Data", WSDM 2013).
 *
 * <p>The slope θ is that of both arms pooled, as GrowthBook takes it: {@code cov(post, pre) / var(pre)} over all units of control and
 * treatment. Without variance before, θ is 0 and nothing is adjusted.
 */
public final class Cuped {
    private Cuped() {}

    /**
     * The slope of two arms.
     *
     * @param control the control
     * @param treatment the treatment
     * @return θ; 0 if before or after nothing varied, or if the quotient is no double
     */
    public static double theta(CovariateSample control, CovariateSample treatment) {
        CovariateSample all = control.pooledWith(treatment);
        double before = all.pre().variance();
        return before <= 0 || all.post().variance() <= 0 ? 0 : sound(all.covariance() / before);
    }

    /**
     * The slope of two arms' ratios: the two covariances of the ratios over the two variances before, both by the delta method.
     *
     * @param control the control
     * @param treatment the treatment
     * @return θ; 0 if before nothing varied, or if the quotient is no double
     */
    public static double theta(CovariateRatioSample control, CovariateRatioSample treatment) {
        if (!control.hasRatios() || !treatment.hasRatios()) {
            return 0;
        }
        double before = control.ratioCovariance(1, 1) + treatment.ratioCovariance(1, 1);
        return before <= 0 ? 0 : sound((control.ratioCovariance(0, 1) + treatment.ratioCovariance(0, 1)) / before);
    }

    /** What is no number explains nothing. */
    private static double sound(double theta) {
        return Double.isFinite(theta) ? theta : 0;
    }

    /**
     * The adjusted effect.
     *
     * <p>On the relative scale the variance follows GrowthBook, which takes the difference of the covariate's means for 0, as it is
     * on average, in the derivative by the control's mean.
     *
     * @param control the control
     * @param treatment the treatment
     * @param scale on which scale
     * @return the effect, or why there is none
     */
    public static Finding<Effect> effect(CovariateSample control, CovariateSample treatment, EffectScale scale) {
        double theta = theta(control, treatment);
        return Effect.of(new AdjustedSample(control, theta), new AdjustedSample(treatment, theta), scale);
    }

    /**
     * The adjusted effect of a ratio.
     *
     * @param control the control
     * @param treatment the treatment
     * @param scale on which scale
     * @return the effect, or why there is none
     */
    public static Finding<Effect> effect(
            CovariateRatioSample control, CovariateRatioSample treatment, EffectScale scale) {
        double theta = theta(control, treatment);
        return Effect.of(new AdjustedRatio(control, theta), new AdjustedRatio(treatment, theta), scale);
    }
}
