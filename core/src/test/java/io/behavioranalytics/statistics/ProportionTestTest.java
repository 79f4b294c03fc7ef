package io.behavioranalytics.statistics;

import static io.behavioranalytics.statistics.Figures.close;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tests of proportions, against published figures and against binomials added up one by one. */
class ProportionTestTest {
    @Test
    void the_pooled_test_is_statsmodels() {
        // statsmodels at 82c59e378bdf, statsmodels/stats/tests/test_proportion.py.
        ProportionTest test = ProportionTest.pooled(
                        new Proportion(5, 83), new Proportion(12, 99), 0, Alternative.TWO_SIDED)
                .orElseThrow();
        close(test.statistic().orElseThrow(), -1.4078304151258787, 1e-9);
        close(test.pValue(), 0.15918129181156992, 1e-9);
    }

    @Test
    void one_proportion_is_tested_with_the_samples_variance_or_with_that_of_the_value() {
        // The same file; the variance of the sample, and a second way to the chi-squared test.
        ProportionTest test = ProportionTest.oneSample(
                        new Proportion(5, 83), 0.05, OptionalDouble.empty(), Alternative.TWO_SIDED)
                .orElseThrow();
        close(test.statistic().orElseThrow(), 0.392126026314, 1e-11);
        close(test.pValue(), 0.694965098115, 1e-11);
        ProportionTest score = ProportionTest.oneSample(
                        new Proportion(15, 20), 0.5, OptionalDouble.of(0.5), Alternative.TWO_SIDED)
                .orElseThrow();
        close(score.statistic().orElseThrow(), 5 / Math.sqrt(5), 1e-12);
    }

    @Test
    void the_exact_test_is_rs() {
        // The same file: R binom.test(51, 235, 1/6).
        Proportion sample = new Proportion(51, 235);
        close(exact(sample, 1 / 6.0, Alternative.GREATER), 0.02654424571169085, 1e-12);
        close(exact(sample, 1 / 6.0, Alternative.LESS), 0.982022657605858, 1e-12);
        close(exact(sample, 1 / 6.0, Alternative.TWO_SIDED), 0.0437479701823997, 1e-12);
    }

    @Test
    void the_exact_test_adds_up_what_is_at_most_as_likely() {
        Random random = new Random(6);
        for (int round = 0; round < 3_000; round++) {
            int n = 1 + random.nextInt(40);
            double p = random.nextInt(5) == 0 ? random.nextInt(3) / 2.0 : random.nextDouble();
            int k = random.nextInt(n + 1);
            double two = 0;
            double above = 0;
            double below = 0;
            for (int i = 0; i <= n; i++) {
                double probability = binomial(n, i, p);
                two += probability <= binomial(n, k, p) * (1 + 1e-7) ? probability : 0;
                above += i >= k ? probability : 0;
                below += i <= k ? probability : 0;
            }
            Proportion sample = new Proportion(k, n);
            close(exact(sample, p, Alternative.TWO_SIDED), two, 1e-10);
            close(exact(sample, p, Alternative.GREATER), above, 1e-10);
            close(exact(sample, p, Alternative.LESS), below, 1e-10);
        }
    }

    @Test
    void cohens_h_is_the_published_example() {
        // statsmodels at 82c59e378bdf, the same file.
        close(ProportionTest.cohensH(0.5, 0.4), 0.2013579207903309, 1e-13);
        close(ProportionTest.cohensH(1, 0), Math.PI, 1e-15);
    }

    @Test
    void an_arm_in_which_nobody_converted_is_still_compared() {
        Proportion none = new Proportion(0, 1_000);
        Proportion some = new Proportion(20, 1_000);
        assertThat(ProportionTest.pooled(some, none, 0, Alternative.GREATER)
                        .orElseThrow()
                        .pValue())
                .isLessThan(1e-5);
        assertThat(ProportionTest.pooled(none, none, 0, Alternative.TWO_SIDED).shortage())
                .contains(Shortage.NO_VARIANCE);
        assertThat(ProportionTest.unpooled(none, none, 0, Alternative.TWO_SIDED).shortage())
                .contains(Shortage.NO_VARIANCE);
        assertThat(ProportionTest.pooled(none, new Proportion(0, 0), 0, Alternative.TWO_SIDED)
                        .shortage())
                .contains(Shortage.TOO_FEW_OBSERVATIONS);
        assertThat(ProportionTest.oneSample(none, 0.1, OptionalDouble.empty(), Alternative.LESS)
                        .shortage())
                .contains(Shortage.NO_VARIANCE);
        assertThat(ProportionTest.exact(new Proportion(0, 0), 0.5, Alternative.LESS)
                        .shortage())
                .contains(Shortage.TOO_FEW_OBSERVATIONS);
        assertThatThrownBy(() -> ProportionTest.exact(some, 1.5, Alternative.LESS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static double exact(Proportion sample, double p, Alternative alternative) {
        return ProportionTest.exact(sample, p, alternative).orElseThrow().pValue();
    }

    private static double binomial(int n, int k, double p) {
        double probability = 1;
        for (int i = 0; i < k; i++) {
            probability *= (double) (n - i) / (i + 1);
        }
        return probability * Math.pow(p, k) * Math.pow(1 - p, n - k);
    }
}
