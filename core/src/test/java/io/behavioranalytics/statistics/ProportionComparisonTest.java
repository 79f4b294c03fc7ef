package io.behavioranalytics.statistics;

import static io.behavioranalytics.statistics.Figures.close;
import static io.behavioranalytics.statistics.Figures.ends;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Intervals of two proportions, against published figures and against likelihoods that are searched by brute force. */
class ProportionComparisonTest {
    private static final Proportion SEVEN = new Proportion(7, 34);
    private static final Proportion ONE = new Proportion(1, 34);

    @Test
    void published_intervals_are_met() {
        // statsmodels at 82c59e378bdf, statsmodels/stats/tests/test_proportion.py: R PropCIs, and Fagerland et al.
        // 2015.
        ends(of(ProportionComparison.RATIO_KOOPMAN), 1.220853, 42.575718, 6e-7);
        ends(of(ProportionComparison.DIFFERENCE_NEWCOMBE), 0.019, 0.34, 0.005);
        ends(of(ProportionComparison.DIFFERENCE_NEWCOMBE), 0.018921443885772993, 0.3403686870327073, 1e-12);
        ends(of(ProportionComparison.ODDS_RATIO_WOOLF_LOGIT), 0.99049028165399, 73.9003019211528, 1e-9);
    }

    @Test
    void the_ends_of_a_score_interval_are_where_the_best_likelihood_under_it_gives_the_critical_score() {
        Random random = new Random(2);
        for (int round = 0; round < 60; round++) {
            int m = 5 + random.nextInt(60);
            int n = 5 + random.nextInt(60);
            Proportion x = new Proportion(1 + random.nextInt(m - 1), m);
            Proportion y = new Proportion(1 + random.nextInt(n - 1), n);
            double z = 1.959963984540054;
            double critical = z * z;
            double more = critical * (m + n) / (m + n - 1.0);
            for (double end : both(ProportionComparison.DIFFERENCE_MEE, x, y)) {
                if (Math.abs(end) < 1) {
                    close(scoreOfDifference(x, y, end), critical, 1e-4);
                }
            }
            for (double end : both(ProportionComparison.DIFFERENCE_MIETTINEN_NURMINEN, x, y)) {
                if (Math.abs(end) < 1) {
                    close(scoreOfDifference(x, y, end), more, 1e-4);
                }
            }
            for (double end : both(ProportionComparison.RATIO_KOOPMAN, x, y)) {
                close(scoreOfRatio(x, y, end), critical, 1e-4);
            }
            for (double end : both(ProportionComparison.RATIO_MIETTINEN_NURMINEN, x, y)) {
                close(scoreOfRatio(x, y, end), more, 1e-4);
            }
            for (double end : both(ProportionComparison.ODDS_RATIO_SCORE, x, y)) {
                close(scoreOfOddsRatio(x, y, end), critical, 1e-4);
            }
            for (double end : both(ProportionComparison.ODDS_RATIO_MIETTINEN_NURMINEN, x, y)) {
                close(scoreOfOddsRatio(x, y, end), more, 1e-4);
            }
        }
    }

