package io.behavioranalytics.statistics;

import static io.behavioranalytics.statistics.Figures.close;
import static io.behavioranalytics.statistics.Figures.ends;
import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.statistics.CovariateRatioSample.Products;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** CUPED and ratio metrics, against published figures and against values adjusted one by one. */
class CupedTest {
    private static final CovariateSample A =
            new CovariateSample(new Moments(3001, 300, 600), new Moments(3001, 210, 415), -20);
    private static final CovariateSample B =
            new CovariateSample(new Moments(3000, 222, 555), new Moments(3000, 120, 405), -10);

    @Test
    void the_adjusted_lift_is_growthbooks() {
        // growthbook at 8f1db4456915, packages/stats/tests/test_gbstats.py.
        Effect effect = Cuped.effect(A, B, EffectScale.RELATIVE).orElseThrow();
        close(effect.estimate(), -0.281707154, 6e-10);
        close(effect.degreesOfFreedom(), 5995.24042250744, 1e-8);
        TestResult result = MeanTest.welch(effect, Alternative.TWO_SIDED, 0.05);
        close(result.pValue(), 0.003732549, 6e-10);
        ends(result.interval(), -0.472067645692074, -0.091346661999381, 1e-9);
        double theta = Cuped.theta(A, B);
        close(Math.sqrt(new AdjustedSample(B, theta).variance()), 0.423529598, 6e-10);
    }

    @Test
    void theta_is_that_of_both_arms() {
        // growthbook at 8f1db4456915, packages/stats/tests/test_shared_models.py: the same four units in both arms.
        Moments pre = Moments.of(0.3, 0.5, 0.9, 22);
        Moments post = Moments.of(2, 1, 5, 3);
        CovariateSample arm = new CovariateSample(post, pre, 0.3 * 2 + 0.5 + 0.9 * 5 + 22 * 3);
        close(Cuped.theta(arm, arm), 0.01864, 6e-6);
    }

    @Test
    void an_absolute_adjusted_effect_is_that_of_the_adjusted_values() {
        Random random = new Random(8);
        for (int round = 0; round < 500; round++) {
            double[][] a = pairs(random, 5 + random.nextInt(40));
            double[][] b = pairs(random, 5 + random.nextInt(40));
            CovariateSample control = sample(a);
            CovariateSample treatment = sample(b);
            double theta = Cuped.theta(control, treatment);
            Effect expected = Figures.absolute(adjusted(a, theta), adjusted(b, theta));
            Effect effect =
                    Cuped.effect(control, treatment, EffectScale.ABSOLUTE).orElseThrow();
            close(effect.estimate(), expected.estimate(), 1e-9);
            close(effect.standardError(), expected.standardError(), 1e-9);
            close(effect.degreesOfFreedom(), expected.degreesOfFreedom(), 1e-6);
        }
    }

    @Test
    void the_variance_that_is_left_is_one_less_the_squared_correlation() {
        Random random = new Random(12);
        for (double rho : new double[] {0, 0.5, 0.9}) {
            double[][] values = new double[200_000][];
            for (int i = 0; i < values.length; i++) {
                double x = random.nextGaussian();
                values[i] = new double[] {rho * x + Math.sqrt(1 - rho * rho) * random.nextGaussian(), x};
            }
            CovariateSample sample = sample(values);
            double left = new AdjustedSample(sample, Cuped.theta(sample, sample)).variance()
                    / sample.post().variance();
            close(left, 1 - rho * rho, 0.02 * (1 - rho * rho));
        }
    }

    @Test
    void a_covariate_that_does_not_vary_adjusts_nothing() {
        CovariateSample arm = new CovariateSample(Moments.of(1, 2, 4), Moments.of(1, 1, 1), 7);
        assertThat(Cuped.theta(arm, arm)).isZero();
        assertThat(new AdjustedSample(arm, 0).variance()).isEqualTo(arm.post().variance());
    }

