package io.behavioranalytics.experiment;

import io.behavioranalytics.statistics.ChiSquaredTest;
import io.behavioranalytics.statistics.EffectPosterior;
import io.behavioranalytics.statistics.Finding;
import io.behavioranalytics.statistics.TestResult;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What was measured of one metric.
 *
 * @param metric the metric
 * @param role what it is in the experiment
 * @param strata how many strata (phases and bands with users of several arms) were put together
 * @param cappedAt what users' totals were cut at, or null
 * @param arms one for each variant, in the order of the definition
 * @param homogeneity of a binary metric: whether all arms have one proportion in each stratum, by Pearson's chi-squared tests, which add up; null
 *     for all others
 * @param comparisons one for each variant that is not the control
 */
public record MetricResult(
        Metric metric,
        Role role,
        int strata,
        @Nullable Double cappedAt,
        List<ArmValue> arms,
        @Nullable Finding<ChiSquaredTest> homogeneity,
        List<Comparison> comparisons) {
    /** What a metric is in an experiment. */
    public enum Role {
        /** The first success metric, which decides. */
        PRIMARY,
        /** Another success metric. */
        SUCCESS,
        /** One that must not get worse. */
        GUARDRAIL,
        /** One that is only measured. */
        MEASURED;

        /**
         * The name used in JSON.
         *
         * @return lower case
         */
        public String json() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One arm.
     *
     * @param variant its id
     * @param users whose totals count
     * @param immature users who are left out because their window is not over
     * @param value the mean of the users' totals, of a ratio the ratio of the sums; of all strata together, without weights; null without
     *     users, or if it is beyond what a double can say
     */
    public record ArmValue(
            String variant,
            long users,
            long immature,
            @Nullable Double value) {}

    /** Whether a guardrail holds. */
    public enum Guard {
        /** It is shown that it got worse by less than the margin. */
        HOLDS,
        /** It is shown that it got worse by more than the margin. */
        BROKEN,
        /** Neither is shown. */
        UNDECIDED;

        /**
         * The name used in JSON.
         *
         * @return lower case
         */
        public String json() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A variant against the control.
     *
     * @param variant its id
     * @param method the fixed-horizon test: {@code z_unpooled} for parts of users, {@code welch_t} for all others, of ratios with the delta
     *     method; behind it {@code +post_stratified} where several strata were put together
     * @param unmatched users of the two arms who are left out of it, because their phase or band has fewer than two users of one of them
     * @param absolute treatment less control, by that test: valid for one look at a time set in advance
     * @param relative the same by the control's value, its uncertainty included (delta method)
     * @param adjustedP the p-value of {@code absolute} after the correction over success metrics and variants; empty where there is none
     * @param sequential the difference by an asymptotic confidence sequence: valid at every look
     * @param sequentialRelative the relative lift by the same sequence and Fieller's interval, with the p-value of {@code sequential}; a shortage
     *     while the control's value cannot be told from 0
     * @param adjustedSequentialP the p-value of {@code sequential} after the correction; empty where there is none
     * @param posterior the relative lift's posterior
     * @param cuped the absolute difference with less variance by the same metric before the exposure; null for a metric without lookback; a
     *     shortage, and never the plain difference, where nothing varied before
     * @param cupedRelative the same by the control's value, which is not adjusted
     * @param guard whether the guardrail holds; null for a metric that is none
     */
    public record Comparison(
            String variant,
            String method,
            long unmatched,
            Finding<TestResult> absolute,
            Finding<TestResult> relative,
            OptionalDouble adjustedP,
            Finding<TestResult> sequential,
            Finding<TestResult> sequentialRelative,
            OptionalDouble adjustedSequentialP,
            Finding<EffectPosterior> posterior,
            @Nullable Finding<TestResult> cuped,
            @Nullable Finding<TestResult> cupedRelative,
            @Nullable Guard guard) {}

    /** Copies the lists. */
    public MetricResult {
        arms = List.copyOf(arms);
        comparisons = List.copyOf(comparisons);
    }
}
