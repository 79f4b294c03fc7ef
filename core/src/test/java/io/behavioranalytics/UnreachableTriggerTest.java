package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.testkit.TestKit;
import io.behavioranalytics.trigger.TriggerDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Triggers that can never fire, or would cause each other for ever, are refused when they are saved; what may fire is not. */
class UnreachableTriggerTest {
    private final TestKit kit = TestKit.of(
            Instant.parse("2026-01-05T09:00:00Z"),
            InMemoryStore::new,
            builder -> builder.retention(
                    Retention.of(Duration.ofDays(90)).withType(EventType.PAGE_VIEW, Duration.ofDays(7))),
            "send_email");

    @AfterEach
    void close() {
        kit.close();
    }

    private static String trigger(String event, String more) {
        return "{\"name\": \"T\", \"event\": " + event + ", \"actions\": [{\"action\": \"log\"}]" + more + "}";
    }

    private List<String> faults(String json) {
        InvalidDefinitionException refused = catchThrowableOfType(
                InvalidDefinitionException.class,
                () -> kit.analytics().triggers().create(TriggerDraft.fromJson(json)));
        return refused == null
                ? List.of()
                : refused.violations().stream()
                        .map(violation -> violation.path() + " " + violation.code())
                        .toList();
    }

    private void segment(String name, String criteria) {
        kit.analytics()
                .segments()
                .create(SegmentDraft.fromJson("{\"name\": \"" + name + "\", \"criteria\": " + criteria + "}"));
    }

    private void visitors(String name) {
        segment(name, "{\"eventFilters\": [{\"eventType\": \"page_view\"}]}");
    }

    private static String condition(String field, String operator, String value) {
        return ", \"conditions\": [{\"field\": \"" + field + "\", \"operator\": \"" + operator + "\", \"value\": "
                + value + "}]";
    }

