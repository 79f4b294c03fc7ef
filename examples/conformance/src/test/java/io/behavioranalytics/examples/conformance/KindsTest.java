package io.behavioranalytics.examples.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonLimits;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One published case of each kind, and what becomes of cases that a kind cannot answer. */
class KindsTest {
    private static final Conformance CONFORMANCE = new Conformance(Kinds.all());

    @Test
    void a_published_case_of_every_kind_agrees() {
        Map<String, String> cases = new LinkedHashMap<>();
        cases.put("growthbook_hash", """
                {"seed": "seed", "value": "a", "version": 2, "expected": 0.0505, "tolerance": 0}""");
        cases.put("growthbook_getBucketRange", """
                {"numVariations": 2, "coverage": 0.5, "weights": [0.4, 0.6], "expected": [[0, 0.2], [0.4, 0.7]], "tolerance": 1e-9}""");
        cases.put("growthbook_chooseVariation", """
                {"bucket": 0.5, "ranges": [[0, 0.5], [0.5, 1]], "expected": 1}""");
        cases.put("growthbook_inNamespace", """
                {"hashValue": "2", "namespace": "namespace1", "rangeStart": 0.4, "rangeEnd": 1, "expected": true}""");
        cases.put("growthbook_getEqualWeights", """
                {"n": 4, "expected": [0.25, 0.25, 0.25, 0.25]}""");
        cases.put("gbstats_frequentist", """
                {"inputs": {"mean_a": -10, "mean_b": -5, "baseline_mean_for_scaling": -20},
                 "expected": {"relative_difference": 0.25}, "tolerance": 1e-9}""");
        cases.put("gbstats_sequential", """
                {"inputs": {"a": {"type": "mean", "n": 3000, "sum": 1396.87, "sum_squares": 52377.9767},
                            "b": {"type": "mean", "n": 3461, "sum": 2422.7, "sum_squares": 134698.29},
                            "difference": "relative", "alpha": 0.05, "tuning": 5000, "alternative": "less"},
                 "expected": {"ci": ["-inf", 1.4302867177403806], "p_value": 0.4999}, "tolerance": 1e-9}""");
        cases.put("gbstats_bayesian", """
                {"inputs": {"posterior_mean": 0.01, "posterior_sd": 4.5e-09},
                 "expected": {"risk_control": 0.01, "risk_treatment": 0.0}, "tolerance": 1e-12}""");
        cases.put("gbstats_cuped", """
                {"inputs": {"pre_values_each_arm": [0.3, 0.5, 0.9, 22], "post_values_each_arm": [2, 1, 5, 3], "n_each": 4},
                 "expected": {"theta": 0.01864}, "tolerance": 6e-06}""");
        cases.put("gbstats_ratio", """
                {"inputs": {"a": {"n": 100, "num_sum": 270, "num_ss": 848.79, "den_sum": 510, "den_ss": 810, "sxy": -900},
                            "b": {"n": 120, "num_sum": 300, "num_ss": 869, "den_sum": 500, "den_ss": 800, "sxy": -905},
                            "difference": "relative"},
                 "expected": {"ratio_a": 0.529411765, "p_value": 0.610663339}, "tolerance": 6e-10}""");
        cases.put("gbstats_poststratification", """
                {"inputs": {"strata_[control,treatment]": [
                    [{"n": 1000, "sum": -10000, "sum_squares": 104000}, {"n": 1000, "sum": -5000, "sum_squares": 29000}],
                    [{"n": 1000, "sum": -10000, "sum_squares": 104000}, {"n": 1000, "sum": -5000, "sum_squares": 29000}]],
                  "difference": "relative"}, "expected": {"estimate": 0.5}, "tolerance": 1e-07}""");
        cases.put("gbstats_power", """
                {"inputs": {"metric": "mean", "mean": 0.1, "variance": 0.5, "n_total": 4500, "variations": 3, "alpha": 0.05,
                            "relative_effect": 0.3, "target_power": 0.8},
                 "expected": {"power": 0.17053, "mde_relative": 1.26769}, "tolerance": 6e-06}""");
        cases.put("gbstats_legacy_beta_binomial", """
                {"inputs": {"a": {"successes": 49, "n": 100}, "b": {"successes": 51, "n": 100}, "prior_a": [1, 1],
                            "prior_b": [1, 1], "alpha": 0.05},
                 "expected": {"chance_to_win": 0.61052, "risk_a": 0.03872}, "tolerance": 6e-06}""");
        cases.put("srm", """
                {"inputs": {"observed": [1000, 1200], "weights": [0.5, 0.5]},
                 "expected": {"p_value": 2.0079e-05}, "tolerance": 6e-10}""");
        cases.put("multiple_comparisons", """
                {"method": "holm-bonferroni", "p_values": [0.025, 0.03],
                 "expected_adjusted_in_input_order": [0.05, 0.05], "tolerance": 1e-12}""");
        cases.put("confidence_ztest", """
                {"inputs": {"level_1": {"sum": 100, "sum_squares": 100, "n": 150}, "level_2": {"sum": 42, "sum_squares": 42, "n": 104},
                            "interval": 0.95, "bonferroni_m": 5},
                 "expected": {"p_value": 1.9943985e-05, "adjusted_ci": [-0.42153065, -0.10411038]},
                 "tolerance": {"abs": 1e-08, "rel": 1e-06}}""");
        cases.put("confidence_ttest", """
                {"inputs": {"level_1": {"sum": 24, "sum_squares": 80, "n": 10}, "level_2": {"sum": 330, "sum_squares": 1010, "n": 150}},
                 "expected": {"p_value": 0.704021}, "tolerance": {"abs": 1e-06, "rel": 0.001}}""");
        cases.put("confidence_chisquared", """
                {"inputs": {"level_1": {"successes": 40, "n": 100}, "level_2": {"successes": 50, "n": 100}},
                 "expected": {"p_value": 0.155218, "ci": [-0.03719748, 0.237197]}, "tolerance": {"abs": 1e-06, "rel": 1e-05}}""");
        cases.put("confidence_power_samplesize", """
                {"inputs": {"absolute_mde": 0.003, "variance": 0.2244, "alpha": 0.05, "power": 0.85, "treatments": 2},
                 "expected": {"n_total": 897348}, "tolerance": {"abs": 0, "rel": 0.01}}""");
        cases.put("confidence_sequential", """
                {"inputs": {"count_1": [100, 190, 270, 340], "count_2": [150, 260, 360, 470], "planned_total": 300, "alpha": 0.01,
                            "sides": 2, "spending": "alpha*t^2"},
                 "expected": {"adjusted_alpha": [0.00095, 0.00241, 0.0041, 0.00636]}, "tolerance": {"abs": 0.0001, "rel": 0}}""");
        cases.put("statsmodels_proportion_ci", """
                {"inputs": {"count1": 7, "nobs1": 34, "count2": 1, "nobs2": 34, "alpha": 0.05, "compare": "ratio",
                            "method": "koopman-score"},
                 "expected": {"ci": [1.220853, 42.575718]}, "tolerance": 6e-07}""");
        cases.put("statsmodels_proportion_tests", """
                {"inputs": {"count": 51, "nobs": 235, "prop": 0.16666666666666666, "alternative": "greater"},
                 "expected": {"p_value": 0.02654424571169085}, "tolerance": 1e-12}""");
        cases.put("statsmodels_power", """
                {"inputs": {"test": "t one-sample", "effect_size_d": 1, "nobs": 30, "alpha": 0.05, "alternative": "larger"},
                 "expected": {"power": 0.999892010204909}, "tolerance": 1e-6}""");
        cases.put("confseq_uniform_boundaries", """
                {"function": "normal_mixture_bound",
                 "inputs": {"v": 100, "alpha": 0.05, "v_opt": 100, "alpha_opt": 0.05, "one_sided": false},
                 "expected": 30.35209, "tolerance": 1e-05}""");
        cases.put("msprt", """
                {"kind": "formula_tau2", "inputs": {"alpha": 0.05, "sigma": 1, "truncation": 10},
                 "expected": {"tau_squared": 4.913684766737757}, "tolerance": 1e-09, "tolerance_kind": "relative"}""");
        cases.forEach((kind, vector) -> {
            FileReport report = run(kind, vector);
            assertThat(report.failures()).as(kind).isEmpty();
            assertThat(report.passed()).as(kind).isEqualTo(1);
        });
    }

