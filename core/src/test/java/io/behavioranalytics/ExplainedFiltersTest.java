package io.behavioranalytics;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.behavioranalytics.condition.Change;
import io.behavioranalytics.condition.Explanation;
import io.behavioranalytics.condition.SeenStep;
import io.behavioranalytics.condition.SeenStep.Outcome;
import io.behavioranalytics.decision.SegmentExplanation;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.testkit.TestKit;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What explanations say of sequences, aggregations, other segments and members that the host has set. */
class ExplainedFiltersTest {
    private static final SubjectId LEAD = SubjectId.lead("lead-1");

    private final TestKit kit = TestKit.recording();

    @AfterEach
    void close() {
        kit.close();
    }

    private UUID track(EventType type, Map<String, Object> properties) {
        return requireNonNull(kit.analytics()
                .track(TrackRequest.builder(type)
                        .leadId("lead-1")
                        .properties(properties)
                        .timestamp(kit.now())
                        .build())
                .eventId());
    }

    private UUID track(EventType type) {
        return track(type, Map.of());
    }

    private void segment(String name, String criteria) {
        kit.analytics()
                .segments()
                .create(SegmentDraft.fromJson("{\"name\": \"" + name + "\", \"criteria\": " + criteria + "}"));
    }

    private List<SeenStep> steps() {
        SegmentExplanation why = kit.analytics().explanations().segment(LEAD, "s");
        return why.why().failed().isEmpty()
                ? ((Explanation.Leaf) why.why()).steps()
                : why.why().failed().get(0).steps();
    }

    private void abandoned() {
        segment("s", """
                {"sequenceFilters": [{"steps": [
                    {"eventType": "page_view"},
                    {"eventType": "phone_call", "negate": true},
                    {"eventType": "form_start", "maxGap": "PT1H"},
                    {"eventType": "form_submit", "negate": true, "within": "PT30M"}]}]}""");
    }

    @Test
    void a_sequence_that_holds_names_the_events_that_took_its_steps() {
        abandoned();
        UUID view = track(EventType.PAGE_VIEW);
        kit.advance(Duration.ofMinutes(5));
        UUID start = track(EventType.FORM_START);
        kit.advance(Duration.ofMinutes(30));

        assertThat(steps())
                .extracting(SeenStep::outcome, SeenStep::event)
                .containsExactly(
                        tuple(Outcome.MET, view),
                        tuple(Outcome.MET, null),
                        tuple(Outcome.MET, start),
                        tuple(Outcome.MET, null));
        assertThat(kit.membersOf("s")).containsExactly("lead-1");
    }

    @Test
    void a_sequence_that_waits_says_until_when() {
        abandoned();
        track(EventType.PAGE_VIEW);
        track(EventType.FORM_START);

        assertThat(steps().get(3).outcome()).isEqualTo(Outcome.OPEN);
        assertThat(steps().get(3).reason()).isEqualTo("not before 2026-01-05T09:30:00Z");
        assertThat(kit.analytics().explanations().segment(LEAD, "s").outlook().changesAt())
                .isEqualTo("2026-01-05T09:30:00Z");
    }

    @Test
    void the_step_that_failed_is_named_with_the_event_that_was_in_its_way() {
        abandoned();
        UUID view = track(EventType.PAGE_VIEW);
        kit.advance(Duration.ofMinutes(5));
        UUID call = track(EventType.PHONE_CALL);
        kit.advance(Duration.ofMinutes(5));
        track(EventType.FORM_START);

        assertThat(kit.analytics().explanations().segment(LEAD, "s").text())
                .contains("  - met: page_view, event " + view + "\n"
                        + "  - failed: no phone_call, event " + call + ", it came\n"
                        + "  - not reached: form_start at most PT1H later\n"
                        + "  - not reached: no form_submit within PT30M\n");
        assertThat(kit.analytics().explanations().segment(LEAD, "s").toJson())
                .contains("{\"step\":\"no phone_call\",\"outcome\":\"failed\",\"event\":\"" + call
                        + "\",\"reason\":\"it came\"}");
    }