    private static String conditions(String... three) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < three.length; i += 3) {
            all.add("{\"field\": \"" + three[i] + "\", \"operator\": \"" + three[i + 1] + "\", \"value\": "
                    + three[i + 2] + "}");
        }
        return ", \"conditions\": [" + String.join(", ", all) + "]";
    }

    static Stream<String> contradictory() {
        return Stream.of(
                conditions("intentScore", "greater_than", "80", "intentScore", "less_than", "20"),
                conditions("intentScore", "greater_than", "100"),
                conditions("pattern", "equals", "\"nonsense\""),
                conditions("properties.plan", "equals", "\"a\"", "properties.plan", "equals", "\"b\""),
                conditions("properties.plan", "equals", "\"a\"", "properties.plan", "not_in", "[\"a\", \"b\"]"),
                conditions("segments", "contains", "\"vip\"", "segments", "not_contains", "\"vip\""),
                ", \"conditions\": [{\"field\": \"completion\", \"type\": \"behavior\", \"operator\": \"less_than\", \"value\": 5},"
                        + " {\"field\": \"properties.completion\", \"operator\": \"greater_than\", \"value\": 5}]",
                ", \"conditions\": [{\"field\": \"value\", \"operator\": \"exists\"},"
                        + " {\"field\": \"value\", \"operator\": \"exists\", \"negate\": true}]");
    }

    @ParameterizedTest
    @MethodSource("contradictory")
    void conditions_that_exclude_each_other_are_refused_also_of_a_draft(String conditions) {
        assertThat(faults(trigger("\"form_start\"", conditions))).containsExactly("conditions CONTRADICTION");
        assertThat(faults(trigger("\"form_start\"", conditions + ", \"status\": \"draft\"")))
                .containsExactly("conditions CONTRADICTION");
    }

    static Stream<String> possible() {
        return Stream.of(
                conditions("intentScore", "greater_than", "20", "intentScore", "less_than", "80"),
                conditions("intentScore", "greater_or_equal", "100"),
                conditions("pattern", "in", "[\"nonsense\", \"exploring\"]"),
                conditions("properties.plan", "equals", "\"a\"", "properties.plan", "not_in", "[\"b\"]"),
                conditions("segments", "contains", "\"vip\"", "segments", "not_contains", "\"others\""),
                conditions("totalEvents", "less_than", "5", "properties.totalEvents", "greater_than", "5"),
                conditions("eventType", "in", "[\"form_start\", \"form_submit\"]"));
    }

    @ParameterizedTest
    @MethodSource("possible")
    void conditions_that_some_event_meets_are_saved(String conditions) {
        assertThat(faults(trigger("\"form_start\"", conditions))).isEmpty();
    }

    @Test
    void conditions_that_exclude_what_the_trigger_waits_for_are_refused() {
        visitors("Vip");
        String entered = "{\"type\": \"segment_entered\", \"segment\": \"vip\"}";
        String exited = "{\"type\": \"segment_exited\", \"segment\": \"vip\"}";
        String crossed =
                "{\"type\": \"score_crossed\", \"score\": \"intentScore\", \"direction\": \"up\", \"threshold\": 70}";
        String changed = "{\"type\": \"pattern_changed\", \"to\": \"at_risk\"}";

        assertThat(faults(trigger("\"form_start\"", condition("eventType", "equals", "\"form_submit\""))))
                .containsExactly("conditions UNREACHABLE");
        assertThat(faults(trigger(entered, condition("segments", "not_contains", "\"vip\""))))
                .containsExactly("conditions UNREACHABLE");
        assertThat(faults(trigger(exited, condition("segments", "contains", "\"vip\""))))
                .containsExactly("conditions UNREACHABLE");
        assertThat(faults(trigger(crossed, condition("intentScore", "less_than", "70"))))
                .containsExactly("conditions UNREACHABLE");
        assertThat(faults(trigger(changed, condition("pattern", "equals", "\"exploring\""))))
                .containsExactly("conditions UNREACHABLE");
        assertThat(faults(trigger("{\"type\": \"pattern_changed\", \"from\": \"at_risk\", \"to\": \"at_risk\"}", "")))
                .containsExactly("event.to UNREACHABLE");

        // When it is asked only as the action is begun, the profile may have become another.
        String later = ", \"checkConditions\": \"at_execution\"";
        assertThat(faults(trigger(crossed, condition("intentScore", "less_than", "70") + later)))
                .isEmpty();
        kit.analytics().triggers().delete("t");
        assertThat(faults(trigger(crossed, condition("intentScore", "less_or_equal", "70"))))
                .isEmpty();
    }

    @Test
    void target_segments_are_refused_only_if_nobody_in_any_of_them_can_meet_the_rest() {
        visitors("Vip");
        visitors("Others");
        String notVip = condition("segments", "not_contains", "\"vip\"");
        String exited = "{\"type\": \"segment_exited\", \"segment\": \"vip\"}";

        assertThat(faults(trigger("\"form_start\"", notVip + ", \"targetSegments\": [\"vip\"]")))
                .containsExactly("targetSegments UNREACHABLE");
        assertThat(faults(trigger(exited, ", \"targetSegments\": [\"vip\"]")))
                .containsExactly("targetSegments UNREACHABLE");
        assertThat(faults(trigger("\"form_start\"", notVip + ", \"targetSegments\": [\"vip\", \"others\"]")))
                .isEmpty();
        kit.analytics().triggers().delete("t");
        assertThat(faults(trigger(exited, ", \"targetSegments\": [\"vip\", \"all-visitors\"]")))
                .isEmpty();
    }

    @Test
    void a_condition_on_a_type_of_event_that_there_is_not_is_refused() {
        visitors("Vip");
        String entered = "{\"type\": \"segment_entered\", \"segment\": \"vip\"}";
        assertThat(faults(trigger(entered, condition("eventType", "equals", "\"page_wiev\""))))
                .containsExactly("conditions[0] TYPE");
        assertThat(faults(trigger(entered, condition("eventType", "in", "[\"page_wiev\", \"page_view\"]"))))
                .isEmpty();
    }

    @Test
    void delays_that_all_are_longer_than_the_time_between_the_dates_are_refused() {
        String json =
                "{\"name\": \"T\", \"event\": \"form_start\", \"actions\": [{\"action\": \"log\", \"delay\": \"P10D\"}],"
                        + " \"startDate\": \"2026-02-01T00:00:00Z\", \"endDate\": \"2026-02-11T00:00:00Z\"}";
        assertThat(faults(json)).containsExactly("actions UNREACHABLE");
        assertThat(faults(json.replace("endDate", "expiresAt"))).containsExactly("actions UNREACHABLE");
        assertThat(faults(json.replace("P10D", "PT239H"))).isEmpty();
        kit.analytics().triggers().delete("t");
        assertThat(faults(json.replace("[{", "[{\"action\": \"log\", \"delay\": \"P1D\"}, {")))
                .isEmpty();
        kit.analytics().triggers().delete("t");
        // An end that comes soon may be meant to end what waits.
        assertThat(faults(json.replace("\"startDate\": \"2026-02-01T00:00:00Z\", ", "")
                        .replace("2026-02-11", "2026-01-06")))
                .isEmpty();
    }

    @Test
    void dates_that_are_over_are_refused_of_what_is_to_be_active() {
        String over = ", \"endDate\": \"2026-01-05T09:00:00Z\"";
        assertThat(faults(trigger("\"form_start\"", over))).containsExactly("endDate TIME");
        assertThat(faults(trigger("\"form_start\"", over + ", \"status\": \"draft\"")))
                .isEmpty();
    }

    @Test
    void an_absence_that_lasts_longer_than_its_event_is_kept_is_refused() {
        String seven = "{\"type\": \"inactivity\", \"after\": \"page_view\", \"within\": \"P7D\"}";
        assertThat(faults(trigger(seven, ""))).containsExactly("event.within RETENTION");
        assertThat(faults(trigger(seven.replace("\"after\": \"page_view\", ", ""), "")))
                .isEmpty();
        kit.analytics().triggers().delete("t");
        assertThat(faults(trigger(seven.replace("P7D", "PT167H"), ""))).isEmpty();
    }

    @Test
    void what_is_cancelled_by_the_event_it_waits_for_is_refused_unless_something_delays_it() {
        String cancels = ", \"cancelOn\": [\"form_submit\", \"form_start\"]";
        assertThat(faults(trigger("\"form_start\"", cancels))).containsExactly("cancelOn[1] CONTRADICTION");
        String delayed = trigger("\"form_start\"", cancels)
                .replace("{\"action\": \"log\"}", "{\"action\": \"log\", \"delay\": 10}");
        assertThat(faults(delayed)).isEmpty();
    }

    @Test
    void an_event_of_an_absence_or_of_a_sequence_that_cannot_be_is_refused() {
        String exclusive = conditions("value", "greater_than", "5", "value", "less_than", "5")
                .substring(2);
        String absence = "{\"type\": \"inactivity\", \"after\": \"form_start\", \"within\": \"PT1H\", \"afterC"
                + exclusive.substring(2) + "}";
        String sequence =
                "{\"type\": \"sequence\", \"steps\": [{\"eventType\": \"page_view\"}, {\"eventType\": \"form_start\", "
                        + exclusive + "}]}";

        assertThat(faults(trigger(absence, ""))).containsExactly("event.afterConditions CONTRADICTION");
        assertThat(faults(trigger(sequence, ""))).containsExactly("event.steps[1].conditions CONTRADICTION");
        String possible = sequence.replace("\"less_than\", \"value\": 5", "\"less_than\", \"value\": 6");
        assertThat(faults(trigger(possible, ""))).isEmpty();
    }

    @Test
    void everything_is_said_at_once() {
        visitors("Vip");
        assertThat(faults("""
                {"name": "T", "event": "form_start", "targetSegments": ["nowhere"],
                 "actions": [{"action": "track_event", "parameters": {"eventType": "form_start"}}, {"action": "fax"}],
                 "conditions": [{"field": "intentScore", "operator": "greater_than", "value": 100}],
                 "endDate": "2025-01-01T00:00:00Z"}"""))
                .containsExactlyInAnyOrder(
                        "actions[1].action ACTION",
                        "targetSegments[0] UNKNOWN_REF",
                        "conditions CONTRADICTION",
                        "endDate TIME",
                        "actions LOOP");
    }

    // ---- loops through the criteria of segments

    private static String acts(String name, String event, String action, String parameters) {
        return "{\"name\": \"" + name + "\", \"event\": " + event + ", \"cooldown\": 0, \"actions\": [{\"action\": \""
                + action + "\", \"parameters\": " + parameters + "}]}";
    }

    private static String entered(String segment) {
        return "{\"type\": \"segment_entered\", \"segment\": \"" + segment + "\"}";
    }

    private static String exited(String segment) {
        return "{\"type\": \"segment_exited\", \"segment\": \"" + segment + "\"}";
    }

    private void members(String name) {
        kit.analytics().segments().create(SegmentDraft.ofMembers(name));
    }

    @Test
    void a_loop_that_goes_through_a_segment_on_a_segment_is_refused_and_named() {
        members("Marked");
        segment("Unmarked", "{\"segmentFilters\": [{\"segment\": \"marked\", \"operator\": \"not_in\"}]}");
        segment("Far", "{\"groups\": [{\"segmentFilters\": [{\"segment\": \"unmarked\", \"negate\": true}]}]}");

        // Entering "far" is entering "marked", by two negations.
        assertThat(faults(acts("Out", entered("far"), "remove_from_segment", "{\"segment\": \"marked\"}")))
                .isEmpty();
        assertThat(faults(acts("Back", exited("far"), "add_to_segment", "{\"segment\": \"marked\"}")))
                .containsExactly("actions LOOP");
        assertThat(faults(acts("Back", entered("unmarked"), "add_to_segment", "{\"segment\": \"marked\"}")))
                .containsExactly("actions LOOP");
        // Whoever is unmarked has just been removed; to remove again changes nothing.
        assertThat(faults(acts("Again", entered("unmarked"), "remove_from_segment", "{\"segment\": \"marked\"}")))
                .isEmpty();
    }

    @Test
    void a_loop_that_goes_through_a_sum_is_refused_if_it_makes_the_sum_rise_and_fall() {
        segment("Rich", """
                {"aggregationFilters": [{"aggregation": "sum", "field": "properties.points", "eventTypes": ["download"],
                    "operator": "greater_than", "value": 10}]}""");
        String pays = "{\"eventType\": \"download\", \"properties\": {\"points\": -20}}";
        String earns = "{\"eventType\": \"download\", \"properties\": {\"points\": 20}}";

        assertThat(faults(acts("Pays", entered("rich"), "track_event", pays))).isEmpty();
        assertThat(faults(acts("Earns", exited("rich"), "track_event", earns))).containsExactly("actions LOOP");
        assertThat(faults(acts("Pays more", exited("rich"), "track_event", pays)))
                .isEmpty();
        assertThat(faults(acts("Other", exited("rich"), "track_event", earns.replace("download", "video_play"))))
                .isEmpty();
    }

    @Test
    void a_loop_that_goes_through_an_average_is_refused_if_it_moves_it_over_its_bound_and_back() {
        segment("Rich", """
                {"aggregationFilters": [{"aggregation": "avg", "field": "value", "operator": "greater_than", "value": 5}]}""");
        String little = "{\"eventType\": \"download\", \"value\": 4}";
        String much = "{\"eventType\": \"download\", \"value\": 6}";

        assertThat(faults(acts("Pays", entered("rich"), "track_event", little))).isEmpty();
        assertThat(faults(acts("Earns", exited("rich"), "track_event", much))).containsExactly("actions LOOP");
        assertThat(faults(acts("Earns little", exited("rich"), "track_event", little)))
                .isEmpty();
    }

    private static String changed(String from, String to) {
        return "{\"type\": \"pattern_changed\"" + (from.isEmpty() ? "" : ", \"from\": \"" + from + "\"")
                + (to.isEmpty() ? "" : ", \"to\": \"" + to + "\"") + "}";
    }

    @Test
    void a_loop_that_goes_through_the_pattern_is_refused_if_forms_are_abandoned_and_submitted_along_it() {
        String abandons = "{\"eventType\": \"form_abandon\"}";
        String submits = "{\"eventType\": \"form_submit\"}";

        assertThat(faults(acts("Saves", changed("", "at_risk"), "track_event", submits)))
                .isEmpty();
        assertThat(faults(acts("Loses", changed("at_risk", ""), "track_event", abandons)))
                .containsExactly("actions LOOP");
        assertThat(faults(acts("Loses", changed("", "exploring"), "track_event", abandons)))
                .containsExactly("actions LOOP");
        // Neither does a submitted form make anybody high_intent, nor an abandoned one end that.
        assertThat(faults(acts("Asks", changed("", "high_intent"), "track_event", abandons)))
                .isEmpty();
        assertThat(faults(acts("Saves too", changed("", "at_risk"), "track_event", submits)))
                .isEmpty();
    }

    @Test
    void a_loop_that_goes_through_a_segment_on_the_pattern_is_refused() {
        String pattern = "{\"profileConditions\": [{\"field\": \"pattern\", \"operator\": \"%s\", \"value\": %s}]}";
        segment("Risky", pattern.formatted("equals", "\"at_risk\""));
        segment("Safe", pattern.formatted("not_in", "[\"at_risk\", \"high_intent\"]"));
        segment("Hot", pattern.formatted("equals", "\"high_intent\""));
        String abandons = "{\"eventType\": \"form_abandon\"}";
        String submits = "{\"eventType\": \"form_submit\"}";

        assertThat(faults(acts("Saves", entered("risky"), "track_event", submits)))
                .isEmpty();
        assertThat(faults(acts("Loses", exited("risky"), "track_event", abandons)))
                .containsExactly("actions LOOP");
        assertThat(faults(acts("Loses", entered("safe"), "track_event", abandons)))
                .containsExactly("actions LOOP");
        assertThat(faults(acts("Other", exited("hot"), "track_event", abandons)))
                .isEmpty();
        assertThat(faults(acts("Again", exited("safe"), "track_event", abandons)))
                .isEmpty();
    }

    @Test
    void an_event_that_only_ever_makes_somebody_enter_closes_no_loop() {
        segment("Asked", "{\"eventFilters\": [{\"eventType\": \"quote_request\"}]}");
        assertThat(faults(acts("Ask", entered("asked"), "track_event", "{\"eventType\": \"quote_request\"}")))
                .isEmpty();
    }

    @Test
    void a_change_of_a_segment_that_would_close_a_loop_among_the_triggers_is_refused(@TempDir Path folder)
            throws IOException {
        members("Marked");
        visitors("Shown");
        assertThat(faults(acts("Out", entered("shown"), "remove_from_segment", "{\"segment\": \"marked\"}")))
                .isEmpty();
        assertThat(faults(acts("Back", exited("shown"), "add_to_segment", "{\"segment\": \"marked\"}")))
                .isEmpty();

        String shown = "{\"name\": \"Shown\", \"criteria\": {\"segmentFilters\": [{\"segment\": \"marked\"}]}}";
        assertThatThrownBy(() -> kit.analytics().segments().update("shown", SegmentDraft.fromJson(shown)))
                .isInstanceOfSatisfying(
                        InvalidDefinitionException.class,
                        refused -> assertThat(refused.violations())
                                .extracting(Violation::path, Violation::code)
                                .containsExactly(tuple("criteria", "LOOP")));
        Files.createDirectories(folder.resolve("segments"));
        Files.writeString(folder.resolve("segments/shown.json"), shown);
        DefinitionFolders folders = kit.analytics().definitionFolders();
        assertThatThrownBy(() -> folders.apply(folders.compare(folder)))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("LOOP");

        kit.analytics().triggers().delete("back");
        kit.analytics().segments().update("shown", SegmentDraft.fromJson(shown));
    }

    // ---- segments

    @Test
    void a_filter_of_one_type_of_event_with_a_condition_on_another_is_refused() {
        String filter = "{\"eventFilters\": [{\"eventType\": \"page_view\", \"conditions\": [{\"field\": \"eventType\","
                + " \"operator\": \"%s\", \"value\": \"form_start\"}]}]}";
        assertThatThrownBy(() -> segment("S", filter.formatted("equals")))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("CONTRADICTION");
        segment("S", filter.formatted("not_equals"));
    }
}
