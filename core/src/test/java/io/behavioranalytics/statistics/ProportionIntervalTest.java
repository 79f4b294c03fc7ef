package io.behavioranalytics.statistics;

import static io.behavioranalytics.statistics.Figures.close;
import static io.behavioranalytics.statistics.Figures.ends;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Intervals of one proportion, against published figures, against the tests they invert, and by their exact coverage. */
class ProportionIntervalTest {
    @Test
    void published_intervals_are_met() {
        // statsmodels at 82c59e378bdf, statsmodels/stats/tests/results/results_proportion.py: R's binom.confint.
        ends(of(ProportionInterval.WILSON, 18, 20), 0.6989663547715128, 0.972133518786232, 1e-12);
        ends(of(ProportionInterval.WILSON, 4, 200), 0.00780442641634947, 0.05028708690582643, 1e-12);
        ends(of(ProportionInterval.AGRESTI_COULL, 18, 20), 0.6867561125596077, 0.984343760998137, 1e-12);
        ends(of(ProportionInterval.AGRESTI_COULL, 29, 30), 0.819082, 1, 1e-6);
        ends(of(ProportionInterval.WALD, 1, 30), 0, 0.09756737, 1e-8);
        ends(of(ProportionInterval.CLOPPER_PEARSON, 1, 30), 0.0008435709, 0.17216946, 1e-8);
        ends(of(ProportionInterval.CLOPPER_PEARSON, 0, 30), 0, 0.11570331, 1e-8);
        // R's binom.test(51, 235), the same file.
        ends(of(ProportionInterval.CLOPPER_PEARSON, 51, 235), 0.1660633298083073, 0.2752683640289254, 1e-12);
        ends(
                ProportionInterval.CLOPPER_PEARSON
                        .of(new Proportion(51, 235), 0.1)
                        .orElseThrow(),
                0.1735252778065201,
                0.2659460862574313,
                1e-12);
    }

    @Test
    void jeffreys_interval_holds_all_but_alpha_of_the_posterior() {
        for (int x = 0; x <= 30; x++) {
            Interval interval = of(ProportionInterval.JEFFREYS, x, 30);
            close(betaBelow(interval.lower().orElseThrow(), x + 0.5, 30 - x + 0.5), 0.025, 2e-5);
            close(betaBelow(interval.upper().orElseThrow(), x + 0.5, 30 - x + 0.5), 0.975, 2e-5);
        }
    }

    @Test
    void wilsons_ends_are_where_the_score_test_is_just_significant() {
        for (int n : new int[] {1, 2, 7, 40, 1_000}) {
            for (int x = 0; x <= n; x += Math.max(1, n / 7)) {
                Interval interval =
                        ProportionInterval.WILSON.of(new Proportion(x, n), 0.03).orElseThrow();
                for (double end : new double[] {
                    interval.lower().orElseThrow(), interval.upper().orElseThrow()
                }) {
                    if (end > 0 && end < 1) {
                        ProportionTest test = ProportionTest.oneSample(
                                        new Proportion(x, n), end, OptionalDouble.of(end), Alternative.TWO_SIDED)
                                .orElseThrow();
                        close(test.pValue(), 0.03, 1e-9);
                    }
                }
            }
        }
    }

    @Test
    void the_exact_interval_covers_at_least_as_often_as_it_says() {
        for (int n : new int[] {5, 20, 50}) {
            for (double p = 0.01; p < 1; p += 0.0137) {
                double covered = 0;
                for (int x = 0; x <= n; x++) {
                    if (of(ProportionInterval.CLOPPER_PEARSON, x, n).contains(p)) {
                        covered += binomial(n, x, p);
                    }
                }
                assertThat(covered).isGreaterThanOrEqualTo(0.95 - 1e-9);
            }
        }
    }

    @Test
    void all_or_none_converted_still_has_an_interval() {
        for (ProportionInterval method : ProportionInterval.values()) {
            assertThat(of(method, 0, 10).lower().orElseThrow()).isBetween(0.0, 0.001);
            assertThat(of(method, 10, 10).upper().orElseThrow()).isBetween(0.999, 1.0);
            assertThat(of(method, 0, 1).lower().orElseThrow()).isBetween(0.0, 0.01);
            assertThat(method.of(new Proportion(0, 0), 0.05).shortage()).contains(Shortage.TOO_FEW_OBSERVATIONS);
            assertThatThrownBy(() -> method.of(new Proportion(1, 2), 1)).isInstanceOf(IllegalArgumentException.class);
        }
        ends(of(ProportionInterval.WALD, 30, 30), 1, 1, 0);
    }

    @Test
    void large_counts_keep_their_digits() {
        Interval exact = ProportionInterval.CLOPPER_PEARSON
                .of(new Proportion(500_000, 1_000_000), 0.05)
                .orElseThrow();
        Interval score = ProportionInterval.WILSON
                .of(new Proportion(500_000, 1_000_000), 0.05)
                .orElseThrow();
        ends(exact, score.lower().orElseThrow(), score.upper().orElseThrow(), 1e-6);
    }

    private static Interval of(ProportionInterval method, int successes, int n) {
        return method.of(new Proportion(successes, n), 0.05).orElseThrow();
    }

    /** The regularized incomplete beta function by the midpoint rule over the square root, which takes off the edge at 0. */
    private static double betaBelow(double x, double a, double b) {
        double whole = 0;
        double below = 0;
        int steps = 200_000;
        for (int i = 0; i < steps; i++) {
            double angle = (i + 0.5) * Math.PI / 2 / steps;
            double at = Math.sin(angle) * Math.sin(angle);
            double density =
                    Math.exp((2 * a - 1) * Math.log(Math.sin(angle)) + (2 * b - 1) * Math.log(Math.cos(angle)));
            whole += density;
            below += at <= x ? density : 0;
        }
        return below / whole;
    }

    private static double binomial(int n, int k, double p) {
        double probability = 1;
        for (int i = 0; i < k; i++) {
            probability *= (double) (n - i) / (i + 1);
        }
        return probability * Math.pow(p, k) * Math.pow(1 - p, n - k);
    }
}
