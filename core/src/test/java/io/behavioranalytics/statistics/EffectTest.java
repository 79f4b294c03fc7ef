package io.behavioranalytics.statistics;

import static io.behavioranalytics.statistics.Figures.GROWTHBOOK_A;
import static io.behavioranalytics.statistics.Figures.GROWTHBOOK_A_3000;
import static io.behavioranalytics.statistics.Figures.GROWTHBOOK_B;
import static io.behavioranalytics.statistics.Figures.absolute;
import static io.behavioranalytics.statistics.Figures.close;
import static io.behavioranalytics.statistics.Figures.ends;
import static io.behavioranalytics.statistics.Figures.relative;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Effects, Welch's t and the z-test, against published figures and against values observed one by one. */
class EffectTest {
    @Test
    void the_relative_t_test_is_growthbooks() {
        // growthbook at 8f1db4456915, packages/stats/tests/frequentist/test_tests.py, two-sided.
        TestResult result = MeanTest.welch(relative(GROWTHBOOK_A, GROWTHBOOK_B), Alternative.TWO_SIDED, 0.05);
        close(result.estimate(), 0.70732, 6e-6);
        close(result.standardError(), 0.37879, 6e-6);
        close(result.pValue(), 0.06191, 6e-6);
        ends(result.interval(), -0.03526, 1.44989, 6e-6);
    }

    @Test
    void a_relative_t_test_of_proportions_is_growthbooks() {
        // The same file: 14 of 28 against 16 of 30.
        TestResult result =
                MeanTest.welch(relative(new Proportion(14, 28), new Proportion(16, 30)), Alternative.TWO_SIDED, 0.05);
        close(result.estimate(), 0.06667, 6e-6);
        close(result.standardError(), 0.2717, 6e-6);
        close(result.pValue(), 0.80707, 6e-6);
        ends(result.interval(), -0.47767, 0.61101, 6e-6);
    }

    @Test
    void a_one_sided_interval_has_one_end() {
        // growthbook at 8f1db4456915, the same file, lesser.
        TestResult result = MeanTest.welch(relative(GROWTHBOOK_A_3000, GROWTHBOOK_B), Alternative.LESS, 0.05);
        close(result.estimate(), 0.5033610858562358, 1e-9);
        close(result.pValue(), 0.9344173713153225, 1e-9);
        assertThat(result.interval().lower()).isEmpty();
        close(result.interval().upper().orElseThrow(), 1.0518588475628676, 1e-9);
        TestResult other = MeanTest.welch(relative(GROWTHBOOK_A_3000, GROWTHBOOK_B), Alternative.GREATER, 0.05);
        close(other.pValue() + result.pValue(), 1, 1e-12);
        assertThat(other.interval().upper()).isEmpty();
    }

    @Test
    void welchs_interval_is_spotifys() {
        // spotify/confidence at e1f8a49291a0, tests/frequentist/test_ttest.py; exact figures recomputed with scipy
        // 1.17.
        TestResult result = MeanTest.welch(
                absolute(new Moments(10, 24, 80), new Moments(150, 330, 1010)), Alternative.TWO_SIDED, 0.05);
        close(result.estimate(), -0.2, 1e-12);
        close(result.pValue(), 0.7040218147041714, 1e-10);
        ends(result.interval(), -1.3405330610971724, 0.9405330610971729, 1e-9);
        TestResult larger = MeanTest.welch(
                absolute(new Moments(48351, 1438602, 73305810), new Moments(50571, 1521974, 78621210)),
                Alternative.TWO_SIDED,
                0.05);
        close(larger.pValue(), 0.03326387389489058, 1e-9);
        ends(larger.interval(), 0.02717536836770057, 0.6577889470794105, 1e-9);
    }

    @Test
    void the_unpooled_z_test_is_spotifys_with_bonferronis_level() {
        // spotify/confidence at e1f8a49291a0, tests/frequentist/test_ztest.py: five comparisons.
        Effect effect = absolute(new Proportion(100, 150), new Proportion(42, 104));
        TestResult result = MeanTest.z(effect, Alternative.TWO_SIDED, 0.05 / 5);
        close(result.pValue(), 1.9943985e-05, 1e-11);
        ends(result.interval(), -0.42153065, -0.10411038, 1e-8);
    }

