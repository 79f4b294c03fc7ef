package io.behavioranalytics.statistics;

import java.util.OptionalDouble;
import org.apache.commons.math3.special.Beta;
import org.apache.commons.math3.special.Gamma;

/**
 * A result of a test of one or two proportions.
 *
 * @param estimate the proportion, or the first less the second
 * @param statistic in standard errors from the null hypothesis; empty for an exact test
 * @param pValue 0 to 1
 */
public record ProportionTest(double estimate, OptionalDouble statistic, double pValue) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is not finite or out of its range
     */
    public ProportionTest {
        Domain.finite("estimate", estimate);
        statistic.ifPresent(z -> Domain.finite("statistic", z));
        Domain.probability("pValue", pValue);
    }

    /**
     * The z-test of two proportions with their pooled variance, the usual one under the hypothesis that they are equal.
     *
     * @param treatment the first
     * @param control the second
     * @param difference first less second under the null hypothesis; 0 is usual
     * @param alternative on which side the first is
     * @return the result; a shortage if one is empty, or in both nobody, or everybody, converted
     * @throws IllegalArgumentException if the difference is not finite
     */
    public static Finding<ProportionTest> pooled(
            Proportion treatment, Proportion control, double difference, Alternative alternative) {
        Domain.finite("difference", difference);
        if (treatment.n() == 0 || control.n() == 0) {
            return Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS);
        }
        double n = (double) treatment.n() + control.n();
        double p = (treatment.successes() + control.successes()) / n;
        double variance = p * (1 - p) * (1.0 / treatment.n() + 1.0 / control.n());
        return of(treatment.mean() - control.mean(), difference, variance, alternative);
    }

    /**
     * The z-test of two proportions, each with its own variance (unpooled).
     *
     * @param treatment the first
     * @param control the second
     * @param difference first less second under the null hypothesis; 0 is usual
     * @param alternative on which side the first is
     * @return the result; a shortage if one is empty, or neither varies
     * @throws IllegalArgumentException if the difference is not finite
     */
    public static Finding<ProportionTest> unpooled(
            Proportion treatment, Proportion control, double difference, Alternative alternative) {
        Domain.finite("difference", difference);
        if (treatment.n() == 0 || control.n() == 0) {
            return Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS);
        }
        double variance = treatment.variance() / treatment.n() + control.variance() / control.n();
        return of(treatment.mean() - control.mean(), difference, variance, alternative);
    }

    /**
     * The z-test of one proportion against a value.
     *
     * @param sample the proportion
     * @param value under the null hypothesis, 0 to 1
     * @param varianceAt the proportion whose variance p(1 − p) is taken; empty for that of the sample, which is what statsmodels does.
     *     With the value itself it is the score test
     * @param alternative on which side the proportion is
     * @return the result; a shortage if there are no units, or the variance is 0
     * @throws IllegalArgumentException if a proportion is out of range
     */
    public static Finding<ProportionTest> oneSample(
            Proportion sample, double value, OptionalDouble varianceAt, Alternative alternative) {
        Domain.probability("value", value);
        varianceAt.ifPresent(p -> Domain.probability("varianceAt", p));
        if (sample.n() == 0) {
            return Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS);
        }
        double p = varianceAt.orElse(sample.mean());
        return of(sample.mean(), value, p * (1 - p) / sample.n(), alternative);
    }

    private static Finding<ProportionTest> of(double estimate, double value, double variance, Alternative alternative) {
        if (!(variance > 0)) {
            return Finding.insufficientData(Shortage.NO_VARIANCE);
        }
        double z = (estimate - value) / Math.sqrt(variance);
        return Finding.of(new ProportionTest(estimate, OptionalDouble.of(z), MeanTest.pValue(z, alternative)));
    }

    /**
     * The exact binomial test of one proportion against a value. Two-sided, it adds up all outcomes that are at most as likely as the
     * one seen, as R's {@code binom.test} does.
     *
     * @param sample the proportion
     * @param value under the null hypothesis, 0 to 1
     * @param alternative on which side the proportion is
     * @return the result; a shortage if there are no units
     * @throws IllegalArgumentException if the value is out of range
     */
    public static Finding<ProportionTest> exact(Proportion sample, double value, Alternative alternative) {
        Domain.probability("value", value);
        if (sample.n() == 0) {
            return Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS);
        }
        Binomial binomial = new Binomial(sample.n(), value);
        double p = switch (alternative) {
            case GREATER -> binomial.atLeast(sample.successes());
            case LESS -> binomial.atMost(sample.successes());
            case TWO_SIDED -> binomial.asUnlikely(sample.successes());
        };
        return Finding.of(new ProportionTest(sample.mean(), OptionalDouble.empty(), Math.min(1, p)));
    }

    /**
     * The effect size of two proportions, Cohen's h: {@code 2·asin(√p) − 2·asin(√q)}.
     *
     * @param p the first, 0 to 1
     * @param q the second, 0 to 1
     * @return −π to π
     * @throws IllegalArgumentException if a proportion is out of range
     */
    public static double cohensH(double p, double q) {
        return 2
                * (Math.asin(Math.sqrt(Domain.probability("p", p))) - Math.asin(Math.sqrt(Domain.probability("q", q))));
    }

    /** The binomial distribution, its tails by the incomplete beta function. */
    private record Binomial(long n, double p) {
        /** How much more likely an outcome may be by rounding, and still count as likely; as R's test has it. */
        private static final double ROUNDING = 1 + 1e-7;

        double atLeast(long k) {
            if (k <= 0) {
                return 1;
            }
            if (k > n || p == 0) {
                return 0;
            }
            return p == 1 ? 1 : Beta.regularizedBeta(p, (double) k, n - k + 1.0);
        }

        double atMost(long k) {
            if (k >= n) {
                return 1;
            }
            if (k < 0 || p == 1) {
                return 0;
            }
            return p == 0 ? 1 : Beta.regularizedBeta(1 - p, (double) (n - k), k + 1.0);
        }

        double asUnlikely(long k) {
            if (p == 0 || p == 1) {
                return k == (p == 0 ? 0 : n) ? 1 : 0;
            }
            double mean = n * p;
            if (k == mean) {
                return 1;
            }
            double limit = logProbability(k) + Math.log(ROUNDING);
            // On the far side of the mode the probabilities fall, so the first that is small enough is found by
            // halving.
            return k < mean
                    ? atMost(k) + atLeast(first((long) Math.ceil(mean), n + 1, limit, 1))
                    : atLeast(k) + atMost(-first(-(long) Math.floor(mean), 1, limit, -1));
        }

        private long first(long from, long to, double limit, int sign) {
            long low = from;
            long high = to;
            while (low < high) {
                long middle = Math.floorDiv(low + high, 2);
                if (logProbability(sign * middle) <= limit) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low;
        }

        private double logProbability(long k) {
            return Gamma.logGamma(n + 1.0)
                    - Gamma.logGamma(k + 1.0)
                    - Gamma.logGamma(n - k + 1.0)
                    + k * Math.log(p)
                    + (n - k) * Math.log1p(-p);
        }
    }
}
