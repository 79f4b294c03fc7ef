package io.behavioranalytics.statistics;

import static io.behavioranalytics.statistics.Figures.ends;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Adjusted p-values, against published tables and against the closed tests that they stand for. */
class MultipleComparisonsTest {
    /** statsmodels at 82c59e378bdf, statsmodels/stats/tests/test_multi.py, results of R multtest. */
    private static final List<Double> MULTTEST = List.of(
            5.23656777208e-05,
            0.00028140506198,
            0.0149877310796,
            0.0202732688798,
            0.177096952723,
            0.642193923795,
            0.680845947633,
            0.71626938238,
            0.838541367553,
            0.967833824309);

    private static final List<Double> SIX = List.of(0.002, 0.004, 0.006, 0.008, 0.01, 0.012);

    @Test
    void holm_is_growthbooks_and_multtests() {
        // growthbook at 8f1db4456915, packages/shared/test/experiments.test.ts.
        same(
                Correction.HOLM.adjust(List.of(0.01, 0.04, 0.03, 0.005, 0.55, 0.6)),
                List.of(0.05, 0.12, 0.12, 0.03, 1.0, 1.0));
        same(Correction.HOLM.adjust(List.of(0.025, 0.03)), List.of(0.05, 0.05));
        same(
                Correction.HOLM.adjust(MULTTEST).subList(0, 5),
                List.of(0.000523656777208, 0.00253264555782, 0.1199018486368, 0.1419128821586, 1.0));
    }

    @Test
    void sidak_stepping_down_is_multtests() {
        same(
                Correction.HOLM_SIDAK.adjust(MULTTEST).subList(0, 6),
                List.of(
                        0.0005235333970489142,
                        0.0025297966317768816,
                        0.11379719679449507,
                        0.13356756197485375,
                        0.6894782512235664,
                        0.9941353978255707));
    }

    @Test
    void false_discovery_rates_are_multtests() {
        same(
                Correction.BENJAMINI_YEKUTIELI.adjust(MULTTEST).subList(0, 4),
                List.of(0.0015337740764175588, 0.004121132465226944, 0.14632862843720582, 0.14844940238274187));
        // Benjamini, Krieger, Yekutieli 2006, section 8, also in statsmodels' test_multi.py: one step rejects 4 of 15,
        // two stages 8,
        // repeated ones 9.
        List<Double> example = List.of(
                0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
                0.759, 1.0);
        Correction.FirstStage paper = Correction.FirstStage.ALPHA_OVER_ONE_PLUS_ALPHA;
        assertThat(rejected(Correction.BENJAMINI_HOCHBERG.adjust(example), 0.05))
                .isEqualTo(4);
        assertThat(rejected(Correction.twoStage(example, 0.05, paper), 0.05)).isEqualTo(8);
        assertThat(rejected(Correction.iteratedTwoStage(example, 0.05, paper), 0.05))
                .isEqualTo(9);
    }

    @Test
    void two_stages_that_reject_all_leave_no_true_hypothesis() {
        same(Correction.twoStage(SIX, 0.05, Correction.FirstStage.ALPHA), List.of(0.0, 0.0, 0.0, 0.0, 0.0, 0.0));
    }

    @Test
    void hochberg_is_multtests() {
        same(Correction.HOCHBERG.adjust(SIX), Collections.nCopies(6, 0.012));
    }

    @Test
    void one_step_is_what_it_says() {
        same(Correction.BONFERRONI.adjust(List.of(0.2, 0.01, 0.5)), List.of(0.6, 0.03, 1.0));
        same(Correction.SIDAK.adjust(List.of(0.2, 1.0)), List.of(1 - 0.8 * 0.8, 1.0));
        assertThat(Correction.NONE.adjust(MULTTEST)).isEqualTo(MULTTEST);
    }

    @Test
    void small_p_values_keep_their_digits() {
        assertThat(Correction.SIDAK.adjust(List.of(1e-20, 0.5)).get(0)).isCloseTo(2e-20, within(1e-30));
    }

    @Test
    void hommel_is_the_closure_of_simes_and_holm_that_of_bonferroni() {
        Random random = new Random(2);
        for (int round = 0; round < 400; round++) {
            List<Double> p = random(random, 1 + random.nextInt(7));
            same(Correction.HOMMEL.adjust(p), closure(p, MultipleComparisonsTest::simes));
            same(Correction.HOLM.adjust(p), closure(p, set -> Math.min(1, set.size() * set.get(0))));
        }
    }