    @Test
    void a_lift_over_a_fixed_control_is_the_absolute_effect_divided() {
        // spotify/confidence at e1f8a49291a0, tests/frequentist/test_chisquared.py, day 1, relative.
        Effect effect = Effect.of(
                        new Proportion(8, 22), new Proportion(500, 1010), EffectScale.RELATIVE_TO_FIXED_CONTROL)
                .orElseThrow();
        TestResult result = MeanTest.z(effect, Alternative.TWO_SIDED, 0.05);
        close(result.estimate(), 0.361386, 1e-6);
        ends(result.interval(), -0.197864, 0.92063629, 1e-6);
    }

    @Test
    void a_relative_effect_is_divided_by_the_size_of_the_control() {
        // growthbook at 8f1db4456915, packages/stats/tests/test_utils.py: from -10 to -5, from -2 to 3.
        close(relative(new Moments(10, -100, 1010), new Moments(10, -50, 260)).estimate(), 0.5, 1e-12);
        close(relative(new Moments(10, -20, 50), new Moments(10, 30, 100)).estimate(), 2.5, 1e-12);
    }

    @Test
    void a_margin_of_non_inferiority_moves_the_null_hypothesis_and_not_the_interval() {
        Effect effect = absolute(new Proportion(500, 1_000), new Proportion(490, 1_000));
        TestResult plain = MeanTest.z(effect, Alternative.GREATER, 0.05);
        TestResult margin = MeanTest.z(effect, -0.05, Alternative.GREATER, 0.05);
        assertThat(plain.significant()).isFalse();
        assertThat(margin.significant()).isTrue();
        close(margin.statistic(), (-0.01 + 0.05) / effect.standardError(), 1e-12);
        assertThat(margin.interval()).isEqualTo(plain.interval());
        // Just where the margin is the interval's end, the p-value is alpha.
        double end = plain.interval().lower().orElseThrow();
        close(MeanTest.z(effect, end, Alternative.GREATER, 0.05).pValue(), 0.05, 1e-12);
        double other =
                MeanTest.welch(effect, Alternative.LESS, 0.1).interval().upper().orElseThrow();
        close(MeanTest.welch(effect, other, Alternative.LESS, 0.1).pValue(), 0.1, 1e-9);
    }

    @Test
    void the_delta_method_gives_growthbooks_variance() {
        // The same file: variances 2 and 0.5, means 7 and 5, n 4 and 15.
        Moments a = new Moments(4, 28, 3 * 2 + 28.0 * 28 / 4);
        Moments b = new Moments(15, 75, 14 * 0.5 + 75.0 * 75 / 15);
        double error = relative(a, b).standardError();
        close(error * error, 0.005886436207135915, 1e-15);
    }

    @Test
    void sums_say_what_the_values_say() {
        Random random = new Random(4);
        for (int round = 0; round < 2_000; round++) {
            double[] a = values(random, 2 + random.nextInt(30));
            double[] b = values(random, 2 + random.nextInt(30));
            Effect effect = absolute(Moments.of(a), Moments.of(b));
            double va = variance(a) / a.length;
            double vb = variance(b) / b.length;
            close(effect.estimate(), mean(b) - mean(a), 1e-9);
            close(effect.standardError(), Math.sqrt(va + vb), 1e-9);
            double degrees = Math.pow(va + vb, 2) / (va * va / (a.length - 1) + vb * vb / (b.length - 1));
            close(effect.degreesOfFreedom(), degrees, degrees * 1e-9);
        }
    }

    @Test
    void the_relative_error_is_what_a_small_change_of_each_mean_does() {
        Random random = new Random(5);
        for (int round = 0; round < 1_000; round++) {
            Moments a = Moments.of(values(random, 20));
            Moments b = Moments.of(values(random, 30));
            double h = 1e-6;
            double byA = (lift(a.mean() + h, b.mean()) - lift(a.mean() - h, b.mean())) / (2 * h);
            double byB = (lift(a.mean(), b.mean() + h) - lift(a.mean(), b.mean() - h)) / (2 * h);
            double variance = byA * byA * a.variance() / a.n() + byB * byB * b.variance() / b.n();
            double error = relative(a, b).standardError();
            assertThat(error * error / variance).isBetween(1 - 1e-5, 1 + 1e-5);
        }
    }

