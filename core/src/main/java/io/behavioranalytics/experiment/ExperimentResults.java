package io.behavioranalytics.experiment;

import io.behavioranalytics.statistics.Finding;
import io.behavioranalytics.statistics.SampleRatioTest;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an experiment came to, as of an instant. No number in it is NaN or infinite: what the data cannot say is a {@link Finding} that
 * says why.
 *
 * @param experiment the version whose definition was measured
 * @param asOf no event and no exposure behind it counts
 * @param bucketVersion the bucket version of the exposures that count; others are left out
 * @param ended whether the experiment was over then, so that fixed-horizon tests may decide
 * @param query how it was computed
 * @param users the exposed users that count, by variant
 * @param crossovers users who are left out because they were shown several variants
 * @param sampleRatios whether users were shared out as the weights say, by phase and band
 * @param metrics the success metrics, the guardrails, and the others
 * @param groups the same metrics by what users are told apart by; empty without a breakdown
 * @param decisions what follows for each variant that is not the control
 * @param decision what follows for the experiment
 */
public record ExperimentResults(
        Experiment experiment,
        Instant asOf,
        int bucketVersion,
        boolean ended,
        ResultsQuery query,
        Map<String, Long> users,
        long crossovers,
        List<SampleRatio> sampleRatios,
        List<MetricResult> metrics,
        List<Group> groups,
        List<Decision> decisions,
        Decision decision) {
    /**
     * Users of one phase and band by variant, against the weights they had.
     *
     * @param phase the number of the phase
     * @param band the band, -1 for those in none
     * @param users by variant
     * @param test Pearson's chi-squared test over the arms of positive weight; a mismatch below p = 0.001
     */
    public record SampleRatio(int phase, int band, Map<String, Long> users, Finding<SampleRatioTest> test) {
        /**
         * Whether users were lost or gained in an arm.
         *
         * @return true if the test says so
         */
        public boolean isMismatch() {
            return test.value().filter(SampleRatioTest::mismatch).isPresent();
        }
    }

    /**
     * The users of one group.
     *
     * @param name {@code in} or {@code out} of a segment, or a field's value
     * @param metrics their metrics; p-values are corrected over all groups together, and apart from those of all users
     */
    public record Group(String name, List<MetricResult> metrics) {
        /** Copies the list. */
        public Group {
            metrics = List.copyOf(metrics);
        }
    }

    /** What to do. */
    public enum Action {
        /** Give the variant to everybody. */
        SHIP,
        /** Give the control to everybody. */
        ROLL_BACK,
        /** Go on. */
        KEEP_RUNNING;

        /**
         * The name used in JSON.
         *
         * @return lower case
         */
        public String json() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Why. */
    public enum Rule {
        /** Users were not shared out as the weights say: nothing can be trusted. */
        SAMPLE_RATIO_MISMATCH,
        /** An arm has too few users, or the primary metric does not vary. */
        NOT_ENOUGH_DATA,
        /** A guardrail got worse by more than its margin. */
        GUARDRAIL_BROKEN,
        /** The primary metric is significantly worse. */
        PRIMARY_WORSE,
        /** Another success metric is significantly worse while the primary is better. */
        MIXED,
        /** The primary metric is significantly better, but a guardrail is not shown to hold yet. */
        GUARDRAIL_UNDECIDED,
        /** The primary metric is significantly better, every guardrail holds, and no success metric is worse. */
        PRIMARY_BETTER,
        /** The experiment is over, and the primary metric is not significantly better. */
        NOT_BETTER_AT_END,
        /** Nothing is significant yet. */
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
     * What follows, and by which rule.
     *
     * @param variant the variant that it is about; null for the experiment unless one is to be shipped
     * @param action what to do
     * @param rule why
     */
    public record Decision(@Nullable String variant, Action action, Rule rule) {}

    /** Copies the lists and the map. */
    public ExperimentResults {
        users = Map.copyOf(users);
        sampleRatios = List.copyOf(sampleRatios);
        metrics = List.copyOf(metrics);
        groups = List.copyOf(groups);
        decisions = List.copyOf(decisions);
    }

    /**
     * Writes everything as JSON: each number with its method, and {@code insufficientData} with the reason where there is none.
     *
     * @return one line
     */
    public String toJson() {
        return ResultsJson.write(this);
    }
}
