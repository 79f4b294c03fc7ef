package io.behavioranalytics.experiment;

import io.behavioranalytics.experiment.MetricResult.Comparison;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.statistics.EffectPosterior;
import io.behavioranalytics.statistics.Finding;
import io.behavioranalytics.statistics.Interval;
import io.behavioranalytics.statistics.NormalPrior;
import io.behavioranalytics.statistics.SampleRatioTest;
import io.behavioranalytics.statistics.TestResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Results as JSON. */
final class ResultsJson {
    private ResultsJson() {}

    static String write(ExperimentResults results) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("experiment", results.experiment().key());
        object.put("version", results.experiment().version());
        object.put("asOf", results.asOf().toString());
        object.put("ended", results.ended());
        object.put("bucketVersion", (long) results.bucketVersion());
        ResultsQuery query = results.query();
        object.put("alpha", query.alpha());
        object.put("minSampleSize", (long) query.minSampleSize());
        object.put(
                "correction",
                query.correction() == null ? "none" : query.correction().name().toLowerCase(Locale.ROOT));
        object.put("sequentialTuning", query.sequentialTuning());
        NormalPrior prior = query.prior();
        if (prior == null) {
            object.put("prior", "flat");
        } else {
            object.put("prior", Map.of("mean", prior.mean(), "variance", prior.variance()));
        }
        Map<String, @Nullable Object> users = new LinkedHashMap<>();
        for (Variant variant : results.experiment().definition().variants()) {
            users.put(variant.id(), results.users().getOrDefault(variant.id(), 0L));
        }
        object.put("users", users);
        object.put("excluded", Map.of("crossovers", results.crossovers()));
        object.put(
                "sampleRatios",
                results.sampleRatios().stream().map(ResultsJson::write).toList());
        object.put(
                "metrics",
                results.metrics().stream()
                        .map(metric -> write(metric, query.alpha()))
                        .toList());
        if (!results.groups().isEmpty()) {
            List<Object> groups = new ArrayList<>();
            for (ExperimentResults.Group group : results.groups()) {
                Map<String, @Nullable Object> written = new LinkedHashMap<>();
                written.put("group", group.name());
                written.put(
                        "metrics",
                        group.metrics().stream()
                                .map(metric -> write(metric, query.alpha()))
                                .toList());
                groups.add(written);
            }
            object.put("groups", groups);
        }
        object.put(
                "decisions",
                results.decisions().stream().map(ResultsJson::write).toList());
        object.put("decision", write(results.decision()));
        return Json.write(object);
    }

    private static Map<String, @Nullable Object> write(ExperimentResults.Decision decision) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        if (decision.variant() != null) {
            object.put("variant", decision.variant());
        }
        object.put("action", decision.action().json());
        object.put("rule", decision.rule().json());
        return object;
    }

    private static Map<String, @Nullable Object> write(ExperimentResults.SampleRatio ratio) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("phase", (long) ratio.phase());
        object.put("band", (long) ratio.band());
        object.put("users", ratio.users());
        object.put("method", "chi_squared_over_arms_of_positive_weight");
        put(object, ratio.test(), (SampleRatioTest test, Map<String, @Nullable Object> into) -> {
            into.put("statistic", test.statistic());
            into.put("degreesOfFreedom", (long) test.degreesOfFreedom());
            into.put("pValue", test.pValue());
            into.put("mismatch", test.mismatch());
        });
        return object;
    }

    private static Map<String, @Nullable Object> write(MetricResult result, double alpha) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("metric", result.metric().name());
        object.put("kind", result.metric().kind().json());
        object.put("goal", result.metric().goal().json());
        object.put("role", result.role().json());
        object.put("strata", (long) result.strata());
        if (result.cappedAt() != null) {
            object.put("cappedAt", result.cappedAt());
        }
        List<Object> arms = new ArrayList<>();
        for (MetricResult.ArmValue arm : result.arms()) {
            Map<String, @Nullable Object> written = new LinkedHashMap<>();
            written.put("variant", arm.variant());
            written.put("users", arm.users());
            written.put("immature", arm.immature());
            written.put("value", arm.value());
            arms.add(written);
        }
        object.put("arms", arms);
        if (result.homogeneity() != null) {
            Map<String, @Nullable Object> written = new LinkedHashMap<>();
            written.put("method", result.strata() > 1 ? "chi_squared+by_stratum" : "chi_squared");
            put(written, result.homogeneity(), (test, into) -> {
                into.put("statistic", test.statistic());
                into.put("degreesOfFreedom", (long) test.degreesOfFreedom());
                into.put("pValue", test.pValue());
            });
            object.put("homogeneity", written);
        }
        object.put(
                "comparisons",
                result.comparisons().stream().map(one -> write(one, alpha)).toList());
        return object;
    }

    private static Map<String, @Nullable Object> write(Comparison comparison, double alpha) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("variant", comparison.variant());
        object.put("unmatched", comparison.unmatched());
        object.put("absolute", test(comparison.method(), comparison.absolute(), comparison.adjustedP()));
        object.put("relative", test(comparison.method(), comparison.relative(), OptionalDouble.empty()));
        object.put(
                "sequential",
                test("asymptotic_confidence_sequence", comparison.sequential(), comparison.adjustedSequentialP()));
        object.put(
                "sequentialRelative",
                test(
                        "asymptotic_confidence_sequence+fieller",
                        comparison.sequentialRelative(),
                        OptionalDouble.empty()));
        Map<String, @Nullable Object> posterior = new LinkedHashMap<>();
        posterior.put("method", "normal_posterior_of_the_relative_lift");
        put(posterior, comparison.posterior(), (EffectPosterior found, Map<String, @Nullable Object> into) -> {
            into.put("chanceToWin", found.chanceToWin());
            into.put("lossOfShipping", found.lossOfShippingTreatment());
            into.put("lossOfKeepingControl", found.lossOfKeepingControl());
            into.put("mean", found.mean());
            interval(into, "credibleInterval", found.credibleInterval(alpha));
        });
        object.put("posterior", posterior);
        if (comparison.cuped() != null) {
            object.put("cuped", test("cuped+" + comparison.method(), comparison.cuped(), OptionalDouble.empty()));
        }
        if (comparison.cupedRelative() != null) {
            object.put(
                    "cupedRelative",
                    test("cuped+" + comparison.method(), comparison.cupedRelative(), OptionalDouble.empty()));
        }
        if (comparison.guard() != null) {
            object.put("guardrail", comparison.guard().json());
        }
        return object;
    }

    private static Map<String, @Nullable Object> test(
            String method, Finding<TestResult> finding, OptionalDouble adjusted) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("method", method);
        put(object, finding, (test, into) -> {
            into.put("estimate", test.estimate());
            into.put("standardError", test.standardError());
            into.put("pValue", test.pValue());
            if (adjusted.isPresent()) {
                into.put("adjustedP", adjusted.getAsDouble());
            }
            into.put("alpha", test.alpha());
            interval(into, "interval", test.interval());
        });
        return object;
    }

    private static void interval(Map<String, @Nullable Object> into, String name, Interval interval) {
        List<@Nullable Object> bounds = new ArrayList<>();
        bounds.add(interval.lower().isPresent() ? (Double) interval.lower().getAsDouble() : null);
        bounds.add(interval.upper().isPresent() ? (Double) interval.upper().getAsDouble() : null);
        into.put(name, bounds);
    }

    private static <T> void put(
            Map<String, @Nullable Object> object,
            Finding<T> finding,
            BiConsumer<T, Map<String, @Nullable Object>> writer) {
        finding.value().ifPresent(found -> writer.accept(found, object));
        finding.shortage()
                .ifPresent(
                        reason -> object.put("insufficientData", reason.name().toLowerCase(Locale.ROOT)));
    }
}
