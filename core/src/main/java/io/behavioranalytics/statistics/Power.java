package io.behavioranalytics.statistics;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.apache.commons.math3.distribution.FDistribution;

/**
 * The power of tests: how likely they are to find an effect that is there. Two-sided power counts both tails, also the far one. Effect sizes
 * are Cohen's (Statistical Power Analysis for the Behavioral Sciences, 1988); the figures are those of R's pwr and of statsmodels.
 */
public final class Power {
    private static final double MOST_UNITS = 1e15;

    private Power() {}

    /**
     * The power of a z-test.
     *
     * @param effect the true effect
     * @param standardError of its estimate, more than 0
     * @param alternative on which side it is looked for
     * @param alpha the level, between 0 and 1
     * @return 0 to 1
     * @throws IllegalArgumentException if a number is out of range
     */
    public static double z(double effect, double standardError, Alternative alternative, double alpha) {
        double critical = StandardNormal.upperQuantile(alternative.tail(Domain.alpha(alpha)));
        return beyond(effect, standardError, critical, alternative);
    }

    /**
     * The power of an always-valid interval at one look: how likely it is to exclude 0 just then.
     *
     * @param effect the true effect
     * @param standardError of its estimate at that look, more than 0
     * @param n units of both arms at that look, more than 0
     * @param sequence the sequence
     * @return 0 to 1
     * @throws IllegalArgumentException if a number is out of range
     */
    public static double sequential(double effect, double standardError, double n, ConfidenceSequence sequence) {
        Domain.positive("n", n);
        return beyond(effect, standardError, sequence.halfWidth(n, n), sequence.alternative());
    }

    /**
     * The power of a credible interval: how likely it is to exclude 0. The prior is the one that the analysis takes, and the effect is given.
     *
     * @param effect the true effect
     * @param standardError of its estimate, more than 0
     * @param prior of the analysis, on the effect's own scale
     * @param alpha one less the interval's probability, between 0 and 1
     * @return 0 to 1
     * @throws IllegalArgumentException if a number is out of range
     */
    public static double bayesian(double effect, double standardError, NormalPrior prior, double alpha) {
        double variance = Domain.positive("standardError", standardError) * standardError;
        double z = StandardNormal.upperQuantile(Domain.alpha(alpha) / 2);
        double reach = variance * Math.sqrt(1 / prior.variance() + 1 / variance) * z;
        double pull = variance * prior.mean() / prior.variance();
        double shifted = Domain.finite("effect", effect) + pull;
        return Math.min(
                1,
                StandardNormal.above((reach - shifted) / standardError)
                        + StandardNormal.below((-reach - shifted) / standardError));
    }

    private static double beyond(double effect, double error, double critical, Alternative alternative) {
        double shift = Domain.finite("effect", effect) / Domain.positive("standardError", error);
        return switch (alternative) {
            case TWO_SIDED ->
                Math.min(1, StandardNormal.above(critical - shift) + StandardNormal.below(-critical - shift));
            case GREATER -> StandardNormal.above(critical - shift);
            case LESS -> StandardNormal.below(-critical - shift);
        };
    }

    /**
     * The least effect that a z-test finds with a power: {@code (z(1 − alpha or alpha/2) + z(power))·se}. Of a two-sided test the far tail,
     * which finds the effect with the wrong sign, is left out.
     *
     * @param standardError of the estimate, more than 0
     * @param alternative on which side it is looked for
     * @param alpha the level, between 0 and 1
     * @param power between 0 and 1
     * @return the effect's size; 0 if the power is not above the level
     * @throws IllegalArgumentException if a number is out of range
     */
    public static double minimumEffect(double standardError, Alternative alternative, double alpha, double power) {
        return Math.max(0, quantiles(alternative, alpha, power)) * Domain.positive("standardError", standardError);
    }

    /** What an effect must be in standard errors. */
    static double quantiles(Alternative alternative, double alpha, double power) {
        return StandardNormal.upperQuantile(alternative.tail(Domain.alpha(alpha)))
                - StandardNormal.upperQuantile(Domain.between("power", power));
    }

    /**
     * The power of a z-test of an effect size.
     *
     * @param size the difference in standard deviations (d), or of two proportions {@link ProportionTest#cohensH}
     * @param units of the first sample, more than 0
     * @param ratio units of the second for each of the first, 0 or more; 0 for one sample
     * @param alternative on which side it is looked for
     * @param alpha the level, between 0 and 1
     * @return 0 to 1
     * @throws IllegalArgumentException if a number is out of range
     */
    public static double zOfEffectSize(double size, double units, double ratio, Alternative alternative, double alpha) {
        Domain.positive("units", units);
        double second = Domain.notNegative("ratio", ratio) == 0 ? 0 : 1 / (ratio * units);
        return z(size, Math.sqrt(1 / units + second), alternative, alpha);
    }

