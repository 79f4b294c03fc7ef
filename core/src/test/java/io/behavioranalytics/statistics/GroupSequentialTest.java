package io.behavioranalytics.statistics;

import static io.behavioranalytics.statistics.Figures.close;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Group-sequential boundaries, against published figures, against Brownian motions, and against a second integration. */
class GroupSequentialTest {
    private static final GroupSequential.Spending SQUARE = new GroupSequential.PowerFamily(2);

    @Test
    void spotifys_adjusted_levels_are_met() {
        // spotify/confidence at e1f8a49291a0, tests/frequentist/test_bounds.py: the sample runs over the plan.
        List<Double> fractions = GroupSequential.fractions(List.of(250L, 450L, 630L, 810L), 300);
        GroupSequential design = new GroupSequential(SQUARE, 0.01, 2, GroupSequential.TRUNCATION);
        List<Double> bounds = design.bounds(fractions);
        double[] levels = {0.00095, 0.00241, 0.0041, 0.00636};
        double[] recomputed = {0.000952598689224204, 0.0024120784388937974, 0.004096521287515677, 0.006361346838326739};
        for (int i = 0; i < levels.length; i++) {
            close(design.adjustedAlpha(bounds.get(i)), levels[i], 1e-4);
            close(design.adjustedAlpha(bounds.get(i)), recomputed[i], 2e-8);
        }
    }

    @Test
    void the_bounds_of_two_looks_are_those_of_a_second_integration() {
        // The same file and tests/frequentist/test_ztest.py, two treatments, recomputed with scipy 1.17.
        GroupSequential design = new GroupSequential(SQUARE, 0.05 / 2, 2, 8);
        List<Double> first = design.bounds(List.of(0.15, 0.3));
        close(first.get(0), 3.449080012491069, 1e-9);
        close(first.get(1), 3.1172112542428727, 1e-6);
        List<Double> second = design.bounds(List.of(0.2, 0.4));
        close(second.get(0), 3.2905267314918945, 1e-9);
        close(second.get(1), 2.940408582573943, 1e-6);
    }

    @Test
    void classical_boundaries_are_met() {
        // Spending like O'Brien and Fleming, five looks, two-sided 0.05 (Reboussin, DeMets, Kim, Lan, Controlled
        // Clinical Trials 2000).
        List<Double> bounds = new GroupSequential(new GroupSequential.OBrienFleming(), 0.05, 2, 8)
                .bounds(List.of(0.2, 0.4, 0.6, 0.8, 1.0));
        double[] published = {4.877, 3.357, 2.680, 2.290, 2.031};
        for (int i = 0; i < published.length; i++) {
            close(bounds.get(i), published[i], 1e-3);
        }
    }

    @Test
    void motions_cross_as_often_as_was_spent() {
        for (GroupSequential.Spending spending : new GroupSequential.Spending[] {
            SQUARE, new GroupSequential.Pocock(), new GroupSequential.OBrienFleming()
        }) {
            for (int sides = 1; sides <= 2; sides++) {
                List<Double> fractions = List.of(0.1, 0.35, 0.4, 0.8, 1.0);
                List<Double> bounds = new GroupSequential(spending, 0.1, sides, 8).bounds(fractions);
                Random random = new Random(sides);
                int runs = 60_000;
                int crossed = 0;
                for (int run = 0; run < runs; run++) {
                    double s = 0;
                    double before = 0;
                    for (int look = 0; look < 5; look++) {
                        double t = fractions.get(look);
                        s += Math.sqrt(t - before) * random.nextGaussian();
                        before = t;
                        double z = s / Math.sqrt(t);
                        if ((sides == 2 ? Math.abs(z) : z) > bounds.get(look)) {
                            crossed++;
                            break;
                        }
                    }
                }
                // Four deviations of 60,000 binomials at 0.1; each side of two spends half.
                double expected = sides * spending.spent(0.1 / sides, 1);
                close((double) crossed / runs, expected, 4 * Math.sqrt(0.09 / runs));
            }
        }
    }

    @Test
    void many_looks_close_together_agree_with_a_plain_integration() {
        List<Double> fractions = new ArrayList<>();
        for (int i = 1; i <= 12; i++) {
            fractions.add(0.03 * i + 0.002 * (i % 3));
        }
        List<Double> bounds = new GroupSequential(SQUARE, 0.02, 2, 8).bounds(fractions);
        List<Double> plain = plain(fractions, 0.02);
        for (int i = 0; i < bounds.size(); i++) {
            close(bounds.get(i), plain.get(i), 2e-6);
        }
    }

