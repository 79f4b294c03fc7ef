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

    /** A unit with a numerator, a denominator and both before; both arms are alike. */
    private static double[] unit(Random random) {
        double habit = 2 + random.nextDouble();
        double denominator = 1 + random.nextInt(4);
        double denominatorBefore = 1 + random.nextInt(4);
        return new double[] {
            denominator * (habit + random.nextDouble()),
            denominator,
            denominatorBefore * (habit + random.nextDouble()),
            denominatorBefore
        };
    }

    /** The sums of products of all parts of some units, the parts' own sums in the last row. */
    private static double[][] products(Random random, int units) {
        double[][] sums = new double[5][4];
        for (int u = 0; u < units; u++) {
            double[] unit = unit(random);
            for (int i = 0; i < 4; i++) {
                sums[4][i] += unit[i];
                for (int j = 0; j < 4; j++) {
                    sums[i][j] += unit[i] * unit[j];
                }
            }
        }
        return sums;
    }

    private static Moments part(double[][] sums, int units, int part) {
        return new Moments(units, sums[4][part], sums[part][part]);
    }

    private static CovariateRatioSample ratio(double[][] s, int units) {
        return new CovariateRatioSample(
                part(s, units, 0),
                part(s, units, 1),
                part(s, units, 2),
                part(s, units, 3),
                new CovariateRatioSample.Products(s[0][1], s[0][2], s[0][3], s[1][2], s[1][3], s[2][3]));
    }

    @Test
    void tests_of_ratios_and_of_adjusted_values_are_wrong_as_often_as_alpha() {
        Random random = new Random(105);
        int units = 150;
        int[] wrong = new int[8];
        for (int run = 0; run < RUNS; run++) {
            double[][] a = products(random, units);
            double[][] b = products(random, units);
            double[][] moreOfA = products(random, 40);
            double[][] moreOfB = products(random, 80);
            RatioSample plainA = new RatioSample(part(a, units, 0), part(a, units, 1), a[0][1]);
            RatioSample plainB = new RatioSample(part(b, units, 0), part(b, units, 1), b[0][1]);
            CovariateSample meanA = new CovariateSample(part(a, units, 0), part(a, units, 2), a[0][2]);
            CovariateSample meanB = new CovariateSample(part(b, units, 0), part(b, units, 2), b[0][2]);
            int k = 0;
            for (EffectScale scale : List.of(EffectScale.ABSOLUTE, EffectScale.RELATIVE)) {
                wrong[k++] += rejects(welch(Effect.of(plainA, plainB, scale)));
                wrong[k++] += rejects(welch(Cuped.effect(meanA, meanB, scale)));
                wrong[k++] += rejects(welch(Cuped.effect(ratio(a, units), ratio(b, units), scale)));
                wrong[k++] += rejects(MeanTest.z(
                        PostStratification.ofMeans(
                                        List.of(
                                                new PostStratification.Stratum<Observed>(
                                                        part(a, units, 0), part(b, units, 0)),
                                                new PostStratification.Stratum<Observed>(
                                                        part(moreOfA, 40, 0), part(moreOfB, 80, 0))),
                                        scale)
                                .orElseThrow(),
                        Alternative.TWO_SIDED,
                        0.05));
            }
        }
        for (int one : wrong) {
            assertThat(one).isBetween(500 - REACH, 500 + REACH);
        }
    }

    private static TestResult welch(Finding<Effect> effect) {
        return MeanTest.welch(effect.orElseThrow(), Alternative.TWO_SIDED, 0.05);
    }

    @Test
    void samples_split_as_they_should_be_are_a_mismatch_as_often_as_its_level() {
        Random random = new Random(106);
        int low = 0;
        int mismatches = 0;
        for (int run = 0; run < RUNS; run++) {
            long[] arms = new long[3];
            for (int u = 0; u < 400; u++) {
                double at = random.nextDouble();
                arms[at < 0.5 ? 0 : at < 0.8 ? 1 : 2]++;
            }
            SampleRatioTest test = SampleRatioTest.of(List.of(arms[0], arms[1], arms[2]), List.of(50.0, 30.0, 20.0))
                    .orElseThrow();
            low += test.pValue() < 0.05 ? 1 : 0;
            mismatches += test.mismatch() ? 1 : 0;
        }
        assertThat(low).isBetween(500 - REACH, 500 + REACH);
        assertThat(mismatches).isBetween(2, 18); // about 10 of 10,000, by the 99 % interval
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
    void who_looks_at_the_lift_of_rare_conversions_is_misled_no_more_often() {
        Random random = new Random(107);
        ConfidenceSequence sequence = ConfidenceSequence.twoSided(0.05, 1_000);
        for (double rate : new double[] {0.02, 0.3}) {
            int wrong = 0;
            for (int run = 0; run < RUNS; run++) {
                int[] successes = new int[2];
                for (int arm = 0; arm < 2; arm++) {
                    successes[arm] = (int) converted(random, 100, rate).successes();
                }
                for (int n = 101; n <= 600; n++) {
                    successes[0] += random.nextDouble() < rate ? 1 : 0;
                    successes[1] += random.nextDouble() < rate ? 1 : 0;
                    boolean misled = sequence.lift(mean(successes[0], n), mean(successes[1], n))
                            .value()
                            .filter(lift -> !lift.interval().contains(0))
                            .isPresent();
                    if (misled) {
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
    }

    private static MeanEstimate mean(int successes, int n) {
        double rate = successes / (double) n;
        return new MeanEstimate(rate, rate * (1 - rate) / n, n);
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
