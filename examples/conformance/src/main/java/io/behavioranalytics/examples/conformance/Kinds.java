package io.behavioranalytics.examples.conformance;

import java.util.List;
import java.util.Map;

/** The kinds of vectors that are run, and why others are not. */
final class Kinds {
    private static final String EXPERIMENT_MODEL =
            "runs of another product's experiment model; here an experiment is defined, not evaluated from a feature's JSON";

    private static final Map<String, String> NOT_APPLICABLE = Map.ofEntries(
            Map.entry("growthbook_run", EXPERIMENT_MODEL),
            Map.entry("growthbook_queryStringOverride", EXPERIMENT_MODEL),
            Map.entry("growthbook_stickyBucket", EXPERIMENT_MODEL),
            Map.entry("growthbook_evalCondition", "the condition language of another product"),
            Map.entry("obd_ope", "off-policy evaluation is a later part"),
            Map.entry("online_shoppers", "models of conversion are a later part"));

    private Kinds() {}

    /** One of each kind. */
    static List<Kind> all() {
        return List.of(
                new GrowthBookHash(),
                new GrowthBookBucketRange(),
                new GrowthBookChooseVariation(),
                new GrowthBookNamespace(),
                new GrowthBookEqualWeights(),
                new GbstatsFrequentist(),
                new GbstatsSequential(),
                new GbstatsBayesian(),
                new GbstatsCuped(),
                new GbstatsRatio(),
                new Srm(),
                new MultipleComparisons(),
                new ConfidenceTests("confidence_ztest", ConfidenceTests.Test.Z),
                new ConfidenceTests("confidence_ttest", ConfidenceTests.Test.T),
                new ConfidenceTests("confidence_chisquared", ConfidenceTests.Test.CHI_SQUARED),
                new StatsmodelsProportionCi(),
                new StatsmodelsProportionTests(),
                new ConfseqUniformBoundaries(),
                new Msprt(),
                new ConfidencePowerSamplesize(),
                new ConfidenceSequential(),
                new GbstatsLegacyBetaBinomial(),
                new GbstatsPoststratification(),
                new GbstatsPower(),
                new StatsmodelsPower(),
                new PostHogFunnels(),
                new PostHogTimeToConvert(),
                new PostHogRetention(),
                new PostHogLifecycle(),
                new PostHogStickiness(),
                new WindowFunnel("clickhouse_windowFunnel"),
                new WindowFunnel("clickhouse_windowFunnel_contested"),
                new ClickHouseSequence(),
                new ClickHouseRetention(),
                new RetentioneeringFunnels(),
                new RetentioneeringCohorts(),
                new BuyTillYouDie(),
                new RfmSummary(),
                new RetentionProjection());
    }

    /** Why the cases of a file are not run. */
    static String reasonAgainst(String kind) {
        return NOT_APPLICABLE.getOrDefault(kind, "no kind of this name is known");
    }
}
