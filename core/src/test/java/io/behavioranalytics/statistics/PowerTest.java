package io.behavioranalytics.statistics;

import static io.behavioranalytics.statistics.Figures.close;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Power, least effects and sample sizes, against published figures and against experiments that are repeated. */
class PowerTest {
    private static final LiftPower REVENUE = new LiftPower(0.1, 0.5, 1_500);
    private static final LiftPower CLICKS = new LiftPower(0.1, 0.09, 1_500);

    @Test
    void the_figures_of_pwr_are_met() {
        // statsmodels at 82c59e378bdf, statsmodels/stats/tests/test_power.py: R pwr.
        close(Power.tOfOneSample(1, 30, Alternative.TWO_SIDED, 0.05), 0.9995636009612725, 1e-12);
        close(Power.tOfOneSample(1, 30, Alternative.GREATER, 0.05), 0.999892010204909, 1e-12);
        close(Power.tOfOneSample(-0.2, 20, Alternative.LESS, 0.05), 0.21707518167191, 1e-12);
        close(Power.tOfTwoSamples(0.1, 20, 20, Alternative.TWO_SIDED, 0.05), 0.06095912465411235, 1e-11);
        close(Power.tOfTwoSamples(0.1, 20, 30, Alternative.TWO_SIDED, 0.05), 0.0633081832564667, 1e-11);
        close(Power.zOfEffectSize(0.3, 80, 1, Alternative.TWO_SIDED, 0.05), 0.475100870572638, 1e-12);
        close(Power.zOfEffectSize(-0.01, 80, 1, Alternative.GREATER, 0.05), 0.0438089705093578, 1e-12);
        close(Power.zOfEffectSize(0.3, 40, 0, Alternative.TWO_SIDED, 0.05), 0.475100870572638, 1e-12);
        close(Power.chiSquared(0.1, 5, 4, 0.05), 0.05246644635810126, 1e-9);
    }

    @Test
    void without_an_effect_the_power_is_the_level() {
        close(Power.zOfEffectSize(0, 1600, 1, Alternative.TWO_SIDED, 0.01), 0.01, 1e-14);
        close(Power.tOfOneSample(0, 7, Alternative.TWO_SIDED, 0.1), 0.1, 1e-10);
        close(Power.tOfTwoSamples(0, 2, 2, Alternative.GREATER, 0.3), 0.3, 1e-10);
        close(Power.chiSquared(0, 100, 3, 0.2), 0.2, 1e-9);
        close(Power.anova(0, 60, 4, 0.05), 0.05, 1e-9);
    }

    @Test
    void an_analysis_of_two_groups_is_the_t_test() {
        // f is half of d, and F is t squared.
        close(Power.anova(0.25, 60, 2, 0.05), Power.tOfTwoSamples(0.5, 30, 30, Alternative.TWO_SIDED, 0.05), 1e-9);
    }

    @Test
    void noncentral_probabilities_are_those_of_draws() {
        Random random = new Random(1);
        int n = 200_000;
        int t = 0;
        int chi = 0;
        int f = 0;
        for (int i = 0; i < n; i++) {
            double[] z = {
                random.nextGaussian(),
                random.nextGaussian(),
                random.nextGaussian(),
                random.nextGaussian(),
                random.nextGaussian()
            };
            double denominator = (z[1] * z[1] + z[2] * z[2] + z[3] * z[3]) / 3;
            t += (z[0] + 1.3) / Math.sqrt(denominator) <= 2 ? 1 : 0;
            double noncentral = (z[0] + 1.3) * (z[0] + 1.3) + z[4] * z[4];
            chi += noncentral > 3 ? 1 : 0;
            f += noncentral / 2 / denominator > 1.5 ? 1 : 0;
        }
        close(Noncentral.tBelow(2, 3, 1.3), (double) t / n, 0.005);
        close(Noncentral.chiSquaredAbove(3, 2, 1.69), (double) chi / n, 0.005);
        close(Noncentral.fAbove(1.5, 2, 3, 1.69), (double) f / n, 0.005);
    }

    @Test
    void the_planner_of_growthbook_is_met() {
        // growthbook at 8f1db4456915, packages/shared/test/power.test.ts.
        LiftPower large = new LiftPower(10, 3909.9997749994377, 400_000 / 3.0);
        ConfidenceSequence sequence = ConfidenceSequence.twoSided(0.05, 5_000);
        close(large.power(0.05, Alternative.TWO_SIDED, 0.05), 0.52144, 6e-6);
        close(large.power(0.05, sequence, LiftPower.Sequential.INFLATED_ERROR), 0.20596, 6e-6);
        close(REVENUE.power(0.3, Alternative.TWO_SIDED, 0.05), 0.17053, 6e-6);
        close(REVENUE.minimumLift(0.8, Alternative.TWO_SIDED, 0.05).orElseThrow(), 1.26769, 6e-6);
        close(CLICKS.power(0.05, sequence, LiftPower.Sequential.INFLATED_ERROR), 0.05936, 6e-6);
        close(
                CLICKS.minimumLift(0.8, sequence, LiftPower.Sequential.INFLATED_ERROR)
                        .orElseThrow(),
                0.65545,
                6e-6);
        NormalPrior prior = NormalPrior.relative(0.2, 0.3);
        close(CLICKS.power(0.05, prior, 0.05), 0.0752, 6e-6);
        close(CLICKS.minimumLift(0.8, prior, 0.05).orElseThrow(), 0.36259, 2e-5);
        close(new LiftPower(0.1, 0.5, 12_000).minimumLift(0.8, prior, 0.05).orElseThrow(), 0.29182, 2e-5);
    }

