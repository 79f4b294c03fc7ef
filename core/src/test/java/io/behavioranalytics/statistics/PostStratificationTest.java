package io.behavioranalytics.statistics;

import static io.behavioranalytics.statistics.Figures.close;
import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.statistics.CovariateRatioSample.Products;
import io.behavioranalytics.statistics.PostStratification.Stratum;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Post-stratified effects, against published figures and against experiments that are repeated. */
class PostStratificationTest {
    /**
     * growthbook at 8f1db4456915, packages/stats/tests/frequentist/test_post_strat.py: control and treatment of five strata; n, sum and sum of
     * squares of numerator and denominator after and before, and their six sums of products.
     */
    private static final double[][] STRATA = {
        {
            21.0,
            330.0696210595999,
            5377.811252605509,
            890.9766550739607,
            38220.95223835553,
            104.90748970535698,
            544.8528083123211,
            207.89392275808956,
            2084.9576141182224,
            14263.937571840695,
            1709.8485612477339,
            3331.5604732242236,
            4536.239751943664,
            8924.759241535443,
            1060.4394881503144
        },
        {
            42.0,
            708.1220000911836,
            12249.255519049513,
            1745.9858250014954,
            73194.53424221886,
            205.17072061676208,
            1040.6742753852225,
            412.711880878505,
            4096.604057794132,
            29826.620793423102,
            3561.161673449451,
            7054.607772583746,
            8661.515319014929,
            17309.48641894266,
            2052.459256425701
        },
        {
            65.0,
            1391.96628040659,
            30546.63404187155,
            2769.8126179473184,
            118719.96077578884,
            315.83926510817054,
            1578.8689285910423,
            642.2456105047289,
            6391.278897716863,
            59924.702385890436,
            6938.770455871619,
            13907.522729117181,
            13603.664018221429,
            27539.520078090354,
            3159.649493130578
        },
        {
            75.0,
            1807.4703052657744,
            45000.287664918586,
            3184.8395612061063,
            136710.92474497214,
            377.29540367369503,
            1981.0803020754106,
            758.076359391088,
            7750.7726864492015,
            78119.14871556411,
            9428.146405105292,
            18589.628595670973,
            16346.199623884253,
            32540.687226429243,
            3894.390731281282
        },
        {
            102.0,
            2916.824124651419,
            86396.06886690554,
            4445.780384331884,
            195387.7733842407,
            523.2717238353379,
            2797.158898626946,
            1036.3070573097948,
            10619.969725470164,
            129041.55268673625,
            15535.162216800189,
            30084.67030990572,
            23168.39181193194,
            45542.18577719637,
            5404.918238379167
        },
        {
            101.0,
            3104.5399914554023,
            98365.40553530994,
            4235.277718489282,
            179690.4720421368,
            501.0447878972627,
            2596.899156698453,
            1010.378433449463,
            10223.916200184585,
            132444.36911739354,
            15962.754636573465,
            31588.028767759377,
            21431.70320453045,
            42848.21621273023,
            5115.7607599471585
        },
        {
            151.0,
            5172.587929941052,
            182453.04528037464,
            6510.170220892494,
            283094.7243365024,
            758.3911049329452,
            3955.922281372593,
            1512.006054112595,
            15285.151021409667,
            226127.20135744457,
            26846.415701194885,
            52549.76208497923,
            33204.9846415661,
            65760.83670959483,
            7722.607914963395
        },
        {
            121.0,
            4613.696610070716,
            180520.64781229294,
            5079.943060454901,
            215529.32009367683,
            603.9456523430367,
            3144.0820997706583,
            1204.8449120624373,
            12136.926835557133,
            196562.8269130501,
            23789.82730157116,
            46652.31675719776,
            25819.033228132084,
            51127.544981001134,
            6133.9761958037225
        },
        {
            160.0,
            6539.348445231273,
            274981.98909352464,
            6906.305872710853,
            300900.3106781779,
            823.2824168385916,
            4389.893995072177,
            1614.6469506831402,
            16462.430726309674,
            286483.9732935189,
            34727.84795433773,
            67017.16816048721,
            36121.28274124097,
            70363.18868076446,
            8454.545756182042
        },
        {
            162.0,
            7431.953259880505,
            349244.6690736718,
            6899.004661928157,
            296839.44355002965,
            832.356528363269,
            4439.253146704266,
            1645.0526462449084,
            16880.972871039336,
            321057.8410309036,
            39332.667494781235,
            76550.57235527673,
            36071.28512692181,
            70764.05432525955,
            8606.62830914991
        }
    };

