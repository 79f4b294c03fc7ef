package io.behavioranalytics.statistics;

import static io.behavioranalytics.statistics.Figures.close;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Pearson's test and the test for sample ratio mismatch, against published figures and against each other. */
class ChiSquaredTestTest {
    /** statsmodels at 82c59e378bdf, statsmodels/stats/tests/test_proportion.py: smokers among patients, from R's prop.test. */
    private static final List<Proportion> SMOKERS =
            List.of(new Proportion(73, 86), new Proportion(90, 93), new Proportion(114, 136), new Proportion(75, 82));

    @Test
    void several_proportions_are_compared_as_by_r() {
        ChiSquaredTest equal = ChiSquaredTest.homogeneity(SMOKERS).orElseThrow();
        close(equal.statistic(), 11.11938768628861, 1e-10);
        assertThat(equal.degreesOfFreedom()).isEqualTo(3);
        close(equal.pValue(), 0.011097511366581344, 1e-10);
        ChiSquaredTest given = ChiSquaredTest.againstProportion(SMOKERS, 0.9).orElseThrow();
        close(given.statistic(), 13.20305530710751, 1e-10);
        assertThat(given.degreesOfFreedom()).isEqualTo(4);
        close(given.pValue(), 0.010325090041836, 1e-10);
        ChiSquaredTest one =
                ChiSquaredTest.againstProportion(SMOKERS.subList(0, 1), 0.9).orElseThrow();
        close(one.statistic(), 2.501291989664086, 1e-10);
        close(one.pValue(), 0.113752943640092, 1e-10);
    }

    @Test
    void two_proportions_are_compared_as_by_spotify() {
        // spotify/confidence at e1f8a49291a0, tests/frequentist/test_chisquared.py.
        List<Proportion> arms = List.of(new Proportion(42, 104), new Proportion(500, 1009));
        close(ChiSquaredTest.homogeneity(arms).orElseThrow().pValue(), 0.074866, 1e-6);
    }

    @Test
    void of_two_proportions_it_is_the_square_of_the_pooled_z_test() {
        Random random = new Random(1);
        for (int round = 0; round < 2_000; round++) {
            Proportion a = new Proportion(1 + random.nextInt(20), 30 + random.nextInt(1_000));
            Proportion b = new Proportion(1 + random.nextInt(20), 30 + random.nextInt(1_000));
            ProportionTest z =
                    ProportionTest.pooled(a, b, 0, Alternative.TWO_SIDED).orElseThrow();
            ChiSquaredTest chi = ChiSquaredTest.homogeneity(List.of(a, b)).orElseThrow();
            close(chi.statistic(), z.statistic().orElseThrow() * z.statistic().orElseThrow(), 1e-9);
            close(chi.pValue(), z.pValue(), 1e-11);
        }
    }

    @Test
    void a_sample_ratio_is_tested_as_by_growthbook() {
        // growthbook at 8f1db4456915, packages/stats/tests/test_gbstats.py, and the mocks of a real snapshot.
        close(
                SampleRatioTest.of(List.of(1000L, 1200L), List.of(0.5, 0.5))
                        .orElseThrow()
                        .pValue(),
                2.0079e-05,
                6e-10);
        SampleRatioTest even =
                SampleRatioTest.of(List.of(66L, 65L), List.of(1.0, 1.0)).orElseThrow();
        close(even.pValue(), 0.9303770922579987, 1e-9);
        assertThat(even.mismatch()).isFalse();
    }

    @Test
    void arms_without_weight_do_not_hide_a_mismatch() {
        SampleRatioTest test = SampleRatioTest.of(List.of(10_400L, 9_600L, 0L, 0L), List.of(1.0, 1.0, 0.0, 0.0))
                .orElseThrow();
        assertThat(test.degreesOfFreedom()).isEqualTo(1);
        assertThat(test.mismatch()).isTrue();
        assertThat(test.unitsInArmsOfNoWeight()).isZero();
        SampleRatioTest strays = SampleRatioTest.of(List.of(100L, 100L, 3L), List.of(1.0, 1.0, 0.0))
                .orElseThrow();
        assertThat(strays.unitsInArmsOfNoWeight()).isEqualTo(3);
        assertThat(strays.mismatch()).isTrue();
    }