    /**
     * The power of the t-test of one sample, or of pairs.
     *
     * @param size the mean in standard deviations (d)
     * @param units more than 1
     * @param alternative on which side it is looked for
     * @param alpha the level, between 0 and 1
     * @return 0 to 1
     * @throws IllegalArgumentException if a number is out of range
     */
    public static double tOfOneSample(double size, double units, Alternative alternative, double alpha) {
        return t(size * Math.sqrt(moreThan("units", 1, units)), units - 1, alternative, alpha);
    }

    /**
     * The power of Student's t-test of two samples of one variance.
     *
     * @param size the difference in standard deviations (d)
     * @param first units of the first sample, more than 1
     * @param second units of the second, more than 1
     * @param alternative on which side it is looked for
     * @param alpha the level, between 0 and 1
     * @return 0 to 1
     * @throws IllegalArgumentException if a number is out of range
     */
    public static double tOfTwoSamples(
            double size, double first, double second, Alternative alternative, double alpha) {
        double precision = 1 / (1 / moreThan("first", 1, first) + 1 / moreThan("second", 1, second));
        return t(size * Math.sqrt(precision), first + second - 2, alternative, alpha);
    }

    private static double t(double delta, double degrees, Alternative alternative, double alpha) {
        Domain.finite("size", delta);
        double tail = alternative.tail(Domain.alpha(alpha));
        double critical =
                tail > 0.5 ? -StudentT.upperQuantile(1 - tail, degrees) : StudentT.upperQuantile(tail, degrees);
        double above = Noncentral.tBelow(-critical, degrees, -delta);
        double below = Noncentral.tBelow(-critical, degrees, delta);
        return switch (alternative) {
            case TWO_SIDED -> Math.min(1, above + below);
            case GREATER -> above;
            case LESS -> below;
        };
    }

    /**
     * The power of Pearson's chi-squared test of fit.
     *
     * @param size Cohen's w, 0 or more
     * @param units more than 0
     * @param degrees of freedom, more than 0
     * @param alpha the level, between 0 and 1
     * @return 0 to 1
     * @throws IllegalArgumentException if a number is out of range
     */
    public static double chiSquared(double size, double units, double degrees, double alpha) {
        Domain.notNegative("size", size);
        double critical = new ChiSquaredDistribution(null, Domain.positive("degrees", degrees), 1e-12)
                .inverseCumulativeProbability(1 - Domain.alpha(alpha));
        return Noncentral.chiSquaredAbove(critical, degrees, size * size * Domain.positive("units", units));
    }

    /**
     * The power of a one-way analysis of variance.
     *
     * @param size Cohen's f, 0 or more
     * @param units of all groups together, more than there are groups
     * @param groups 2 or more
     * @param alpha the level, between 0 and 1
     * @return 0 to 1
     * @throws IllegalArgumentException if a number is out of range
     */
    public static double anova(double size, double units, long groups, double alpha) {
        Domain.notNegative("size", size);
        double numerator = Domain.atLeast("groups", 2, groups) - 1.0;
        double denominator = moreThan("units", (double) groups, units) - groups;
        double critical = new FDistribution(null, numerator, denominator, 1e-12)
                .inverseCumulativeProbability(1 - Domain.alpha(alpha));
        return Noncentral.fAbove(critical, numerator, denominator, size * size * units);
    }

    /**
     * The number, such as of units, at which a power that rises with it reaches what is wanted; not whole.
     *
     * @param power wanted, between 0 and 1
     * @param least the number to look from, more than 0
     * @param powerOf the power of a number
     * @return the number; a shortage if even 10^15 is not enough
     * @throws IllegalArgumentException if a number is out of range
     */
    public static Finding<Double> unitsFor(double power, double least, DoubleUnaryOperator powerOf) {
        Domain.between("power", power);
        DoubleUnaryOperator enough = units -> powerOf.applyAsDouble(units) - power;
        double most = Root.bracket(enough, Domain.positive("least", least), MOST_UNITS);
        return Double.isNaN(most)
                ? Finding.insufficientData(Shortage.OUT_OF_REACH)
                : Finding.of(
                        most == least ? least : Root.falling(units -> -enough.applyAsDouble(units), most / 2, most));
    }

    private static double moreThan(String name, double least, double value) {
        if (!(value > least) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be more than " + least + " and finite: " + value);
        }
        return value;
    }
}
