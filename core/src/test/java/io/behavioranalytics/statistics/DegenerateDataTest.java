package io.behavioranalytics.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every method on data at the edge of what can be: whatever it answers is a number, or says why there is none. */
class DegenerateDataTest {
    private static final double[] ALPHAS = {1e-12, 0.001, 0.05, 0.5, 0.999};
    private static final List<Proportion> PROPORTIONS = proportions();
    private static final List<Moments> MEANS = means();

    @Test
    void tests_of_two_arms_answer_numbers() {
        List<Sample> samples = new ArrayList<>(PROPORTIONS);
        samples.addAll(MEANS);
        samples.add(new QuantileSample(1, 1, 1, 1, 0.95));
        samples.add(new QuantileSample(9, 1, 0, 2, 0.95));
        for (Moments mean : MEANS) {
            samples.add(new RatioSample(mean, mean, mean.sumOfSquares()));
        }
        int answers = 0;
        for (Sample a : samples) {
            for (Sample b : samples) {
                for (EffectScale scale : EffectScale.values()) {
                    Finding<Effect> finding = Effect.of(a, b, scale);
                    number(finding);
                    if (finding.value().isPresent()) {
                        answers++;
                        of(finding.orElseThrow());
                    }
                }
            }
        }
        assertThat(answers).isGreaterThan(200);
    }

    private static void of(Effect effect) {
        number(EffectPosterior.flat(effect));
        number(EffectPosterior.flat(effect).chanceToWin());
        number(EffectPosterior.flat(effect).lossOfKeepingControl());
        number(EffectPosterior.of(effect, NormalPrior.relative(0, 0.09)));
        for (double alpha : ALPHAS) {
            for (Alternative alternative : Alternative.values()) {
                number(MeanTest.welch(effect, alternative, alpha));
                number(MeanTest.z(effect, alternative, alpha));
                if (alternative == Alternative.TWO_SIDED || alpha < 0.5) {
                    number(ConfidenceSequence.of(alternative, alpha, 5_000).test(effect));
                }
            }
            number(EffectPosterior.flat(effect).credibleInterval(alpha));
            number(Correction.interval(effect.estimate(), alpha, 0.05));
        }
    }

    @Test
    void adjusted_effects_answer_numbers() {
        for (Moments post : MEANS) {
            for (Moments pre : MEANS) {
                if (post.n() != pre.n()) {
                    continue;
                }
                for (double products : new double[] {0, Math.min(1e300, post.sum() * pre.sum())}) {
                    if (!Double.isFinite(products)) {
                        continue;
                    }
                    CovariateSample sample = new CovariateSample(post, pre, products);
                    for (EffectScale scale : EffectScale.values()) {
                        number(Cuped.effect(sample, sample, scale));
                        number(PostStratification.ofCovariates(
                                List.of(new PostStratification.Stratum<>(sample, sample)), scale));
                        number(PostStratification.ofMeans(List.of(new PostStratification.Stratum<>(post, pre)), scale));
                    }
                }
            }
        }
    }

    @Test
    void proportions_answer_numbers() {
        for (Proportion a : PROPORTIONS) {
            for (double alpha : ALPHAS) {
                for (ProportionInterval method : ProportionInterval.values()) {
                    number(method.of(a, alpha));
                }
                if (a.n() <= 1_000_000) {
                    number(new BernoulliSequence(alpha, 50, 0.05).interval((double) a.successes(), a.n()));
                }
                BetaPosterior posterior = BetaPosterior.of(new BetaPosterior(0.5, 0.5), a);
                number(posterior.credibleInterval(alpha));
                number(posterior.logMean());
                number(posterior.logVariance());
            }
            for (Proportion b : PROPORTIONS) {
                number(ChiSquaredTest.homogeneity(List.of(a, b)));
                number(SampleRatioTest.of(List.of(a.n(), b.n()), List.of(1e-9, 1e9)));
                for (double alpha : ALPHAS) {
                    for (ProportionComparison method : ProportionComparison.values()) {
                        number(method.of(a, b, alpha));
                    }
                }
                for (Alternative alternative : Alternative.values()) {
                    number(ProportionTest.pooled(a, b, 0, alternative));
                    number(ProportionTest.unpooled(a, b, 0, alternative));
                    number(ProportionTest.exact(a, 0.3, alternative));
                    number(ProportionTest.oneSample(a, 0.3, OptionalDouble.of(0), alternative));
                }
                BetaPosterior p = BetaPosterior.of(new BetaPosterior(1, 1), a);
                BetaPosterior q = BetaPosterior.of(new BetaPosterior(1, 1), b);
                number(p.probabilityGreaterThan(q));
                number(p.expectedExcessOver(q));
                number(LogRatioPosterior.of(p, q).credibleInterval(0.05));
                if (a.n() == b.n()) {
                    number(new MixtureSprt(1e-4, 0).logLambdaOfProportions(a, b));
                }
            }
        }
    }

