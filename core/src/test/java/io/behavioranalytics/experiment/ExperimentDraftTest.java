package io.behavioranalytics.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Experiments as JSON: what comes back, and bad input C47, C48 and C52. */
class ExperimentDraftTest {
    @Test
    void variants_stand_at_top_level_or_in_the_allocation_and_not_in_both() {
        String variants = "[{\"name\":\"A\",\"isControl\":true,\"trafficPercentage\":50},"
                + "{\"name\":\"B\",\"trafficPercentage\":50}]";
        String top = json("\"variants\":" + variants);
        assertThat(ExperimentDraft.fromJson(top).variants()).hasSize(2);
        assertThat(codes(json("\"variants\":" + variants + ",\"trafficAllocation\":{\"variants\":" + variants + "}")))
                .containsExactly("variants DUPLICATE");
        assertThat(codes(json("\"description\":\"none\""))).containsExactly("variants REQUIRED");
    }

    private static String json(String more) {
        return "{\"name\":\"Test\",\"type\":\"OFFER\",\"hypothesis\":\"h\",\"successMetrics\":[\"conversion_rate\"],"
                + "\"targetSegments\":[]," + more + "}";
    }

    private static List<String> codes(String json) {
        InvalidDefinitionException refused =
                catchThrowableOfType(InvalidDefinitionException.class, () -> ExperimentDraft.fromJson(json));
        assertThat(refused).as(json).isNotNull();
        return refused.violations().stream()
                .map(violation -> violation.path() + " " + violation.code())
                .toList();
    }

    private static String weights(String... percent) {
        StringBuilder variants = new StringBuilder();
        for (int i = 0; i < percent.length; i++) {
            variants.append(i == 0 ? "" : ",")
                    .append("{\"name\":\"V")
                    .append(i)
                    .append("\",\"isControl\":")
                    .append(i == 0)
                    .append(",\"trafficPercentage\":")
                    .append(percent[i])
                    .append("}");
        }
        return json("\"variants\":[" + variants + "]");
    }

    @ParameterizedTest
    @CsvSource({
        "50, 49, variants SUM",
        "50, 51, variants SUM",
        "-10, 110, 'variants[0].trafficPercentage RANGE,variants[1].trafficPercentage RANGE'",
        "50.001, 49.999, 'variants[0].trafficPercentage RANGE,variants[1].trafficPercentage RANGE'",
        "'\"50\"', 50, variants[0].trafficPercentage TYPE"
    })
    void weights_that_do_not_sum_are_refused(String one, String other, String expected) {
        assertThat(String.join(",", codes(weights(one, other)))).contains(expected.split(","));
    }

