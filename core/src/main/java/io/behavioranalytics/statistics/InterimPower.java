package io.behavioranalytics.statistics;

import java.util.function.DoubleUnaryOperator;

/**
 * The power that a running experiment will have when it goes on: its standard error so far, smaller by as much as more units make it. What
 * is looked for is a {@code target}, not the effect seen so far. After GrowthBook's mid-experiment power.
 *
 * @param soFar the effect so far; only its error and its units count
 * @param target the effect that is to be found, on the same scale, more than 0
 */
public record InterimPower(Effect soFar, double target) {
    private static final double LEAST_FACTOR = 0x1p-20;
    private static final double MOST_FACTOR = 0x1p27;

    /**
     * Checks the target.
     *
     * @throws IllegalArgumentException if it is not more than 0
     */
    public InterimPower {
        Domain.positive("target", target);
    }

    /**
     * The power of the two-sided fixed-horizon test.
     *
     * @param more further units, in parts of those so far, 0 or more
     * @param alpha the level, between 0 and 1
     * @return 0 to 1
     * @throws IllegalArgumentException if a number is out of range
     */
    public double fixed(double more, double alpha) {
        return Power.z(target, error(more), Alternative.TWO_SIDED, alpha);
    }

    /**
     * The power of an always-valid interval at the last look.
     *
     * @param more further units, in parts of those so far, 0 or more
     * @param sequence the test
     * @return 0 to 1
     * @throws IllegalArgumentException if a number is out of range
     */
    public double sequential(double more, ConfidenceSequence sequence) {
        return Power.sequential(target, error(more), soFar.n() * (1 + more), sequence);
    }

    /**
     * The power of a credible interval.
     *
     * @param more further units, in parts of those so far, 0 or more
     * @param prior of the analysis, on the scale of the effect
     * @param alpha one less the interval's probability, between 0 and 1
     * @return 0 to 1
     * @throws IllegalArgumentException if a number is out of range
     */
    public double bayesian(double more, NormalPrior prior, double alpha) {
        return Power.bayesian(target, error(more), prior, alpha);
    }

    private double error(double more) {
        return soFar.standardError() / Math.sqrt(1 + Domain.notNegative("more", more));
    }

    /**
     * How many further units a power needs, in parts of those so far.
     *
     * @param power wanted, between 0 and 1
     * @param powerOf one of the powers here, of the further units
     * @return 0 if there are enough; a shortage if 2^27 times as many are not
     * @throws IllegalArgumentException if the power is out of range
     */
    public Finding<Double> furtherUnits(double power, DoubleUnaryOperator powerOf) {
        Domain.between("power", power);
        DoubleUnaryOperator enough = more -> powerOf.applyAsDouble(more) - power;
        if (enough.applyAsDouble(0) >= 0) {
            return Finding.of(0.0);
        }
        double most = Root.bracket(enough, LEAST_FACTOR, MOST_FACTOR);
        return Double.isNaN(most)
                ? Finding.insufficientData(Shortage.OUT_OF_REACH)
                : Finding.of(Root.falling(more -> -enough.applyAsDouble(more), 0, most));
    }
}
