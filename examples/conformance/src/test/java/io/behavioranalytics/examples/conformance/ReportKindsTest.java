package io.behavioranalytics.examples.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonLimits;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One published case of each kind of report, and what becomes of cases that are not offered. */
class ReportKindsTest {
    @Test
    void a_published_case_of_every_kind_of_report_agrees() {
        Map<String, String> cases = new LinkedHashMap<>();
        cases.put("posthog_funnels", """
                {"people": {"user_one": [{"event": "step one", "timestamp": "2021-05-01 00:00:00"},
                                         {"event": "exclusion", "timestamp": "2021-05-01 00:00:01"},
                                         {"event": "step one", "timestamp": "2021-05-01 00:00:31"}]},
                 "steps": [{"event": "step one"}, {"event": "step two"}], "window": {"value": 10, "unit": "second"},
                 "order": "ordered", "exclusions": [{"event": "exclusion", "from_step": 0, "to_step": 1}],
                 "expected": {"counts": [1, 0], "average_conversion_seconds": [null, null], "persons_at_step": [["user_one"], null]}}""");
        cases.put("posthog_time_to_convert", """
                {"people_[event,timestamp]": {"user a": [["one", "2021-06-08 18:00:00"], ["two", "2021-06-08 19:00:00"]],
                    "user b": [["one", "2021-06-09 13:00:00"], ["two", "2021-06-09 13:37:00"]],
                    "user c": [["one", "2021-06-11 07:00:00"], ["two", "2021-06-12 06:00:00"]]},
                 "steps": ["one", "two"], "from_step": 0, "to_step": 1, "window": {"value": 7, "unit": "day"}, "bin_count": null,
                 "expected": {"bins_[lower_edge_seconds,count]": [[2220, 2], [42510, 0], [82800, 1]],
                              "average_conversion_seconds": 29540}}""");
        cases.put("posthog_retention", """
                {"events_[person,time,event,properties]": [["p", "2020-06-10 05:00:00", "view"], ["p", "2020-06-11 05:00:00", "view"]],
                 "period": "Day", "intervals": 2, "date_to": "2020-06-11 06:00:00",
                 "interval_starts": ["2020-06-10 00:00", "2020-06-11 00:00"], "week_start": "sunday",
                 "start_event": {"event": "view"}, "return_event": {"event": "view"}, "type": "recurring", "cumulative": false,
                 "minimum_occurrences": 1, "expected_matrix": [[1, 1], [1]]}""");
        cases.put("posthog_lifecycle", """
                {"people": {"p2": ["2020-01-09 12:00:00", "2020-01-12 12:00:00"], "p3": ["2020-01-12 12:00:00"]},
                 "interval": "day", "date_from": "2020-01-09", "date_to": "2020-01-12",
                 "expected": {"new": [1, 0, 0, 1], "returning": [0, 0, 0, 0], "resurrecting": [0, 0, 0, 1],
                              "dormant": [0, -1, 0, 0]}}""");
        cases.put("posthog_stickiness", """
                {"people": {"p1": ["2020-01-12 12:00:00", "2020-01-12 12:00:00", "2020-01-13 12:00:00"]},
                 "date_from": "2020-01-12 00:00:00", "date_to": "2020-01-13 00:00:00", "interval": "day", "interval_count": 1,
                 "cumulative": false, "criteria_per_interval": "events in the interval <= 1 (and at least one)",
                 "expected_persons_by_number_of_intervals": [1, 0]}""");
        cases.put("clickhouse_windowFunnel", """
                {"events": [{"ts": 1, "event": "a"}, {"ts": 2, "event": "d"}, {"ts": 3, "event": "b"}],
                 "steps": [{"field": "event", "op": "==", "value": "a"}, {"field": "event", "op": "==", "value": "b"}],
                 "window": 86400, "modes": ["strict_order"], "expected_level": 1}""");
        cases.put("clickhouse_windowFunnel_contested", """
                {"events": [{"ts": 1, "event": "a"}, {"ts": 2, "event": "b"}, {"ts": 3, "event": "a"}, {"ts": 4, "event": "c"}],
                 "steps": [{"field": "event", "op": "==", "value": "a"}, {"field": "event", "op": "==", "value": "b"},
                           {"field": "event", "op": "==", "value": "c"}],
                 "window": 86400, "modes": ["strict_order"], "expected_level_reference_0882b32b": 2,
                 "level_by_source_0215c755": 3, "versions_agree": false}""");
        cases.put("clickhouse_sequence", """
                {"events_[time,data]": [[0, 0], [1, 0], [4, 1], [5, 2], [6, 0]], "conditions_data_equals": [0, 1, 2],
                 "pattern": "(?1)(?t>1)(?2)(?3)", "expected": {"match": 1, "count": 1, "match_events_times": [0, 4, 5]}}""");
        cases.put("clickhouse_retention", """
                {"n_per_day": [80, 50, 60], "extra_user_on_day": null, "conditions_day_index": [0, 1], "expected_sums": [80, 50]}""");
        cases.put("retentioneering_funnels", """
                {"kind": "two_step_conversion_from_first_start",
                 "events": [{"user": "u1", "event": "A", "timestamp": "2020-01-01 00:00:00"},
                            {"user": "u1", "event": "noise", "timestamp": "2020-01-01 00:01:00"},
                            {"user": "u1", "event": "B", "timestamp": "2020-01-01 00:02:00"}],
                 "start": "A", "end": "B", "window_seconds": null, "window_events": 1, "expected": {"started": 1, "converted": 0},
                 "asserted_upstream": ["converted"]}""");
        cases.put("retentioneering_cohorts", """
                {"events": [{"user": "1", "timestamp": "2021-12-28 00:01:00"}, {"user": "1", "timestamp": "2022-02-01 00:01:00"}],
                 "cohort_start_unit": "M", "cohort_period": [1, "M"],
                 "expected": {"cohorts": ["2021-12"], "retention": [[1, null, 1]]}}""");
        cases.put("btyd_bgnbd_paretonbd_gammagamma", """
                {"model": "BG/NBD", "function": "pmf",
                 "inputs": {"t": 39, "n": 0, "params": {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}},
                 "expected": 0.5737864, "tolerance": 1e-7}""");
        cases.put("sbg_bdw_retention_projection", """
                {"function": "sbg_fit", "inputs": {"survival": [1, 0.631, 0.468, 0.382, 0.326, 0.289, 0.262, 0.241]},
                 "expected": {"alpha": 0.704, "beta": 1.182}, "tolerance": {"alpha": 0.001, "beta": 0.001}}""");
        cases.put("rfm_summary", """
                {"inputs": {"transactions": [[1, "2015-02-01"], [1, "2015-02-06"], [2, "2015-01-01"]], "period": "D",
                            "observation_end": "2015-02-07"},
                 "expected": [{"id": 1, "frequency": 1, "recency": 5, "T": 6}, {"id": 2, "frequency": 0, "recency": 0, "T": 37}]}""");
        cases.forEach((kind, vector) -> {
            FileReport report = run(kind, vector);
            assertThat(report.failures()).as(kind).isEmpty();
            assertThat(report.passed()).as(kind).isEqualTo(1);
        });
    }