    @Test
    void a_look_does_not_change_the_boundaries_before_it() {
        GroupSequential design = new GroupSequential(SQUARE, 0.05, 2, 8);
        List<Double> three = design.bounds(List.of(0.2, 0.5, 0.9));
        List<Double> two = design.bounds(List.of(0.2, 0.5));
        close(three.get(0), two.get(0), 1e-12);
        close(three.get(1), two.get(1), 1e-9);
    }

    @Test
    void two_hundred_looks_stay_in_order() {
        List<Double> fractions = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
            fractions.add(i < 40 ? i / 100.0 : 0.39 + (i - 39) * 1e-4);
        }
        List<Double> bounds = new GroupSequential(SQUARE, 0.05 / 15, 2, 8).bounds(fractions);
        assertThat(bounds).hasSize(200).allMatch(bound -> bound > 2 && bound <= 8);
    }

    @Test
    void a_look_without_news_leaves_what_it_could_have_spent_to_the_next() {
        GroupSequential design = new GroupSequential(SQUARE, 0.05, 2, 8);
        List<Double> plain = design.bounds(List.of(0.3, 0.7));
        List<Double> repeated = design.bounds(List.of(0.3, 0.3, 0.7, 0.7));
        assertThat(repeated).hasSize(4);
        assertThat(repeated.get(1)).isEqualTo(8);
        assertThat(repeated.get(3)).isEqualTo(8);
        close(repeated.get(0), plain.get(0), 1e-12);
        close(repeated.get(2), plain.get(1), 1e-9);
    }

    @Test
    void what_is_too_little_to_spend_is_truncated() {
        assertThat(new GroupSequential(new GroupSequential.OBrienFleming(), 0.05, 2, 8)
                        .bounds(List.of(0.001, 1.0))
                        .get(0))
                .isEqualTo(8);
    }

    @Test
    void numbers_out_of_range_are_refused() {
        GroupSequential design = new GroupSequential(SQUARE, 0.05, 2, 8);
        Runnable[] refused = {
            () -> design.bounds(List.of(0.5, 0.4)),
            () -> design.bounds(List.of(0.0)),
            () -> design.bounds(List.of(0.5, 1.1)),
            () -> GroupSequential.fractions(List.of(), 100),
            () -> GroupSequential.fractions(List.of(10L, 5L), 100),
            () -> new GroupSequential(SQUARE, 0.05, 3, 8),
            () -> new GroupSequential(SQUARE, 0, 2, 8),
            () -> new GroupSequential.PowerFamily(0)
        };
        for (Runnable call : refused) {
            assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** By Simpson's rule on one grid for each look, bounds by halving. */
    private static List<Double> plain(List<Double> fractions, double alpha) {
        int m = 800;
        List<Double> bounds = new ArrayList<>();
        double[] s = new double[m + 1];
        double[] f = new double[m + 1];
        double spent = 0;
        for (int look = 0; look < fractions.size(); look++) {
            double t = fractions.get(look);
            double before = look == 0 ? 0 : fractions.get(look - 1);
            double step = Math.sqrt(t - before);
            double toSpend = SQUARE.spent(alpha / 2, t) - spent;
            spent = SQUARE.spent(alpha / 2, t);
            double low = 0;
            double high = 8;
            for (int i = 0; i < 60; i++) {
                double c = (low + high) / 2;
                double above = look == 0 ? StandardNormal.above(c) : 0;
                for (int j = 0; look > 0 && j <= m; j++) {
                    above += f[j] * StandardNormal.above((c * Math.sqrt(t) - s[j]) / step);
                }
                if (above > toSpend) {
                    low = c;
                } else {
                    high = c;
                }
            }
            bounds.add(low);
            double[] s2 = new double[m + 1];
            double[] f2 = new double[m + 1];
            double h = 2 * low * Math.sqrt(t) / m;
            for (int i = 0; i <= m; i++) {
                s2[i] = -low * Math.sqrt(t) + i * h;
                double density = look == 0 ? StandardNormal.density(s2[i] / step) / step : 0;
                for (int j = 0; look > 0 && j <= m; j++) {
                    density += f[j] * StandardNormal.density((s2[i] - s[j]) / step) / step;
                }
                f2[i] = density * h / 3 * (i == 0 || i == m ? 1 : i % 2 == 1 ? 4 : 2);
            }
            s = s2;
            f = f2;
        }
        return bounds;
    }
}
