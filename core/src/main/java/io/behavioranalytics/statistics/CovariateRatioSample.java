package io.behavioranalytics.statistics;

/**
 * A ratio metric and the same ratio from before the experiment, with all sums of products of its four parts over the same units.
 *
 * @param numerator after
 * @param denominator after
 * @param numeratorBefore before
 * @param denominatorBefore before
 * @param products the six sums of products
 */
public record CovariateRatioSample(
        Observed numerator,
        Observed denominator,
        Observed numeratorBefore,
        Observed denominatorBefore,
        Products products) {

    /**
     * Sums over the units of the product of two of the four parts.
     *
     * @param numeratorDenominator after, after
     * @param numeratorNumeratorBefore after, before
     * @param numeratorDenominatorBefore after, before
     * @param denominatorNumeratorBefore after, before
     * @param denominatorDenominatorBefore after, before
     * @param numeratorBeforeDenominatorBefore before, before
     */
    public record Products(
            double numeratorDenominator,
            double numeratorNumeratorBefore,
            double numeratorDenominatorBefore,
            double denominatorNumeratorBefore,
            double denominatorDenominatorBefore,
            double numeratorBeforeDenominatorBefore) {
        /**
         * Checks the sums.
         *
         * @throws IllegalArgumentException if one is not finite
         */
        public Products {
            Domain.finite("numeratorDenominator", numeratorDenominator);
            Domain.finite("numeratorNumeratorBefore", numeratorNumeratorBefore);
            Domain.finite("numeratorDenominatorBefore", numeratorDenominatorBefore);
            Domain.finite("denominatorNumeratorBefore", denominatorNumeratorBefore);
            Domain.finite("denominatorDenominatorBefore", denominatorDenominatorBefore);
            Domain.finite("numeratorBeforeDenominatorBefore", numeratorBeforeDenominatorBefore);
        }
    }

    /**
     * Checks that the parts belong together.
     *
     * @throws IllegalArgumentException if they have a different n
     */
    public CovariateRatioSample {
        Units.same(numerator, denominator);
        Units.same(numerator, numeratorBefore);
        Units.same(numerator, denominatorBefore);
    }

    /**
     * How many units were observed.
     *
     * @return 0 or more
     */
    public long n() {
        return numerator.n();
    }

    /** Numerator, denominator, and both before. */
    Observed[] parts() {
        return new Observed[] {numerator, denominator, numeratorBefore, denominatorBefore};
    }

    /** The sum of products of two parts, by their places in {@link #parts()}. */
    double product(int i, int j) {
        if (i == j) {
            return parts()[i].sumOfSquares();
        }
        return switch (Math.min(i, j) * 4 + Math.max(i, j)) {
            case 1 -> products.numeratorDenominator;
            case 2 -> products.numeratorNumeratorBefore;
            case 3 -> products.numeratorDenominatorBefore;
            case 6 -> products.denominatorNumeratorBefore;
            case 7 -> products.denominatorDenominatorBefore;
            default -> products.numeratorBeforeDenominatorBefore;
        };
    }

    /** The covariance per unit of two parts, a part's variance with itself. */
    double covariance(int i, int j) {
        Observed[] parts = parts();
        return i == j ? parts[i].variance() : Observed.covariance(parts[i], parts[j], product(i, j));
    }

    /** Whether all that is divided by is there. */
    boolean hasRatios() {
        return denominator.sum() != 0 && denominatorBefore.sum() != 0 && n() >= 2;
    }

    double ratio() {
        return denominator.sum() == 0 ? 0 : numerator.sum() / denominator.sum();
    }

    double ratioBefore() {
        return denominatorBefore.sum() == 0 ? 0 : numeratorBefore.sum() / denominatorBefore.sum();
    }

    /** The delta-method covariance per unit of the ratios after (0) or before (1). */
    double ratioCovariance(int x, int y) {
        double[] ratios = {ratio(), ratioBefore()};
        double[] means = {denominator.mean(), denominatorBefore.mean()};
        int m = 2 * x;
        int k = 2 * y;
        return (covariance(m, k)
                        - ratios[y] * covariance(m, k + 1)
                        - ratios[x] * covariance(m + 1, k)
                        + ratios[x] * ratios[y] * covariance(m + 1, k + 1))
                / (means[x] * means[y]);
    }
}
