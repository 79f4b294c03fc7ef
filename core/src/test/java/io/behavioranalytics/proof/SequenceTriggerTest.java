package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.behavioranalytics.decision.TriggerExplanation;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerCause;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerJson;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** S14 and S18: triggers on sequences of events. */
class SequenceTriggerTest {
    private static final Instant START = Host.START;
    private static final String VIEWED_THEN_STARTED =
            "{\"type\": \"sequence\", \"within\": \"PT2H\", \"steps\": [{\"eventType\": \"page_view\"},"
                    + " {\"eventType\": \"form_start\"}]}";
    private static final String STARTED_THEN_NOTHING =
            "{\"type\": \"sequence\", \"steps\": [{\"eventType\": \"page_view\"}, {\"eventType\": \"form_start\"},"
                    + " {\"eventType\": \"form_submit\", \"negate\": true, \"within\": \"PT30M\"}]}";
    private static final String NO_COOLDOWN = "\"cooldown\": 0";

    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    private static Instant minute(int minute) {
        return START.plus(Duration.ofMinutes(minute));
    }

    private void happens(EventType type, int minute) {
        Instant at = minute(minute);
        if (at.isAfter(host.clock.instant())) {
            host.advanceTo(at);
        }
        host.lead("a", type, at);
    }

    @Test
    void each_event_that_completes_it_fires_once_however_many_ways_there_are() {
        Trigger trigger = host.trigger("Seq", VIEWED_THEN_STARTED, "PT0S", NO_COOLDOWN);
        happens(EventType.FORM_START, 0);
        happens(EventType.PAGE_VIEW, 1);
        happens(EventType.PAGE_VIEW, 2);
        happens(EventType.FORM_START, 3);
        happens(EventType.FORM_START, 122);
        happens(EventType.FORM_START, 123);

        assertThat(host.fired(trigger)).containsExactly(minute(3), minute(122));
        assertThat(host.firings(trigger).get(0).cause()).isInstanceOf(TriggerCause.Event.class);
    }

    @Test
    void a_negated_last_step_fires_when_its_time_is_over_and_not_if_its_event_comes_at_that_very_instant() {
        Trigger trigger = host.trigger("Seq", STARTED_THEN_NOTHING, "PT0S", NO_COOLDOWN);
        happens(EventType.PAGE_VIEW, 0);
        happens(EventType.FORM_START, 1);
        happens(EventType.FORM_START, 10);
        host.advanceTo(minute(39));
        host.lead("a", EventType.FORM_SUBMIT, minute(40));
        happens(EventType.FORM_START, 41);
        host.advanceTo(minute(600));

        assertThat(host.fired(trigger)).containsExactly(minute(31), minute(71));
        assertThat(host.firings(trigger).get(0).cause()).isInstanceOf(TriggerCause.Absence.class);
    }

    @Test
    void its_conditions_are_asked_of_the_event_that_completes_it_and_the_profile_behind_that() {
        String conditions = NO_COOLDOWN
                + ", \"conditions\": [{\"field\": \"properties.n\", \"operator\": \"equals\", \"value\": 2},"
                + " {\"field\": \"totalEvents\", \"operator\": \"greater_or_equal\", \"value\": 3}]";
        Trigger completing = host.trigger("Completing", VIEWED_THEN_STARTED, "PT0S", conditions);
        Trigger waiting = host.trigger("Waiting", STARTED_THEN_NOTHING, "PT0S", conditions);
        happens(EventType.PAGE_VIEW, 0);
        for (int i = 1; i < 4; i++) {
            host.advanceTo(minute(i));
            host.analytics.track(Host.event(EventType.FORM_START)
                    .leadId("a")
                    .timestamp(minute(i))
                    .property("n", i)
                    .build());
        }
        host.advanceTo(minute(100));

        assertThat(host.fired(completing)).containsExactly(minute(2));
        assertThat(host.skips(completing)).containsExactly(Skip.Reason.CONDITION, Skip.Reason.CONDITION);
        assertThat(host.fired(waiting)).containsExactly(minute(32));
    }

