package io.behavioranalytics.statistics;

import static io.behavioranalytics.statistics.Figures.close;
import static io.behavioranalytics.statistics.Figures.ends;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Time-uniform boundaries, against published figures, against the mixtures they integrate, and against walks that are looked at always. */
class MixtureTest {
    private static final Mixture[] ALL = {
        Mixture.Normal.tuned(100, 0.05, false),
        Mixture.Normal.tuned(100, 0.05, true),
        Mixture.GammaExponential.tuned(100, 0.05, 2),
        Mixture.GammaPoisson.tuned(100, 0.05, 2),
        Mixture.BetaBinomial.tuned(100, 0.05, 0.2, 0.8, false),
        Mixture.BetaBinomial.tuned(100, 0.05, 0.2, 0.8, true)
    };

    @Test
    void published_mixtures_and_boundaries_are_met() {
        // WannabeSmith/confseq at c9f8c4499f44, test/uniform_boundaries_unittest.cpp: a reference implementation in R.
        double[] logs = {-0.6510052, -0.06502391, -0.2490165, -0.06991219, -0.6941012, -0.07134019};
        double[] bounds = {30.35209, 27.66071, 33.02017, 30.1949, 31.4308, 28.41238};
        for (int i = 0; i < ALL.length; i++) {
            close(ALL[i].log(10, 100), logs[i], 1e-6);
            close(ALL[i].bound(100, 0.05), bounds[i], 1e-5);
        }
        close(Mixture.bestRhoTwoSided(100, 0.05), 12.60056, 1e-5);
        close(Mixture.bestRhoOneSided(100, 0.025), 12.60056, 1e-5);
    }

    @Test
    void published_stitched_boundaries_are_met() {
        // The same file.
        Stitching.Epochs epochs = Stitching.Epochs.RECOMMENDED;
        close(Stitching.polynomial(100, 0.05, 10, 3, epochs), 64.48755, 1e-5);
        close(Stitching.polynomial(100, 0.05, 10, -1, epochs), 28.99389, 1e-5);
        close(Stitching.ofQuantiles(0.5, 1000, 0.05, 100, 0.5, epochs), 68.62803, 1e-5);
        close(Stitching.ofQuantiles(0.9, 1000, 0.05, 100, 0.5, epochs), 43.72119, 1e-5);
        close(Stitching.ofQuantiles(0.1, 1000, 0.05, 100, 0.5, epochs), 59.96521, 1e-5);
        close(Stitching.ofEmpiricalDistribution(1000, 0.05, 100, 0.85), 0.08204769, 1e-6);
    }

    @Test
    void zeta_has_its_known_values() {
        close(Stitching.zeta(2), Math.PI * Math.PI / 6, 1e-14);
        close(Stitching.zeta(4), Math.pow(Math.PI, 4) / 90, 1e-14);
        // DLMF 25.6: ζ(3) is Apéry's constant.
        close(Stitching.zeta(3), 1.2020569031595942, 1e-14);
        close(Stitching.zeta(1.4), 3.105547, 1e-5);
    }

    @Test
    void the_published_quantile_tests_are_met() {
        // The same file: 1..1000 against the same numbers moved up.
        close(quantileP(0.5, 70), 0.814704, 1e-5);
        close(quantileP(0.5, 85), 0.0838055, 1e-5);
        close(quantileP(0.5, 100), 0.0054947, 1e-5);
        close(quantileP(0.9, 55), 0.0340463, 1e-5);
    }

    @Test
    void the_published_bernoulli_intervals_are_met() {
        BernoulliSequence sequence = new BernoulliSequence(0.05, 50, 0.05);
        ends(sequence.interval(15, 50), 0.129556995, 0.5118964025, 1e-8);
        ends(sequence.interval(1, 50), 0, 0.1348915867, 1e-8);
        ends(sequence.interval(0, 1), 0, 1, 0);
        ends(sequence.interval(0, 0), 0, 1, 0);
        Interval mirrored = sequence.interval(35, 50);
        ends(mirrored, 1 - 0.5118964025, 1 - 0.129556995, 1e-8);
    }

    @Test
    void normal_mixtures_are_the_likelihood_ratios_they_integrate() {
        // Both integrate exp(λs − λ²v/2) over normal λ of precision ρ; one side takes the half above 0, twice.
        for (double s : new double[] {-20, 0, 5, 30}) {
            double rho = 12.6;
            double v = 100;
            DoubleUnaryOperator weighted =
                    l -> Math.sqrt(rho) * StandardNormal.density(l * Math.sqrt(rho)) * Math.exp(l * s - l * l * v / 2);
            double above = integral(weighted, 0, 4);
            double below = integral(weighted, -4, 0);
            close(new Mixture.Normal(rho, false).log(s, v), Math.log(above + below), 1e-6);
            close(new Mixture.Normal(rho, true).log(s, v), Math.log(2 * above), 1e-6);
        }
    }

