package io.behavioranalytics.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How often tests call chance an effect and intervals miss the truth, over 10,000 simulated experiments with fixed seeds. */
class ErrorRateTest {
    private static final int RUNS = 10_000;

    /** The 99 % interval of a binomial with 10,000 runs about 500, and about 9,500. */
    private static final int REACH = (int) (2.5758 * Math.sqrt(RUNS * 0.05 * 0.95));

    @Test
    void fixed_horizon_tests_are_wrong_as_often_as_alpha() {
        Random random = new Random(101);
        int welch = 0;
        int z = 0;
        int pooled = 0;
        int chi = 0;
        int relative = 0;
        for (int run = 0; run < RUNS; run++) {
            Moments a = Moments.of(random.doubles(60).map(u -> 10 + 4 * u * u).toArray());
            Moments b = Moments.of(random.doubles(90).map(u -> 10 + 4 * u * u).toArray());
            welch += rejects(MeanTest.welch(Figures.absolute(a, b), Alternative.TWO_SIDED, 0.05));
            relative += rejects(MeanTest.welch(Figures.relative(a, b), Alternative.TWO_SIDED, 0.05));
            Proportion c = converted(random, 800, 0.37);
            Proportion d = converted(random, 700, 0.37);
            z += rejects(MeanTest.z(Figures.absolute(c, d), Alternative.TWO_SIDED, 0.05));
            pooled += ProportionTest.pooled(c, d, 0, Alternative.GREATER)
                                    .orElseThrow()
                                    .pValue()
                            < 0.05
                    ? 1
                    : 0;
            chi += ChiSquaredTest.homogeneity(List.of(c, d)).orElseThrow().pValue() < 0.05 ? 1 : 0;
        }
        for (int wrong : new int[] {welch, z, pooled, chi, relative}) {
            assertThat(wrong).isBetween(500 - REACH, 500 + REACH);
        }
    }

    @Test
    void intervals_cover_the_truth_as_often_as_they_say() {
        Random random = new Random(102);
        int absolute = 0;
        int lift = 0;
        int adjusted = 0;
        int difference = 0;
        int posterior = 0;
        for (int run = 0; run < RUNS; run++) {
            double[][] sums = new double[2][6];
            for (int arm = 0; arm < 2; arm++) {
                for (int unit = 0; unit < 80; unit++) {
                    double pre = 3 + random.nextGaussian();
                    double post = 7 + arm + pre + random.nextGaussian();
                    sums[arm][0]++;
                    sums[arm][1] += post;
                    sums[arm][2] += post * post;
                    sums[arm][3] += pre;
                    sums[arm][4] += pre * pre;
                    sums[arm][5] += pre * post;
                }
            }
            Effect effect = Figures.absolute(post(sums[0]), post(sums[1]));
            absolute +=
                    covers(MeanTest.welch(effect, Alternative.TWO_SIDED, 0.05).interval(), 1);
            posterior += covers(EffectPosterior.flat(effect).credibleInterval(0.05), 1);
            Effect relative = Figures.relative(post(sums[0]), post(sums[1]));
            lift += covers(MeanTest.welch(relative, Alternative.TWO_SIDED, 0.05).interval(), 0.1);
            Effect cuped = Cuped.effect(covariate(sums[0]), covariate(sums[1]), EffectScale.ABSOLUTE)
                    .orElseThrow();
            adjusted +=
                    covers(MeanTest.welch(cuped, Alternative.TWO_SIDED, 0.05).interval(), 1);
            difference += covers(
                    ProportionComparison.DIFFERENCE_NEWCOMBE
                            .of(converted(random, 500, 0.4), converted(random, 500, 0.35), 0.05)
                            .orElseThrow(),
                    0.05);
        }
        for (int covered : new int[] {absolute, lift, adjusted, difference}) {
            assertThat(covered).isBetween(9_500 - REACH, 9_500 + REACH);
        }
        // A normal interval with an estimated variance, of 160 units, is a little too short.
        assertThat(posterior).isBetween(9_500 - REACH - 25, 9_500 + REACH);
    }

    @Test
    void who_looks_five_hundred_times_is_misled_in_six_of_a_hundred_experiments_at_most() {
        Random random = new Random(103);
        ConfidenceSequence sequence = ConfidenceSequence.twoSided(0.05, 1_000);
        int wrong = 0;
        for (int run = 0; run < RUNS; run++) {
            double[] sums = new double[4];
            add(sums, random, 100);
            for (int look = 0; look < 500; look++) {
                add(sums, random, 1);
                long n = 101L + look;
                Effect effect = Figures.absolute(new Moments(n, sums[0], sums[1]), new Moments(n, sums[2], sums[3]));
                if (sequence.test(effect).significant()) {
                    wrong++;
                    break;
                }
            }
        }
        assertThat(ProportionInterval.CLOPPER_PEARSON
                        .of(new Proportion(wrong, RUNS), 0.01)
                        .orElseThrow()
                        .upper()
                        .orElseThrow())
                .isLessThanOrEqualTo(0.06);
    }

    @Test
    void a_split_of_52_to_48_of_20_000_is_found() {
        Random random = new Random(104);
        int found = 0;
        for (int run = 0; run < 200; run++) {
            long first = converted(random, 20_000, 0.52).successes();
            found += SampleRatioTest.of(List.of(first, 20_000 - first), List.of(1.0, 1.0))
                            .orElseThrow()
                            .mismatch()
                    ? 1
                    : 0;
        }
        // At a thousandth the power is 0.991.
        assertThat(found).isGreaterThanOrEqualTo(193);
        assertThat(SampleRatioTest.of(List.of(10_400L, 9_600L), List.of(1.0, 1.0))
                        .orElseThrow()
                        .mismatch())
                .isTrue();
    }

    private static void add(double[] sums, Random random, int units) {
        for (int i = 0; i < units; i++) {
            double a = random.nextGaussian();
            double b = random.nextGaussian();
            sums[0] += a;
            sums[1] += a * a;
            sums[2] += b;
            sums[3] += b * b;
        }
    }

    private static int rejects(TestResult result) {
        return result.significant() ? 1 : 0;
    }

    private static int covers(Interval interval, double truth) {
        return interval.contains(truth) ? 1 : 0;
    }

    private static Proportion converted(Random random, int n, double p) {
        int successes = 0;
        for (int i = 0; i < n; i++) {
            successes += random.nextDouble() < p ? 1 : 0;
        }
        return new Proportion(successes, n);
    }

    private static Moments post(double[] s) {
        return new Moments((long) s[0], s[1], s[2]);
    }

    private static CovariateSample covariate(double[] s) {
        return new CovariateSample(post(s), new Moments((long) s[0], s[3], s[4]), s[5]);
    }
}
