package io.behavioranalytics.statistics;

import static io.behavioranalytics.statistics.Figures.close;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The mixture sequential probability ratio test, against a published decision, against its integral, and against people who peek. */
class MixtureSprtTest {
    @Test
    void the_published_decision_is_met() {
        // The test of the python package msprt, validated there against R's mixtureSPRT: rejects at the fifth pair.
        double[] x = {3.1, 2.8, 3.3, 2.9, 3.0, 3.2, 2.7, 3.4, 3.1, 2.8};
        double[] y = {0.9, 1.0, 0.8, 1.1, 0.7, 1.0, 0.9, 0.8, 1.1, 0.7};
        double tau = MixtureSprt.bestTauSquared(0.05, 1, 10).orElseThrow();
        MixtureSprt.Run run = new MixtureSprt(tau, 0).run(x, y, 1, 0.05).orElseThrow();
        assertThat(run.rejectedAt()).hasValue(5);
        assertThat(run.pValue()).isLessThan(0.05);
        assertThat(new MixtureSprt(tau, -2.2).run(x, y, 1, 0.05).orElseThrow().rejectedAt())
                .isEmpty();
    }

    @Test
    void the_best_variance_is_the_closed_form_of_the_paper() {
        // Johari, Koomen, Pekelis, Walsh 2017, evaluated with scipy 1.17; R's mixtureSPRT rounds it to two digits.
        close(MixtureSprt.bestTauSquared(0.05, 1, 10).orElseThrow(), 4.913684766737757, 1e-11);
        close(MixtureSprt.bestTauSquared(0.01, 1, 1000).orElseThrow(), 0.41559197946646387, 1e-12);
        close(MixtureSprt.bestTauSquared(0.05, 0.5, 1000).orElseThrow(), 0.14038645083892318, 1e-12);
        assertThat(MixtureSprt.bestTauSquared(1e-300, 1e-3, 1e-3).shortage()).contains(Shortage.NOT_REPRESENTABLE);
    }

    @Test
    void the_ratio_is_the_integral_of_likelihood_ratios() {
        for (int n : new int[] {1, 10, 100}) {
            double tau = 0.3;
            double sigma = 1.2;
            double mean = 0.4;
            // The mean of n differences has variance 2σ²/n; effects are normal about 0 with variance τ².
            double variance = 2 * sigma * sigma / n;
            DoubleUnaryOperator ratio = theta -> StandardNormal.density(theta / Math.sqrt(tau))
                    / Math.sqrt(tau)
                    * Math.exp((2 * mean * theta - theta * theta) / (2 * variance));
            double sum = 0;
            int steps = 200_000;
            for (int i = 0; i < steps; i++) {
                double theta = -6 + 12 * (i + 0.5) / steps;
                sum += ratio.applyAsDouble(theta) * 12 / steps;
            }
            close(new MixtureSprt(tau, 0).logLambdaOfNormal(n, mean, sigma), Math.log(sum), 1e-8);
        }
    }

    @Test
    void proportions_take_the_variance_of_the_look() {
        MixtureSprt test = new MixtureSprt(1e-4, 0);
        double log = test.logLambdaOfProportions(new Proportion(100, 1000), new Proportion(150, 1000))
                .orElseThrow();
        close(Math.exp(log), 5.058040113215208, 1e-9);
        close(MixtureSprt.pValue(log), 0.1977050354716023, 1e-10);
        assertThat(test.logLambdaOfProportions(new Proportion(0, 5), new Proportion(0, 5))
                        .shortage())
                .contains(Shortage.NO_VARIANCE);
        assertThat(test.logLambdaOfProportions(new Proportion(0, 0), new Proportion(0, 0))
                        .shortage())
                .contains(Shortage.TOO_FEW_OBSERVATIONS);
        assertThatThrownBy(() -> test.logLambdaOfProportions(new Proportion(1, 5), new Proportion(1, 6)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void who_looks_after_every_pair_is_misled_no_more_often_than_alpha() {
        MixtureSprt test = new MixtureSprt(0.05, 0);
        Random random = new Random(17);
        int rejected = 0;
        for (int run = 0; run < 1_000; run++) {
            double[] a =
                    random.doubles(1_000).map(u -> (u - 0.5) * Math.sqrt(12)).toArray();
            double[] b =
                    random.doubles(1_000).map(u -> (u - 0.5) * Math.sqrt(12)).toArray();
            rejected += test.run(a, b, 1, 0.05).orElseThrow().rejectedAt().isPresent() ? 1 : 0;
        }
        // 99 % of binomials with 1,000 runs and 0.05 lie below 67.
        assertThat(rejected).isLessThan(67);
    }

    @Test
    void numbers_out_of_range_are_refused() {
        MixtureSprt test = new MixtureSprt(1, 0);
        Runnable[] refused = {
            () -> new MixtureSprt(0, 0),
            () -> new MixtureSprt(1, Double.NaN),
            () -> test.logLambdaOfNormal(0, 0, 1),
            () -> test.logLambdaOfNormal(1, 0, 0),
            () -> test.run(new double[] {1}, new double[] {Double.NaN}, 1, 0.05),
            () -> test.run(new double[] {1}, new double[] {1}, 1, 0),
            () -> MixtureSprt.bestTauSquared(0.05, 0, 10)
        };
        for (Runnable call : refused) {
            assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(test.run(new double[0], new double[] {1}, 1, 0.05).shortage())
                .contains(Shortage.TOO_FEW_OBSERVATIONS);
    }
}
