package io.behavioranalytics.statistics;

import java.util.OptionalInt;

/**
 * The mixture sequential probability ratio test of two arms observed in pairs (Johari, Koomen, Pekelis, Walsh, "Peeking at A/B Tests",
 * KDD 2017): the likelihood ratio Λ, mixed over effects that are normal about the null hypothesis with variance τ², exceeds 1/alpha ever
 * with probability alpha at most.
 *
 * @param tauSquared the variance τ² of the mixture, more than 0; not its root
 * @param difference second arm less first under the null hypothesis, finite
 */
public record MixtureSprt(double tauSquared, double difference) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public MixtureSprt {
        Domain.positive("tauSquared", tauSquared);
        Domain.finite("difference", difference);
    }

    /**
     * The variance of the mixture that is best for a test cut off at a number of observations:
     * {@code σ²·Φ(−b) / (φ(b)/b − Φ(−b))} with {@code b = 2·ln(1/alpha) / √(truncation·σ²)}.
     *
     * @param alpha the level, between 0 and 1
     * @param sigma the deviation of an observation, more than 0
     * @param truncation the number of observations, more than 0
     * @return τ²; a shortage if the numbers are so far apart that it has no double
     * @throws IllegalArgumentException if a number is out of range
     */
    public static Finding<Double> bestTauSquared(double alpha, double sigma, double truncation) {
        Domain.alpha(alpha);
        Domain.positive("sigma", sigma);
        Domain.positive("truncation", truncation);
        double b = -2 * Math.log(alpha) / Math.sqrt(truncation * sigma * sigma);
        double tail = StandardNormal.above(b);
        // φ(b)/b − Φ(−b) is E[max(Z − b, 0)]/b, whose own function does not cancel.
        double tau = sigma * sigma * tail * b / EffectPosterior.expectedExcess(-b, 1);
        return tau > 0 && Double.isFinite(tau) ? Finding.of(tau) : Finding.insufficientData(Shortage.NOT_REPRESENTABLE);
    }

    /**
     * Λ for normal observations of a known deviation.
     *
     * @param pairs observed so far, 1 or more
     * @param meanDifference the second arm's mean less the first's
     * @param sigma the deviation of an observation, more than 0
     * @return ln Λ
     * @throws IllegalArgumentException if a number is out of range
     */
    public double logLambdaOfNormal(long pairs, double meanDifference, double sigma) {
        double variance = 2 * Domain.positive("sigma", sigma) * sigma;
        return logLambda(pairs, meanDifference, variance);
    }

    /**
     * Λ for proportions, with the variance p(1 − p) of both arms as they are at this look.
     *
     * @param first the first arm
     * @param second the second arm, of the same n
     * @return ln Λ; a shortage if there are no pairs or in both arms nobody, or everybody, converted
     * @throws IllegalArgumentException if the arms have a different n
     */
    public Finding<Double> logLambdaOfProportions(Proportion first, Proportion second) {
        Units.same(first, second);
        if (first.n() == 0) {
            return Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS);
        }
        double variance = first.variance() + second.variance();
        return variance > 0
                ? Finding.of(logLambda(first.n(), second.mean() - first.mean(), variance))
                : Finding.insufficientData(Shortage.NO_VARIANCE);
    }

    /** For pairs whose differences have a variance. */
    private double logLambda(long pairs, double meanDifference, double variance) {
        double n = Domain.atLeast("pairs", 1, pairs);
        double off = Domain.finite("meanDifference", meanDifference) - difference;
        double spread = variance + n * tauSquared;
        return 0.5 * Math.log(variance / spread) + n * n * tauSquared * off * off / (2 * variance * spread);
    }

    /**
     * The p-value of one look: {@code min(1, 1/Λ)}. The least over all looks so far is always valid.
     *
     * @param logLambda ln Λ
     * @return 0 to 1
     * @throws IllegalArgumentException if it is not finite
     */
    public static double pValue(double logLambda) {
        return Math.min(1, Math.exp(-Domain.finite("logLambda", logLambda)));
    }

    /**
     * What became of a test.
     *
     * @param rejectedAt after how many pairs the null hypothesis was rejected, empty if it was not
     * @param pValue the always-valid p-value after the last pair, or after that at which it was rejected
     */
    public record Run(OptionalInt rejectedAt, double pValue) {}

    /**
     * Runs the test pair by pair until it rejects; what is left over in a longer arm is not looked at.
     *
     * @param first values of the first arm
     * @param second values of the second
     * @param sigma the deviation of an observation, more than 0
     * @param alpha the level, between 0 and 1
     * @return what became of it; a shortage if an arm has no values
     * @throws IllegalArgumentException if a number is out of range or not finite
     */
    public Finding<Run> run(double[] first, double[] second, double sigma, double alpha) {
        Domain.positive("sigma", sigma);
        Domain.alpha(alpha);
        int pairs = Math.min(first.length, second.length);
        if (pairs == 0) {
            return Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS);
        }
        double sum = 0;
        double p = 1;
        for (int n = 1; n <= pairs; n++) {
            sum += Domain.finite("value", second[n - 1]) - Domain.finite("value", first[n - 1]);
            double logLambda = logLambdaOfNormal(n, sum / n, sigma);
            p = Math.min(p, pValue(logLambda));
            if (logLambda > -Math.log(alpha)) {
                return Finding.of(new Run(OptionalInt.of(n), p));
            }
        }
        return Finding.of(new Run(OptionalInt.empty(), p));
    }
}