    @Test
    void models_that_are_not_offered_are_left_out_with_the_reason() {
        FileReport report = run("btyd_bgnbd_paretonbd_gammagamma", """
                {"model": "Pareto/NBD", "function": "expected_purchases", "inputs": {"t": 1}, "expected": 1}""");
        assertThat(report.failures()).isEmpty();
        assertThat(report.passed()).isZero();
        assertThat(report.leftOut()).containsExactly("x: the model Pareto/NBD is not offered");
        assertThat(run("sbg_bdw_retention_projection", """
                        {"function": "bdw_fit", "inputs": {"survival_percent": [100, 86.9]}, "expected": {"c": 1.58}}""").leftOut())
                .containsExactly("x: the model beta-discrete-Weibull is not offered");
    }

    @Test
    void a_customer_that_cannot_be_is_an_error() {
        assertThat(run("rfm_summary", """
                        {"inputs": {"frequency": [0, 0.5], "recency": [0, 1], "T": [5, 6]}, "expected": "error"}""").passed()).isEqualTo(1);
        assertThat(run("rfm_summary", """
                        {"inputs": {"frequency": [0, 1], "recency": [0, 1], "T": [5, 6]}, "expected": "error"}""").passed()).isZero();
    }

    private static FileReport run(String kind, String vector) {
        String document = "{\"cases\": [{\"id\": \"x\", " + vector.strip().substring(1) + "]}";
        Fields fields = Fields.of(Json.parseObject(document, JsonLimits.DEFINITION), "");
        return new Conformance(Kinds.all())
                .run(new VectorFile(kind + ".json", kind, Path.of("."), fields, fields.list("cases")));
    }
}