    @Test
    void S18_a_late_event_lets_one_that_was_decided_complete_it_within_the_hour() {
        Trigger trigger = host.trigger("Seq", VIEWED_THEN_STARTED, "PT0S", NO_COOLDOWN);
        happens(EventType.FORM_START, 10);
        happens(EventType.FORM_START, 60);
        host.advanceTo(minute(75));
        happens(EventType.PAGE_VIEW, 5);

        assertThat(host.fired(trigger)).containsExactly(minute(75));
        assertThat(host.firings(trigger).get(0).cameTrueAt()).isEqualTo(minute(60));
        assertThat(host.skips(trigger)).containsExactly(Skip.Reason.TOO_OLD);
    }

    @Test
    void S18_a_late_event_that_stands_in_its_way_cancels_what_still_waits() {
        Trigger completing = host.trigger(
                "Seq",
                "{\"type\": \"sequence\", \"strict\": true, \"steps\": [{\"eventType\": \"page_view\"},"
                        + " {\"eventType\": \"form_start\"}]}",
                "PT5H",
                NO_COOLDOWN);
        Trigger waiting = host.trigger("Waiting", STARTED_THEN_NOTHING, "PT5H", NO_COOLDOWN);
        happens(EventType.PAGE_VIEW, 0);
        happens(EventType.FORM_START, 10);
        host.advanceTo(minute(45));
        assertThat(host.actions(ActionStatus.PENDING)).hasSize(2);
        happens(EventType.DOWNLOAD, 5);
        assertThat(host.actions(ActionStatus.PENDING)).hasSize(1);
        happens(EventType.FORM_SUBMIT, 20);

        assertThat(host.actions(ActionStatus.CANCELLED))
                .hasSize(2)
                .allSatisfy(action -> assertThat(action.cancellation()).isEqualTo(Cancellation.Reason.SUPERSEDED));
        assertThat(host.firings(completing)).hasSize(1);
        assertThat(host.firings(waiting)).hasSize(1);
    }

    @Test
    void S11_what_a_session_did_before_completes_it_with_what_its_lead_did() {
        Trigger trigger = host.trigger("Seq", VIEWED_THEN_STARTED, "PT0S", NO_COOLDOWN);
        host.session("s", EventType.PAGE_VIEW, START);
        host.advanceTo(minute(1));
        host.lead("a", EventType.FORM_START, minute(1));
        host.session("s", EventType.FORM_START, minute(1));
        assertThat(host.firings(trigger)).hasSize(1);
        host.advanceTo(minute(2));
        host.analytics.identify("s", "a");

        assertThat(host.firings(trigger))
                .extracting(firing -> firing.subject() + " " + firing.cameTrueAt())
                .containsExactly("session:s " + minute(1), "lead:a " + minute(1));
    }

    @Test
    void history_fires_nothing_and_yet_begins_what_a_later_event_completes() {
        Trigger trigger = host.trigger("Seq", VIEWED_THEN_STARTED, "PT0S", NO_COOLDOWN);
        host.advanceTo(minute(30));
        host.analytics.importHistory(List.of(
                Host.event(EventType.PAGE_VIEW).leadId("a").timestamp(START).build(),
                Host.event(EventType.FORM_START)
                        .leadId("a")
                        .timestamp(minute(1))
                        .build()));
        assertThat(host.firings(trigger)).isEmpty();
        happens(EventType.FORM_START, 31);

        assertThat(host.fired(trigger)).containsExactly(minute(31));
    }

    @Test
    void a_trigger_made_later_fires_by_what_completes_it_from_then_on() {
        happens(EventType.PAGE_VIEW, 0);
        happens(EventType.FORM_START, 1);
        host.advanceTo(minute(2));
        Trigger trigger = host.trigger("Seq", VIEWED_THEN_STARTED, "PT0S", NO_COOLDOWN);
        happens(EventType.DOWNLOAD, 3);
        happens(EventType.FORM_START, 4);

        assertThat(host.fired(trigger)).containsExactly(minute(4));
    }

