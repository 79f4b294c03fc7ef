package io.behavioranalytics.profile;

import org.apache.commons.math3.special.Gamma;

/**
 * The upper tail of the Poisson distribution.
 *
 * <p>{@code P(X >= k)} with mean m is the regularized gamma function {@code P(k, m)} (Abramowitz and Stegun 26.4.21), so a small tail is
 * summed as what it is, and not as one minus a number close to one.
 */
final class PoissonTail {
    private PoissonTail() {}

    /**
     * The probability of at least so many events.
     *
     * @param count 0 or more
     * @param mean more than 0
     * @return 0 to 1, with a relative error below 1e-10 while it is above 1e-300
     */
    static double atLeast(long count, double mean) {
        return count <= 0 ? 1 : Gamma.regularizedGammaP((double) count, mean);
    }
}
