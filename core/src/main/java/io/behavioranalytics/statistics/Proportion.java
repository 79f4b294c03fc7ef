package io.behavioranalytics.statistics;

/**
 * How many of the units converted. The variance is p(1 − p), without Bessel's correction.
 *
 * @param successes 0 to n
 * @param n 0 or more
 */
public record Proportion(long successes, long n) implements Observed {
    /**
     * Checks the counts.
     *
     * @throws IllegalArgumentException if a count is negative or more units converted than there are
     */
    public Proportion {
        Domain.count("n", n);
        Domain.count("successes", successes);
        if (successes > n) {
            throw new IllegalArgumentException("successes must not be more than n: " + successes + " > " + n);
        }
    }

    @Override
    public double sum() {
        return successes;
    }

    @Override
    public double sumOfSquares() {
        return successes;
    }

    @Override
    public double mean() {
        return n == 0 ? 0 : (double) successes / n;
    }

    @Override
    public double variance() {
        return mean() * (1 - mean());
    }
}