    @Test
    void the_exponential_and_poisson_mixtures_are_the_ones_they_integrate() {
        // Both integrate exp(λs − ψ(λ)v) over λ; for the exponential ψ(λ) = (−ln(1 − cλ) − cλ)/c², for Poisson (e^{cλ}
        // − cλ − 1)/c².
        // The weights are gamma densities of 1 − cλ and of e^{cλ}, above 0.
        double rho = 15;
        double c = 2;
        double v = 80;
        for (double s : new double[] {-10, 0, 12, 35}) {
            double top = 1 / c;
            DoubleUnaryOperator exponential =
                    l -> Math.exp((-Math.log1p(-c * l) - c * l) / (c * c) * -rho) / (1 - c * l);
            double mean = integral(
                            l -> exponential.applyAsDouble(l)
                                    * Math.exp(l * s - (-Math.log1p(-c * l) - c * l) / (c * c) * v),
                            0,
                            top * (1 - 1e-12))
                    / integral(exponential, 0, top * (1 - 1e-12));
            close(new Mixture.GammaExponential(rho, c).log(s, v), Math.log(mean), 1e-6);
            DoubleUnaryOperator poisson = l -> Math.exp(-rho * (Math.expm1(c * l) - c * l) / (c * c));
            double other = integral(
                            l -> poisson.applyAsDouble(l) * Math.exp(l * s - (Math.expm1(c * l) - c * l) / (c * c) * v),
                            0,
                            5)
                    / integral(poisson, 0, 5);
            close(new Mixture.GammaPoisson(rho, c).log(s, v), Math.log(other), 1e-6);
        }
    }

