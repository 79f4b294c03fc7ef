package io.behavioranalytics.statistics;

import java.util.function.DoubleUnaryOperator;

/**
 * Time-uniform boundaries that are stitched together over epochs of growing length, in closed form (Howard, Ramdas, McAuliffe, Sekhon
 * 2021, theorem 1; for quantiles Howard and Ramdas, "Sequential estimation of quantiles with applications to A/B testing and best-arm
 * identification", Bernoulli 2022, theorems 2 and 3).
 */
public final class Stitching {
    private Stitching() {}

    /**
     * How stitched boundaries spread their error.
     *
     * @param s how fast the error falls over the epochs, more than 1
     * @param eta how fast the epochs grow, more than 1
     */
    public record Epochs(double s, double eta) {
        /** The epochs that the papers recommend: s = 1.4 and η = 2. */
        public static final Epochs RECOMMENDED = new Epochs(1.4, 2);

        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException if one is not more than 1 and finite
         */
        public Epochs {
            if (!(s > 1 && eta > 1) || Double.isInfinite(s) || Double.isInfinite(eta)) {
                throw new IllegalArgumentException("s and eta must be more than 1 and finite: " + s + ", " + eta);
            }
        }

        private double k1() {
            return (Math.pow(eta, 0.25) + Math.pow(eta, -0.25)) / Math.sqrt(2);
        }

        private double k2() {
            return (Math.sqrt(eta) + 1) / 2;
        }
    }

    /**
     * The polynomial stitched boundary of a sub-gamma sum.
     *
     * @param v the intrinsic time, more than 0; before vMin the boundary is that of vMin
     * @param alpha between 0 and 1
     * @param vMin the time from which on it is efficient, more than 0
     * @param c the scale of the sub-gamma sum; 0 for sub-Gaussian ones, negative where increments are bounded below
     * @param epochs how the error is spread
     * @return the boundary
     * @throws IllegalArgumentException if a number is out of range
     */
    public static double polynomial(double v, double alpha, double vMin, double c, Epochs epochs) {
        Domain.alpha(alpha);
        Domain.finite("c", c);
        double time = Math.max(Domain.positive("v", v), Domain.positive("vMin", vMin));
        double logEta = Math.log(epochs.eta);
        double ell = epochs.s * Math.log(Math.log(epochs.eta * time / vMin))
                + Math.log(zeta(epochs.s) / Math.pow(logEta, epochs.s))
                - Math.log(alpha);
        double linear = epochs.k2() * c * ell;
        return Math.sqrt(epochs.k1() * epochs.k1() * time * ell + linear * linear) + linear;
    }

    /**
     * The double stitched boundary: a confidence sequence for all quantiles and all times at once. With n observations, the empirical
     * distribution at the p-quantile is within {@code bound / n} of p.
     *
     * @param p the quantile, between 0 and 1
     * @param t the number of observations, more than 0
     * @param alpha between 0 and 1
     * @param tOpt the number from which on it is efficient, 1 or more
     * @param delta how fine the grid of quantiles is, more than 0; 0.5 is usual
     * @param epochs how the error is spread
     * @return the boundary, in observations
     * @throws IllegalArgumentException if a number is out of range
     */
    public static double ofQuantiles(double p, double t, double alpha, double tOpt, double delta, Epochs epochs) {
        Domain.between("p", p);
        Domain.alpha(alpha);
        Domain.positive("delta", delta);
        if (!(tOpt >= 1) || Double.isInfinite(tOpt)) {
            throw new IllegalArgumentException("tOpt must be 1 or more and finite: " + tOpt);
        }
        double ratio = Math.max(Domain.positive("t", t) / tOpt, 1);
        double time = ratio * tOpt;
        double logit = Math.log(p) - Math.log1p(-p);
        double r = p >= 0.5 ? p : Math.min(0.5, expit(logit + 2 * delta * Math.sqrt(epochs.eta / ratio)));
        double variance = r * (1 - r);
        double j = Math.sqrt(ratio) * Math.abs(logit) / (2 * delta) + 1;
        double zeta = zeta(epochs.s);
        double ell = epochs.s * Math.log(Math.log(epochs.eta * ratio))
                + epochs.s * Math.log(j)
                + Math.log(2 * zeta * (2 * zeta + 1) / (alpha * Math.pow(Math.log(epochs.eta), epochs.s)));
        double linear = epochs.k2() * (1 - 2 * p) / 3 * ell;
        return delta * Math.sqrt(epochs.eta * ratio * variance)
                + Math.sqrt(epochs.k1() * epochs.k1() * variance * time * ell + linear * linear)
                + linear;
    }

