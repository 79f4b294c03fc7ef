package io.behavioranalytics.statistics;

import java.util.function.DoubleUnaryOperator;

/**
 * The power to find a lift, before an experiment: two arms, a metric whose mean and variance are known from history. The
 * variance of the lift's estimate is that of the delta method at the treatment's mean, with the same variance in both arms; so a large
 * lift is harder to measure than a small one. With arms of one size this is GrowthBook's planner.
 *
 * @param mean of the metric, not 0
 * @param variance per unit, more than 0; of a proportion p(1 − p)
 * @param controlUnits units of the control, more than 0
 * @param treatmentUnits units of the treatment, more than 0
 */
public record LiftPower(double mean, double variance, double controlUnits, double treatmentUnits) {
    private static final double MOST_LIFT = 1e6;

    /** What the power of a sequential test is taken to be. */
    public enum Sequential {
        /** How likely the interval excludes 0 at the one look with all units. */
        AT_THE_LAST_LOOK,
        /**
         * The power of a fixed test whose standard error is so much larger as the sequential interval is wider: what GrowthBook's planner
         * tells, which is more than the other where power is small and less where it is large.
         */
        INFLATED_ERROR
    }

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public LiftPower {
        if (!(Math.abs(mean) > 0) || Double.isInfinite(mean)) {
            throw new IllegalArgumentException("mean must be finite and not 0: " + mean);
        }
        Domain.positive("variance", variance);
        Domain.positive("controlUnits", controlUnits);
        Domain.positive("treatmentUnits", treatmentUnits);
    }

    /**
     * Two arms of one size.
     *
     * @param mean of the metric, not 0
     * @param variance per unit, more than 0
     * @param unitsPerArm more than 0
     * @throws IllegalArgumentException if one is out of its range
     */
    public LiftPower(double mean, double variance, double unitsPerArm) {
        this(mean, variance, unitsPerArm, unitsPerArm);
    }

    /**
     * The standard error of a lift's estimate.
     *
     * @param lift the true lift
     * @return more than 0
     * @throws IllegalArgumentException if the lift is not finite
     */
    public double standardError(double lift) {
        double grown = 1 + Domain.finite("lift", lift);
        return Math.sqrt(variance / (mean * mean) * (1 / treatmentUnits + grown * grown / controlUnits));
    }

    /**
     * The power of a fixed-horizon test.
     *
     * @param lift the true lift
     * @param alternative on which side it is looked for
     * @param alpha the level, between 0 and 1
     * @return 0 to 1
     * @throws IllegalArgumentException if a number is out of range
     */
    public double power(double lift, Alternative alternative, double alpha) {
        return Power.z(lift, standardError(lift), alternative, alpha);
    }

    /**
     * The power of a sequential test.
     *
     * @param lift the true lift
     * @param sequence the test
     * @param convention what its power is
     * @return 0 to 1
     * @throws IllegalArgumentException if the lift is not finite
     */
    public double power(double lift, ConfidenceSequence sequence, Sequential convention) {
        return convention == Sequential.AT_THE_LAST_LOOK
                ? Power.sequential(lift, standardError(lift), units(), sequence)
                : Power.z(lift, standardError(lift) * inflation(sequence), sequence.alternative(), sequence.alpha());
    }

    /**
     * The power of a credible interval.
     *
     * @param lift the true lift
     * @param prior of the analysis, on the relative scale
     * @param alpha one less the interval's probability, between 0 and 1
     * @return 0 to 1
     * @throws IllegalArgumentException if a number is out of range, or the prior is on the absolute scale
     */
    public double power(double lift, NormalPrior prior, double alpha) {
        if (prior.scale() == EffectScale.ABSOLUTE) {
            throw new IllegalArgumentException("the prior must be on a relative scale: " + prior.scale());
        }
        return Power.bayesian(lift, standardError(lift), prior, alpha);
    }

    /**
     * The least lift above 0 that a fixed-horizon test finds with a power; of a two-sided test the far tail is left out.
     *
     * @param power between 0 and 1
     * @param alternative on which side it is looked for
     * @param alpha the level, between 0 and 1
     * @return the lift; a shortage if no lift reaches the power, as its error grows with it
     * @throws IllegalArgumentException if a number is out of range
     */
    public Finding<Double> minimumLift(double power, Alternative alternative, double alpha) {
        return least(Power.quantiles(alternative, alpha, power));
    }

    /**
     * The least lift above 0 that a sequential test finds with a power; of a two-sided test the far tail is left out.
     *
     * @param power between 0 and 1
     * @param sequence the test
     * @param convention what its power is
     * @return the lift; a shortage if no lift reaches the power
     * @throws IllegalArgumentException if the power is out of range
     */
    public Finding<Double> minimumLift(double power, ConfidenceSequence sequence, Sequential convention) {
        double fixed = Power.quantiles(sequence.alternative(), sequence.alpha(), power);
        return least(
                convention == Sequential.INFLATED_ERROR
                        ? fixed * inflation(sequence)
                        : sequence.halfWidth(units(), units()) - StandardNormal.upperQuantile(power));
    }

    /** e / se(e) = k is a quadratic equation of which one root is positive, unless e / se(e) never gets so large. */
    private Finding<Double> least(double errors) {
        if (errors <= 0) {
            return Finding.of(0.0);
        }
        double k = errors * errors * variance / (mean * mean);
        double ofControl = k / controlUnits;
        double ofBoth = ofControl + k / treatmentUnits;
        return ofControl < 1
                ? Finding.of(
                        (ofControl + Math.sqrt(ofControl * ofControl + (1 - ofControl) * ofBoth)) / (1 - ofControl))
                : Finding.insufficientData(Shortage.OUT_OF_REACH);
    }

    /**
     * The least lift above 0 that a credible interval finds with a power.
     *
     * @param power between 0 and 1
     * @param prior of the analysis, on the relative scale
     * @param alpha one less the interval's probability, between 0 and 1
     * @return the lift; a shortage if none up to 1,000,000 reaches the power
     * @throws IllegalArgumentException if a number is out of range, or the prior is on the absolute scale
     */
    public Finding<Double> minimumLift(double power, NormalPrior prior, double alpha) {
        Domain.between("power", power);
        DoubleUnaryOperator enough = lift -> power(lift, prior, alpha) - power;
        // The error grows with the lift, so the power may fall again: steps are small, and the first that is enough
        // counts.
        double before = 0;
        for (double lift = 1e-6; lift < MOST_LIFT; lift *= 1.05) {
            if (enough.applyAsDouble(lift) >= 0) {
                double low = before;
                return Finding.of(Root.falling(at -> -enough.applyAsDouble(at), low, lift));
            }
            before = lift;
        }
        return Finding.insufficientData(Shortage.OUT_OF_REACH);
    }

    private double units() {
        return controlUnits + treatmentUnits;
    }

    private double inflation(ConfidenceSequence sequence) {
        double n = units();
        return sequence.halfWidth(n, n)
                / StandardNormal.upperQuantile(sequence.alternative().tail(sequence.alpha()));
    }
}
