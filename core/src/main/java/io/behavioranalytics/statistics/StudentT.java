package io.behavioranalytics.statistics;

import org.apache.commons.math3.distribution.TDistribution;

/** Student's t distribution, its tails to full relative precision. */
final class StudentT {
    /** Above, the normal distribution is nearer than the continued fraction of the incomplete beta function is exact. */
    private static final double LIKE_NORMAL = 1e9;

    private StudentT() {}

    /** P(T > t). */
    static double above(double t, double degrees) {
        if (degrees >= LIKE_NORMAL) {
            return StandardNormal.above(t);
        }
        return distribution(degrees).cumulativeProbability(-t);
    }

    /** The value, 0 or more, that is exceeded with a probability of more than 0 and at most a half. */
    static double upperQuantile(double tail, double degrees) {
        if (degrees >= LIKE_NORMAL) {
            return StandardNormal.upperQuantile(tail);
        }
        if (tail == 0.5) {
            return 0;
        }
        TDistribution distribution = distribution(degrees);
        double t = -distribution.inverseCumulativeProbability(tail);
        // The solver of the library is exact to an absolute difference, which a small tail is not much larger than;
        // Newton's
        // method on the logarithms of both is exact in any tail.
        for (int step = 0; step < 8; step++) {
            double above = distribution.cumulativeProbability(-t);
            double move = Math.log(above / tail) * above / (distribution.density(t) * t);
            if (!Double.isFinite(move)) {
                break;
            }
            t *= Math.exp(move);
            if (Math.abs(move) < 1e-14) {
                break;
            }
        }
        return t;
    }

    private static TDistribution distribution(double degrees) {
        return new TDistribution(null, degrees, 1e-13);
    }
}