    @Test
    void step_up_corrections_are_their_definition() {
        Random random = new Random(3);
        for (int round = 0; round < 2_000; round++) {
            List<Double> p = random(random, 1 + random.nextInt(12));
            int m = p.size();
            double harmonic =
                    IntStream.rangeClosed(1, m).mapToDouble(i -> 1.0 / i).sum();
            for (int i = 0; i < m; i++) {
                double bh = 1;
                double by = 1;
                double hochberg = 1;
                for (double q : p) {
                    long rank = p.stream().filter(other -> other <= q).count();
                    if (q >= p.get(i)) {
                        bh = Math.min(bh, m * q / rank);
                        by = Math.min(by, m * harmonic * q / rank);
                        hochberg = Math.min(hochberg, (m - rank + 1) * q);
                    }
                }
                assertThat(Correction.BENJAMINI_HOCHBERG.adjust(p).get(i)).isCloseTo(bh, within(1e-12));
                assertThat(Correction.BENJAMINI_YEKUTIELI.adjust(p).get(i)).isCloseTo(by, within(1e-12));
                assertThat(Correction.HOCHBERG.adjust(p).get(i)).isCloseTo(hochberg, within(1e-12));
            }
        }
    }

    @Test
    void the_order_of_the_hypotheses_changes_nothing() {
        List<Double> turned = new ArrayList<>(MULTTEST);
        Collections.reverse(turned);
        for (Correction correction : Correction.values()) {
            List<Double> adjusted = new ArrayList<>(correction.adjust(turned));
            Collections.reverse(adjusted);
            assertThat(adjusted).isEqualTo(correction.adjust(MULTTEST));
            assertThat(correction.adjust(List.of())).isEmpty();
        }
        assertThat(Correction.twoStage(List.of(), 0.05, Correction.FirstStage.ALPHA))
                .isEmpty();
    }

    @Test
    void an_adjusted_p_value_implies_an_interval() {
        // growthbook at 8f1db4456915, packages/shared/test/experiments.test.ts.
        ends(Correction.interval(0.1, 0.0099999999, 0.01).orElseThrow(), 0, 0.2, 2e-8);
        assertThat(Correction.interval(0.1, 1, 0.05).shortage()).contains(Shortage.OUT_OF_REACH);
        assertThat(Correction.interval(0, 0.5, 0.05).shortage()).contains(Shortage.OUT_OF_REACH);
    }

    @Test
    void what_is_no_p_value_is_refused() {
        for (double p : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> Correction.HOLM.adjust(List.of(0.5, p)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("pValue");
        }
    }

    private interface IntersectionTest {
        double p(List<Double> sorted);
    }

    /** The greatest p-value of all intersections that hold a hypothesis. */
    private static List<Double> closure(List<Double> p, IntersectionTest test) {
        List<Double> result = new ArrayList<>();
        for (int i = 0; i < p.size(); i++) {
            double greatest = 0;
            for (int set = 1; set < 1 << p.size(); set++) {
                if ((set >> i & 1) == 1) {
                    int members = set;
                    greatest = Math.max(
                            greatest,
                            test.p(IntStream.range(0, p.size())
                                    .filter(j -> (members >> j & 1) == 1)
                                    .mapToObj(p::get)
                                    .sorted()
                                    .toList()));
                }
            }
            result.add(greatest);
        }
        return result;
    }

    private static double simes(List<Double> sorted) {
        return IntStream.range(0, sorted.size())
                .mapToDouble(j -> sorted.size() * sorted.get(j) / (j + 1))
                .min()
                .orElseThrow();
    }

    private static List<Double> random(Random random, int n) {
        return Stream.generate(() -> random.nextInt(4) == 0 ? 0.25 : Math.pow(random.nextDouble(), 3))
                .limit(n)
                .toList();
    }

    private static long rejected(List<Double> p, double alpha) {
        return p.stream().filter(q -> q <= alpha).count();
    }

    private static void same(List<Double> actual, List<Double> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.get(i)).isCloseTo(expected.get(i), within(1e-9));
        }
    }
}
