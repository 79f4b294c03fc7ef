package io.behavioranalytics.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * What comes of experiments in which nothing is changed: how often a test calls chance an effect, and whether the arms are equally large. Both
 * are checked on the host's own units and values, split as its experiments are.
 *
 * @param runs experiments that gave a p-value
 * @param falsePositives of these, with a p-value below alpha
 * @param rate the part of the runs that were false positives
 * @param interval of the rate by Clopper and Pearson, of confidence 99 %
 * @param mismatches runs whose arms failed the test for sample ratio mismatch
 * @param arms over all runs, whether as many units came into one arm as into the other
 * @param alpha the level that was to be kept
 */
public record AaCheck(
        long runs,
        long falsePositives,
        double rate,
        Interval interval,
        long mismatches,
        SampleRatioTest arms,
        double alpha) {
    private static final double DOUBT = 0.01;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public AaCheck {
        Domain.atLeast("runs", 1, runs);
        Domain.count("falsePositives", falsePositives);
        Domain.probability("rate", rate);
        Domain.count("mismatches", mismatches);
        Domain.alpha(alpha);
    }

    /** How a unit is assigned. */
    @FunctionalInterface
    public interface Split {
        /**
         * The arm of a unit.
         *
         * @param run which experiment, from 0
         * @param unit which unit, from 0
         * @return 0 or 1; any other number leaves the unit out
         */
        int arm(int run, int unit);
    }

    /**
     * Splits the same units again and again and compares the arms by Welch's two-sided test.
     *
     * @param values one for each unit, such as what it spent
     * @param runs how many experiments, 1 or more
     * @param alpha the level, between 0 and 1
     * @param split how units are assigned, in equal parts
     * @return the check; a shortage if no run gave a p-value
     * @throws IllegalArgumentException if a number is out of range
     */
    public static Finding<AaCheck> run(double[] values, int runs, double alpha, Split split) {
        Domain.atLeast("runs", 1, runs);
        Domain.alpha(alpha);
        List<Double> pValues = new ArrayList<>();
        long mismatches = 0;
        long[] units = new long[2];
        for (int run = 0; run < runs; run++) {
            double[][] sums = new double[2][3];
            for (int unit = 0; unit < values.length; unit++) {
                int arm = split.arm(run, unit);
                if (arm == 0 || arm == 1) {
                    sums[arm][0]++;
                    sums[arm][1] += values[unit];
                    sums[arm][2] += values[unit] * values[unit];
                }
            }
            Effect.of(moments(sums[0]), moments(sums[1]), EffectScale.ABSOLUTE)
                    .map(effect ->
                            MeanTest.welch(effect, Alternative.TWO_SIDED, alpha).pValue())
                    .value()
                    .ifPresent(pValues::add);
            if (arms((long) sums[0][0], (long) sums[1][0])
                    .value()
                    .map(SampleRatioTest::mismatch)
                    .orElse(false)) {
                mismatches++;
            }
            units[0] += (long) sums[0][0];
            units[1] += (long) sums[1][0];
        }
        return of(pValues, alpha, mismatches, arms(units[0], units[1]));
    }

    /**
     * Judges p-values of experiments that were run elsewhere.
     *
     * @param pValues of experiments in which nothing was changed
     * @param alpha the level, between 0 and 1
     * @param first units of the first arm over all of them
     * @param second units of the second arm
     * @return the check; a shortage if there are no p-values, or no units
     * @throws IllegalArgumentException if a number is out of range
     */
    public static Finding<AaCheck> of(List<Double> pValues, double alpha, long first, long second) {
        pValues.forEach(p -> Domain.probability("pValue", p));
        return of(pValues, Domain.alpha(alpha), 0, arms(first, second));
    }

    private static Finding<AaCheck> of(
            List<Double> pValues, double alpha, long mismatches, Finding<SampleRatioTest> arms) {
        if (pValues.isEmpty()) {
            return Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS);
        }
        Proportion below =
                new Proportion(pValues.stream().filter(p -> p < alpha).count(), pValues.size());
        return arms.flatMap(test -> ProportionInterval.CLOPPER_PEARSON
                .of(below, DOUBT)
                .map(interval ->
                        new AaCheck(below.n(), below.successes(), below.mean(), interval, mismatches, test, alpha)));
    }

    private static Finding<SampleRatioTest> arms(long first, long second) {
        return SampleRatioTest.of(List.of(first, second), List.of(1.0, 1.0));
    }

    private static Moments moments(double[] sums) {
        return new Moments((long) sums[0], sums[1], sums[2]);
    }

    /**
     * Whether nothing speaks against the split and the test: alpha lies within the interval of the rate, and the arms are equally large.
     *
     * @return whether both hold
     */
    public boolean sound() {
        return interval.contains(alpha) && !arms.mismatch();
    }
}