    @Test
    void every_method_is_mirrored_when_the_two_change_places() {
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            Proportion x = new Proportion(1 + random.nextInt(20), 21 + random.nextInt(50));
            Proportion y = new Proportion(1 + random.nextInt(20), 21 + random.nextInt(50));
            for (ProportionComparison method : ProportionComparison.values()) {
                double[] one = both(method, x, y);
                double[] other = both(method, y, x);
                if (method.name().startsWith("DIFFERENCE")) {
                    close(one[0], -other[1], 1e-9);
                    close(one[1], -other[0], 1e-9);
                } else {
                    close(Math.log(one[0]), -Math.log(other[1]), 1e-8);
                    close(Math.log(one[1]), -Math.log(other[0]), 1e-8);
                }
            }
        }
    }

    @Test
    void adjusted_methods_are_the_plain_ones_of_what_was_added() {
        ends(
                of(ProportionComparison.DIFFERENCE_AGRESTI_CAFFO),
                8 / 36.0 - 2 / 36.0 - 1.959963984540054 * Math.sqrt(8 / 36.0 * 28 / 36 / 36 + 2 / 36.0 * 34 / 36 / 36),
                8 / 36.0 - 2 / 36.0 + 1.959963984540054 * Math.sqrt(8 / 36.0 * 28 / 36 / 36 + 2 / 36.0 * 34 / 36 / 36),
                1e-12);
        double ratio = 7.5 / 1.5;
        double half = 1.959963984540054 * Math.sqrt(1 / 7.5 - 1 / 34.5 + 1 / 1.5 - 1 / 34.5);
        ends(of(ProportionComparison.RATIO_ADJUSTED_LOG), ratio * Math.exp(-half), ratio * Math.exp(half), 1e-9);
        double odds = 7.5 * 33.5 / (27.5 * 1.5);
        double wide = 1.959963984540054 * Math.sqrt(1 / 7.5 + 1 / 27.5 + 1 / 1.5 + 1 / 33.5);
        ends(of(ProportionComparison.ODDS_RATIO_GART_LOGIT), odds * Math.exp(-wide), odds * Math.exp(wide), 1e-9);
        // Two observations, of which 8 in 68 convert, one to each of the two equal samples.
        double c = 8 / 68.0;
        double smooth = (7 + c) * (33 + 1 - c) / ((27 + 1 - c) * (1 + c));
        double reach = 1.959963984540054 * Math.sqrt(1 / (7 + c) + 1 / (28 - c) + 1 / (1 + c) + 1 / (34 - c));
        ends(
                of(ProportionComparison.ODDS_RATIO_INDEPENDENCE_SMOOTHED_LOGIT),
                smooth * Math.exp(-reach),
                smooth * Math.exp(reach),
                1e-9);
    }

    @Test
    void counts_of_zero_and_of_all_have_intervals_or_say_why_not() {
        Proportion none = new Proportion(0, 20);
        Proportion all = new Proportion(20, 20);
        Proportion[] extremes = {none, all, new Proportion(3, 20), new Proportion(0, 1), new Proportion(1, 1)};
        for (ProportionComparison method : ProportionComparison.values()) {
            for (Proportion x : extremes) {
                for (Proportion y : extremes) {
                    Finding<Interval> finding = method.of(x, y, 0.05);
                    if (method.name().startsWith("DIFFERENCE")) {
                        Interval interval = finding.orElseThrow();
                        assertThat(interval.lower().orElseThrow()).isBetween(-1.0, 1.0);
                        assertThat(interval.upper().orElseThrow()).isBetween(-1.0, 1.0);
                    } else {
                        finding.value()
                                .ifPresent(
                                        interval -> assertThat(interval.lower().orElseThrow())
                                                .isNotNegative());
                    }
                }
            }
            assertThat(method.of(none, new Proportion(0, 0), 0.05).shortage()).contains(Shortage.TOO_FEW_OBSERVATIONS);
        }
        Interval open = ProportionComparison.RATIO_KOOPMAN.of(all, none, 0.05).orElseThrow();
        assertThat(open.upper()).isEmpty();
        assertThat(open.lower().orElseThrow()).isGreaterThan(1);
        assertThat(ProportionComparison.RATIO_KOOPMAN
                        .of(none, all, 0.05)
                        .orElseThrow()
                        .lower()
                        .orElseThrow())
                .isZero();
        assertThat(ProportionComparison.RATIO_KATZ_LOG.of(none, all, 0.05).shortage())
                .contains(Shortage.NO_VARIANCE);
        assertThat(ProportionComparison.RATIO_KOOPMAN.of(none, none, 0.05).shortage())
                .contains(Shortage.NO_VARIANCE);
    }

    private static Interval of(ProportionComparison method) {
        return method.of(SEVEN, ONE, 0.05).orElseThrow();
    }

    private static double[] both(ProportionComparison method, Proportion x, Proportion y) {
        Interval interval = method.of(x, y, 0.05).orElseThrow();
        return new double[] {interval.lower().orElseThrow(), interval.upper().orElseThrow()};
    }

    private static double scoreOfDifference(Proportion x, Proportion y, double delta) {
        double q = mostLikely(x, y, at -> at + delta, Math.max(0, -delta), Math.min(1, 1 - delta));
        double p = q + delta;
        double off = x.mean() - y.mean() - delta;
        return off * off / (p * (1 - p) / x.n() + q * (1 - q) / y.n());
    }

    private static double scoreOfRatio(Proportion x, Proportion y, double phi) {
        double q = mostLikely(x, y, at -> at * phi, 0, Math.min(1, 1 / phi));
        double p = q * phi;
        double off = x.mean() - y.mean() * phi;
        return off * off / (p * (1 - p) / x.n() + phi * phi * q * (1 - q) / y.n());
    }

    private static double scoreOfOddsRatio(Proportion x, Proportion y, double psi) {
        DoubleUnaryOperator first = at -> psi * at / (1 - at + psi * at);
        double q = mostLikely(x, y, first, 0, 1);
        double p = first.applyAsDouble(q);
        double off = x.successes() - x.n() * p;
        return off * off * (1 / (x.n() * p * (1 - p)) + 1 / (y.n() * q * (1 - q)));
    }

    /** By ternary search on the logarithm of the likelihood, which is unimodal. */
    private static double mostLikely(Proportion x, Proportion y, DoubleUnaryOperator first, double low, double high) {
        double from = low + 1e-13;
        double to = high - 1e-13;
        for (int i = 0; i < 200; i++) {
            double left = from + (to - from) / 3;
            double right = to - (to - from) / 3;
            if (likelihood(x, first.applyAsDouble(left)) + likelihood(y, left)
                    < likelihood(x, first.applyAsDouble(right)) + likelihood(y, right)) {
                from = left;
            } else {
                to = right;
            }
        }
        return (from + to) / 2;
    }

    private static double likelihood(Proportion sample, double p) {
        return sample.successes() * Math.log(p) + (sample.n() - sample.successes()) * Math.log1p(-p);
    }
}