    @Test
    void data_that_cannot_answer_say_why() {
        Proportion some = new Proportion(5, 10);
        assertThat(Effect.of(new Proportion(0, 0), some, EffectScale.ABSOLUTE).shortage())
                .contains(Shortage.TOO_FEW_OBSERVATIONS);
        assertThat(Effect.of(some, new Proportion(1, 1), EffectScale.ABSOLUTE).shortage())
                .contains(Shortage.TOO_FEW_OBSERVATIONS);
        assertThat(Effect.of(some, new Proportion(10, 10), EffectScale.ABSOLUTE).shortage())
                .contains(Shortage.NO_VARIANCE);
        assertThat(Effect.of(new Moments(10, 1, 0.1), Moments.of(1, 2), EffectScale.ABSOLUTE)
                        .shortage())
                .contains(Shortage.NO_VARIANCE);
        assertThat(Effect.of(Moments.of(-1, 1), Moments.of(1, 2), EffectScale.RELATIVE)
                        .shortage())
                .contains(Shortage.NO_BASELINE);
        assertThat(Effect.of(Moments.of(1e150, -1e150), Moments.of(1, 2), EffectScale.ABSOLUTE)
                        .shortage())
                .contains(Shortage.NOT_REPRESENTABLE);
        assertThatThrownBy(() -> Effect.of(some, some, EffectScale.ABSOLUTE)
                        .flatMap(e -> Finding.insufficientData(Shortage.NO_BASELINE))
                        .orElseThrow())
                .hasMessageContaining("NO_BASELINE");
    }

    @Test
    void equal_values_that_add_up_with_rounding_have_no_variance() {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < 100_000; i++) {
            sum += 0.1;
            squares += 0.1 * 0.1;
        }
        assertThat(new Moments(100_000, sum, squares).variance()).isZero();
    }

    @Test
    void what_cannot_be_data_is_refused() {
        List<Runnable> refused = new ArrayList<>(List.of(
                () -> new Proportion(11, 10),
                () -> new Proportion(-1, 10),
                () -> new Moments(-1, 0, 0),
                () -> new Moments(3, Double.NaN, 1),
                () -> new Moments(3, 1, -1),
                () -> new Moments(0, 1, 1),
                () -> Moments.of(1, Double.POSITIVE_INFINITY),
                () -> new RatioSample(new Proportion(1, 2), new Proportion(1, 3), 0),
                () -> Interval.of(2, 1),
                () -> Interval.of(Double.NEGATIVE_INFINITY, 1),
                () -> new QuantileSample(10, 1, 2, 1, 0.95)));
        for (double alpha : new double[] {0, 1, -0.1, Double.NaN}) {
            refused.add(() -> MeanTest.welch(relative(GROWTHBOOK_A, GROWTHBOOK_B), Alternative.TWO_SIDED, alpha));
            refused.add(() -> MeanTest.z(relative(GROWTHBOOK_A, GROWTHBOOK_B), Alternative.TWO_SIDED, alpha));
            refused.add(() -> ConfidenceSequence.twoSided(alpha, 5_000));
        }
        for (Runnable call : refused) {
            assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new Proportion(11, 10)).hasMessage("successes must not be more than n: 11 > 10");
    }

    @Test
    void tails_keep_their_digits() {
        // Abramowitz and Stegun, table 26.2: -log10 Q(20) = 88.56010.
        close(-Math.log10(StandardNormal.above(20)), 88.56010, 1e-5);
        for (double tail : new double[] {0.4, 0.025, 1e-3, 1e-9, 1e-30, 1e-200}) {
            assertThat(StandardNormal.above(StandardNormal.upperQuantile(tail)) / tail)
                    .isBetween(1 - 1e-10, 1 + 1e-10);
            close(StandardNormal.upperQuantile(1 - 0.25), -StandardNormal.upperQuantile(0.25), 1e-14);
            for (double degrees : new double[] {1, 2, 3.5, 30, 5_000}) {
                if (tail > 1e-20) {
                    assertThat(StudentT.above(StudentT.upperQuantile(tail, degrees), degrees) / tail)
                            .isBetween(1 - 1e-9, 1 + 1e-9);
                }
            }
        }
        // A published table (NIST/SEMATECH e-Handbook 1.3.6.7.2): t(0.975; 10) = 2.228, t(0.995; 5) = 4.032.
        close(StudentT.upperQuantile(0.025, 10), 2.228, 5e-4);
        close(StudentT.upperQuantile(0.005, 5), 4.032, 5e-4);
    }

    private static double lift(double a, double b) {
        return (b - a) / Math.abs(a);
    }

    private static double[] values(Random random, int n) {
        return random.doubles(n, 1, 3).toArray();
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double variance(double[] values) {
        double mean = mean(values);
        double sum = 0;
        for (double value : values) {
            sum += (value - mean) * (value - mean);
        }
        return sum / (values.length - 1);
    }
}