    @Test
    void plans_answer_numbers() {
        Random random = new Random(1);
        for (int round = 0; round < 500; round++) {
            double mean = Math.pow(10, 8 * random.nextDouble() - 4);
            double variance = Math.pow(10, 16 * random.nextDouble() - 8);
            double units = Math.pow(10, 9 * random.nextDouble());
            double alpha = ALPHAS[random.nextInt(3)];
            LiftPower design = new LiftPower(mean, variance, units);
            ConfidenceSequence sequence = ConfidenceSequence.twoSided(alpha, 5_000);
            for (double lift : new double[] {-1, 0, 1e-9, 0.1, 1e3}) {
                number(design.power(lift, Alternative.TWO_SIDED, alpha));
                number(design.power(lift, sequence, LiftPower.Sequential.AT_THE_LAST_LOOK));
                number(design.power(lift, NormalPrior.relative(0.1, 0.1), alpha));
            }
            number(design.minimumLift(0.8, Alternative.TWO_SIDED, alpha));
            number(design.minimumLift(0.8, NormalPrior.relative(0.1, 0.1), alpha));
            number(SampleSize.of(
                    new SampleSize.Goal(mean, variance, variance, Alternative.TWO_SIDED, alpha, 0.8),
                    List.of(1.0, 3.0),
                    SampleSize.Comparisons.ALL_VS_ALL));
            if (units > 2) {
                number(Power.tOfOneSample(lift(random), units, Alternative.TWO_SIDED, alpha));
                number(Power.chiSquared(0.5, units, 3, alpha));
            }
        }
    }

    private static double lift(Random random) {
        return random.nextDouble() < 0.1 ? 0 : random.nextGaussian();
    }

    /** Looks into what was answered, down to its last number. */
    private static void number(Object answer) {
        if (answer instanceof Double number) {
            assertThat(number).isFinite();
        } else if (answer instanceof OptionalDouble optional) {
            optional.ifPresent(number -> assertThat(number).isFinite());
        } else if (answer instanceof List<?> list) {
            list.forEach(DegenerateDataTest::number);
        } else if (answer instanceof Record record) {
            for (RecordComponent component : record.getClass().getRecordComponents()) {
                try {
                    component.getAccessor().setAccessible(true);
                    number(component.getAccessor().invoke(record));
                } catch (ReflectiveOperationException e) {
                    throw new LinkageError(e.getMessage(), e);
                }
            }
        }
    }

    private static List<Proportion> proportions() {
        List<Proportion> all = new ArrayList<>();
        for (long n : new long[] {0, 1, 2, 5, 1_000, 10_000_000}) {
            for (long successes : new long[] {0, 1, n / 2, n - 1, n}) {
                if (successes >= 0 && successes <= n) {
                    all.add(new Proportion(successes, n));
                }
            }
        }
        return all.stream().distinct().toList();
    }

    private static List<Moments> means() {
        List<Moments> all = new ArrayList<>(List.of(
                new Moments(0, 0, 0),
                Moments.of(1),
                Moments.of(0, 0),
                Moments.of(1, 1, 1),
                Moments.of(-1, 1),
                Moments.of(1e-160, 2e-160),
                Moments.of(1e150, 2e150),
                Moments.of(1e150, 1),
                Moments.of(-5, -4, -3),
                new Moments(3, 1, 0),
                new Moments(Long.MAX_VALUE / 2, 1e10, 1e12)));
        all.add(Moments.of(new Random(3).doubles(1_000).toArray()));
        return all;
    }
}