    @Test
    void the_power_of_a_running_experiment_is_growthbooks() {
        // growthbook at 8f1db4456915, packages/stats/tests/test_midexperimentpower.py.
        Effect effect = Figures.relative(new Moments(500, 500, 1500), new Moments(500, 525, 1551.25));
        close(effect.standardError() * effect.standardError(), 0.008426853707414856, 1e-15);
        InterimPower interim = new InterimPower(effect, 0.05);
        close(interim.fixed(25.45703125, 0.05), 0.8, 6e-5);
        NormalPrior prior = NormalPrior.relative(0.05, 0.001);
        close(interim.bayesian(13.9404296875, prior, 0.05), 0.8, 6e-5);
        double more = interim.furtherUnits(0.8, at -> interim.fixed(at, 0.05)).orElseThrow();
        close(more, 25.457, 0.01);
        close(interim.fixed(more, 0.05), 0.8, 1e-12);
        assertThat(interim.furtherUnits(0.01, at -> interim.fixed(at, 0.05)).orElseThrow())
                .isZero();
        ConfidenceSequence sequence = ConfidenceSequence.twoSided(0.05, 5_000);
        double longer = interim.furtherUnits(0.8, at -> interim.sequential(at, sequence))
                .orElseThrow();
        assertThat(longer).isGreaterThan(more);
        assertThat(new InterimPower(effect, 1e-9)
                        .furtherUnits(0.8, at -> new InterimPower(effect, 1e-9).fixed(at, 0.05))
                        .shortage())
                .contains(Shortage.OUT_OF_REACH);
    }

    @Test
    void the_least_lift_has_the_power_asked_for() {
        Random random = new Random(3);
        for (int round = 0; round < 500; round++) {
            LiftPower design = new LiftPower(
                    0.05 + random.nextDouble(),
                    0.01 + random.nextDouble(),
                    100 + random.nextInt(100_000),
                    100 + random.nextInt(100_000));
            double power = 0.3 + 0.65 * random.nextDouble();
            double alpha = 0.01 + 0.1 * random.nextDouble();
            ConfidenceSequence sequence = ConfidenceSequence.of(Alternative.GREATER, alpha, 2_000);
            design.minimumLift(power, Alternative.GREATER, alpha)
                    .value()
                    .ifPresent(lift -> close(design.power(lift, Alternative.GREATER, alpha), power, 1e-9));
            for (LiftPower.Sequential convention : LiftPower.Sequential.values()) {
                design.minimumLift(power, sequence, convention)
                        .value()
                        .ifPresent(lift -> close(design.power(lift, sequence, convention), power, 1e-9));
            }
            NormalPrior prior = NormalPrior.relative(0, 0.09);
            design.minimumLift(power, prior, alpha)
                    .value()
                    .ifPresent(lift -> close(design.power(lift, prior, alpha), power, 1e-9));
        }
        assertThat(new LiftPower(0.001, 1, 10)
                        .minimumLift(0.8, Alternative.TWO_SIDED, 0.05)
                        .shortage())
                .contains(Shortage.OUT_OF_REACH);
    }

    @Test
    void arms_of_one_size_are_the_planner_of_growthbook_and_the_error_of_others_is_the_delta_methods() {
        LiftPower equal = new LiftPower(0.1, 0.09, 1_500, 1_500);
        assertThat(equal).isEqualTo(CLICKS);
        // Of the lift b/a − 1 at means 0.1 and 0.12: v/(n·0.1²) + v·0.12²/(n·0.1⁴).
        double variance = 0.09 / (500 * 0.01) + 0.09 * 0.0144 / (4_000 * 0.0001);
        close(new LiftPower(0.1, 0.09, 4_000, 500).standardError(0.2), Math.sqrt(variance), 1e-12);
    }

    @Test
    void the_power_is_how_often_the_test_rejects() {
        Random random = new Random(13);
        int n = 400;
        int fixed = 0;
        int always = 0;
        int runs = 2_000;
        ConfidenceSequence sequence = ConfidenceSequence.twoSided(0.05, 800);
        for (int run = 0; run < runs; run++) {
            int a = 0;
            int b = 0;
            for (int i = 0; i < n; i++) {
                a += random.nextDouble() < 0.3 ? 1 : 0;
                b += random.nextDouble() < 0.4 ? 1 : 0;
            }
            Effect effect = Figures.absolute(new Proportion(a, n), new Proportion(b, n));
            fixed += MeanTest.z(effect, Alternative.TWO_SIDED, 0.05).significant() ? 1 : 0;
            always += sequence.test(effect).significant() ? 1 : 0;
        }
        double error = Math.sqrt(0.21 / n + 0.24 / n);
        // Four deviations of binomials at a half.
        close((double) fixed / runs, Power.z(0.1, error, Alternative.TWO_SIDED, 0.05), 0.045);
        close((double) always / runs, Power.sequential(0.1, error, 2.0 * n, sequence), 0.045);
    }