    @Test
    void the_figures_of_growthbook_are_met() {
        Effect mean = PostStratification.ofMeans(strata(PostStratificationTest::mean), EffectScale.RELATIVE)
                .orElseThrow();
        close(mean.estimate(), 0.10994584851937336, 1e-12);
        close(mean.standardError(), 0.012225394656480164, 1e-12);
        Effect ratio = PostStratification.ofRatios(strata(PostStratificationTest::ratio), EffectScale.RELATIVE)
                .orElseThrow();
        close(ratio.estimate(), 0.13371299783026003, 1e-12);
        close(ratio.standardError(), 0.007131233706378072, 6e-6);
        Effect adjusted = PostStratification.ofCovariates(
                        strata(PostStratificationTest::covariate), EffectScale.RELATIVE)
                .orElseThrow();
        close(adjusted.estimate(), 0.11529547657147865, 1e-10);
        close(adjusted.standardError(), 0.002206093195330933, 6e-6);
        Effect both = PostStratification.ofCovariateRatios(
                        strata(PostStratificationTest::covariateRatio), EffectScale.ABSOLUTE)
                .orElseThrow();
        close(both.estimate(), 0.10399412678968833, 1e-10);
        close(both.standardError(), 0.0012269621176865127, 6e-6);
    }

    @Test
    void a_negative_control_keeps_the_sign_of_the_difference() {
        // The same file: from -10 to -5 in two strata.
        Stratum<Observed> stratum = new Stratum<>(new Moments(1000, -10000, 104000), new Moments(1000, -5000, 29000));
        Effect effect = PostStratification.ofMeans(List.of(stratum, stratum), EffectScale.RELATIVE)
                .orElseThrow();
        close(effect.estimate(), 0.5, 1e-12);
        close(effect.standardError(), 0.00500250187656387, 1e-12);
    }

    @Test
    void one_stratum_is_the_plain_effect() {
        for (EffectScale scale : EffectScale.values()) {
            Stratum<Observed> stratum = new Stratum<>(mean(0), mean(1));
            Effect effect = PostStratification.ofMeans(List.of(stratum), scale).orElseThrow();
            Effect plain = Effect.of(mean(0), mean(1), scale).orElseThrow();
            close(effect.estimate(), plain.estimate(), 1e-12);
            close(effect.standardError(), plain.standardError(), 1e-12);
            Effect ratio = PostStratification.ofRatios(List.of(new Stratum<>(ratio(2), ratio(3))), scale)
                    .orElseThrow();
            Effect plainRatio = Effect.of(ratio(2), ratio(3), scale).orElseThrow();
            close(ratio.estimate(), plainRatio.estimate(), 1e-12);
            close(ratio.standardError(), plainRatio.standardError(), 1e-10);
        }
    }

    @Test
    void intervals_of_repeated_experiments_cover_the_effect() {
        Random random = new Random(21);
        int covered = 0;
        int adjustedCovered = 0;
        double plainError = 0;
        double error = 0;
        double adjustedError = 0;
        int runs = 600;
        for (int run = 0; run < runs; run++) {
            double[][][] sums = new double[3][2][6];
            for (int unit = 0; unit < 600; unit++) {
                int stratum = random.nextInt(3);
                int arm = random.nextInt(2);
                double pre = 4 * stratum + random.nextGaussian();
                double post = 5 + pre + 0.5 * arm + 0.5 * random.nextGaussian();
                double[] s = sums[stratum][arm];
                s[0]++;
                s[1] += post;
                s[2] += post * post;
                s[3] += pre;
                s[4] += pre * pre;
                s[5] += pre * post;
            }
            List<Stratum<Observed>> means = new ArrayList<>();
            List<Stratum<CovariateSample>> covariates = new ArrayList<>();
            for (double[][] stratum : sums) {
                means.add(new Stratum<>(post(stratum[0]), post(stratum[1])));
                covariates.add(new Stratum<>(pair(stratum[0]), pair(stratum[1])));
            }
            Effect effect =
                    PostStratification.ofMeans(means, EffectScale.ABSOLUTE).orElseThrow();
            Effect adjusted = PostStratification.ofCovariates(covariates, EffectScale.ABSOLUTE)
                    .orElseThrow();
            covered +=
                    MeanTest.z(effect, Alternative.TWO_SIDED, 0.05).interval().contains(0.5) ? 1 : 0;
            adjustedCovered +=
                    MeanTest.z(adjusted, Alternative.TWO_SIDED, 0.05).interval().contains(0.5) ? 1 : 0;
            error += effect.standardError() / runs;
            adjustedError += adjusted.standardError() / runs;
            plainError += Figures.absolute(all(sums, 0), all(sums, 1)).standardError() / runs;
        }
        // 99 % of binomials with 600 runs and 0.95 lie within 556 and 583.
        assertThat(covered).isBetween(556, 583);
        assertThat(adjustedCovered).isBetween(556, 583);
        assertThat(error).isLessThan(0.5 * plainError);
        assertThat(adjustedError).isLessThan(0.6 * error);
    }

