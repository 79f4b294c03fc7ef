package io.behavioranalytics.statistics;

/** Values observed on units, summed up. */
public sealed interface Observed extends Sample permits Moments, Proportion {
    /**
     * The sum of the values.
     *
     * @return finite
     */
    double sum();

    /**
     * The sum of the squares of the values.
     *
     * @return finite, not negative
     */
    double sumOfSquares();

    /**
     * The covariance of two metrics observed on the same units.
     *
     * <p>Divided by n − 1; of two proportions by n, as their variances are.
     *
     * @param x one of them
     * @param y the other, of the same n
     * @param sumOfProducts the sum over the units of the product of their two values
     * @return 0 for less than two units
     * @throws IllegalArgumentException if the two have a different n
     */
    static double covariance(Observed x, Observed y, double sumOfProducts) {
        Units.same(x, y);
        long n = x.n();
        if (n < 2) {
            return 0;
        }
        double centred = Domain.finite("sumOfProducts", sumOfProducts) - x.sum() * (y.sum() / n);
        return x instanceof Proportion && y instanceof Proportion ? centred / n : centred / (n - 1);
    }
}