    @Test
    void arms_without_weight_count_where_growthbooks_convention_is_asked_for() {
        SampleRatioTest all = SampleRatioTest.of(
                        List.of(1000L, 1200L, 0L), List.of(0.5, 0.5, 0.0), SampleRatioTest.Arms.ALL)
                .orElseThrow();
        assertThat(all.degreesOfFreedom()).isEqualTo(2);
        // Two degrees of freedom: the tail is exp(-x/2).
        close(all.pValue(), Math.exp(-18.181818181818183 / 2), 1e-12);
        SampleRatioTest strays = SampleRatioTest.of(
                        List.of(100L, 100L, 20L), List.of(1.0, 1.0, 0.0), SampleRatioTest.Arms.ALL)
                .orElseThrow();
        close(strays.statistic(), 2 * 100.0 / 110, 1e-12);
    }

    @Test
    void tests_of_different_units_add_up() {
        ChiSquaredTest one = ChiSquaredTest.homogeneity(List.of(new Proportion(30, 100), new Proportion(45, 110)))
                .orElseThrow();
        ChiSquaredTest other = ChiSquaredTest.homogeneity(List.of(new Proportion(5, 90), new Proportion(9, 40)))
                .orElseThrow();
        ChiSquaredTest both = ChiSquaredTest.together(List.of(one, other));
        assertThat(both.degreesOfFreedom()).isEqualTo(2);
        // With two degrees of freedom the chance is exp(-x/2).
        assertThat(both.pValue()).isCloseTo(Math.exp(-(one.statistic() + other.statistic()) / 2), within(1e-12));
        assertThat(ChiSquaredTest.together(List.of(one)).pValue()).isCloseTo(one.pValue(), within(1e-15));
        assertThatThrownBy(() -> ChiSquaredTest.together(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void data_that_cannot_answer_say_why() {
        assertThat(ChiSquaredTest.homogeneity(List.of(new Proportion(0, 3), new Proportion(0, 4)))
                        .shortage())
                .contains(Shortage.NO_VARIANCE);
        assertThat(ChiSquaredTest.homogeneity(List.of(new Proportion(0, 0), new Proportion(1, 4)))
                        .shortage())
                .contains(Shortage.TOO_FEW_OBSERVATIONS);
        assertThat(ChiSquaredTest.homogeneity(List.of(new Proportion(0, 0), new Proportion(0, 0)))
                        .shortage())
                .contains(Shortage.TOO_FEW_OBSERVATIONS);
        assertThat(SampleRatioTest.of(List.of(0L, 0L), List.of(1.0, 1.0)).shortage())
                .contains(Shortage.TOO_FEW_OBSERVATIONS);
        assertThat(SampleRatioTest.of(List.of(5L, 5L), List.of(1.0, 0.0)).shortage())
                .contains(Shortage.TOO_FEW_OBSERVATIONS);
        List<Runnable> refused = List.of(
                () -> ChiSquaredTest.homogeneity(List.of(new Proportion(1, 2))),
                () -> ChiSquaredTest.againstProportion(SMOKERS, 1),
                () -> ChiSquaredTest.goodnessOfFit(List.of(1L, 2L), List.of(1.0)),
                () -> ChiSquaredTest.goodnessOfFit(List.of(1L, 2L), List.of(1.0, 0.0)),
                () -> SampleRatioTest.of(List.of(1L, -2L), List.of(1.0, 1.0)),
                () -> SampleRatioTest.of(List.of(1L, 2L), List.of(1.0, Double.NaN)));
        for (Runnable call : refused) {
            assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
