package io.behavioranalytics.statistics;

import org.apache.commons.math3.special.Erf;

/** The normal distribution with mean 0 and variance 1, its tails to full relative precision. */
final class StandardNormal {
    private static final double LOG_ROOT_TWO_PI = 0.5 * Math.log(2 * Math.PI);

    private StandardNormal() {}

    static double density(double x) {
        return Math.exp(-0.5 * x * x - LOG_ROOT_TWO_PI);
    }

    /** P(Z ≤ x). */
    static double below(double x) {
        return 0.5 * Erf.erfc(-x / Math.sqrt(2));
    }

    /** P(Z > x). */
    static double above(double x) {
        return below(-x);
    }

    /** The value that is exceeded with a probability between 0 and 1. */
    static double upperQuantile(double tail) {
        return tail > 0.5 ? -ofSmallTail(1 - tail) : ofSmallTail(tail);
    }

    /** The commons library loses a small tail in 1 − 2p; Newton's method on the logarithm of the tail does not. */
    private static double ofSmallTail(double tail) {
        double square = -2 * Math.log(tail);
        double x = tail > 1e-3
                ? Math.sqrt(2) * Erf.erfInv(1 - 2 * tail)
                : Math.sqrt(square - Math.log(2 * Math.PI * square));
        for (int step = 0; step < 10; step++) {
            double above = above(x);
            if (above <= 0) {
                return x;
            }
            double move = Math.log(above / tail) * above / density(x);
            x += move;
            if (Math.abs(move) <= 1e-15 * Math.abs(x)) {
                break;
            }
        }
        return x;
    }
}
