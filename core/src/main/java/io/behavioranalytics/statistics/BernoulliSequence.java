package io.behavioranalytics.statistics;

/**
 * A confidence sequence of a proportion, or of the mean of observations between 0 and 1: its intervals hold at all times at once, for
 * every n and without an approximation (Howard, Ramdas, McAuliffe, Sekhon 2021: the two-sided beta-binomial mixture, inverted).
 *
 * @param alpha the error over all times, between 0 and 1
 * @param tOpt the number of observations at which it is narrowest, more than 0
 * @param alphaOpt the level it is tuned for, between 0 and 1; alpha is usual
 */
public record BernoulliSequence(double alpha, double tOpt, double alphaOpt) {
    private static final double NEXT_TO_AN_END = 1e-15;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public BernoulliSequence {
        Domain.alpha(alpha);
        Domain.positive("tOpt", tOpt);
        Domain.between("alphaOpt", alphaOpt);
    }

    /**
     * The interval at this look.
     *
     * @param successes the sum of the observations, 0 to trials; it need not be whole
     * @param trials their number, 0 or more; without any, everything is possible
     * @return all means that the observations do not speak against, within 0 and 1
     * @throws IllegalArgumentException if a number is out of range
     */
    public Interval interval(double successes, long trials) {
        Domain.count("trials", trials);
        if (!(successes >= 0 && successes <= trials)) {
            throw new IllegalArgumentException("successes must lie from 0 to trials, " + trials + ": " + successes);
        }
        if (trials == 0) {
            return Interval.of(0, 1);
        }
        double seen = successes / trials;
        double lower = seen == 0 ? 0 : Root.crossing(p -> against(p, seen, trials), seen, 0);
        double upper = seen == 1 ? 1 : Root.crossing(p -> against(p, seen, trials), seen, 1);
        return Interval.of(lower < NEXT_TO_AN_END ? 0 : lower, upper > 1 - NEXT_TO_AN_END ? 1 : upper);
    }

    /** How far the evidence against a mean exceeds the threshold. A mean of 0 or 1 is disproved by a single observation. */
    private double against(double p, double seen, long trials) {
        if (p <= 0 || p >= 1) {
            return 1;
        }
        double variance = p * (1 - p);
        return Mixture.BetaBinomial.tuned(variance * tOpt, alphaOpt, p, 1 - p, false)
                        .log((seen - p) * trials, variance * trials)
                + Math.log(alpha);
    }
}
