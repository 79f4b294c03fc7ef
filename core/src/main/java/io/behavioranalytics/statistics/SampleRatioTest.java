package io.behavioranalytics.statistics;

import java.util.List;

/**
 * Whether the arms have the share of units that they were given: the test for sample ratio mismatch. A mismatch says that units were
 * lost or gained in one arm for a reason that may have to do with the outcome, so no result of the experiment can be trusted.
 *
 * <p>Pearson's chi-squared test of the counts against the weights, over the arms of positive weight. Units in an arm of weight 0 are a
 * mismatch beyond doubt and are told apart. GrowthBook counts the arms of weight 0 among the degrees of freedom, which hides mismatches;
 * {@link Arms#ALL} answers as it does.
 *
 * @param statistic 0 or more
 * @param degreesOfFreedom arms that count, less one
 * @param pValue 0 to 1
 * @param unitsInArmsOfNoWeight units counted where none should be
 */
public record SampleRatioTest(double statistic, int degreesOfFreedom, double pValue, long unitsInArmsOfNoWeight) {
    /** The p-value below which a mismatch is taken for real; low, because the test is repeated all day. */
    public static final double THRESHOLD = 0.001;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public SampleRatioTest {
        Domain.notNegative("statistic", statistic);
        Domain.atLeast("degreesOfFreedom", 1, degreesOfFreedom);
        Domain.probability("pValue", pValue);
        Domain.count("unitsInArmsOfNoWeight", unitsInArmsOfNoWeight);
    }

    /** Which arms count. */
    public enum Arms {
        /** Those of positive weight, with their units alone. */
        OF_POSITIVE_WEIGHT,
        /** All, as in GrowthBook: those of weight 0 add to the degrees of freedom and to the units that are expected in the others. */
        ALL
    }

    /**
     * Tests the counts of the arms of positive weight.
     *
     * @param observed units of each arm
     * @param weights of each arm, not negative, in any unit
     * @return the result; a shortage if less than two arms have weight, or these have no units
     * @throws IllegalArgumentException if the lengths differ, a count or a weight is negative, or a weight is not finite
     */
    public static Finding<SampleRatioTest> of(List<Long> observed, List<Double> weights) {
        return of(observed, weights, Arms.OF_POSITIVE_WEIGHT);
    }

    /**
     * Tests the counts.
     *
     * @param observed units of each arm
     * @param weights of each arm, not negative, in any unit
     * @param counted which arms count
     * @return the result; a shortage if less than two arms count, none has weight, or they have no units
     * @throws IllegalArgumentException if the lengths differ, a count or a weight is negative, or a weight is not finite
     */
    public static Finding<SampleRatioTest> of(List<Long> observed, List<Double> weights, Arms counted) {
        if (observed.size() != weights.size()) {
            throw new IllegalArgumentException(
                    "observed and weights must have the same size: " + observed.size() + " and " + weights.size());
        }
        double weight = 0;
        double units = 0;
        long strays = 0;
        int arms = 0;
        for (int i = 0; i < observed.size(); i++) {
            Domain.count("observed", observed.get(i));
            boolean positive = Domain.notNegative("weight", weights.get(i)) > 0;
            weight += weights.get(i);
            strays += positive ? 0 : observed.get(i);
            if (positive || counted == Arms.ALL) {
                arms++;
                units += observed.get(i);
            }
        }
        if (arms < 2 || weight == 0 || units == 0) {
            return Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS);
        }
        double statistic = 0;
        for (int i = 0; i < observed.size(); i++) {
            if (weights.get(i) > 0) {
                double expected = weights.get(i) / weight * units;
                double off = observed.get(i) - expected;
                statistic += off * (off / expected);
            }
        }
        return Double.isFinite(statistic)
                ? Finding.of(
                        new SampleRatioTest(statistic, arms - 1, ChiSquaredTest.above(statistic, arms - 1.0), strays))
                : Finding.insufficientData(Shortage.NOT_REPRESENTABLE);
    }

    /**
     * Whether there is a mismatch.
     *
     * @return whether the p-value is below {@link #THRESHOLD}, or there are units where none should be
     */
    public boolean mismatch() {
        return pValue < THRESHOLD || unitsInArmsOfNoWeight > 0;
    }
}
