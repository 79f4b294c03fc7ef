package io.behavioranalytics.statistics;

import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;

/**
 * Two-sided confidence intervals that compare two independent proportions. The first is compared with the second: p − q, p / q, or the
 * odds of p over those of q. See Fagerland, Lydersen, Laake, "Recommended confidence intervals for two independent binomial
 * proportions", Statistical Methods in Medical Research 2015.
 */
public enum ProportionComparison {
    /** Difference: Wald, each proportion with its own variance. */
    DIFFERENCE_WALD {
        @Override
        Finding<Interval> of(Counts k, double z) {
            return Finding.of(difference(k.p() - k.q(), z * k.waldError()));
        }
    },
    /** Difference: Wald after one success and one failure were added to each (Agresti and Caffo, The American Statistician 2000). */
    DIFFERENCE_AGRESTI_CAFFO {
        @Override
        Finding<Interval> of(Counts k, double z) {
            Counts more = new Counts(k.x + 1, k.m + 2, k.y + 1, k.n + 2);
            return Finding.of(difference(more.p() - more.q(), z * more.waldError()));
        }
    },
    /** Difference: squared distances to the ends of the two Wilson intervals added up (Newcombe, Statistics in Medicine 1998, 10). */
    DIFFERENCE_NEWCOMBE {
        @Override
        Finding<Interval> of(Counts k, double z) {
            double alpha = 2 * StandardNormal.above(z);
            Interval first = ProportionInterval.WILSON.of(k.x, k.m, alpha);
            Interval second = ProportionInterval.WILSON.of(k.y, k.n, alpha);
            double d = k.p() - k.q();
            double lower = d - Math.hypot(k.p() - end(first.lower()), end(second.upper()) - k.q());
            double upper = d + Math.hypot(end(first.upper()) - k.p(), k.q() - end(second.lower()));
            return Finding.of(Interval.of(Math.max(-1, lower), Math.min(1, upper)));
        }
    },
    /** Difference: all values that the score test does not reject (Mee, Biometrics 1984). */
    DIFFERENCE_MEE {
        @Override
        Finding<Interval> of(Counts k, double z) {
            return Finding.of(differenceByScore(k, z * z));
        }
    },
    /** Difference: the same with the variance multiplied by N/(N − 1) (Miettinen and Nurminen, Statistics in Medicine 1985). */
    DIFFERENCE_MIETTINEN_NURMINEN {
        @Override
        Finding<Interval> of(Counts k, double z) {
            return Finding.of(differenceByScore(k, z * z * k.bessel()));
        }
    },
    /** Ratio: the logarithm is taken for normal (Katz, Baptista, Azen, Pike, Biometrics 1978). */
    RATIO_KATZ_LOG {
        @Override
        Finding<Interval> of(Counts k, double z) {
            return log(k.p() / k.q(), 1 / k.x - 1 / k.m + 1 / k.y - 1 / k.n, z);
        }
    },
    /** Ratio: the same after ½ was added to successes and units (Walter, Biometrika 1975). */
    RATIO_ADJUSTED_LOG {
        @Override
        Finding<Interval> of(Counts k, double z) {
            return RATIO_KATZ_LOG.of(new Counts(k.x + 0.5, k.m + 0.5, k.y + 0.5, k.n + 0.5), z);
        }
    },
    /** Ratio: the logarithm with a half-width by the inverse hyperbolic sine (Newcombe, Statistics in Medicine 2001). */
    RATIO_INVERSE_SINH {
        @Override
        Finding<Interval> of(Counts k, double z) {
            return inverseSinh(k.p() / k.q(), 1 / k.x - 1 / k.m + 1 / k.y - 1 / k.n, z);
        }
    },
    /** Ratio: all values that the score test does not reject (Koopman, Biometrics 1984). */
    RATIO_KOOPMAN {
        @Override
        Finding<Interval> of(Counts k, double z) {
            return ratioByScore(k, k.x / k.m * k.n / k.y, z * z, Counts::scoreOfRatio);
        }
    },
    /** Ratio: the same with the variance multiplied by N/(N − 1) (Miettinen and Nurminen 1985). */
    RATIO_MIETTINEN_NURMINEN {
        @Override
        Finding<Interval> of(Counts k, double z) {
            return ratioByScore(k, k.x / k.m * k.n / k.y, z * z * k.bessel(), Counts::scoreOfRatio);
        }
    },
    /** Odds ratio: the logarithm is taken for normal (Woolf, Annals of Human Genetics 1955). */
    ODDS_RATIO_WOOLF_LOGIT {
        @Override
        Finding<Interval> of(Counts k, double z) {
            double notX = k.m - k.x;
            double notY = k.n - k.y;
            return log(k.x * notY / (notX * k.y), 1 / k.x + 1 / notX + 1 / k.y + 1 / notY, z);
        }
    },
    /** Odds ratio: the same after ½ was added to all four counts (Gart, JASA 1966). */
    ODDS_RATIO_GART_LOGIT {
        @Override
        Finding<Interval> of(Counts k, double z) {
            return ODDS_RATIO_WOOLF_LOGIT.of(new Counts(k.x + 0.5, k.m + 1, k.y + 0.5, k.n + 1), z);
        }
    },
    /**
     * Odds ratio: the same after two observations were added, spread over the four counts as if there were no association (Agresti,
     * Biometrics 1999).
     */
    ODDS_RATIO_INDEPENDENCE_SMOOTHED_LOGIT {
        @Override
        Finding<Interval> of(Counts k, double z) {
            double all = k.m + k.n;
            double converted = (k.x + k.y) / all;
            double first = 2 * k.m / all;
            double second = 2 * k.n / all;
            return ODDS_RATIO_WOOLF_LOGIT.of(
                    new Counts(k.x + first * converted, k.m + first, k.y + second * converted, k.n + second), z);
        }
    },
    /** Odds ratio: the logarithm with a half-width by the inverse hyperbolic sine (Newcombe 2001). */
    ODDS_RATIO_INVERSE_SINH {
        @Override
        Finding<Interval> of(Counts k, double z) {
            double notX = k.m - k.x;
            double notY = k.n - k.y;
            return inverseSinh(k.x * notY / (notX * k.y), 1 / k.x + 1 / notX + 1 / k.y + 1 / notY, z);
        }
    },
    /** Odds ratio: all values that the score test does not reject (Cornfield 1956, without continuity correction). */
    ODDS_RATIO_SCORE {
        @Override
        Finding<Interval> of(Counts k, double z) {
            return ratioByScore(k, k.x * (k.n - k.y) / ((k.m - k.x) * k.y), z * z, Counts::scoreOfOddsRatio);
        }
    },
    /** Odds ratio: the same with the variance multiplied by N/(N − 1) (Miettinen and Nurminen 1985). */
    ODDS_RATIO_MIETTINEN_NURMINEN {
        @Override
        Finding<Interval> of(Counts k, double z) {
            return ratioByScore(
                    k, k.x * (k.n - k.y) / ((k.m - k.x) * k.y), z * z * k.bessel(), Counts::scoreOfOddsRatio);
        }
    };

