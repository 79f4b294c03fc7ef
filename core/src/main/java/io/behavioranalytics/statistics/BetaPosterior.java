package io.behavioranalytics.statistics;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.special.Beta;

/**
 * The posterior of a proportion under a Beta prior: a Beta distribution.
 *
 * @param alpha one more than the successes under a uniform prior, more than 0
 * @param beta one more than the failures, more than 0
 */
public record BetaPosterior(double alpha, double beta) {
    /** How far the logarithm of the density falls before what is left does not count. */
    private static final double NEGLIGIBLE = 46;

    /** Where panels end, in widths from a bend: close together near it, and farther and farther away from it. */
    private static final double[] DISTANCES = {
        0, 0.01, 0.03, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 10, 12, 16, 24, 32, 64, 128, 256, 512,
        1024, 4096
    };

    private static final double FAR = 600;

    /**
     * Checks the parameters.
     *
     * @throws IllegalArgumentException if one is not more than 0
     */
    public BetaPosterior {
        Domain.positive("alpha", alpha);
        Domain.positive("beta", beta);
    }

    /**
     * The posterior of what was seen.
     *
     * @param prior before
     * @param sample what was seen
     * @return after
     */
    public static BetaPosterior of(BetaPosterior prior, Proportion sample) {
        return new BetaPosterior(prior.alpha + sample.successes(), prior.beta + sample.n() - sample.successes());
    }

    /**
     * The mean of the proportion.
     *
     * @return between 0 and 1
     */
    public double mean() {
        return alpha / (alpha + beta);
    }

    /**
     * The variance of the proportion.
     *
     * @return more than 0
     */
    public double variance() {
        double n = alpha + beta;
        return alpha / n * (beta / n) / (n + 1);
    }

    /**
     * The mean of the proportion's logarithm: {@code ψ(alpha) − ψ(alpha + beta)}.
     *
     * @return below 0
     */
    public double logMean() {
        return Polygamma.digamma(alpha) - Polygamma.digamma(alpha + beta);
    }

    /**
     * The variance of the proportion's logarithm: {@code ψ′(alpha) − ψ′(alpha + beta)}.
     *
     * @return more than 0
     */
    public double logVariance() {
        return Polygamma.trigamma(alpha) - Polygamma.trigamma(alpha + beta);
    }

    /**
     * The interval between the quantiles level/2 and 1 − level/2.
     *
     * @param level one less its probability, between 0 and 1
     * @return the credible interval, within 0 and 1
     * @throws IllegalArgumentException if the level is out of range
     */
    public Interval credibleInterval(double level) {
        Domain.between("level", level);
        double lower = ProportionInterval.betaQuantile(level / 2, alpha, beta);
        return Interval.of(lower, Math.max(lower, 1 - ProportionInterval.betaQuantile(level / 2, beta, alpha)));
    }

    /**
     * The probability that this proportion is greater than another, independent one: the integral of this density times the other's
     * distribution, by quadrature on the scale of the log odds, to about ten digits.
     *
     * @param other the other
     * @return 0 to 1
     */
    public double probabilityGreaterThan(BetaPosterior other) {
        return Math.min(1, over(other, x -> density(x) * other.below(x)));
    }

    /**
     * How much this proportion is greater than another on average, where it is: {@code E[max(this − other, 0)]}. What is lost by taking
     * the other.
     *
     * @param other the other
     * @return 0 or more
     */
    public double expectedExcessOver(BetaPosterior other) {
        // An x between the two counts once for each point of the difference.
        return over(other, x -> {
            double p = expit(x);
            return other.below(x) * above(x) * p * (1 - p);
        });
    }

    /** Over the log odds, with panels that are narrow where either density or the odds themselves bend. */
    private double over(BetaPosterior other, DoubleUnaryOperator f) {
        double low = Math.min(edge(-1), other.edge(-1));
        double high = Math.max(edge(1), other.edge(1));
        SortedSet<Double> ends = new TreeSet<>(List.of(low, high));
        for (double[] bend : new double[][] {{mode(), width()}, {other.mode(), other.width()}, {0, 1}}) {
            for (double distance : DISTANCES) {
                ends.add(Math.min(high, Math.max(low, bend[0] - distance * bend[1])));
                ends.add(Math.min(high, Math.max(low, bend[0] + distance * bend[1])));
            }
        }
        Quadrature rule = new Quadrature();
        double sum = 0;
        double from = low;
        for (double end : ends) {
            if (end > from) {
                sum += rule.integrate(f, from, end, 1);
                from = end;
            }
        }
        return Math.max(0, sum);
    }

    /** The log odds at which their density is greatest. */
    private double mode() {
        return Math.log(alpha) - Math.log(beta);
    }

    /** How wide the density is there. */
    private double width() {
        return Math.sqrt(1 / alpha + 1 / beta);
    }

    /** The log odds on one side beyond which the density does not count. */
    private double edge(int side) {
        double mode = mode();
        double top = logDensity(mode);
        double step = width();
        double inside = 0;
        while (top - logDensity(mode + side * (inside + step)) < NEGLIGIBLE) {
            inside += step;
            step *= 2;
        }
        double from = inside;
        double to = inside + step;
        for (int i = 0; i < 40; i++) {
            double middle = (from + to) / 2;
            if (top - logDensity(mode + side * middle) < NEGLIGIBLE) {
                from = middle;
            } else {
                to = middle;
            }
        }
        return mode + side * to;
    }

    /** Of the log odds; ln p and ln(1 − p) without a difference from 1. */
    private double logDensity(double x) {
        return -alpha * softPlus(-x) - beta * softPlus(x);
    }

    private double density(double x) {
        return Math.exp(logDensity(x) - Beta.logBeta(alpha, beta));
    }

    private double below(double x) {
        // So far out the distribution is its first term, and the odds themselves are no double any more.
        if (x < -FAR) {
            return Math.exp(alpha * x - Math.log(alpha) - Beta.logBeta(alpha, beta));
        }
        return Beta.regularizedBeta(expit(x), alpha, beta);
    }

    private double above(double x) {
        if (x > FAR) {
            return Math.exp(-beta * x - Math.log(beta) - Beta.logBeta(alpha, beta));
        }
        return Beta.regularizedBeta(expit(-x), beta, alpha);
    }

    private static double softPlus(double x) {
        return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
    }

    private static double expit(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
