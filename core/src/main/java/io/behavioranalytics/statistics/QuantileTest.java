package io.behavioranalytics.statistics;

import java.util.Arrays;

/**
 * Whether a quantile is the same in two arms, valid at all times at once and for every distribution (Howard and Ramdas, Bernoulli 2022,
 * theorem 5: two-sided beta-binomial mixtures of the two empirical distributions).
 *
 * @param p the quantile, between 0 and 1
 * @param tOpt observations of an arm for which the test is tuned, more than 0
 * @param alphaOpt the level for which it is tuned, between 0 and 1
 */
public record QuantileTest(double p, double tOpt, double alphaOpt) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public QuantileTest {
        Domain.between("p", p);
        Domain.positive("tOpt", tOpt);
        Domain.between("alphaOpt", alphaOpt);
    }

    /**
     * The always-valid, two-sided p-value of equal quantiles: {@code min(1, exp(−min over x of (L_A(F_A(x)) + L_B(F_B(x)))))}, where an
     * empirical distribution may take any value of its jump at x.
     *
     * @param a the values of one arm
     * @param b those of the other
     * @return 0 to 1; a shortage if an arm has no values
     * @throws IllegalArgumentException if a value is not finite
     */
    public Finding<Double> pValue(double[] a, double[] b) {
        if (a.length == 0 || b.length == 0) {
            return Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS);
        }
        Arm first = new Arm(a);
        Arm second = new Arm(b);
        // Between observations both distributions stand still; an observation's jump has the values on both of its
        // sides.
        double least = Math.min(first.leastAtItsValues(second), second.leastAtItsValues(first));
        return Finding.of(Math.min(1, Math.exp(-least)));
    }

    /** One arm's evidence against values of its quantile. */
    private final class Arm {
        private final double[] sorted;
        private final Mixture mixture = Mixture.BetaBinomial.tuned(tOpt * p * (1 - p), alphaOpt, p, 1 - p, false);
        private final double mostLikely;

        Arm(double[] values) {
            sorted = values.clone();
            for (double value : sorted) {
                Domain.finite("value", value);
            }
            Arrays.sort(sorted);
            mostLikely = mostLikely();
        }

        /** The evidence against a quantile below which this part of the arm lies. */
        double evidence(double part) {
            double n = sorted.length;
            return mixture.log((part - p) * n, p * (1 - p) * n);
        }

        /** Where the evidence, which is convex, is least. */
        private double mostLikely() {
            double low = 0;
            double high = 1;
            double golden = (Math.sqrt(5) - 1) / 2;
            for (int i = 0; i < 90; i++) {
                double left = high - golden * (high - low);
                double right = low + golden * (high - low);
                if (evidence(left) <= evidence(right)) {
                    high = right;
                } else {
                    low = left;
                }
            }
            return (low + high) / 2;
        }

        /** The least evidence over the jump from the values below x to those up to x. */
        double least(int below, int upTo) {
            double n = sorted.length;
            return evidence(Math.max(below / n, Math.min(upTo / n, mostLikely)));
        }

        double leastAtItsValues(Arm other) {
            double least = Double.MAX_VALUE;
            int below = 0;
            int belowOther = 0;
            int upToOther = 0;
            while (below < sorted.length) {
                double x = sorted[below];
                int upTo = below;
                while (upTo < sorted.length && sorted[upTo] == x) {
                    upTo++;
                }
                while (belowOther < other.sorted.length && other.sorted[belowOther] < x) {
                    belowOther++;
                }
                upToOther = Math.max(upToOther, belowOther);
                while (upToOther < other.sorted.length && other.sorted[upToOther] == x) {
                    upToOther++;
                }
                least = Math.min(least, least(below, upTo) + other.least(belowOther, upToOther));
                below = upTo;
            }
            return least;
        }
    }
}
