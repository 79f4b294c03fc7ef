package io.behavioranalytics.statistics;

/**
 * Always-valid inference: an asymptotic confidence sequence, whose intervals hold at all looks at once, however often anybody peeks
 * (Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences",
 * arXiv 2103.06476; two-sided eq. 9, its p-value eq. 155, one-sided eq. 134).
 *
 * <p>The mixture's ρ is tuned so that the interval is narrowest near {@code tuning} units of both arms together; tuning and level are
 * set before the experiment starts. With {@code a = alpha} for two sides and {@code 2·alpha} for one:
 * {@code ρ² = (−2·ln a + ln(1 − 2·ln a)) / tuning}.
 *
 * <p>A one-sided p-value is the level at which the interval, with this ρ, just touches 0. Levels from a half on have no one-sided
 * sequence, so it is told within limits: at most {@code greatestOneSidedP}.
 *
 * @param alternative on which side the effect is looked for
 * @param alpha the error over all looks, between 0 and 1; for one side below 0.5
 * @param tuning units of both arms at which the interval is narrowest, more than 0
 * @param leastOneSidedP the least one-sided p-value that is told
 * @param greatestOneSidedP the greatest, at most 0.5
 */
public record ConfidenceSequence(
        Alternative alternative, double alpha, double tuning, double leastOneSidedP, double greatestOneSidedP) {
    /** The tuning that GrowthBook takes unless told otherwise. */
    public static final double TUNING = 5_000;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public ConfidenceSequence {
        Domain.alpha(alpha);
        Domain.positive("tuning", tuning);
        Domain.probability("leastOneSidedP", leastOneSidedP);
        if (alternative != Alternative.TWO_SIDED && alpha >= 0.5) {
            throw new IllegalArgumentException("a one-sided alpha must be below 0.5: " + alpha);
        }
        if (!(greatestOneSidedP >= leastOneSidedP && greatestOneSidedP <= 0.5)) {
            throw new IllegalArgumentException("greatestOneSidedP must lie from leastOneSidedP, " + leastOneSidedP
                    + ", to 0.5: " + greatestOneSidedP);
        }
    }

    /**
     * A two-sided sequence.
     *
     * @param alpha between 0 and 1
     * @param tuning more than 0
     * @return the sequence
     * @throws IllegalArgumentException if one is out of its range
     */
    public static ConfidenceSequence twoSided(double alpha, double tuning) {
        return of(Alternative.TWO_SIDED, alpha, tuning);
    }

    /**
     * A sequence whose one-sided p-values are limited by nothing but what a level can be.
     *
     * @param alternative on which side
     * @param alpha between 0 and 1, for one side below 0.5
     * @param tuning more than 0
     * @return the sequence
     * @throws IllegalArgumentException if one is out of its range
     */
    public static ConfidenceSequence of(Alternative alternative, double alpha, double tuning) {
        return new ConfidenceSequence(alternative, alpha, tuning, 0, 0.5);
    }

    /**
     * The same with one-sided p-values told within limits; GrowthBook searches them from 0.00001 to 0.4999.
     *
     * @param least from 0
     * @param greatest at most 0.5
     * @return the sequence
     * @throws IllegalArgumentException if one is out of its range
     */
    public ConfidenceSequence withOneSidedPValuesWithin(double least, double greatest) {
        return new ConfidenceSequence(alternative, alpha, tuning, least, greatest);
    }

    /**
     * The interval and the p-value at this look.
     *
     * @param effect the effect so far
     * @return the result; its p-value may be compared with alpha at every look
     */
    public TestResult test(Effect effect) {
        double z = effect.estimate() / effect.standardError();
        return new TestResult(
                effect.estimate(),
                effect.standardError(),
                z,
                pValue(z, (double) effect.n()),
                Interval.around(
                        effect.estimate(),
                        halfWidth((double) effect.n(), (double) effect.n()) * effect.standardError(),
                        alternative),
                alternative,
                alpha);
    }

    /**
     * The relative lift {@code (treatment − control) / |control|} at this look, by this two-sided sequence: all lifts with which treatment less
     * (1 + lift) times control cannot be told from 0 (Fieller, Journal of the Royal Statistical Society B 1954). A test of a difference
     * keeps its level where the control's mean is small beside its error, as of rare conversions, and the delta method does not.
     *
     * @param control the control so far
     * @param treatment the treatment so far, of other units
     * @return the lift with its interval, its standard error by the delta method, and the p-value and statistic of the difference; a shortage if
     *     the control cannot be told from 0, since no interval has ends then, or if nothing varies
     * @throws IllegalStateException if this has one side
     */
    public Finding<TestResult> lift(MeanEstimate control, MeanEstimate treatment) {
        if (alternative != Alternative.TWO_SIDED) {
            throw new IllegalStateException("a lift is told by two-sided sequences: " + alternative);
        }
        double c = control.mean();
        double t = treatment.mean();
        double n = (double) control.n() + treatment.n();
        double reach = halfWidth(n, n);
        double ofControl = reach * reach * control.variance();
        double ofTreatment = reach * reach * treatment.variance();
        double error = Math.sqrt(control.variance() + treatment.variance());
        if (!(error > 0)) {
            return Finding.insufficientData(Shortage.NO_VARIANCE);
        }
        double leading = c * c - ofControl;
        if (!(leading > 0)) {
            return Finding.insufficientData(Shortage.NO_BASELINE);
        }
        // The discriminant of ratio²·leading − 2·ratio·t·c + t² − ofTreatment, without what cancels.
        double root = Math.sqrt(ofTreatment * leading + ofControl * t * t);
        double sign = Math.signum(c);
        double one = sign * ((t * c - root) / leading - 1);
        double other = sign * ((t * c + root) / leading - 1);
        double estimate = (t - c) / Math.abs(c);
        double deltas = Math.sqrt(treatment.variance() + t / c * (t / c) * control.variance()) / Math.abs(c);
        double z = (t - c) / error;
        boolean sound = Double.isFinite(one)
                && Double.isFinite(other)
                && Double.isFinite(estimate)
                && Double.isFinite(deltas)
                && Double.isFinite(z)
                && deltas > 0;
        return sound
                ? Finding.of(new TestResult(
                        estimate,
                        deltas,
                        z,
                        pValue(z, n),
                        Interval.of(Math.min(one, other), Math.max(one, other)),
                        alternative,
                        alpha))
                : Finding.insufficientData(Shortage.NOT_REPRESENTABLE);
    }

    /**
     * Half the width of the interval at a number of units, for a standard error that was seen at another.
     *
     * <p>With {@code s² = se²·seen}, it is {@code s} times what a unit variance gives at {@code n}.
     *
     * @param n units of both arms at the look, more than 0
     * @param seen units of both arms that the standard error belongs to, more than 0
     * @return half the width, in standard errors of {@code seen} units
     */
    double halfWidth(double n, double seen) {
        double k = n * rhoSquared() + 1;
        double log = alternative == Alternative.TWO_SIDED
                ? 0.5 * Math.log(k) - Math.log(alpha)
                : Math.log1p(Math.sqrt(k) / (2 * alpha));
        return Math.sqrt(seen * 2 * k / (n * n * rhoSquared()) * log);
    }

    private double rhoSquared() {
        double level = alternative == Alternative.TWO_SIDED ? alpha : 2 * alpha;
        return (-2 * Math.log(level) + Math.log1p(-2 * Math.log(level))) / tuning;
    }

    private double pValue(double z, double n) {
        double nRhoSquared = n * rhoSquared();
        double k = nRhoSquared + 1;
        double exponent = nRhoSquared * z * z / (2 * k);
        if (alternative == Alternative.TWO_SIDED) {
            return Math.min(1, Math.exp(0.5 * Math.log(k) - exponent));
        }
        boolean against = alternative == Alternative.GREATER ? z <= 0 : z >= 0;
        double p = against ? 1 : Math.sqrt(k) / (2 * Math.expm1(exponent));
        return Math.max(leastOneSidedP, Math.min(greatestOneSidedP, p));
    }
}
