package io.behavioranalytics.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventBuilder;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.experiment.ExperimentResults.Action;
import io.behavioranalytics.experiment.ExperimentResults.Rule;
import io.behavioranalytics.experiment.MetricResult.Comparison;
import io.behavioranalytics.experiment.MetricResult.Guard;
import io.behavioranalytics.experiment.MetricResult.Role;
import io.behavioranalytics.statistics.ChiSquaredTest;
import io.behavioranalytics.statistics.Correction;
import io.behavioranalytics.statistics.NormalPrior;
import io.behavioranalytics.statistics.Shortage;
import io.behavioranalytics.statistics.TestResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Results: the tests by their formulas, what is refused or not said, and the rules of decisions. */
class ResultsAnalysisTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final Instant LATER = START.plus(Duration.ofDays(7));
    private static final Instant END = START.plus(Duration.ofDays(14));
    private static final ResultsQuery QUERY = new ResultsQuery(0.05, 100, Correction.HOLM, 5_000, null, null);
    private static final ExperimentLife LIFE = new ExperimentLife(Duration.ofDays(14));

    private static ExperimentDraftBuilder draft() {
        return ExperimentDraft.builder("Test", Experiment.Type.CONTENT)
                .hypothesis("h")
                .status(Experiment.Status.RUNNING)
                .control("Control", 5_000)
                .variant("B", 5_000);
    }

    private static Experiment running(ExperimentDraftBuilder draft) {
        assertThat(draft.build().violations(type -> true)).isEmpty();
        return LIFE.first(new UUID(1, 1), draft.build(), START);
    }

    /** Users who are exposed at the start, and what they do. */
    private static final class Users {
        private final ExperimentFold fold;
        private int number;
        private String group = "";

        Users(Experiment experiment, Instant asOf) {
            fold = new ExperimentFold(experiment, asOf);
        }

        Users add(String variant, int count, @Nullable EventType type, @Nullable Double value) {
            return add(variant, 1, count, type, value);
        }

        Users add(String variant, int phase, int count, @Nullable EventType type, @Nullable Double value) {
            for (int i = 0; i < count; i++) {
                one(variant, phase, type, START.plusSeconds(60), value);
            }
            return this;
        }

        void one(String variant, int phase, @Nullable EventType type, Instant at, @Nullable Double value) {
            List<BehaviorEvent> events = new ArrayList<>();
            if (type != null) {
                events.add(event(number, type, at, value));
            }
            add(variant, phase, events);
        }

        void add(String variant, int phase, List<BehaviorEvent> events) {
            SubjectId subject = SubjectId.lead("lead-" + number++);
            fold.accumulate(
                    new Exposure(new UUID(1, 1), 1, 0, subject, variant, phase, -1, START), group, Timeline.of(events));
        }
    }

    private static long events;

    private static BehaviorEvent event(int number, EventType type, Instant at, @Nullable Double value) {
        return EventBuilder.event(new UUID(number, events++), at)
                .session("s")
                .type(type)
                .category(Category.CONVERSION)
                .value(value)
                .build();
    }

    private static Users conversions(Experiment experiment, Instant asOf, int a, int ofA, int b, int ofB) {
        return new Users(experiment, asOf)
                .add("control", a, EventType.APPLICATION_COMPLETE, 1.0)
                .add("control", ofA - a, null, null)
                .add("b", b, EventType.APPLICATION_COMPLETE, 1.0)
                .add("b", ofB - b, null, null);
    }

    private static ExperimentResults results(Experiment experiment, Users users) {
        ExperimentResults results = ResultsAnalysis.of(experiment, users.fold, QUERY, 3);
        assertThat(results.toJson()).doesNotContain("NaN").doesNotContain("Infinity");
        return results;
    }

    private static Comparison only(ExperimentResults results, String metric) {
        return results.metrics().stream()
                .filter(result -> result.metric().name().equals(metric))
                .findFirst()
                .orElseThrow()
                .comparisons()
                .get(0);
    }

    @Test
    void two_proportions_are_compared_by_the_z_test_and_the_lift_by_the_delta_method() {
        Experiment experiment = running(draft().successMetric("conversion_rate"));
        ExperimentResults results = results(experiment, conversions(experiment, LATER, 200, 1_000, 260, 1_000));
        Comparison comparison = only(results, "conversion_rate");

        double error = Math.sqrt(0.2 * 0.8 / 1_000 + 0.26 * 0.74 / 1_000);
        TestResult absolute = comparison.absolute().orElseThrow();
        assertThat(absolute.estimate()).isCloseTo(0.06, within(1e-12));
        assertThat(absolute.standardError()).isCloseTo(error, within(1e-12));
        assertThat(absolute.interval().lower().orElseThrow()).isCloseTo(0.06 - 1.959964 * error, within(1e-7));
        assertThat(comparison.method()).isEqualTo("z_unpooled");
        TestResult relative = comparison.relative().orElseThrow();
        assertThat(relative.estimate()).isCloseTo(0.3, within(1e-12));
        double ratio = 0.26 / 0.2;
        assertThat(relative.standardError())
                .isCloseTo(Math.sqrt(0.26 * 0.74 / 1_000 + ratio * ratio * 0.2 * 0.8 / 1_000) / 0.2, within(1e-12));
        assertThat(results.users()).isEqualTo(Map.of("control", 1_000L, "b", 1_000L));
        assertThat(results.crossovers()).isEqualTo(3);
        assertThat(results.metrics().get(0).homogeneity()).isNotNull();
        assertThat(comparison.posterior().orElseThrow().chanceToWin()).isBetween(0.99, 1.0);
        assertThat(comparison.sequential().orElseThrow().pValue()).isGreaterThan(relative.pValue());
        assertThat(comparison.sequential().orElseThrow().estimate())
                .isEqualTo(comparison.absolute().orElseThrow().estimate());
        TestResult lift = comparison.sequentialRelative().orElseThrow();
        assertThat(lift.estimate()).isCloseTo(relative.estimate(), within(1e-12));
        assertThat(lift.standardError()).isCloseTo(relative.standardError(), within(1e-12));
        assertThat(lift.pValue())
                .isCloseTo(comparison.sequential().orElseThrow().pValue(), within(1e-12));
    }

    @Test
    void means_are_compared_by_welch_and_events_behind_the_instant_do_not_count() {
        Experiment experiment = running(draft().successMetric("revenue"));
        Users users = new Users(experiment, LATER);
        double[] control = {1, 2, 3, 4, 6};
        double[] treatment = {2, 4, 6, 8, 9};
        for (int repeat = 0; repeat < 30; repeat++) {
            for (int i = 0; i < 5; i++) {
                users.one("control", 1, EventType.APPLICATION_COMPLETE, LATER, control[i]);
                users.one("b", 1, EventType.APPLICATION_COMPLETE, LATER, treatment[i]);
            }
        }
        users.one("b", 1, EventType.APPLICATION_COMPLETE, LATER.plusNanos(1_000), 1e6);
        users.one("b", 1, EventType.APPLICATION_COMPLETE, START.minusNanos(1_000), 1e6);
        Comparison comparison = only(results(experiment, users), "revenue");
        TestResult test = comparison.absolute().orElseThrow();
        double[] ofA = moments(control, 30, 0);
        double[] ofB = moments(treatment, 30, 2);
        assertThat(comparison.method()).isEqualTo("welch_t");
        assertThat(test.estimate()).isCloseTo(ofB[0] - ofA[0], within(1e-9));
        assertThat(test.standardError()).isCloseTo(Math.sqrt(ofA[1] / 150 + ofB[1] / 152), within(1e-9));
    }

    /** Mean and variance of values that come several times, beside some zeros. */
    private static double[] moments(double[] values, int times, int zeros) {
        double n = values.length * (double) times + zeros;
        double mean = java.util.Arrays.stream(values).sum() * times / n;
        double squares = java.util.Arrays.stream(values)
                                .map(x -> (x - mean) * (x - mean))
                                .sum()
                        * times
                + zeros * mean * mean;
        return new double[] {mean, squares / (n - 1)};
    }

    @Test
    void what_the_data_cannot_say_is_not_said() {
        Experiment experiment = running(draft().successMetric("conversion_rate")
                .successMetric("revenue")
                .metric(Metric.ratio(
                        "r", EventSelector.of(EventType.FORM_SUBMIT), EventSelector.of(EventType.FORM_START))));
        for (int[] numbers : new int[][] {{0, 0, 0, 0}, {0, 1, 0, 0}, {1, 1, 1, 1}, {2, 4, 3, 4}, {0, 99, 5, 100}}) {
            ExperimentResults results =
                    results(experiment, conversions(experiment, LATER, numbers[0], numbers[1], numbers[2], numbers[3]));
            assertThat(only(results, "conversion_rate").absolute().shortage()).contains(Shortage.TOO_FEW_OBSERVATIONS);
            assertThat(results.decision().action()).isEqualTo(Action.KEEP_RUNNING);
            assertThat(results.decision().rule()).isEqualTo(Rule.NOT_ENOUGH_DATA);
            assertThat(results.toJson()).contains("\"insufficientData\":\"too_few_observations\"");
        }
        for (int[] numbers : new int[][] {{0, 200, 0, 200}, {200, 200, 200, 200}}) {
            ExperimentResults results =
                    results(experiment, conversions(experiment, LATER, numbers[0], numbers[1], numbers[2], numbers[3]));
            assertThat(only(results, "conversion_rate").absolute().shortage()).contains(Shortage.NO_VARIANCE);
            assertThat(only(results, "r").relative().shortage()).isPresent();
        }
        ExperimentResults draft =
                ResultsAnalysis.of(experiment, new ExperimentFold(experiment, START.minusSeconds(5)), QUERY, 0);
        assertThat(draft.toJson()).doesNotContain("NaN");
    }

    @Test
    void values_beyond_what_a_double_can_say_are_a_shortage_and_negative_revenue_is_counted() {
        Experiment experiment = running(draft().successMetric("revenue"));
        Users users = new Users(experiment, LATER)
                .add("control", 150, EventType.APPLICATION_COMPLETE, 1e300)
                .add("b", 150, EventType.APPLICATION_COMPLETE, -1e300);
        assertThat(only(results(experiment, users), "revenue").absolute().shortage())
                .contains(Shortage.NOT_REPRESENTABLE);
        Users refunds = new Users(experiment, LATER)
                .add("control", 100, EventType.APPLICATION_COMPLETE, 10.0)
                .add("control", 100, EventType.APPLICATION_COMPLETE, -5.0)
                .add("b", 100, EventType.APPLICATION_COMPLETE, -10.0)
                .add("b", 100, EventType.APPLICATION_COMPLETE, 5.0);
        assertThat(only(results(experiment, refunds), "revenue")
                        .absolute()
                        .orElseThrow()
                        .estimate())
                .isCloseTo(-5, within(1e-9));
    }

    @Test
    void a_mismatch_of_samples_forbids_every_decision() {
        Experiment experiment = running(draft().successMetric("conversion_rate"));
        ExperimentResults results = results(experiment, conversions(experiment, END, 1_000, 9_600, 2_000, 10_400));
        assertThat(results.sampleRatios()).hasSize(1);
        assertThat(results.sampleRatios().get(0).isMismatch()).isTrue();
        assertThat(results.decision().rule()).isEqualTo(Rule.SAMPLE_RATIO_MISMATCH);
    }

    @Test
    void sample_ratios_are_told_by_phase_with_the_weights_of_the_phase() {
        Experiment first = running(draft().successMetric("conversion_rate"));
        Experiment experiment = LIFE.next(
                first,
                first.definition().toBuilder()
                        .variants(List.of(
                                Variant.of("Control", true, 9_000, Map.of()), Variant.of("B", false, 1_000, Map.of())))
                        .build(),
                START);
        Users users = new Users(experiment, LATER)
                .add("control", 1, 5_000, null, null)
                .add("b", 1, 5_000, null, null)
                .add("control", 2, 9_000, null, null)
                .add("b", 2, 1_000, null, null);
        assertThat(results(experiment, users).sampleRatios())
                .hasSize(2)
                .noneMatch(ExperimentResults.SampleRatio::isMismatch);
    }

    @Test
    void phases_of_different_weights_are_put_together_without_the_paradox_of_simpson() {
        Experiment first = running(draft().successMetric("conversion_rate"));
        Experiment experiment = LIFE.next(
                first,
                first.definition().toBuilder()
                        .variants(List.of(
                                Variant.of("Control", true, 9_000, Map.of()), Variant.of("B", false, 1_000, Map.of())))
                        .build(),
                START);
        // In each phase both convert alike, 10 % and then 50 %; the plain means differ widely.
        Users users = new Users(experiment, LATER)
                .add("control", 1, 100, EventType.APPLICATION_COMPLETE, 1.0)
                .add("control", 1, 900, null, null)
                .add("b", 1, 100, EventType.APPLICATION_COMPLETE, 1.0)
                .add("b", 1, 900, null, null)
                .add("control", 2, 900, EventType.APPLICATION_COMPLETE, 1.0)
                .add("control", 2, 900, null, null)
                .add("b", 2, 100, EventType.APPLICATION_COMPLETE, 1.0)
                .add("b", 2, 100, null, null);
        ExperimentResults results = results(experiment, users);
        Comparison comparison = only(results, "conversion_rate");
        assertThat(comparison.absolute().orElseThrow().estimate()).isCloseTo(0, within(1e-12));
        assertThat(comparison.relative().orElseThrow().estimate()).isCloseTo(0, within(1e-12));
        assertThat(comparison.method()).isEqualTo("z_unpooled+post_stratified");
        assertThat(results.metrics().get(0).strata()).isEqualTo(2);
        // In each phase both arms convert alike, though they do not over both.
        ChiSquaredTest homogeneity = java.util.Objects.requireNonNull(
                        results.metrics().get(0).homogeneity())
                .orElseThrow();
        assertThat(homogeneity.statistic()).isCloseTo(0, within(1e-9));
        assertThat(homogeneity.degreesOfFreedom()).isEqualTo(2);
        assertThat(results.toJson()).contains("chi_squared+by_stratum");
        double first1 = 0.1 * 0.9 / 1_000;
        double expected = Math.sqrt(0.25 * 2 * first1 + 0.25 * (0.25 / 1_800 + 0.25 / 200));
        assertThat(comparison.absolute().orElseThrow().standardError()).isCloseTo(expected, within(1e-12));
    }

    @Test
    void users_of_a_phase_without_the_other_arm_are_left_out_and_counted() {
        Experiment first = running(draft().successMetric("conversion_rate"));
        ExperimentDraft none = ExperimentDraft.builder("Test", Experiment.Type.CONTENT)
                .hypothesis("h")
                .successMetric("conversion_rate")
                .status(Experiment.Status.RUNNING)
                .control("Control", 10_000)
                .variant("B", 0)
                .build();
        Experiment second = LIFE.next(first, none, START.plusSeconds(10));
        Users users = new Users(second, LATER)
                .add("control", 1, 40, EventType.APPLICATION_COMPLETE, 1.0)
                .add("control", 1, 60, null, null)
                .add("b", 1, 50, EventType.APPLICATION_COMPLETE, 1.0)
                .add("b", 1, 50, null, null)
                .add("control", 2, 300, null, null);
        ExperimentResults results = results(second, users);
        Comparison comparison = only(results, "conversion_rate");
        assertThat(comparison.unmatched()).isEqualTo(300);
        assertThat(comparison.absolute().orElseThrow().estimate()).isCloseTo(0.1, within(1e-12));
        assertThat(results.users()).isEqualTo(Map.of("control", 400L, "b", 100L));
        assertThat(results.toJson()).contains("\"unmatched\":300");
    }

    @Test
    void what_was_before_the_exposure_takes_variance_away() {
        Experiment experiment = running(draft().successMetric(Metric.count("views", EventType.PAGE_VIEW)));
        SplittableRandom random = new SplittableRandom(5);
        Users users = new Users(experiment, LATER);
        for (int i = 0; i < 4_000; i++) {
            int habit = random.nextInt(8);
            List<BehaviorEvent> views = new ArrayList<>();
            for (int k = 0; k < habit; k++) {
                views.add(event(i, EventType.PAGE_VIEW, START.minusSeconds(60 + k), null));
            }
            int after = habit + random.nextInt(3);
            for (int k = 0; k < after; k++) {
                views.add(event(i, EventType.PAGE_VIEW, START.plusSeconds(60 + k), null));
            }
            users.add(i % 2 == 0 ? "control" : "b", 1, views);
        }
        Comparison comparison = only(results(experiment, users), "views");
        double plain = comparison.absolute().orElseThrow().standardError();
        double reduced = java.util.Objects.requireNonNull(comparison.cuped())
                .orElseThrow()
                .standardError();
        // Var(habit) = 63/12 = 5.25 and Var(noise) = 2/3: 1 - rho² = (2/3) / (5.25 + 2/3) = 0.1127.
        assertThat(reduced * reduced / (plain * plain)).isCloseTo(0.1127, within(0.012));
    }

    @Test
    void a_guardrail_holds_is_broken_or_undecided_by_its_margin() {
        ExperimentDraftBuilder draft = draft().successMetric("conversion_rate").guardrail("form_abandon_rate", 0.1);
        Experiment experiment = running(draft);
        assertThat(guard(experiment, 5_000, 5_010)).isEqualTo(Guard.HOLDS);
        assertThat(guard(experiment, 5_000, 6_500)).isEqualTo(Guard.BROKEN);
        assertThat(guard(experiment, 5_000, 5_480)).isEqualTo(Guard.UNDECIDED);
    }

    private static @Nullable Guard guard(Experiment experiment, int ofControl, int ofTreatment) {
        Users users = new Users(experiment, END)
                .add("control", ofControl, EventType.FORM_ABANDON, null)
                .add("control", 20_000 - ofControl, null, null)
                .add("b", ofTreatment, EventType.FORM_ABANDON, null)
                .add("b", 20_000 - ofTreatment, null, null);
        return only(results(experiment, users), "form_abandon_rate").guard();
    }

    @Test
    void decisions_follow_their_rules() {
        Experiment plain = running(draft().successMetric("conversion_rate"));
        assertThat(decision(plain, LATER, 200, 250, 0, 0)).isEqualTo("KEEP_RUNNING UNDECIDED");
        assertThat(decision(plain, END, 200, 250, 0, 0)).isEqualTo("SHIP PRIMARY_BETTER");
        assertThat(decision(plain, LATER, 200, 300, 0, 0)).isEqualTo("SHIP PRIMARY_BETTER");
        assertThat(decision(plain, LATER, 300, 200, 0, 0)).isEqualTo("ROLL_BACK PRIMARY_WORSE");
        assertThat(decision(plain, END, 200, 205, 0, 0)).isEqualTo("ROLL_BACK NOT_BETTER_AT_END");

        Experiment guarded = running(draft().successMetric("conversion_rate").guardrail("form_abandon_rate", 0.05));
        assertThat(decision(guarded, END, 200, 300, 300, 400)).isEqualTo("ROLL_BACK GUARDRAIL_BROKEN");
        assertThat(decision(guarded, END, 200, 300, 300, 301)).isEqualTo("KEEP_RUNNING GUARDRAIL_UNDECIDED");
        assertThat(decision(guarded, END, 200, 300, 400, 300)).isEqualTo("SHIP PRIMARY_BETTER");

        Experiment both = running(draft().successMetric("conversion_rate").successMetric("form_abandon_rate"));
        assertThat(decision(both, END, 200, 300, 200, 300)).isEqualTo("KEEP_RUNNING MIXED");
    }

    /** A thousand users of each arm, of whom some convert and others abandon. */
    private static String decision(
            Experiment experiment, Instant asOf, int converted, int convertedB, int left, int leftB) {
        Users users = new Users(experiment, asOf)
                .add("control", converted, EventType.APPLICATION_COMPLETE, null)
                .add("control", left, EventType.FORM_ABANDON, null)
                .add("control", 1_000 - converted - left, null, null)
                .add("b", convertedB, EventType.APPLICATION_COMPLETE, null)
                .add("b", leftB, EventType.FORM_ABANDON, null)
                .add("b", 1_000 - convertedB - leftB, null, null);
        ExperimentResults results = results(experiment, users);
        return results.decision().action() + " " + results.decision().rule();
    }

    @Test
    void success_metrics_and_variants_are_corrected_together_and_others_are_not() {
        Experiment experiment = running(draft().successMetric("conversion_rate")
                .successMetric("form_abandon_rate")
                .metric(Metric.count("views", EventType.PAGE_VIEW)));
        Users users = conversions(experiment, LATER, 200, 1_000, 240, 1_000).add("b", 0, null, null);
        users.add("control", 100, EventType.FORM_ABANDON, null).add("b", 100, EventType.FORM_ABANDON, null);
        ExperimentResults results = results(experiment, users);
        double one = only(results, "conversion_rate").absolute().orElseThrow().pValue();
        double other =
                only(results, "form_abandon_rate").absolute().orElseThrow().pValue();
        assertThat(List.of(
                        only(results, "conversion_rate").adjustedP().orElseThrow(),
                        only(results, "form_abandon_rate").adjustedP().orElseThrow()))
                .isEqualTo(Correction.HOLM.adjust(List.of(one, other)));
        assertThat(only(results, "views").adjustedP()).isEmpty();
        assertThat(results.metrics())
                .extracting(MetricResult::role)
                .containsExactly(Role.PRIMARY, Role.SUCCESS, Role.MEASURED);
        ExperimentResults plain = ResultsAnalysis.of(experiment, users.fold, QUERY.corrected(null), 0);
        assertThat(only(plain, "conversion_rate").adjustedP()).isEmpty();
        ExperimentResults doubtful =
                ResultsAnalysis.of(experiment, users.fold, QUERY.believing(NormalPrior.relative(0, 0.0001)), 0);
        assertThat(Math.abs(only(doubtful, "conversion_rate")
                        .posterior()
                        .orElseThrow()
                        .mean()))
                .isLessThan(Math.abs(
                        only(plain, "conversion_rate").posterior().orElseThrow().mean()));
    }

    @Test
    void the_groups_of_a_breakdown_are_corrected_as_one_family() {
        Experiment experiment = running(draft().successMetric("conversion_rate"));
        Users users = new Users(experiment, LATER);
        int[] converted = {240, 225, 205};
        for (int g = 0; g < converted.length; g++) {
            users.group = "group-" + g;
            users.add("control", 200, EventType.APPLICATION_COMPLETE, 1.0).add("control", 800, null, null);
            users.add("b", converted[g], EventType.APPLICATION_COMPLETE, 1.0)
                    .add("b", 1_000 - converted[g], null, null);
        }
        ExperimentResults results = ResultsAnalysis.of(
                experiment, users.fold, QUERY.by(new ResultsQuery.Breakdown.ByField("context.device")), 0);
        List<MetricResult.Comparison> groups = results.groups().stream()
                .map(group -> group.metrics().get(0).comparisons().get(0))
                .toList();
        List<Double> plain = groups.stream()
                .map(one -> one.absolute().orElseThrow().pValue())
                .toList();
        assertThat(results.groups())
                .extracting(ExperimentResults.Group::name)
                .containsExactly("group-0", "group-1", "group-2");
        assertThat(groups.stream().map(one -> one.adjustedP().orElseThrow()).toList())
                .isEqualTo(Correction.HOLM.adjust(plain))
                .isNotEqualTo(plain);
        MetricResult.Comparison everybody = only(results, "conversion_rate");
        assertThat(everybody.adjustedP().orElseThrow())
                .isEqualTo(everybody.absolute().orElseThrow().pValue());
        ExperimentResults uncorrected = ResultsAnalysis.of(
                experiment,
                users.fold,
                QUERY.corrected(null).by(new ResultsQuery.Breakdown.ByField("context.device")),
                0);
        assertThat(uncorrected.groups())
                .hasSize(3)
                .allSatisfy(group -> assertThat(
                                group.metrics().get(0).comparisons().get(0).adjustedP())
                        .isEmpty());
    }

    @Test
    void a_query_out_of_range_is_refused() {
        for (double alpha : new double[] {0, -0.1, 0.51, 1, Double.NaN}) {
            assertThatThrownBy(() -> new ResultsQuery(alpha, 100, null, 5_000, null, null))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> QUERY.tunedFor(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ResultsQuery(0.05, 1, null, 5_000, null, null))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
