package io.behavioranalytics.report;

import java.util.List;
import org.apache.commons.math3.special.Beta;

/**
 * The shifted-beta-geometric model of retention under contracts: at the end of each period a customer leaves with a probability of their
 * own, which is beta distributed over customers. So the retention rate rises as those who leave easily are gone.
 *
 * <p>Fader, Hardie: How to Project Customer Retention, Journal of Interactive Marketing 21 (2007); equations 5 to 8. Immutable.
 *
 * @param alpha first parameter of the probability to leave, positive
 * @param beta second parameter of the probability to leave, positive
 */
public record ShiftedBetaGeometric(double alpha, double beta) {
    /**
     * Checks the parameters.
     *
     * @throws IllegalArgumentException if one of them is not positive
     */
    public ShiftedBetaGeometric {
        if (!(alpha > 0 && beta > 0)) {
            throw new IllegalArgumentException("parameters must be positive: " + alpha + ", " + beta);
        }
    }

    /**
     * The model of the greatest likelihood.
     *
     * @param cohorts for each cohort how many customers it had at first, and how many were left after 1, 2, … periods; counts or parts
     * @return the model
     * @throws IllegalArgumentException if a cohort has fewer than two numbers, or they are negative, not finite or rise, if nobody left or
     *     nobody stayed for a period, or if the likelihood has no maximum that can be found
     */
    public static ShiftedBetaGeometric fit(List<List<Double>> cohorts) {
        check(cohorts);
        if (cohorts.stream().noneMatch(left -> left.get(left.size() - 1) < left.get(0))
                || cohorts.stream().noneMatch(left -> left.get(1) > 0)) {
            throw new IllegalArgumentException("the model needs somebody who left and somebody who stayed: " + cohorts);
        }
        double[] found = Likelihood.maximum("cohorts", p -> logLikelihood(cohorts, p[0], p[1]), 1, 1);
        return new ShiftedBetaGeometric(found[0], found[1]);
    }

    /**
     * The logarithm of the likelihood of cohorts (equation B1), summed up.
     *
     * @param cohorts as {@link #fit} takes them
     * @return the sum
     * @throws IllegalArgumentException if a cohort has fewer than two numbers, or they are negative, not finite or rise
     */
    public double logLikelihood(List<List<Double>> cohorts) {
        check(cohorts);
        return logLikelihood(cohorts, alpha, beta);
    }

    private static void check(List<List<Double>> cohorts) {
        for (List<Double> left : cohorts) {
            if (left.size() < 2) {
                throw new IllegalArgumentException("a cohort needs its size and who was left after a period: " + left);
            }
            for (int t = 0; t < left.size(); t++) {
                double many = left.get(t);
                if (!(many >= 0 && many < Double.POSITIVE_INFINITY) || (t > 0 && many > left.get(t - 1))) {
                    throw new IllegalArgumentException(
                            "who is left of a cohort must be 0 or more, finite, and must not rise: " + left);
                }
            }
        }
    }

    private static double logLikelihood(List<List<Double>> cohorts, double alpha, double beta) {
        double sum = 0;
        double whole = Beta.logBeta(alpha, beta);
        for (List<Double> left : cohorts) {
            int last = left.size() - 1;
            for (int t = 1; t <= last; t++) {
                double gone = left.get(t - 1) - left.get(t);
                sum += gone == 0 ? 0 : gone * (Beta.logBeta(alpha + 1, beta + t - 1) - whole);
            }
            sum += left.get(last) == 0 ? 0 : left.get(last) * (Beta.logBeta(alpha, beta + last) - whole);
        }
        return sum;
    }

    /**
     * The part of a cohort that is left after some periods (equation 6).
     *
     * @param periods how many, 0 or more
     * @return 0 to 1
     * @throws IllegalArgumentException if it is negative
     */
    public double survival(int periods) {
        if (periods < 0) {
            throw new IllegalArgumentException("there are no " + periods + " periods");
        }
        return Math.exp(Beta.logBeta(alpha, beta + periods) - Beta.logBeta(alpha, beta));
    }

    /**
     * Of those who were left before a period the part that is left after it (equation 8).
     *
     * @param period which, from 1 on
     * @return 0 to 1
     * @throws IllegalArgumentException if it is less than 1
     */
    public double retention(int period) {
        if (period < 1) {
            throw new IllegalArgumentException("periods are numbered from 1 on: " + period);
        }
        return (beta + period - 1) / (alpha + beta + period - 1);
    }
}