    @Test
    void an_event_that_came_too_late_or_ended_the_wait_is_named() {
        abandoned();
        track(EventType.PAGE_VIEW);
        kit.advance(Duration.ofMinutes(61));
        UUID late = track(EventType.FORM_START);
        assertThat(steps().get(2))
                .extracting(SeenStep::outcome, SeenStep::event, SeenStep::reason)
                .containsExactly(Outcome.FAILED, late, "it came too late");

        track(EventType.PAGE_VIEW);
        track(EventType.FORM_START);
        kit.advance(Duration.ofMinutes(30));
        UUID submit = track(EventType.FORM_SUBMIT);
        assertThat(steps().get(3))
                .extracting(SeenStep::outcome, SeenStep::event, SeenStep::reason)
                .containsExactly(Outcome.FAILED, submit, "it came");
    }

    @Test
    void an_event_of_which_a_condition_is_unknown_may_have_met_its_step() {
        segment("s", """
                {"sequenceFilters": [{"steps": [
                    {"eventType": "page_view", "conditions": [
                        {"field": "properties.depth", "operator": "greater_than", "value": 5}]},
                    {"eventType": "form_start"}]}]}""");
        track(EventType.PAGE_VIEW, Map.of("depth", "deep"));
        kit.advance(Duration.ofMinutes(1));
        track(EventType.FORM_START);

        assertThat(steps()).extracting(SeenStep::outcome).containsExactly(Outcome.MAY_BE_MET, Outcome.MET);
        assertThat(kit.membersOf("s")).isEmpty();
    }

    @Test
    void different_values_are_all_counted_although_their_filter_asks_for_few() {
        segment("s", """
                {"aggregationFilters": [
                    {"aggregation": "distinct", "field": "page.url", "operator": "less_or_equal", "value": 1}]}""");
        for (int i = 0; i < 7; i++) {
            kit.analytics()
                    .track(TrackRequest.builder(EventType.PAGE_VIEW)
                            .leadId("lead-1")
                            .page("/" + i, null, null)
                            .timestamp(kit.now())
                            .build());
        }

        SegmentExplanation why = kit.analytics().explanations().segment(LEAD, "s");
        assertThat(why.text()).contains("(7 seen, events ");
        assertThat(why.smallestChange())
                .map(Change::words)
                .hasValue("6 fewer: different values of page.url of any event at any time");
        assertThat(why.why().failed().get(0).events()).hasSize(7);
    }

    @Test
    void a_sum_names_the_events_that_it_adds_up() {
        segment("s", """
                {"aggregationFilters": [{"aggregation": "sum", "field": "properties.amount",
                    "eventTypes": ["quote_request"], "operator": "greater_or_equal", "value": 100}]}""");
        UUID one = track(EventType.QUOTE_REQUEST, Map.of("amount", 30));
        kit.advance(Duration.ofMinutes(1));
        track(EventType.QUOTE_REQUEST);
        track(EventType.PAGE_VIEW, Map.of("amount", 50));
        UUID other = track(EventType.QUOTE_REQUEST, Map.of("amount", 40));

        SegmentExplanation why = kit.analytics().explanations().segment(LEAD, "s");
        assertThat(why.why().failed().get(0).events()).containsExactly(one, other);
        assertThat(why.text())
                .contains("sum of properties.amount of quote_request at any time is at least 100 (70 seen");
        assertThat(why.smallestChange().orElseThrow().edits().get(0).needed()).isEqualTo(BigDecimal.valueOf(100));
    }

    @Test
    void another_segment_is_one_value_whether_it_is_named_by_key_or_by_id() {
        segment("vip", "{\"eventFilters\": [{\"eventType\": \"quote_request\"}]}");
        String id = kit.analytics()
                .segments()
                .get("vip")
                .orElseThrow()
                .segment()
                .id()
                .toString();
        segment("s", "{\"segmentFilters\": [{\"segment\": \"vip\"}, {\"segment\": \"" + id + "\"}]}");
        track(EventType.PAGE_VIEW);

        assertThat(kit.analytics()
                        .explanations()
                        .segment(LEAD, "s")
                        .smallestChange()
                        .orElseThrow()
                        .edits())
                .hasSize(1);
    }

    @Test
    void who_was_not_added_to_a_segment_of_members_lacks_just_that() {
        kit.analytics().segments().create(SegmentDraft.ofMembers("Partners"));
        track(EventType.PAGE_VIEW);

        SegmentExplanation why = kit.analytics().explanations().segment(LEAD, "partners");
        assertThat(why.member()).isFalse();
        assertThat(why.smallestChange()).map(Change::words).hasValue("added by the host needed, false seen");
        kit.analytics().segments().addMember("partners", LEAD, "by hand");
        assertThat(kit.analytics().explanations().segment(LEAD, "partners").member())
                .isTrue();
    }
}