    @Test
    void it_is_explained_before_and_after() {
        Trigger trigger = host.trigger("Seq", VIEWED_THEN_STARTED, "PT0S", "\"cooldown\": 60");
        SubjectId lead = SubjectId.lead("a");
        happens(EventType.DOWNLOAD, 0);
        TriggerExplanation none = host.analytics.explanations().trigger(lead, "seq", null);
        assertThat(none.fires()).isFalse();
        assertThat(none.why().toString()).contains("completes");
        assertThat(none.text()).contains("the event completes page_view, then form_start");

        happens(EventType.PAGE_VIEW, 1);
        assertThat(host.analytics.explanations().trigger(lead, "seq", null).fires())
                .isTrue();
        assertThat(host.analytics
                        .explanations()
                        .trigger(
                                lead,
                                "seq",
                                Host.event(EventType.DOWNLOAD).leadId("a").build())
                        .fires())
                .isFalse();
        happens(EventType.FORM_START, 2);
        happens(EventType.FORM_START, 3);

        assertThat(host.analytics.explanations().execution(host.firings(trigger).get(0)))
                .returns(true, TriggerExplanation::fires)
                .returns(List.of(), TriggerExplanation::remarks);
        assertThat(host.analytics
                        .explanations()
                        .skip(host.store.ledger().skips(trigger.id(), null, 1).get(0)))
                .returns(false, TriggerExplanation::fires)
                .returns(List.of(Skip.Reason.COOLDOWN), TriggerExplanation::reasons);
    }

    @Test
    void its_json_is_read_as_it_is_written_and_what_is_wrong_is_refused_by_name() {
        for (String event : List.of(VIEWED_THEN_STARTED, STARTED_THEN_NOTHING)) {
            Trigger trigger = host.trigger("Seq " + event.length(), event, "PT0S", NO_COOLDOWN);
            assertThat(TriggerJson.read(TriggerJson.write(trigger))).isEqualTo(trigger);
            assertThat(host.analytics
                            .triggers()
                            .get(trigger.key())
                            .orElseThrow()
                            .event())
                    .isEqualTo(trigger.event());
        }
        assertThat(faults("\"sequence\"")).extracting(Violation::path).containsExactly("event");
        assertThat(faults("{\"type\": \"sequence\", \"steps\": [{\"eventType\": \"page_view\"}]}"))
                .extracting(Violation::path)
                .containsExactly("event.steps");
        assertThat(faults("{\"type\": \"sequence\", \"steps\": [{\"eventType\": \"page_view\"},"
                        + " {\"eventType\": \"form_submit\", \"negate\": true}]}"))
                .extracting(Violation::path)
                .containsExactly("event.steps[1].within");
        assertThat(faults("{\"type\": \"sequence\", \"timeRange\": {\"last\": \"P7D\"}, \"steps\":"
                        + " [{\"eventType\": \"page_view\"}, {\"eventType\": \"nonsense\"}]}"))
                .extracting(Violation::path)
                .contains("event.timeRange");
        assertThat(faults("{\"type\": \"sequence\", \"steps\": [{\"eventType\": \"page_view\"},"
                        + " {\"eventType\": \"nonsense\"}]}"))
                .extracting(Violation::path)
                .containsExactly("event.steps[1].eventType");
    }

    private List<Violation> faults(String event) {
        return catchThrowableOfType(
                        InvalidDefinitionException.class, () -> host.trigger("Odd", event, "PT0S", NO_COOLDOWN))
                .violations();
    }

    @Test
    void a_trigger_that_tracks_what_completes_it_is_a_loop() {
        assertThatThrownBy(() -> host.analytics
                        .triggers()
                        .create(TriggerDraft.fromJson("{\"name\": \"Loop\", \"event\": " + VIEWED_THEN_STARTED
                                + ", \"actions\": [{\"action\": \"track_event\","
                                + " \"parameters\": {\"eventType\": \"form_start\"}}]}")))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("loop → loop");
        host.analytics
                .triggers()
                .create(TriggerDraft.fromJson("{\"name\": \"No loop\", \"event\": " + VIEWED_THEN_STARTED
                        + ", \"actions\": [{\"action\": \"track_event\","
                        + " \"parameters\": {\"eventType\": \"page_view\"}}]}"));
    }
}