    @Test
    void a_covariate_that_says_nothing_new_takes_no_part() {
        Stratum<CovariateSample> constant = new Stratum<>(
                new CovariateSample(Moments.of(1, 2, 4), Moments.of(3, 3, 3), 21),
                new CovariateSample(Moments.of(2, 5, 6), Moments.of(3, 3, 3), 39));
        Effect effect = PostStratification.ofCovariates(List.of(constant), EffectScale.ABSOLUTE)
                .orElseThrow();
        close(effect.estimate(), 2, 1e-12);
    }

    @Test
    void data_that_cannot_answer_say_why() {
        assertThat(PostStratification.ofMeans(List.of(), EffectScale.ABSOLUTE).shortage())
                .contains(Shortage.TOO_FEW_OBSERVATIONS);
        assertThat(PostStratification.ofMeans(
                                List.of(new Stratum<>(Moments.of(1), Moments.of(1, 2))), EffectScale.ABSOLUTE)
                        .shortage())
                .contains(Shortage.TOO_FEW_OBSERVATIONS);
        assertThat(PostStratification.ofMeans(
                                List.of(new Stratum<>(new Proportion(0, 9), new Proportion(0, 9))),
                                EffectScale.ABSOLUTE)
                        .shortage())
                .contains(Shortage.NO_VARIANCE);
        assertThat(PostStratification.ofMeans(
                                List.of(new Stratum<>(Moments.of(-1, 1), Moments.of(1, 2))), EffectScale.RELATIVE)
                        .shortage())
                .contains(Shortage.NO_BASELINE);
        assertThat(PostStratification.ofRatios(
                                List.of(new Stratum<>(
                                        new RatioSample(Moments.of(1, 2), Moments.of(0, 0), 0),
                                        new RatioSample(Moments.of(1, 2), Moments.of(0, 0), 0))),
                                EffectScale.ABSOLUTE)
                        .shortage())
                .contains(Shortage.NO_BASELINE);
    }

    private static <T> List<Stratum<T>> strata(IntFunction<T> arm) {
        List<Stratum<T>> strata = new ArrayList<>();
        for (int i = 0; i < STRATA.length; i += 2) {
            strata.add(new Stratum<>(arm.apply(i), arm.apply(i + 1)));
        }
        return strata;
    }

    private static Observed mean(int row) {
        return part(row, 0);
    }

    private static Moments part(int row, int which) {
        double[] r = STRATA[row];
        return new Moments((long) r[0], r[1 + 2 * which], r[2 + 2 * which]);
    }

    private static RatioSample ratio(int row) {
        return new RatioSample(part(row, 0), part(row, 1), STRATA[row][9]);
    }

    private static CovariateSample covariate(int row) {
        return new CovariateSample(part(row, 0), part(row, 2), STRATA[row][10]);
    }

    private static CovariateRatioSample covariateRatio(int row) {
        double[] r = STRATA[row];
        return new CovariateRatioSample(
                part(row, 0),
                part(row, 1),
                part(row, 2),
                part(row, 3),
                new Products(r[9], r[10], r[11], r[12], r[13], r[14]));
    }

    private static Moments post(double[] s) {
        return new Moments((long) s[0], s[1], s[2]);
    }

    private static CovariateSample pair(double[] s) {
        return new CovariateSample(post(s), new Moments((long) s[0], s[3], s[4]), s[5]);
    }

    private static Moments all(double[][][] sums, int arm) {
        double[] all = new double[3];
        for (double[][] stratum : sums) {
            for (int i = 0; i < 3; i++) {
                all[i] += stratum[arm][i];
            }
        }
        return post(all);
    }
}
