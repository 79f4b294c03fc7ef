package io.behavioranalytics.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether the arms have the share of units that they were given: the test for sample ratio mismatch. A mismatch says that units were
 * lost or gained in one arm for a reason that may have to do with the outcome, so no result of the experiment can be trusted.
 *
 * <p>Pearson's chi-squared test of the counts against the weights. The degrees of freedom are one less than the arms of positive
 * weight: GrowthBook counts arms of weight 0 among them, which hides mismatches. Units in an arm of weight 0 are a mismatch beyond
 * doubt and are told apart.
 *
 * @param statistic 0 or more
 * @param degreesOfFreedom arms of positive weight less one
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

    /**
     * Tests the counts.
     *
     * @param observed units of each arm
     * @param weights of each arm, not negative, in any unit
     * @return the result; a shortage if less than two arms have weight, or these have no units
     * @throws IllegalArgumentException if the lengths differ, a count or a weight is negative, or a weight is not finite
     */
    public static Finding<SampleRatioTest> of(List<Long> observed, List<Double> weights) {
        if (observed.size() != weights.size()) {
            throw new IllegalArgumentException(
                    "observed and weights must have the same size: " + observed.size() + " and " + weights.size());
        }
        List<Long> counts = new ArrayList<>();
        List<Double> shares = new ArrayList<>();
        long strays = 0;
        for (int i = 0; i < observed.size(); i++) {
            Domain.count("observed", observed.get(i));
            if (Domain.notNegative("weight", weights.get(i)) > 0) {
                counts.add(observed.get(i));
                shares.add(weights.get(i));
            } else {
                strays += observed.get(i);
            }
        }
        if (counts.size() < 2) {
            return Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS);
        }
        long stray = strays;
        return ChiSquaredTest.goodnessOfFit(counts, shares)
                .map(test -> new SampleRatioTest(test.statistic(), test.degreesOfFreedom(), test.pValue(), stray));
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