    /**
     * The interval.
     *
     * @param first compared
     * @param second with which
     * @param alpha one less the confidence, between 0 and 1
     * @return the interval; a ratio has no upper end where the data set none; a shortage if one of the two has no units, or if the
     *     method does not answer for these counts: no logarithm of a count of 0, no ratio of 0 to 0
     * @throws IllegalArgumentException if alpha is out of range
     */
    public Finding<Interval> of(Proportion first, Proportion second, double alpha) {
        Domain.alpha(alpha);
        if (first.n() == 0 || second.n() == 0) {
            return Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS);
        }
        Counts counts = new Counts(first.successes(), first.n(), second.successes(), second.n());
        return of(counts, StandardNormal.upperQuantile(alpha / 2));
    }

    abstract Finding<Interval> of(Counts k, double z);

    private static double end(OptionalDouble end) {
        return end.orElseThrow();
    }

    private static Interval difference(double d, double half) {
        return Interval.of(Math.max(-1, d - half), Math.min(1, d + half));
    }

    private static Finding<Interval> inverseSinh(double ratio, double variance, double z) {
        double x = z / 2 * Math.sqrt(variance);
        return about(ratio, 2 * Math.log(x + Math.sqrt(x * x + 1)));
    }

    private static Finding<Interval> log(double ratio, double variance, double z) {
        return about(ratio, z * Math.sqrt(variance));
    }

    private static Finding<Interval> about(double ratio, double half) {
        double lower = ratio * Math.exp(-half);
        double upper = ratio * Math.exp(half);
        return ratio > 0 && Double.isFinite(lower) && Double.isFinite(upper)
                ? Finding.of(Interval.of(lower, upper))
                : Finding.insufficientData(Shortage.NO_VARIANCE);
    }

    private static Interval differenceByScore(Counts k, double most) {
        double d = k.p() - k.q();
        DoubleUnaryOperator over = delta -> k.scoreOfDifference(delta) - most;
        double lower = d <= -1 ? -1 : Root.crossing(over, d, -1);
        double upper = d >= 1 ? 1 : Root.crossing(over, d, 1);
        return Interval.of(Math.min(lower, d), Math.max(upper, d));
    }

    private interface Score {
        double of(Counts counts, double ratio);
    }

    /** On a logarithmic scale, from the estimate to either side; an estimate of 0 or infinity has one side only. */
    private static Finding<Interval> ratioByScore(Counts k, double estimate, double most, Score score) {
        if (Double.isNaN(estimate)) {
            return Finding.insufficientData(Shortage.NO_VARIANCE);
        }
        DoubleUnaryOperator over = log -> score.of(k, Math.exp(log)) - most;
        double least = -Math.log(k.m + k.n) * 4 - 40;
        double start = estimate == 0 ? least : Double.isInfinite(estimate) ? -least : Math.log(estimate);
        double lower = estimate == 0 ? 0 : Math.exp(Root.crossing(over, start, least));
        if (Double.isInfinite(estimate)) {
            return Finding.of(Interval.atLeast(lower));
        }
        double upper = Math.exp(Root.crossing(over, start, -least));
        return Finding.of(Interval.of(Math.min(lower, estimate), Math.max(upper, estimate)));
    }

    /** x of m and y of n; not whole where a method adds to them. */
    record Counts(double x, double m, double y, double n) {
        double p() {
            return x / m;
        }

        double q() {
            return y / n;
        }

        double waldError() {
            return Math.sqrt(p() * (1 - p()) / m + q() * (1 - q()) / n);
        }

        /** What the N/(N − 1) of the variance makes of a critical value. */
        double bessel() {
            return (m + n) / (m + n - 1);
        }

        /**
         * The score statistic of a difference. The most likely q under it is where the derivative of the likelihood, which falls from
         * infinity to minus infinity, is 0.
         */
        double scoreOfDifference(double delta) {
            double low = Math.max(0, -delta);
            double high = Math.min(1, 1 - delta);
            double q = high - low <= 0 ? low : Root.falling(at -> slope(at, delta), low, high);
            double p = Math.min(1, Math.max(0, q + delta));
            return squared(p() - q() - delta, p * (1 - p) / m + q * (1 - q) / n);
        }

        private double slope(double q, double delta) {
            double p = q + delta;
            return part(x, p) - part(m - x, 1 - p) + part(y, q) - part(n - y, 1 - q);
        }

        private static double part(double count, double probability) {
            return count == 0 ? 0 : count / probability;
        }

        double scoreOfRatio(double phi) {
            double a = (m + n) * phi;
            double b = m * phi + x + n + y * phi;
            double c = x + y;
            double q = 2 * c / (b + Math.sqrt(Math.max(0, b * b - 4 * a * c)));
            double p = Math.min(1, phi * q);
            return squared(p() - phi * q(), p * (1 - p) / m + phi * phi * q * (1 - q) / n);
        }

        /** The most likely q makes the expected successes those seen: a quadratic equation. */
        double scoreOfOddsRatio(double psi) {
            double a = n * (psi - 1);
            double b = m * psi + n - (x + y) * (psi - 1);
            double c = x + y;
            double root = Math.sqrt(Math.max(0, b * b + 4 * a * c));
            double q = b >= 0 ? 2 * c / (b + root) : (root - b) / (2 * a);
            double p = psi * q / (1 + q * (psi - 1));
            double off = x - m * p;
            double precision = 1 / (m * p * (1 - p)) + 1 / (n * q * (1 - q));
            return off == 0 ? 0 : off * off * precision;
        }

        private static double squared(double off, double variance) {
            return off == 0 ? 0 : off * off / variance;
        }
    }
}
