package io.behavioranalytics.statistics;

import org.apache.commons.math3.special.Gamma;

/** Logarithms of the two regularized incomplete gamma functions, also where the functions themselves are too small for a double. */
final class IncompleteGamma {
    private static final double SMALL = 1e-280;
    private static final int MOST_TERMS = 100_000;

    private IncompleteGamma() {}

    /** ln P(a, x) for a and x above 0. */
    static double logP(double a, double x) {
        double p = Gamma.regularizedGammaP(a, x);
        if (p > SMALL) {
            return Math.log(p);
        }
        // DLMF 8.7.1: all terms are positive, and they fall, since x is far below a.
        double sum = 1;
        double term = 1;
        for (int i = 1; i < MOST_TERMS && term > 1e-17 * sum; i++) {
            term *= x / (a + i);
            sum += term;
        }
        return a * Math.log(x) - x - Gamma.logGamma(a + 1) + Math.log(sum);
    }

    /** ln Q(a, x) for a and x above 0. */
    static double logQ(double a, double x) {
        double q = Gamma.regularizedGammaQ(a, x);
        if (q > SMALL) {
            return Math.log(q);
        }
        // DLMF 8.9.2 by Lentz's method; x is far above a.
        double b = x + 1 - a;
        double c = 1e300;
        double d = 1 / b;
        double fraction = d;
        for (int i = 1; i < MOST_TERMS; i++) {
            double an = -i * (i - a);
            b += 2;
            d = 1 / (an * d + b);
            c = b + an / c;
            fraction *= d * c;
            if (Math.abs(d * c - 1) < 1e-15) {
                break;
            }
        }
        return a * Math.log(x) - x - Gamma.logGamma(a) + Math.log(fraction);
    }
}
