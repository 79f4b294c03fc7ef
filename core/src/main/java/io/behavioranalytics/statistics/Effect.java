package io.behavioranalytics.statistics;

/**
 * The difference of two arms with its standard error: what every test and interval here starts from.
 *
 * @param estimate treatment minus control, on the scale
 * @param standardError of the estimate, more than 0
 * @param degreesOfFreedom by Welch and Satterthwaite, from the variances of the two means, on every scale
 * @param n units of both arms
 * @param scale what the estimate is told in
 * @param baseline the control's mean, before any adjustment
 */
public record Effect(
        double estimate, double standardError, double degreesOfFreedom, long n, EffectScale scale, double baseline) {
    private static final double LARGEST = 1e75;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is not finite, or the standard error or the degrees of freedom are not more than 0
     */
    public Effect {
        Domain.finite("estimate", estimate);
        Domain.positive("standardError", standardError);
        Domain.positive("degreesOfFreedom", degreesOfFreedom);
        Domain.count("n", n);
        Domain.finite("baseline", baseline);
    }

    /**
     * The effect of a treatment.
     *
     * <p>A relative effect is {@code (mB − mA) / |mA|}, with the variance of the delta method, {@code vB/(nB·mA²) + vA·mB²/(nA·mA⁴)}.
     * Either arm without variance is a shortage, as in GrowthBook: a normal approximation says nothing there. For proportions of 0 or
     * 1, {@link ProportionTest#pooled} still does.
     *
     * @param control the control
     * @param treatment the treatment
     * @param scale on which scale
     * @return the effect, or why there is none
     */
    public static Finding<Effect> of(Sample control, Sample treatment, EffectScale scale) {
        if (control.n() < 2 || treatment.n() < 2) {
            return Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS);
        }
        double ofControl = control.variance() / control.n();
        double ofTreatment = treatment.variance() / treatment.n();
        if (!(ofControl > 0) || !(ofTreatment > 0)) {
            return Finding.insufficientData(
                    Double.isNaN(ofControl + ofTreatment) ? Shortage.NOT_REPRESENTABLE : Shortage.NO_VARIANCE);
        }
        double baseline = control.baseline();
        if (scale != EffectScale.ABSOLUTE && baseline == 0) {
            return Finding.insufficientData(Shortage.NO_BASELINE);
        }
        double difference = treatment.mean() - control.mean();
        double size = Math.abs(baseline);
        double estimate = scale == EffectScale.ABSOLUTE ? difference : difference / size;
        double error = switch (scale) {
            case ABSOLUTE -> Math.sqrt(ofControl + ofTreatment);
            case RELATIVE -> Math.sqrt(ofTreatment + relativeVariance(control, treatment) / control.n()) / size;
            case RELATIVE_TO_FIXED_CONTROL -> Math.sqrt(ofControl + ofTreatment) / size;
        };
        double degrees = degreesOfFreedom(ofControl, control.n(), ofTreatment, treatment.n());
        return of(estimate, error, degrees, control.n() + treatment.n(), scale, baseline);
    }

    /** An effect, unless the numbers went out of range on the way. */
    static Finding<Effect> of(
            double estimate, double error, double degrees, long n, EffectScale scale, double baseline) {
        if (error == 0) {
            return Finding.insufficientData(Shortage.NO_VARIANCE);
        }
        // Within these bounds an estimate over its error, and either one's square, are still numbers.
        boolean sound = Math.abs(estimate) < LARGEST
                && error > 1 / LARGEST
                && error < LARGEST
                && degrees > 0
                && degrees < LARGEST;
        return sound
                ? Finding.of(new Effect(estimate, error, degrees, n, scale, baseline))
                : Finding.insufficientData(Shortage.NOT_REPRESENTABLE);
    }

    /** What the control adds to the variance of the difference per unit, when its own mean is what it is divided by. */
    private static double relativeVariance(Sample control, Sample treatment) {
        if (control instanceof AdjustedSample adjusted) {
            return adjusted.varianceWith(treatment.baseline() / adjusted.baseline());
        }
        if (control instanceof AdjustedRatio adjusted) {
            return adjusted.varianceWith(1 + (treatment.mean() - adjusted.mean()) / adjusted.baseline());
        }
        double ratio = treatment.mean() / control.mean();
        return control.variance() * ratio * ratio;
    }

    /** Welch 1947; scaled by the larger variance, so that squares of small numbers do not vanish. */
    private static double degreesOfFreedom(double ofA, long nA, double ofB, long nB) {
        double largest = Math.max(ofA, ofB);
        double a = ofA / largest;
        double b = ofB / largest;
        return (a + b) * (a + b) / (a * a / (nA - 1) + b * b / (nB - 1));
    }
}
