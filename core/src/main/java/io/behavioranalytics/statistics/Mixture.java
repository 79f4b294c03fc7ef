package io.behavioranalytics.statistics;

import org.apache.commons.math3.special.Beta;
import org.apache.commons.math3.special.Gamma;

/**
 * A mixture supermartingale and the time-uniform boundary it gives: if {@code S} is a sum of centred observations and {@code V} its
 * intrinsic time, a variance, then S stays below {@link #bound} at all times at once with probability 1 − alpha (Howard, Ramdas, McAuliffe,
 * Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences", Annals of Statistics 2021). A two-sided boundary holds for
 * S and −S together.
 *
 * <p>Each is tuned by ρ so that its boundary is lowest near a time {@code vOpt} for a level {@code alphaOpt}.
 */
public sealed interface Mixture {
    /**
     * The logarithm of the supermartingale; it starts at 0, and exceeds {@code ln(1/alpha)} ever with probability alpha at most.
     *
     * @param s the sum; within what the observations' bounds allow
     * @param v the intrinsic time, 0 or more
     * @return the logarithm
     * @throws IllegalArgumentException if a number is out of range
     */
    double log(double s, double v);

    /**
     * The boundary: the least sum at which the logarithm reaches {@code ln(1/alpha)}.
     *
     * @param v the intrinsic time, more than 0
     * @param alpha between 0 and 1
     * @return the boundary; the largest sum possible if none reaches that
     * @throws IllegalArgumentException if a number is out of range
     */
    double bound(double v, double alpha);

    /**
     * The ρ for which a two-sided boundary is lowest near a time: {@code v / (2·ln(1/a) + ln(1 + 2·ln(1/a)))}.
     *
     * @param vOpt the time, more than 0
     * @param alphaOpt the level, between 0 and 1
     * @return ρ
     * @throws IllegalArgumentException if a number is out of range
     */
    static double bestRhoTwoSided(double vOpt, double alphaOpt) {
        Domain.positive("vOpt", vOpt);
        double log = -2 * Math.log(Domain.between("alphaOpt", alphaOpt));
        return vOpt / (log + Math.log1p(log));
    }

    /**
     * The ρ for one side: that of two sides at twice the level.
     *
     * @param vOpt the time, more than 0
     * @param alphaOpt the level, between 0 and a half
     * @return ρ
     * @throws IllegalArgumentException if a number is out of range
     */
    static double bestRhoOneSided(double vOpt, double alphaOpt) {
        if (!(alphaOpt > 0 && alphaOpt < 0.5)) {
            throw new IllegalArgumentException("alphaOpt must lie between 0 and 0.5 for one side: " + alphaOpt);
        }
        return bestRhoTwoSided(vOpt, 2 * alphaOpt);
    }

    private static double bestRho(double vOpt, double alphaOpt, boolean oneSided) {
        return oneSided ? bestRhoOneSided(vOpt, alphaOpt) : bestRhoTwoSided(vOpt, alphaOpt);
    }

    /** The boundary by the direction of the logarithm alone. */
    private static double boundary(Mixture mixture, double v, double alpha, double largest) {
        Domain.positive("v", v);
        double threshold = -Math.log(Domain.alpha(alpha));
        double above = Double.isInfinite(largest)
                ? Root.bracket(s -> mixture.log(s, v) - threshold, v, Double.MAX_VALUE / 4)
                : largest;
        return Root.crossing(s -> mixture.log(s, v) - threshold, 0, above);
    }

    /**
     * For sums whose increments are sub-Gaussian: normal observations, or bounded ones by Hoeffding.
     *
     * @param rho more than 0, most often by {@code bestRho…}
     * @param oneSided whether the boundary is for S alone
     */
    record Normal(double rho, boolean oneSided) implements Mixture {
        /**
         * Checks ρ.
         *
         * @throws IllegalArgumentException if it is not more than 0
         */
        public Normal {
            Domain.positive("rho", rho);
        }

