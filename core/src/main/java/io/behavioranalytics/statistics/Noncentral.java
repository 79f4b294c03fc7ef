package io.behavioranalytics.statistics;

import org.apache.commons.math3.special.Beta;
import org.apache.commons.math3.special.Gamma;

/** Noncentral distributions, which the power of t, chi-squared and F tests follows; the commons library has none of them. */
final class Noncentral {
    private static final int PANELS = 60;
    private static final int DEVIATIONS = 13;

    private Noncentral() {}

    /**
     * P(T ≤ t) of a noncentral t: the normal probability {@code Φ(t·u − δ)} averaged over {@code u = √(χ²/ν)} (Johnson, Kotz, Balakrishnan,
     * Continuous Univariate Distributions 2, chapter 31).
     */
    static double tBelow(double t, double degrees, double delta) {
        double log = Math.log(2) + degrees / 2 * Math.log(degrees / 2) - Gamma.logGamma(degrees / 2);
        double deviation = Math.sqrt(0.5 / degrees);
        double low = Math.max(0, 1 - DEVIATIONS * deviation);
        double high = 1 + DEVIATIONS * deviation * (degrees < 4 ? 2 : 1);
        double sum = new Quadrature()
                .integrate(
                        u -> Math.exp(log + (degrees - 1) * Math.log(u) - degrees * u * u / 2)
                                * StandardNormal.below(t * u - delta),
                        low,
                        high,
                        PANELS);
        return Math.max(0, Math.min(1, sum));
    }

    /** P(X > x) of a noncentral chi-squared: central ones of two degrees more each, by Poisson weights of mean λ/2. */
    static double chiSquaredAbove(double x, double degrees, double lambda) {
        return poisson(lambda / 2, i -> ChiSquaredTest.above(x, degrees + 2 * i));
    }

    /** P(X > x) of a noncentral F. */
    static double fAbove(double x, double numerator, double denominator, double lambda) {
        double y = denominator / (denominator + numerator * x);
        return poisson(lambda / 2, i -> Beta.regularizedBeta(y, denominator / 2, numerator / 2 + i));
    }

    private interface Term {
        double at(double i);
    }

    /** From the most likely weight to either side, until the weights are too small to matter. */
    private static double poisson(double mean, Term term) {
        double mode = Math.floor(mean);
        double weight = mean == 0 ? 1 : Math.exp(mode * Math.log(mean) - mean - Gamma.logGamma(mode + 1));
        double sum = weight * term.at(mode);
        double rising = weight;
        for (double i = mode + 1; rising > 1e-18 && mean > 0; i++) {
            rising *= mean / i;
            sum += rising * term.at(i);
        }
        double falling = weight;
        for (double i = mode; i > 0 && falling > 1e-18; i--) {
            falling *= i / mean;
            sum += falling * term.at(i - 1);
        }
        return Math.max(0, Math.min(1, sum));
    }
}
