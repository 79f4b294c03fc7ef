package io.behavioranalytics.statistics;

import static io.behavioranalytics.statistics.Figures.absolute;
import static io.behavioranalytics.statistics.Figures.close;
import static io.behavioranalytics.statistics.Figures.ends;
import static io.behavioranalytics.statistics.Figures.relative;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Chance to win, losses and credible intervals, against published figures and against quadrature. */
class EffectPosteriorTest {
    @Test
    void a_flat_prior_gives_growthbooks_figures() {
        // growthbook at 8f1db4456915, packages/stats/tests/bayesian/test_tests.py: 49 and 51 of 100.
        EffectPosterior posterior = EffectPosterior.flat(relative(new Proportion(49, 100), new Proportion(51, 100)));
        close(posterior.mean(), 0.04082, 6e-6);
        close(posterior.deviation(), 0.14725, 6e-6);
        close(posterior.chanceToWin(), 0.60918, 6e-6);
        close(posterior.lossOfKeepingControl(), 0.0814, 6e-6);
        close(posterior.lossOfShippingTreatment(), 0.04058, 6e-6);
        ends(posterior.credibleInterval(0.05), -0.24779, 0.32943, 6e-6);
    }

    @Test
    void an_informative_prior_gives_growthbooks_figures() {
        EffectPosterior posterior = EffectPosterior.of(
                        relative(new Moments(10, 100, 1002.25), new Moments(10, 105, 1111.5)),
                        NormalPrior.relative(0.1, 0.1))
                .orElseThrow();
        close(posterior.mean(), 0.05063, 6e-6);
        close(posterior.deviation(), 0.03549, 6e-6);
        close(posterior.chanceToWin(), 0.92315, 6e-6);
        close(posterior.lossOfKeepingControl(), 0.05186, 6e-6);
        close(posterior.lossOfShippingTreatment(), 0.00123, 6e-6);
        ends(posterior.credibleInterval(0.05), -0.01893, 0.12019, 6e-6);
    }

    @Test
    void small_chances_keep_their_digits() {
        // growthbook at 8f1db4456915, packages/back-end/test/services/.../experimentSignificance.mocks.json.
        EffectPosterior posterior =
                EffectPosterior.flat(relative(new Proportion(1746, 2314), new Proportion(1370, 2064)));
        assertThat(posterior.chanceToWin() / 1.6903380462054983e-12).isBetween(1 - 1e-6, 1 + 1e-6);
        assertThat(posterior.lossOfKeepingControl() / 4.0393577773751e-15).isBetween(1 - 1e-6, 1 + 1e-6);
        close(posterior.lossOfShippingTreatment(), 0.12030932274878978, 1e-11);
    }

    @Test
    void a_quantile_metric_gives_growthbooks_figures() {
        QuantileSample a = new QuantileSample(11054, 7.157987489967789, 7.098780136176828, 7.217194843758751, 0.95);
        QuantileSample b = new QuantileSample(10861, 7.694499927525767, 7.64180598628119, 7.747193868770344, 0.95);
        EffectPosterior flat = EffectPosterior.flat(absolute(a, b));
        close(flat.mean(), 0.5365124375579775, 1e-9);
        ends(flat.credibleInterval(0.05), 0.4572559589115422, 0.6157689162044128, 1e-9);
        EffectPosterior wide =
                EffectPosterior.of(relative(a, b), NormalPrior.relative(0, 1e6)).orElseThrow();
        close(wide.mean(), 0.07495297222736319, 1e-9);
        ends(wide.credibleInterval(0.05), 0.06341005842481906, 0.08649588602990732, 1e-9);
    }

    @Test
    void a_prior_of_the_lift_serves_the_difference_too() {
        Moments a = new Moments(10, -100, 1002.25);
        Moments b = new Moments(10, -95, 911.5);
        EffectPosterior difference = EffectPosterior.of(absolute(a, b), NormalPrior.relative(0.1, 0.01))
                .orElseThrow();
        EffectPosterior same = EffectPosterior.of(absolute(a, b), new NormalPrior(1, 1, EffectScale.ABSOLUTE))
                .orElseThrow();
        close(difference.mean(), same.mean(), 1e-12);
        close(difference.deviation(), same.deviation(), 1e-12);
        Effect noBaseline = new Effect(1, 1, 10, 20, EffectScale.ABSOLUTE, 0);
        assertThat(EffectPosterior.of(noBaseline, NormalPrior.relative(0, 1)).shortage())
                .contains(Shortage.NO_BASELINE);
    }

    @Test
    void a_posterior_without_deviation_is_sure() {
        EffectPosterior sure = new EffectPosterior(0.01, 0);
        assertThat(sure.lossOfKeepingControl()).isEqualTo(0.01);
        assertThat(sure.lossOfShippingTreatment()).isZero();
        assertThat(sure.chanceToWin()).isEqualTo(1);
        // growthbook at 8f1db4456915, the same file: nearly sure.
        close(new EffectPosterior(0.01, 4.5e-9).lossOfKeepingControl(), 0.01, 1e-12);
        assertThat(new EffectPosterior(0.01, 4.5e-9).lossOfShippingTreatment()).isZero();
    }

    @Test
    void losses_are_what_quadrature_finds() {
        for (double mean = -12; mean <= 12; mean += 0.37) {
            double sum = 0;
            int steps = 400_000;
            double width = 40.0 / steps;
            for (int i = 0; i < steps; i++) {
                double x = (i + 0.5) * width;
                sum += x * StandardNormal.density(x - mean) * width;
            }
            assertThat(EffectPosterior.expectedExcess(mean, 1) / sum).isBetween(1 - 1e-7, 1 + 1e-7);
        }
        // Both ways of far tails agree where they meet.
        double direct = EffectPosterior.expectedExcess(-19.999999, 1);
        double series = EffectPosterior.expectedExcess(-20.000001, 1);
        assertThat(series / direct).isBetween(1 - 1e-4, 1.0);
    }
}