    @Test
    void thirds_of_one_decimal_are_refused_and_thirds_that_sum_are_not() {
        assertThat(codes(weights("33.3", "33.3", "33.3"))).containsExactly("variants SUM");
        assertThat(codes(weights("NaN", "100")).get(0)).contains("SYNTAX");
        ExperimentDraft thirds = ExperimentDraft.fromJson(weights("33.34", "33.33", "33.33"));
        assertThat(thirds.variants()).extracting(Variant::weight).containsExactly(3_334, 3_333, 3_333);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "101", "-1", "0.001"})
    void a_total_outside_of_its_range_is_refused(String total) {
        String json = json(
                "\"trafficAllocation\":{\"total\":" + total + ",\"variants\":["
                        + "{\"name\":\"A\",\"isControl\":true,\"trafficPercentage\":50},{\"name\":\"B\",\"trafficPercentage\":50}]}");
        assertThat(codes(json)).containsExactly("trafficAllocation.total RANGE");
    }

    @Test
    void no_control_two_controls_one_variant_and_too_many_are_refused() {
        String a = "{\"name\":\"A\",\"isControl\":true,\"trafficPercentage\":50}";
        String b = "{\"name\":\"B\",\"isControl\":true,\"trafficPercentage\":50}";
        String c = "{\"name\":\"C\",\"trafficPercentage\":50}";
        String d = "{\"name\":\"D\",\"trafficPercentage\":50}";
        assertThat(codes(json("\"variants\":[" + c + "," + d + "]"))).containsExactly("variants CONTROL");
        assertThat(codes(json("\"variants\":[" + a + "," + b + "]"))).containsExactly("variants CONTROL");
        assertThat(codes(json("\"variants\":[" + a + "]")))
                .containsExactlyInAnyOrder("variants REQUIRED", "variants SUM");
        assertThat(codes(json("\"variants\":[" + a + "," + a.replace("true", "false") + "]")))
                .contains("variants[1].id DUPLICATE", "variants[1].name DUPLICATE");
        String[] many = new String[101];
        java.util.Arrays.fill(many, "0.99");
        assertThat(codes(weights(many))).contains("variants TOO_MANY");
    }

    @Test
    void everything_that_is_wrong_is_said_at_once() {
        assertThat(codes("""
                        {"name": "", "type": "colour", "successMetrics": ["nothing"], "targetSegments": [1],
                         "variants": [{"name": "A", "trafficPercentage": 20}], "extra": 1,
                         "metrics": [{"name": "m", "kind": "sum", "eventTypes": ["no such"], "cap": {"value": 1, "percentile": 2}},
                                     {"name": "n", "kind": "retention", "eventTypes": ["page_view"]}],
                         "conditions": [{"field": "properties.x", "operator": "equals", "value": 1}],
                         "guardrails": [{"metric": "page_views", "margin": 2}],
                         "exclusionGroup": {"name": "g", "from": 60, "to": 50},
                         "forcedVariants": {"lead": "missing"}, "hashVersion": 3}
                        """))
                .contains(
                        "name REQUIRED",
                        "type UNKNOWN",
                        "hypothesis REQUIRED",
                        "successMetrics[0] UNKNOWN_REF",
                        "targetSegments[0] TYPE",
                        "variants REQUIRED",
                        "variants CONTROL",
                        "variants SUM",
                        "extra UNKNOWN_FIELD",
                        "metrics[0].eventTypes[0] TYPE",
                        "metrics[1].within REQUIRED",
                        "conditions[0].field PATH",
                        "guardrails[0].margin RANGE",
                        "exclusionGroup RANGE",
                        "forcedVariants UNKNOWN_REF",
                        "hashVersion RANGE");
    }

    @Test
    void a_draft_of_everything_is_written_and_read_back_as_it_was() {
        ExperimentDraft draft = full();
        assertThat(draft.violations(type -> true)).isEmpty();
        assertThat(ExperimentDraft.fromJson(draft.toJson())).isEqualTo(draft);
        Experiment experiment = new ExperimentLife(Duration.ofDays(14))
                .first(new java.util.UUID(1, 2), draft, Instant.parse("2026-03-01T00:00:00Z"));
        assertThat(ExperimentJson.read(ExperimentJson.write(experiment))).isEqualTo(experiment);
    }

    static ExperimentDraft full() {
        return ExperimentDraft.builder("Everything", Experiment.Type.FLOW)
                .key("everything")
                .description("all fields")
                .status(Experiment.Status.RUNNING)
                .hypothesis("it works")
                .successMetric("conversion_rate")
                .successMetric(Metric.sum("spent", "properties.amount", EventType.APPLICATION_COMPLETE)
                        .cappedAtPercentile(99.5)
                        .within(Duration.ofDays(7)))
                .metric(Metric.count("views", EventType.PAGE_VIEW).cappedAt(100).lookingBack(null))
                .metric(Metric.mean("mean_amount", "value", EventType.APPLICATION_COMPLETE))
                .metric(Metric.ratio(
                        "forms_by_view",
                        EventSelector.of(EventType.FORM_START),
                        new EventSelector(
                                List.of(EventType.PAGE_VIEW),
                                List.of(Condition.of("properties.kind", Operator.EQUALS, "form")))))
                .metric(Metric.retention("week_two", Duration.ofDays(7), Duration.ofDays(7), EventType.PAGE_VIEW))
                .metric(Metric.funnel("funnel", Duration.ofDays(1), EventType.FORM_START, EventType.FORM_SUBMIT)
                        .ofMatureUsers())
                .guardrail("form_abandon_rate", 0.02)
                .targetSegment("all-visitors")
                .when(Condition.of("attributes.plan", Operator.IN, List.of("a", "b")))
                .when(Condition.of("engagementScore", Operator.GREATER_THAN, 10))
                .allocation(new Allocation(
                        1_050,
                        Allocation.Method.BEHAVIOR_BASED,
                        List.of(
                                Band.of(
                                        Condition.of("pattern", Operator.EQUALS, "high_intent"),
                                        Map.of("control", 10_000)),
                                new Band(
                                        null,
                                        List.of(Condition.of("intentScore", Operator.BETWEEN, List.of(40, 80))),
                                        Map.of("other", 7_525, "control", 2_475))),
                        new Adaptive(500, Duration.ofHours(6), 50)))
                .variant(new Variant("control", "Control", "as it is", Map.of("a", 1L), true, 3_333))
                .variant(new Variant("other", "Other", null, Map.of("a", List.of("x")), false, 6_667))
                .exclusionGroup(new ExclusionGroup("page", 0, 2_550))
                .force("qa-1", "other")
                .hash("old-seed", 1)
                .startDate(Instant.parse("2026-03-02T00:00:00Z"))
                .endDate(Instant.parse("2026-04-02T00:00:00Z"))
                .build();
    }

    @Test
    void bands_belong_to_their_method_and_name_known_variants() {
        ExperimentDraft draft = full();
        Allocation bands = draft.allocation();
        assertThat(paths(draft.toBuilder()
                        .allocation(new Allocation(100, Allocation.Method.RANDOM, bands.bands(), Adaptive.DEFAULTS))
                        .build()))
                .contains("trafficAllocation.bands");
        assertThat(paths(draft.toBuilder()
                        .allocation(new Allocation(
                                100,
                                Allocation.Method.SEGMENT_BASED,
                                List.of(Band.of("all-visitors", Map.of("nobody", 5_000))),
                                Adaptive.DEFAULTS))
                        .build()))
                .contains("trafficAllocation.bands[0].weights.nobody", "trafficAllocation.bands[0].weights");
        assertThat(paths(draft.toBuilder()
                        .allocation(new Allocation(100, Allocation.Method.BEHAVIOR_BASED, List.of(), Adaptive.DEFAULTS))
                        .build()))
                .contains("trafficAllocation.bands");
    }

    private static List<String> paths(ExperimentDraft draft) {
        return draft.violations(type -> true).stream().map(Violation::path).toList();
    }

    @Test
    void the_names_of_the_predefined_metrics_are_taken() {
        assertThat(paths(full().toBuilder()
                        .metric(Metric.count("conversion_rate", EventType.PAGE_VIEW))
                        .build()))
                .contains("metrics[6].name");
    }
}