    @Test
    void the_sample_sizes_of_textbooks_are_met() {
        // spotify/confidence at e1f8a49291a0, tests/samplesize/test_samplesizecalculator.py: G*Power, to one part in a
        // hundred.
        SampleSize.Goal goal = new SampleSize.Goal(0.003, 0.2244, 0.2244, Alternative.TWO_SIDED, 0.05, 0.85);
        assertThat(SampleSize.of(goal, List.of(1.0, 1.0), SampleSize.Comparisons.CONTROL_VS_ALL)
                        .orElseThrow()
                        .total())
                .isEqualTo(895_446);
        assertThat(SampleSize.of(goal, List.of(1.0, 1.0, 1.0), SampleSize.Comparisons.ALL_VS_ALL)
                        .orElseThrow()
                        .total())
                .isEqualTo(1_343_169);
        // tests/frequentist/test_freqsamplesizecalculator.py, exact.
        double lifted = 0.7 * 1.00617;
        SampleSize.Goal share =
                new SampleSize.Goal(lifted - 0.7, 0.21, lifted * (1 - lifted), Alternative.TWO_SIDED, 0.01 / 4, 0.8);
        assertThat(SampleSize.of(share, List.of(5000.0, 2000.0, 3000.0), SampleSize.Comparisons.CONTROL_VS_ALL)
                        .orElseThrow()
                        .total())
                .isBetween(1_170_185L, 1_170_187L);
    }

    @Test
    void a_sample_of_that_size_has_the_power() {
        Random random = new Random(4);
        for (int round = 0; round < 300; round++) {
            double effect = 0.01 + random.nextDouble();
            double v1 = 0.1 + random.nextDouble();
            double v2 = 0.1 + random.nextDouble();
            SampleSize size = SampleSize.of(
                            new SampleSize.Goal(effect, v1, v2, Alternative.GREATER, 0.05, 0.8),
                            List.of(1 + random.nextDouble(), 1 + random.nextDouble()),
                            SampleSize.Comparisons.CONTROL_VS_ALL)
                    .orElseThrow();
            double a = size.perArm().get(0);
            double b = size.perArm().get(1);
            assertThat(Power.z(effect, Math.sqrt(v1 / a + v2 / b), Alternative.GREATER, 0.05))
                    .isGreaterThanOrEqualTo(0.8 - 1e-9);
            assertThat(Power.z(effect, Math.sqrt(v1 / (a - 1) + v2 / (b - 1)), Alternative.GREATER, 0.05))
                    .isLessThan(0.8 + 1e-9);
        }
    }

    @Test
    void the_units_for_a_power_are_those_at_which_it_is_reached() {
        double units = Power.unitsFor(0.9, 1.5, n -> Power.tOfOneSample(0.5, n, Alternative.TWO_SIDED, 0.05))
                .orElseThrow();
        close(Power.tOfOneSample(0.5, units, Alternative.TWO_SIDED, 0.05), 0.9, 1e-9);
        // G*Power's manual and R: 43.995 units.
        close(units, 43.995, 0.01);
        assertThat(Power.unitsFor(0.9, 1, n -> 0.5).shortage()).contains(Shortage.OUT_OF_REACH);
        double error = 0.01;
        close(
                Power.z(Power.minimumEffect(error, Alternative.LESS, 0.05, 0.8), error, Alternative.GREATER, 0.05),
                0.8,
                1e-12);
    }

    @Test
    void numbers_out_of_range_are_refused() {
        Runnable[] refused = {
            () -> Power.z(1, 0, Alternative.TWO_SIDED, 0.05),
            () -> Power.z(1, 1, Alternative.TWO_SIDED, 0),
            () -> Power.z(Double.NaN, 1, Alternative.TWO_SIDED, 0.05),
            () -> Power.tOfOneSample(1, 1, Alternative.TWO_SIDED, 0.05),
            () -> Power.anova(1, 3, 3, 0.05),
            () -> Power.unitsFor(1, 1, n -> n),
            () -> new LiftPower(0, 1, 1),
            () -> new LiftPower(1, 1, 0),
            () -> CLICKS.power(0.1, new NormalPrior(0, 1, EffectScale.ABSOLUTE), 0.05),
            () -> new SampleSize.Goal(0, 1, 1, Alternative.LESS, 0.05, 0.8),
            () -> SampleSize.of(
                    new SampleSize.Goal(1, 1, 1, Alternative.LESS, 0.05, 0.8),
                    List.of(1.0),
                    SampleSize.Comparisons.ALL_VS_ALL)
        };
        for (Runnable call : refused) {
            assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