    @Test
    void a_case_without_a_method_has_failed() {
        assertThat(run("multiple_comparisons", """
                        {"method": "guesswork", "p_values": [0.1], "expected_adjusted_in_input_order": [0.1]}""").failures()).containsExactly("x: no method: a correction guesswork");
        assertThat(run("confseq_uniform_boundaries", """
                        {"function": "crystal_ball", "inputs": {}, "expected": 1}""").failures())
                .containsExactly("x: no method: a function crystal_ball");
        assertThat(run("srm", """
                        {"inputs": {"observed": [1, 2], "weights": [1, 1]}, "expected": {"g_test": 1}}""").failures()).containsExactly("x: g_test: no method answers it");
    }

    @Test
    void data_that_are_refused_or_too_few_fail_the_case_and_nothing_else() {
        assertThat(run("srm", """
                        {"inputs": {"observed": [0, 0], "weights": [1, 1]}, "expected": {"p_value": 1}}""").failures()).containsExactly("x: no method: insufficient data: TOO_FEW_OBSERVATIONS");
        assertThat(run("confidence_chisquared", """
                        {"inputs": {"level_1": {"successes": 11, "n": 10}, "level_2": {"successes": 5, "n": 10}},
                         "expected": {"p_value": 1}}""").failures())
                .containsExactly("x: refused: successes must not be more than n: 11 > 10");
        assertThat(run("srm", """
                        {"inputs": {"observed": [1.5, 2], "weights": [1, 1]}, "expected": {"p_value": 1}}""").failures())
                .containsExactly("x: malformed: cases[0].inputs.observed must be a whole number: 1.5");
    }

    private static FileReport run(String kind, String vector) {
        String document = "{\"cases\": [{\"id\": \"x\", " + vector.strip().substring(1) + "]}";
        Map<String, ?> parsed = Json.parseObject(document, JsonLimits.DEFINITION);
        Fields fields = Fields.of(parsed, "");
        return CONFORMANCE.run(new VectorFile(kind + ".json", kind, Path.of("."), fields, fields.list("cases")));
    }
}