    @Test
    void a_boundary_is_where_the_logarithm_reaches_the_threshold() {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            double vOpt = 1 + 500 * random.nextDouble();
            double alphaOpt = 0.001 + 0.4 * random.nextDouble();
            double c = 0.1 + 3 * random.nextDouble();
            double g = 0.1 + random.nextDouble();
            double h = 0.1 + random.nextDouble();
            boolean oneSided = random.nextBoolean();
            for (Mixture mixture : new Mixture[] {
                Mixture.Normal.tuned(vOpt, alphaOpt, oneSided),
                Mixture.GammaExponential.tuned(vOpt, alphaOpt, c),
                Mixture.GammaPoisson.tuned(vOpt, alphaOpt, c),
                Mixture.BetaBinomial.tuned(vOpt, alphaOpt, g, h, oneSided)
            }) {
                double v = 0.5 + 1_000 * random.nextDouble();
                double alpha = 0.001 + 0.5 * random.nextDouble();
                double bound = mixture.bound(v, alpha);
                if (!(mixture instanceof Mixture.BetaBinomial) || bound < v / g * (1 - 1e-9)) {
                    close(mixture.log(bound, v), -Math.log(alpha), 1e-6);
                }
                close(mixture.log(0, 0), 0, 1e-9);
            }
        }
    }

    @Test
    void far_from_the_boundary_logarithms_stay_numbers() {
        for (Mixture mixture : ALL) {
            for (double v : new double[] {1e-6, 1, 1e4, 1e7}) {
                for (double s : new double[] {-0.49 * v, -0.1 * v, 0, 0.5 * v}) {
                    assertThat(mixture.log(s, v)).isFinite();
                }
            }
        }
        assertThat(Mixture.Normal.tuned(1, 0.05, true).log(-1e6, 1)).isFinite();
    }

    @Test
    void walks_that_are_looked_at_always_cross_no_more_often_than_alpha() {
        double p = 0.3;
        Mixture mixture = Mixture.BetaBinomial.tuned(200 * p * (1 - p), 0.1, p, 1 - p, true);
        double[] bounds = new double[1_001];
        for (int t = 1; t <= 1_000; t++) {
            bounds[t] = mixture.bound(p * (1 - p) * t, 0.1);
        }
        Random random = new Random(11);
        int crossed = 0;
        int runs = 2_000;
        for (int run = 0; run < runs; run++) {
            double s = 0;
            for (int t = 1; t <= 1_000; t++) {
                s += random.nextDouble() < p ? 1 - p : -p;
                if (s > bounds[t] + 1e-12) {
                    crossed++;
                    break;
                }
            }
        }
        // 99 % of binomials with 2,000 runs and 0.1 lie below 232.
        assertThat(crossed).isBetween(60, 231);
    }

    @Test
    void a_confidence_sequence_covers_at_all_times() {
        BernoulliSequence sequence = new BernoulliSequence(0.1, 100, 0.1);
        Interval[][] intervals = new Interval[301][];
        for (int n = 1; n <= 300; n++) {
            intervals[n] = new Interval[n + 1];
        }
        Random random = new Random(5);
        int missed = 0;
        for (int run = 0; run < 1_000; run++) {
            int successes = 0;
            for (int n = 1; n <= 300; n++) {
                successes += random.nextDouble() < 0.2 ? 1 : 0;
                if (intervals[n][successes] == null) {
                    intervals[n][successes] = sequence.interval(successes, n);
                }
                if (!intervals[n][successes].contains(0.2)) {
                    missed++;
                    break;
                }
            }
        }
        // 99 % of binomials with 1,000 runs and 0.1 lie below 123.
        assertThat(missed).isLessThan(123);
    }

    @Test
    void the_quantile_test_is_the_least_evidence_over_all_values() {
        Random random = new Random(9);
        for (int round = 0; round < 40; round++) {
            double[] a =
                    random.ints(1 + random.nextInt(30), 0, 12).asDoubleStream().toArray();
            double[] b =
                    random.ints(1 + random.nextInt(30), 4, 20).asDoubleStream().toArray();
            double p = 0.1 + 0.8 * random.nextDouble();
            QuantileTest test = new QuantileTest(p, 20, 0.05);
            double least = Double.MAX_VALUE;
            for (double x = -1; x <= 21; x += 0.5) {
                least = Math.min(least, evidence(a, x, p) + evidence(b, x, p));
            }
            close(test.pValue(a, b).orElseThrow(), Math.min(1, Math.exp(-least)), 1e-5);
            close(test.pValue(a, b).orElseThrow(), test.pValue(b, a).orElseThrow(), 1e-12);
        }
        assertThat(new QuantileTest(0.5, 20, 0.05)
                        .pValue(new double[0], new double[] {1})
                        .shortage())
                .contains(Shortage.TOO_FEW_OBSERVATIONS);
    }

    @Test
    void numbers_out_of_range_are_refused() {
        Runnable[] refused = {
            () -> Mixture.Normal.tuned(0, 0.05, true),
            () -> Mixture.Normal.tuned(1, 0.5, true),
            () -> Mixture.GammaPoisson.tuned(1, 0.05, 0),
            () -> new Mixture.BetaBinomial(1, 0, 1, true),
            () -> ALL[0].bound(0, 0.05),
            () -> ALL[0].bound(1, 1),
            () -> ALL[0].log(Double.NaN, 1),
            () -> ALL[2].log(-1e9, 1),
            () -> ALL[4].log(1e9, 1),
            () -> new Stitching.Epochs(1, 2),
            () -> Stitching.ofQuantiles(0, 1, 0.05, 1, 0.5, Stitching.Epochs.RECOMMENDED),
            () -> Stitching.ofEmpiricalDistribution(10, 0.05, 100, 0.85),
            () -> Stitching.ofEmpiricalDistribution(1000, 0.05, 100, 0.7),
            () -> new BernoulliSequence(0.05, 50, 0.05).interval(3, 2),
            () -> new QuantileTest(1, 10, 0.05)
        };
        for (Runnable call : refused) {
            assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** The least evidence over the jump at x, searched on a grid. */
    private static double evidence(double[] values, double x, double p) {
        int below = 0;
        int upTo = 0;
        for (double value : values) {
            below += value < x ? 1 : 0;
            upTo += value <= x ? 1 : 0;
        }
        double n = values.length;
        Mixture mixture = Mixture.BetaBinomial.tuned(20 * p * (1 - p), 0.05, p, 1 - p, false);
        double least = Double.MAX_VALUE;
        int steps = 1_000;
        for (int i = 0; i <= steps; i++) {
            double part = (below + (upTo - below) * (double) i / steps) / n;
            least = Math.min(least, mixture.log((part - p) * n, p * (1 - p) * n));
        }
        return least;
    }

    private static double quantileP(double p, int offset) {
        double[] a = new double[1_000];
        double[] b = new double[1_000];
        for (int i = 0; i < 1_000; i++) {
            a[i] = i + 1;
            b[i] = i + 1 + offset;
        }
        return new QuantileTest(p, 100, 0.05).pValue(a, b).orElseThrow();
    }

    private static double integral(DoubleUnaryOperator f, double low, double high) {
        int steps = 100_000;
        double width = (high - low) / steps;
        double sum = 0;
        for (int i = 0; i < steps; i++) {
            sum += f.applyAsDouble(low + (i + 0.5) * width);
        }
        return sum * width;
    }
}