    @Test
    void a_ratio_metric_is_growthbooks() {
        // growthbook at 8f1db4456915, packages/stats/tests/test_gbstats.py; the denominator's sums belong to no data.
        RatioSample a = new RatioSample(new Moments(100, 270, 848.79), new Moments(100, 510, 810), -900);
        RatioSample b = new RatioSample(new Moments(120, 300, 869), new Moments(120, 500, 800), -905);
        close(a.mean(), 0.529411765, 6e-10);
        close(b.mean(), 0.6, 6e-10);
        Effect effect = Figures.relative(a, b);
        close(effect.estimate(), 0.133333333, 6e-10);
        close(MeanTest.welch(effect, Alternative.TWO_SIDED, 0.05).pValue(), 0.610663339, 6e-10);
        close(EffectPosterior.flat(effect).chanceToWin(), 0.694926359, 6e-10);
        close(EffectPosterior.flat(effect).lossOfShippingTreatment(), 0.050934045, 6e-10);
    }

    @Test
    void an_adjusted_ratio_is_growthbooks() {
        // growthbook at 8f1db4456915, packages/stats/tests/frequentist/test_tests.py.
        CovariateRatioSample a = new CovariateRatioSample(
                new Moments(100, 485.112236689623, 2715.484666118136),
                new Moments(100, 679.9093275844917, 4939.424001640236),
                new Moments(100, 192.59138069991536, 460.076026390857),
                new Moments(100, 290.1398399750233, 920.9461385038898),
                new Products(
                        3602.146836776702,
                        1113.6215759318352,
                        1559.2878434944676,
                        1460.3181079276983,
                        2130.9404074446747,
                        634.239482353647));
        CovariateRatioSample b = new CovariateRatioSample(
                new Moments(100, 514.7757826608777, 2994.897482705013),
                new Moments(100, 705.4090874383759, 5291.36604146392),
                new Moments(100, 206.94157227402536, 514.2903702246757),
                new Moments(100, 302.54389139107326, 994.4506208125663),
                new Products(
                        3918.1561431600717,
                        1237.0953021125997,
                        1701.0287270040265,
                        1604.0759503266522,
                        2292.081739775257,
                        698.4173425817908));
        close(Cuped.theta(a, b), 0.829004425406331, 1e-12);
        TestResult result =
                MeanTest.welch(Cuped.effect(a, b, EffectScale.RELATIVE).orElseThrow(), Alternative.TWO_SIDED, 0.05);
        close(result.estimate(), -0.0007, 6e-6);
        close(result.standardError(), 0.00391, 6e-6);
        close(result.pValue(), 0.85771, 6e-6);
        ends(result.interval(), -0.00841, 0.007, 6e-6);
    }

    @Test
    void a_ratio_of_nothing_is_a_shortage() {
        RatioSample none = new RatioSample(Moments.of(1, 2), Moments.of(0, 0), 0);
        RatioSample some = new RatioSample(Moments.of(1, 2), Moments.of(1, 3), 7);
        assertThat(Effect.of(some, none, EffectScale.ABSOLUTE).shortage()).contains(Shortage.NO_VARIANCE);
        assertThat(Effect.of(none, some, EffectScale.RELATIVE).shortage()).contains(Shortage.NO_VARIANCE);
    }

    @Test
    void the_variance_of_a_ratio_is_that_of_its_linearised_values() {
        Random random = new Random(3);
        for (int round = 0; round < 500; round++) {
            double[][] values = pairs(random, 30);
            CovariateSample sums = sample(values);
            RatioSample ratio = new RatioSample(sums.post(), sums.pre(), sums.sumOfProducts());
            double[] linear = new double[values.length];
            for (int i = 0; i < linear.length; i++) {
                linear[i] = (values[i][0] - ratio.mean() * values[i][1])
                        / sums.pre().mean();
            }
            close(ratio.variance(), Moments.of(linear).variance(), 1e-9);
        }
    }

    private static double[][] pairs(Random random, int n) {
        double[][] pairs = new double[n][];
        for (int i = 0; i < n; i++) {
            double x = 1 + random.nextDouble();
            pairs[i] = new double[] {2 + x + random.nextDouble(), x};
        }
        return pairs;
    }

    private static CovariateSample sample(double[][] pairs) {
        double products = 0;
        double[] post = new double[pairs.length];
        double[] pre = new double[pairs.length];
        for (int i = 0; i < pairs.length; i++) {
            post[i] = pairs[i][0];
            pre[i] = pairs[i][1];
            products += post[i] * pre[i];
        }
        return new CovariateSample(Moments.of(post), Moments.of(pre), products);
    }

    private static Moments adjusted(double[][] pairs, double theta) {
        double[] values = new double[pairs.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = pairs[i][0] - theta * pairs[i][1];
        }
        return Moments.of(values);
    }
}