        /**
         * The mixture that is best near a time.
         *
         * @param vOpt the time, more than 0
         * @param alphaOpt the level, between 0 and 1, for one side below a half
         * @param oneSided whether the boundary is for S alone
         * @return the mixture
         * @throws IllegalArgumentException if a number is out of range
         */
        public static Normal tuned(double vOpt, double alphaOpt, boolean oneSided) {
            return new Normal(bestRho(vOpt, alphaOpt, oneSided), oneSided);
        }

        @Override
        public double log(double s, double v) {
            Domain.finite("s", s);
            double all = Domain.notNegative("v", v) + rho;
            double two = 0.5 * Math.log(rho / all) + s * s / (2 * all);
            if (!oneSided) {
                return two;
            }
            // ln Φ far below 0 by the incomplete gamma function, of which erfc is one: 2Φ(−z) = Q(½, z²/2).
            double z = s / Math.sqrt(all);
            double below =
                    z > -30 ? Math.log(StandardNormal.below(z)) : IncompleteGamma.logQ(0.5, z * z / 2) - Math.log(2);
            return two + Math.log(2) + below;
        }

        @Override
        public double bound(double v, double alpha) {
            if (oneSided) {
                return boundary(this, v, alpha, Double.POSITIVE_INFINITY);
            }
            Domain.positive("v", v);
            return Math.sqrt((v + rho) * (Math.log1p(v / rho) - 2 * Math.log(Domain.alpha(alpha))));
        }
    }

    /**
     * For sums that are sub-exponential with scale c: observations bounded on one side, or of a variance that is estimated (Proposition 9
     * there). One-sided.
     *
     * @param rho more than 0
     * @param c more than 0
     */
    record GammaExponential(double rho, double c) implements Mixture {
        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException if one is not more than 0
         */
        public GammaExponential {
            Domain.positive("rho", rho);
            Domain.positive("c", c);
        }

        /**
         * The mixture that is best near a time.
         *
         * @param vOpt the time, more than 0
         * @param alphaOpt the level, between 0 and a half
         * @param c the scale, more than 0
         * @return the mixture
         * @throws IllegalArgumentException if a number is out of range
         */
        public static GammaExponential tuned(double vOpt, double alphaOpt, double c) {
            return new GammaExponential(bestRhoOneSided(vOpt, alphaOpt), c);
        }

        @Override
        public double log(double s, double v) {
            Domain.finite("s", s);
            double square = c * c;
            double a = rho / square;
            double shape = (Domain.notNegative("v", v) + rho) / square;
            double time = (c * s + v) / square;
            if (!(time + a > 0)) {
                throw new IllegalArgumentException("s must be above -(v + rho) / c: " + s);
            }
            return a * Math.log(a)
                    - Gamma.logGamma(a)
                    - IncompleteGamma.logP(a, a)
                    + Gamma.logGamma(shape)
                    + IncompleteGamma.logP(shape, time + a)
                    - shape * Math.log(time + a)
                    + time;
        }

        @Override
        public double bound(double v, double alpha) {
            return boundary(this, v, alpha, Double.POSITIVE_INFINITY);
        }
    }

    /**
     * For sums that are sub-Poisson with scale c: observations bounded above by c, with V their variance (Proposition 10 there).
     * One-sided.
     *
     * @param rho more than 0
     * @param c more than 0
     */
    record GammaPoisson(double rho, double c) implements Mixture {
        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException if one is not more than 0
         */
        public GammaPoisson {
            Domain.positive("rho", rho);
            Domain.positive("c", c);
        }

        /**
         * The mixture that is best near a time.
         *
         * @param vOpt the time, more than 0
         * @param alphaOpt the level, between 0 and a half
         * @param c the scale, more than 0
         * @return the mixture
         * @throws IllegalArgumentException if a number is out of range
         */
        public static GammaPoisson tuned(double vOpt, double alphaOpt, double c) {
            return new GammaPoisson(bestRhoOneSided(vOpt, alphaOpt), c);
        }