    private static double expit(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /**
     * The law of the iterated logarithm for the empirical distribution: at all times from tMin on, it is nowhere farther than this from
     * the true one. {@code A·√((ln(1 + ln(t/tMin)) + C) / t)}, where C is the least that keeps to alpha.
     *
     * @param t the number of observations, at least tMin
     * @param alpha between 0 and 1
     * @param tMin 1 or more
     * @param a the leading constant, more than 1/√2; 0.85 is usual
     * @return the distance
     * @throws IllegalArgumentException if a number is out of range
     */
    public static double ofEmpiricalDistribution(double t, double alpha, double tMin, double a) {
        Domain.alpha(alpha);
        if (!(tMin >= 1 && t >= tMin) || Double.isInfinite(t)) {
            throw new IllegalArgumentException(
                    "tMin must be 1 or more, and t at least tMin and finite: " + tMin + ", " + t);
        }
        if (!(a > Math.sqrt(0.5)) || Double.isInfinite(a)) {
            throw new IllegalArgumentException("a must be more than the root of 0.5 and finite: " + a);
        }
        DoubleUnaryOperator enough = c -> alpha - leastError(c, a);
        double c = Root.falling(x -> -enough.applyAsDouble(x), 0, Root.bracket(enough, 1, 1e12));
        return a * Math.sqrt((Math.log1p(Math.log(t / tMin)) + c) / t);
    }

    /** The least bound of the error over the choices of η, of which each is valid. */
    private static double leastError(double c, double a) {
        double most =
                Root.falling(eta -> a - Math.sqrt(eta / 2) - Math.sqrt(2 * (eta - 1) / c), 1, Math.max(1, 2 * a * a));
        double low = 1;
        double high = most;
        double golden = (Math.sqrt(5) - 1) / 2;
        for (int i = 0; i < 100; i++) {
            double left = high - golden * (high - low);
            double right = low + golden * (high - low);
            if (error(c, a, left) < error(c, a, right)) {
                high = right;
            } else {
                low = left;
            }
        }
        return error(c, a, (low + high) / 2);
    }

    private static double error(double c, double a, double eta) {
        double root = a - Math.sqrt(2 * (eta - 1) / c);
        double gamma = 2 / eta * root * root;
        // Towards both ends the bound grows without limit.
        return root <= 0 || gamma <= 1
                ? Double.MAX_VALUE
                : 4 * Math.exp(-gamma * c) * (1 + 1 / ((gamma - 1) * Math.log(eta)));
    }

    /** Riemann's ζ for s above 1, by Euler and Maclaurin from the tenth term on (DLMF 25.2.9). */
    static double zeta(double s) {
        double n = 10;
        double sum = 0;
        for (int k = 1; k < n; k++) {
            sum += Math.pow(k, -s);
        }
        double[] bernoulli = {1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6};
        sum += Math.pow(n, 1 - s) / (s - 1) + 0.5 * Math.pow(n, -s);
        double term = s * Math.pow(n, -s - 1) / 2;
        for (int k = 0; k < bernoulli.length; k++) {
            sum += bernoulli[k] * term;
            double j = 2 * k + 1;
            term *= (s + j) * (s + j + 1) / (n * n * (j + 2) * (j + 3));
        }
        return sum;
    }
}
