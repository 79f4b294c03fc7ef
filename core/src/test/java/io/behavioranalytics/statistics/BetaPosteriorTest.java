package io.behavioranalytics.statistics;

import static io.behavioranalytics.statistics.Figures.close;
import static io.behavioranalytics.statistics.Figures.ends;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Beta posteriors, against published figures, closed forms for whole parameters, and draws. */
class BetaPosteriorTest {
    private static final BetaPosterior UNIFORM = new BetaPosterior(1, 1);

    @Test
    void the_legacy_figures_of_growthbook_are_met() {
        // growthbook before 1bfa8046d2 (2024), packages/stats/tests/bayesian/test_tests.py: 49 and 51 of 100, uniform
        // priors.
        BetaPosterior a = BetaPosterior.of(UNIFORM, new Proportion(49, 100));
        BetaPosterior b = BetaPosterior.of(UNIFORM, new Proportion(51, 100));
        LogRatioPosterior legacy = LogRatioPosterior.of(a, b);
        close(legacy.estimate(), 0.0404, 6e-6);
        close(legacy.mean(), 0.03961, 6e-6);
        close(legacy.deviation(), 0.14112, 6e-6);
        close(legacy.chanceToWin(), 0.61052, 6e-6);
        ends(legacy.credibleInterval(0.05), -0.21099, 0.37189, 6e-6);
        close(b.expectedExcessOver(a), 0.03872, 6e-6);
        close(a.expectedExcessOver(b), 0.01912, 6e-6);
        // By mpmath's quadrature: the exact probability, from which the legacy one differs.
        close(b.probabilityGreaterThan(a), 0.610770522687839, 1e-10);
    }

    @Test
    void the_legacy_figures_of_means_are_met() {
        // The same file: means 10 and 10.5 of ten units, flat priors; losses in the metric's own unit.
        EffectPosterior a = new EffectPosterior(10, Math.sqrt(new Moments(10, 100, 1002.25).variance() / 10));
        EffectPosterior b = new EffectPosterior(10.5, Math.sqrt(new Moments(10, 105, 1111.5).variance() / 10));
        LogRatioPosterior legacy = LogRatioPosterior.of(a, b).orElseThrow();
        close(legacy.estimate(), 0.05, 6e-6);
        close(legacy.deviation(), 0.03402, 6e-6);
        close(legacy.chanceToWin(), 0.92427, 6e-6);
        ends(legacy.credibleInterval(0.05), -0.01772, 0.12239, 6e-6);
        assertThat(LogRatioPosterior.of(new EffectPosterior(0, 1), b).shortage())
                .contains(Shortage.NO_BASELINE);
        assertThat(LogRatioPosterior.of(new EffectPosterior(1, 0), new EffectPosterior(1, 0))
                        .shortage())
                .contains(Shortage.NO_VARIANCE);
    }

    @Test
    void moments_are_those_of_mpmath() {
        BetaPosterior beta = new BetaPosterior(12, 745);
        close(beta.mean(), 0.015852047556142668, 1e-16);
        close(beta.variance(), 2.058147776308768e-05, 1e-18);
        close(beta.logMean(), -4.1860409260592, 1e-12);
        close(beta.logVariance(), 0.08557999599881817, 1e-14);
    }

    @Test
    void whole_parameters_have_a_closed_form() {
        // P(B > A) = Σ over i < alphaB of B(alphaA + i, betaA + betaB) / ((betaB + i) B(1 + i, betaB) B(alphaA,
        // betaA)).
        Random random = new Random(4);
        for (int round = 0; round < 300; round++) {
            int[] k = random.ints(4, 1, round % 3 == 0 ? 400 : 20).toArray();
            BetaPosterior a = new BetaPosterior(k[0], k[1]);
            BetaPosterior b = new BetaPosterior(k[2], k[3]);
            double sum = 0;
            for (int i = 0; i < k[2]; i++) {
                sum += Math.exp(logBeta(k[0] + i, k[1] + k[3])
                        - Math.log(k[3] + i)
                        - logBeta(1 + i, k[3])
                        - logBeta(k[0], k[1]));
            }
            close(b.probabilityGreaterThan(a), sum, 1e-9);
            close(b.probabilityGreaterThan(a) + a.probabilityGreaterThan(b), 1, 1e-9);
            // E[max(B − A, 0)] − E[max(A − B, 0)] is the difference of the means.
            close(b.expectedExcessOver(a) - a.expectedExcessOver(b), b.mean() - a.mean(), 1e-10);
        }
    }

    @Test
    void small_and_large_parameters_are_integrated_too() {
        BetaPosterior jeffreys = new BetaPosterior(0.5, 0.5);
        close(jeffreys.probabilityGreaterThan(jeffreys), 0.5, 1e-10);
        BetaPosterior tiny = new BetaPosterior(0.01, 3);
        close(tiny.probabilityGreaterThan(tiny), 0.5, 1e-8);
        BetaPosterior a = new BetaPosterior(500_000, 500_000);
        BetaPosterior b = new BetaPosterior(501_000, 499_000);
        double normal = StandardNormal.below((b.mean() - a.mean()) / Math.sqrt(a.variance() + b.variance()));
        close(b.probabilityGreaterThan(a), normal, 1e-5);
        close(jeffreys.probabilityGreaterThan(a), 0.5, 1e-9);
        assertThat(new BetaPosterior(1, 1e6).probabilityGreaterThan(new BetaPosterior(1e6, 1)))
                .isLessThan(1e-15);
    }

    @Test
    void a_credible_interval_leaves_out_alpha_evenly() {
        Interval interval = new BetaPosterior(5, 12).credibleInterval(0.2);
        Random random = new Random(8);
        int below = 0;
        int above = 0;
        for (int i = 0; i < 40_000; i++) {
            // The fifth smallest of sixteen uniform draws has this distribution.
            double draw = random.doubles(16).sorted().skip(4).findFirst().orElseThrow();
            below += draw < interval.lower().orElseThrow() ? 1 : 0;
            above += draw > interval.upper().orElseThrow() ? 1 : 0;
        }
        close(below / 40_000.0, 0.1, 0.006);
        close(above / 40_000.0, 0.1, 0.006);
    }

    @Test
    void parameters_out_of_range_are_refused() {
        assertThatThrownBy(() -> new BetaPosterior(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UNIFORM.credibleInterval(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LogRatioPosterior(0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static double logBeta(double a, double b) {
        return org.apache.commons.math3.special.Beta.logBeta(a, b);
    }
}
