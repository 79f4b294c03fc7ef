package io.behavioranalytics.statistics;

import org.apache.commons.math3.distribution.BetaDistribution;

/** Two-sided confidence intervals of one proportion, within 0 and 1. */
public enum ProportionInterval {
    /** {@code p ± z·√(p(1 − p)/n)}: too short for small n or a p near 0 or 1, where it has no width at all. */
    WALD {
        @Override
        Interval of(double x, double n, double alpha) {
            return wald(x, n, alpha);
        }
    },
    /** The score interval: all values that the score test does not reject (Wilson, JASA 1927). */
    WILSON {
        @Override
        Interval of(double x, double n, double alpha) {
            double z = StandardNormal.upperQuantile(alpha / 2);
            double p = x / n;
            double shrink = 1 + z * z / n;
            double centre = (p + z * z / (2 * n)) / shrink;
            double half = z / shrink * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n));
            // What the formula makes 0 or 1 is so to the last bit.
            return clipped(x == 0 ? 0 : centre - half, x == n ? 1 : centre + half);
        }
    },
    /** Wald's interval about the centre of Wilson's (Agresti and Coull, The American Statistician 1998). */
    AGRESTI_COULL {
        @Override
        Interval of(double x, double n, double alpha) {
            double z = StandardNormal.upperQuantile(alpha / 2);
            return wald(x + z * z / 2, n + z * z, alpha);
        }
    },
    /** Quantiles of the posterior under Jeffreys' prior, Beta(½, ½); the ends are not moved to 0 and 1 where none or all converted. */
    JEFFREYS {
        @Override
        Interval of(double x, double n, double alpha) {
            return clipped(
                    betaQuantile(alpha / 2, x + 0.5, n - x + 0.5), 1 - betaQuantile(alpha / 2, n - x + 0.5, x + 0.5));
        }
    },
    /** The exact interval: all values that neither one-sided binomial test rejects at alpha/2 (Clopper and Pearson, Biometrika 1934). */
    CLOPPER_PEARSON {
        @Override
        Interval of(double x, double n, double alpha) {
            return clipped(
                    x == 0 ? 0 : betaQuantile(alpha / 2, x, n - x + 1),
                    x == n ? 1 : 1 - betaQuantile(alpha / 2, n - x, x + 1));
        }
    };

    /**
     * The interval.
     *
     * @param sample the proportion seen
     * @param alpha one less the confidence, between 0 and 1
     * @return from 0 to 1; a shortage if there are no units
     * @throws IllegalArgumentException if alpha is out of range
     */
    public Finding<Interval> of(Proportion sample, double alpha) {
        Domain.alpha(alpha);
        return sample.n() == 0
                ? Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS)
                : Finding.of(of((double) sample.successes(), (double) sample.n(), alpha));
    }

    abstract Interval of(double x, double n, double alpha);

    private static Interval wald(double x, double n, double alpha) {
        double p = x / n;
        double half = StandardNormal.upperQuantile(alpha / 2) * Math.sqrt(p * (1 - p) / n);
        return clipped(p - half, p + half);
    }

    private static Interval clipped(double lower, double upper) {
        double least = Math.min(1, Math.max(0, lower));
        return Interval.of(least, Math.max(least, Math.min(1, upper)));
    }

    /** The value below which a Beta has so much. */
    static double betaQuantile(double below, double a, double b) {
        return new BetaDistribution(null, a, b, 1e-15).inverseCumulativeProbability(below);
    }
}
