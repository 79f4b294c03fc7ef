package io.behavioranalytics.statistics;

/**
 * A value observed on each unit, as its sum and the sum of its squares. The variance has Bessel's correction (n − 1).
 *
 * <p>Sums lose digits where the mean is large against the deviation: a centred sum of squares below n·2⁻⁵² of the sum of squares, and
 * at least 1e-12 of it, is what rounding leaves of equal values, and counts as no variance.
 *
 * @param n units, 0 or more
 * @param sum of the values
 * @param sumOfSquares of the values, not negative
 */
public record Moments(long n, double sum, double sumOfSquares) implements Observed {
    private static final double ROUNDING = 0x1p-52;
    private static final long FEW = 4_096;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if n is negative, a sum is not finite, the sum of squares is negative, or there is a sum
     *     without units
     */
    public Moments {
        Domain.count("n", n);
        Domain.finite("sum", sum);
        Domain.notNegative("sumOfSquares", sumOfSquares);
        if (n == 0 && (sum != 0 || sumOfSquares != 0)) {
            throw new IllegalArgumentException("without units there is no sum: " + sum + ", " + sumOfSquares);
        }
    }

    /**
     * Sums up values.
     *
     * @param values one per unit
     * @return their moments
     * @throws IllegalArgumentException if a value or a sum is not finite
     */
    public static Moments of(double... values) {
        double sum = 0;
        double squares = 0;
        for (double value : values) {
            sum += Domain.finite("value", value);
            squares += value * value;
        }
        return new Moments(values.length, sum, squares);
    }

    @Override
    public double mean() {
        return n == 0 ? 0 : sum / n;
    }

    @Override
    public double variance() {
        if (n < 2) {
            return 0;
        }
        double centred = sumOfSquares - sum * (sum / n);
        return Math.abs(centred) <= ROUNDING * Math.max(n, FEW) * sumOfSquares ? 0 : centred / (n - 1);
    }
}
