package io.behavioranalytics.statistics;

import java.util.List;
import org.apache.commons.math3.special.Gamma;

/**
 * A result of Pearson's chi-squared test, without continuity correction.
 *
 * @param statistic 0 or more
 * @param degreesOfFreedom 1 or more
 * @param pValue 0 to 1
 */
public record ChiSquaredTest(double statistic, int degreesOfFreedom, double pValue) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public ChiSquaredTest {
        Domain.notNegative("statistic", statistic);
        Domain.atLeast("degreesOfFreedom", 1, degreesOfFreedom);
        Domain.probability("pValue", pValue);
    }

    /**
     * Whether several arms have one proportion, which is that of all of them pooled.
     *
     * @param arms two or more
     * @return the result with one degree of freedom less than there are arms; a shortage if an arm is empty or in all of them nobody,
     *     or everybody, converted
     * @throws IllegalArgumentException if there are less than two arms
     */
    public static Finding<ChiSquaredTest> homogeneity(List<Proportion> arms) {
        if (arms.size() < 2) {
            throw new IllegalArgumentException("arms must be at least 2: " + arms.size());
        }
        double n = 0;
        double successes = 0;
        for (Proportion arm : arms) {
            n += arm.n();
            successes += arm.successes();
        }
        return against(arms, successes / n, arms.size() - 1);
    }

    /**
     * Whether one or several arms have a proportion that is given.
     *
     * @param arms one or more
     * @param proportion under the null hypothesis, between 0 and 1
     * @return the result with as many degrees of freedom as there are arms; a shortage if an arm is empty
     * @throws IllegalArgumentException if there is no arm, or the proportion is out of range
     */
    public static Finding<ChiSquaredTest> againstProportion(List<Proportion> arms, double proportion) {
        if (arms.isEmpty()) {
            throw new IllegalArgumentException("arms must be at least 1: 0");
        }
        return against(arms, Domain.between("proportion", proportion), arms.size());
    }

    private static Finding<ChiSquaredTest> against(List<Proportion> arms, double p, int degrees) {
        if (arms.stream().anyMatch(arm -> arm.n() == 0)) {
            return Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS);
        }
        if (p == 0 || p == 1) {
            return Finding.insufficientData(Shortage.NO_VARIANCE);
        }
        double statistic = 0;
        for (Proportion arm : arms) {
            double off = arm.successes() - arm.n() * p;
            statistic += off * off / (arm.n() * p * (1 - p));
        }
        return Finding.of(of(statistic, degrees));
    }

    /**
     * Whether counts agree with the numbers expected.
     *
     * @param observed counts, two or more, none negative
     * @param expected as many numbers, each more than 0; they need not sum up to the counts, only their shares matter
     * @return the result with one degree of freedom less than there are cells; a shortage if nothing was counted
     * @throws IllegalArgumentException if there are less than two cells, the lengths differ, or a number is out of range
     */
    public static Finding<ChiSquaredTest> goodnessOfFit(List<Long> observed, List<Double> expected) {
        if (observed.size() != expected.size() || observed.size() < 2) {
            throw new IllegalArgumentException("observed and expected must have the same size of at least 2: "
                    + observed.size() + " and " + expected.size());
        }
        double sum = 0;
        double count = 0;
        for (int i = 0; i < observed.size(); i++) {
            sum += Domain.positive("expected", expected.get(i));
            count += Domain.count("observed", observed.get(i));
        }
        if (count == 0) {
            return Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS);
        }
        double statistic = 0;
        for (int i = 0; i < observed.size(); i++) {
            double share = expected.get(i) / sum * count;
            double off = observed.get(i) - share;
            statistic += off * off / share;
        }
        return Double.isFinite(statistic)
                ? Finding.of(of(statistic, observed.size() - 1))
                : Finding.insufficientData(Shortage.NOT_REPRESENTABLE);
    }

    /**
     * Tests of different units as one, of the hypothesis that what each of them tests holds: the statistics and the degrees of freedom add up.
     *
     * @param tests one or more
     * @return the test of all
     * @throws IllegalArgumentException if there is no test, or the sum is beyond what a double can say
     */
    public static ChiSquaredTest together(List<ChiSquaredTest> tests) {
        double statistic = 0;
        int degrees = 0;
        for (ChiSquaredTest test : tests) {
            statistic += test.statistic;
            degrees += test.degreesOfFreedom;
        }
        Domain.atLeast("tests", 1, tests.size());
        return of(statistic, degrees);
    }

    private static ChiSquaredTest of(double statistic, int degrees) {
        return new ChiSquaredTest(statistic, degrees, above(statistic, degrees));
    }

    /** P(X > x) of a chi-squared X: a small tail is summed as what it is. */
    static double above(double x, double degrees) {
        return x <= 0 ? 1 : Math.min(1, Gamma.regularizedGammaQ(degrees / 2, x / 2));
    }
}