        @Override
        public double log(double s, double v) {
            Domain.finite("s", s);
            double square = c * c;
            double a = rho / square;
            double rate = (Domain.notNegative("v", v) + rho) / square;
            double shape = s / c + rate;
            if (!(shape > 0)) {
                throw new IllegalArgumentException("s must be above -(v + rho) / c: " + s);
            }
            return a * Math.log(a)
                    - Gamma.logGamma(a)
                    - IncompleteGamma.logQ(a, a)
                    + Gamma.logGamma(shape)
                    + IncompleteGamma.logQ(shape, rate)
                    - shape * Math.log(rate)
                    + v / square;
        }

        @Override
        public double bound(double v, double alpha) {
            return boundary(this, v, alpha, Double.POSITIVE_INFINITY);
        }
    }

    /**
     * For sums that are sub-Bernoulli: observations between −g and h, most of all centred successes with g = p and h = 1 − p
     * (Propositions 7 and 8 there).
     *
     * @param r more than 0
     * @param g how far below 0 an observation may be, more than 0
     * @param h how far above, more than 0
     * @param oneSided whether the boundary is for S alone
     */
    record BetaBinomial(double r, double g, double h, boolean oneSided) implements Mixture {
        /** The least r, in parts of g·h, that the tuning falls back to. */
        private static final double LEAST = 1e-3;

        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException if one is not more than 0
         */
        public BetaBinomial {
            Domain.positive("r", r);
            Domain.positive("g", g);
            Domain.positive("h", h);
        }

        /**
         * The mixture that is best near a time: {@code r = max(ρ − g·h, g·h/1000)}.
         *
         * @param vOpt the time, more than 0
         * @param alphaOpt the level, between 0 and 1, for one side below a half
         * @param g how far below 0 an observation may be, more than 0
         * @param h how far above, more than 0
         * @param oneSided whether the boundary is for S alone
         * @return the mixture
         * @throws IllegalArgumentException if a number is out of range
         */
        public static BetaBinomial tuned(double vOpt, double alphaOpt, double g, double h, boolean oneSided) {
            double rho = bestRho(vOpt, alphaOpt, oneSided);
            return new BetaBinomial(Math.max(rho - g * h, LEAST * g * h), g, h, oneSided);
        }

        @Override
        public double log(double s, double v) {
            Domain.finite("s", s);
            Domain.notNegative("v", v);
            double width = g + h;
            double failures = (r + v - g * s) / (g * width);
            double successes = (r + v + h * s) / (h * width);
            if (!(failures > 0 && successes > 0)) {
                throw new IllegalArgumentException("s must lie between -(r + v) / h and (r + v) / g: " + s);
            }
            return v / (g * h) * Math.log(width)
                    - (v + h * s) / (h * width) * Math.log(g)
                    - (v - g * s) / (g * width) * Math.log(h)
                    + logIncompleteBeta(failures, successes)
                    - logIncompleteBeta(r / (g * width), r / (h * width));
        }

        @Override
        public double bound(double v, double alpha) {
            return boundary(this, v, alpha, v / g);
        }

        /** Up to h / (g + h) for one side, the whole function for two; not regularized. */
        private double logIncompleteBeta(double a, double b) {
            double whole = Beta.logBeta(a, b);
            if (!oneSided) {
                return whole;
            }
            double x = h / (g + h);
            double part = Beta.regularizedBeta(x, a, b);
            if (part > 1e-280) {
                return whole + Math.log(part);
            }
            // DLMF 8.17.8: all terms are positive, and they fall, since x is far below a / (a + b).
            double sum = 1;
            double term = 1;
            for (int i = 0; i < 100_000 && term > 1e-17 * sum; i++) {
                term *= (a + b + i) / (a + 1 + i) * x;
                sum += term;
            }
            return a * Math.log(x) + b * Math.log1p(-x) - Math.log(a) + Math.log(sum);
        }
    }
}
