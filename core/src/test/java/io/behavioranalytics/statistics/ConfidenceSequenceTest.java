package io.behavioranalytics.statistics;

import static io.behavioranalytics.statistics.Figures.GROWTHBOOK_A_3000;
import static io.behavioranalytics.statistics.Figures.GROWTHBOOK_B;
import static io.behavioranalytics.statistics.Figures.absolute;
import static io.behavioranalytics.statistics.Figures.close;
import static io.behavioranalytics.statistics.Figures.ends;
import static io.behavioranalytics.statistics.Figures.relative;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The always-valid test, against published figures, against its own definition, and against people who peek. */
class ConfidenceSequenceTest {
    @Test
    void two_sided_figures_are_growthbooks() {
        // growthbook at 8f1db4456915, packages/stats/tests/frequentist/test_tests.py, tuning 1000.
        TestResult result = ConfidenceSequence.twoSided(0.05, 1_000).test(relative(GROWTHBOOK_A_3000, GROWTHBOOK_B));
        ends(result.interval(), -0.55844, 1.56516, 6e-6);
        assertThat(result.pValue()).isEqualTo(1);
        // packages/stats/tests/test_gbstats.py, tuning 600.
        TestResult other = ConfidenceSequence.twoSided(0.05, 600)
                .test(relative(new Moments(100, 270, 848.79), new Moments(120, 300, 869)));
        close(other.pValue(), 0.892332229, 6e-10);
        close(other.interval().lower().orElseThrow(), -0.233322085, 6e-10);
    }

    @Test
    void one_sided_figures_are_growthbooks_within_the_limits_of_its_search() {
        ConfidenceSequence sequence =
                ConfidenceSequence.of(Alternative.LESS, 0.05, 5_000).withOneSidedPValuesWithin(1e-5, 0.4999);
        TestResult result = sequence.test(relative(GROWTHBOOK_A_3000, GROWTHBOOK_B));
        assertThat(result.interval().lower()).isEmpty();
        close(result.interval().upper().orElseThrow(), 1.4302867177403806, 1e-9);
        close(result.pValue(), 0.4999, 1e-12);
        // The absolute effect, recomputed: upstream's bisection ends at 0.46316492.
        double p = ConfidenceSequence.of(Alternative.GREATER, 0.05, 5_000)
                .test(absolute(GROWTHBOOK_A_3000, GROWTHBOOK_B))
                .pValue();
        close(p, 0.46304735779462636, 1e-12);
    }

    @Test
    void a_p_value_is_below_alpha_just_where_the_interval_excludes_zero() {
        Random random = new Random(1);
        for (int round = 0; round < 5_000; round++) {
            double z = 8 * random.nextDouble() - 2;
            long n = 10L + random.nextInt(100_000);
            Effect effect = new Effect(z, 1, 100, n, EffectScale.ABSOLUTE, 1);
            for (Alternative alternative : Alternative.values()) {
                ConfidenceSequence sequence = ConfidenceSequence.of(
                        alternative, 0.01 + 0.4 * random.nextDouble(), 100 + random.nextInt(9_000));
                TestResult result = sequence.test(effect);
                if (Math.abs(result.pValue() / sequence.alpha() - 1) > 1e-9) {
                    assertThat(result.significant())
                            .isNotEqualTo(result.interval().contains(0));
                }
            }
        }
    }

    @Test
    void the_interval_is_narrowest_for_its_error_near_the_tuning() {
        double best = Double.MAX_VALUE;
        double at = 0;
        for (double tuning = 1_000; tuning <= 20_000; tuning += 500) {
            double halfWidth = ConfidenceSequence.twoSided(0.05, tuning).halfWidth(5_000, 5_000);
            if (halfWidth < best) {
                best = halfWidth;
                at = tuning;
            }
        }
        assertThat(at).isBetween(4_000.0, 6_000.0);
    }

