package io.behavioranalytics.statistics;

/** Fixed-horizon tests of an {@link Effect}: valid for one look, at a time that was set in advance. */
public final class MeanTest {
    private MeanTest() {}

    /**
     * Welch's t-test, which does not take the two variances for equal (Welch 1947). On the relative scale this is GrowthBook's test.
     *
     * @param effect the effect
     * @param alternative on which side
     * @param alpha the level, between 0 and 1
     * @return the result
     * @throws IllegalArgumentException if alpha is out of range
     */
    public static TestResult welch(Effect effect, Alternative alternative, double alpha) {
        return welch(effect, 0, alternative, alpha);
    }

    /**
     * Welch's t-test against an effect other than none: with the negative of a margin, and {@code GREATER}, it shows that the treatment is not
     * worse by more than the margin.
     *
     * @param effect the effect
     * @param nullEffect the effect under the null hypothesis, on the same scale
     * @param alternative on which side of it
     * @param alpha the level, between 0 and 1
     * @return the result; its interval is for the effect itself
     * @throws IllegalArgumentException if alpha is out of range or the null effect is not finite
     */
    public static TestResult welch(Effect effect, double nullEffect, Alternative alternative, double alpha) {
        Domain.alpha(alpha);
        double t = (effect.estimate() - Domain.finite("nullEffect", nullEffect)) / effect.standardError();
        double degrees = effect.degreesOfFreedom();
        double p = switch (alternative) {
            case TWO_SIDED -> Math.min(1, 2 * StudentT.above(Math.abs(t), degrees));
            case GREATER -> StudentT.above(t, degrees);
            case LESS -> StudentT.above(-t, degrees);
        };
        double halfWidth = quantile(alternative.tail(alpha), degrees) * effect.standardError();
        return result(effect, t, p, halfWidth, alternative, alpha);
    }

    /**
     * The z-test with the variance of each arm by itself (unpooled); for proportions this is the Wald test and interval.
     *
     * @param effect the effect
     * @param alternative on which side
     * @param alpha the level, between 0 and 1
     * @return the result
     * @throws IllegalArgumentException if alpha is out of range
     */
    public static TestResult z(Effect effect, Alternative alternative, double alpha) {
        return z(effect, 0, alternative, alpha);
    }

    /**
     * The z-test against an effect other than none, such as the negative of a margin of non-inferiority.
     *
     * @param effect the effect
     * @param nullEffect the effect under the null hypothesis, on the same scale
     * @param alternative on which side of it
     * @param alpha the level, between 0 and 1
     * @return the result; its interval is for the effect itself
     * @throws IllegalArgumentException if alpha is out of range or the null effect is not finite
     */
    public static TestResult z(Effect effect, double nullEffect, Alternative alternative, double alpha) {
        Domain.alpha(alpha);
        double z = (effect.estimate() - Domain.finite("nullEffect", nullEffect)) / effect.standardError();
        double halfWidth = StandardNormal.upperQuantile(alternative.tail(alpha)) * effect.standardError();
        return result(effect, z, pValue(z, alternative), halfWidth, alternative, alpha);
    }

    /** The p-value of a statistic that is normal under the null hypothesis. */
    static double pValue(double z, Alternative alternative) {
        return switch (alternative) {
            case TWO_SIDED -> Math.min(1, 2 * StandardNormal.above(Math.abs(z)));
            case GREATER -> StandardNormal.above(z);
            case LESS -> StandardNormal.below(z);
        };
    }

    private static double quantile(double tail, double degrees) {
        return tail > 0.5 ? -StudentT.upperQuantile(1 - tail, degrees) : StudentT.upperQuantile(tail, degrees);
    }

    private static TestResult result(
            Effect effect, double statistic, double p, double halfWidth, Alternative alternative, double alpha) {
        return new TestResult(
                effect.estimate(),
                effect.standardError(),
                statistic,
                p,
                Interval.around(effect.estimate(), halfWidth, alternative),
                alternative,
                alpha);
    }
}