    @Test
    void who_peeks_a_thousand_times_is_misled_no_more_often_than_alpha() {
        int wrong = 0;
        int runs = 400;
        for (int run = 0; run < runs; run++) {
            Random random = new Random(run);
            ConfidenceSequence sequence = ConfidenceSequence.twoSided(0.05, 5_000);
            double[] sums = new double[4];
            int perLook = 10;
            for (int look = 1; look <= 1_000; look++) {
                for (int i = 0; i < perLook; i++) {
                    double a = random.nextGaussian();
                    double b = random.nextGaussian();
                    sums[0] += a;
                    sums[1] += a * a;
                    sums[2] += b;
                    sums[3] += b * b;
                }
                long n = (long) look * perLook;
                if (n >= 100
                        && sequence.test(absolute(new Moments(n, sums[0], sums[1]), new Moments(n, sums[2], sums[3])))
                                .significant()) {
                    wrong++;
                    break;
                }
            }
        }
        // 99 % of binomials with 400 runs and 0.05 lie below 32.
        assertThat(wrong).isLessThan(32);
    }

    private static boolean tells(ConfidenceSequence sequence, MeanEstimate c, MeanEstimate t, double lift) {
        double ratio = 1 + Math.signum(c.mean()) * lift;
        Effect difference = new Effect(
                t.mean() - ratio * c.mean(),
                Math.sqrt(t.variance() + ratio * ratio * c.variance()),
                100,
                c.n() + t.n(),
                EffectScale.ABSOLUTE,
                0);
        return sequence.test(difference).significant();
    }

    @Test
    void the_ends_of_a_lift_are_where_the_difference_is_just_told_from_nothing() {
        Random random = new Random(21);
        for (int round = 0; round < 2_000; round++) {
            ConfidenceSequence sequence =
                    ConfidenceSequence.twoSided(0.01 + 0.2 * random.nextDouble(), 100 + random.nextInt(10_000));
            MeanEstimate control = new MeanEstimate(
                    random.nextGaussian(), 0.001 + 0.01 * random.nextDouble(), 100 + random.nextInt(1_000));
            MeanEstimate treatment = new MeanEstimate(
                    random.nextGaussian(), 0.001 + 0.01 * random.nextDouble(), 100 + random.nextInt(1_000));
            Finding<TestResult> found = sequence.lift(control, treatment);
            // Without ends there is no interval: even a lift beyond all bounds could be.
            assertThat(found.value().isPresent())
                    .isEqualTo(tells(sequence, control, treatment, 1e7) && tells(sequence, control, treatment, -1e7));
            found.value().ifPresent(lift -> {
                double lower = lift.interval().lower().orElseThrow();
                double upper = lift.interval().upper().orElseThrow();
                double little = 1e-6 * (upper - lower);
                assertThat(tells(sequence, control, treatment, lower - little)).isTrue();
                assertThat(tells(sequence, control, treatment, lower + little)).isFalse();
                assertThat(tells(sequence, control, treatment, upper - little)).isFalse();
                assertThat(tells(sequence, control, treatment, upper + little)).isTrue();
                assertThat(lift.estimate()).isBetween(lower, upper);
                assertThat(lift.significant()).isEqualTo(tells(sequence, control, treatment, 0));
            });
        }
        assertThatThrownBy(() -> ConfidenceSequence.of(Alternative.LESS, 0.05, 100)
                        .lift(new MeanEstimate(1, 1, 5), new MeanEstimate(1, 1, 5)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void numbers_out_of_range_are_refused() {
        assertThatThrownBy(() -> ConfidenceSequence.of(Alternative.GREATER, 0.5, 100))
                .hasMessageContaining("below 0.5");
        assertThatThrownBy(() -> ConfidenceSequence.twoSided(0.05, 0)).hasMessageContaining("tuning");
        assertThatThrownBy(() -> ConfidenceSequence.twoSided(0.05, 100).withOneSidedPValuesWithin(0.3, 0.2))
                .hasMessageContaining("greatestOneSidedP");
    }
}
