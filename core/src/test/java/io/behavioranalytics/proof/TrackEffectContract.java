package io.behavioranalytics.proof;

import static io.behavioranalytics.proof.Host.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerDraft;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** S23: a trigger that tracks an event, how deep such effects go, and what is refused when a trigger is saved. */
public abstract class TrackEffectContract extends HostContract {
    private Trigger tracks(String name, String event, String tracked, String more) {
        return host.analytics.triggers().create(TriggerDraft.fromJson(json(name, event, tracked, more)));
    }

    private static String json(String name, String event, String tracked, String more) {
        return "{\"name\": \"" + name + "\", \"event\": " + event + ", \"cooldown\": 0" + more
                + ", \"actions\": [{\"action\": \"track_event\", \"parameters\": {\"eventType\": \"" + tracked
                + "\", \"value\": 2.5, \"properties\": {\"by\": \"us\"}}}]}";
    }

    private List<Violation> faults(String json) {
        return assertThatThrownBy(() -> host.analytics.triggers().create(TriggerDraft.fromJson(json)))
                .isInstanceOf(InvalidDefinitionException.class)
                .asInstanceOf(InstanceOfAssertFactories.type(InvalidDefinitionException.class))
                .actual()
                .violations();
    }

    @Test
    void the_event_counts_and_wakes_triggers_like_any_other() {
        tracks("Call", "\"quote_request\"", "phone_call", "");
        Trigger next = host.trigger(
                "Next",
                "\"phone_call\"",
                "PT0S",
                "\"conditions\": [{\"field\": \"value\", \"operator\": \"equals\", \"value\": 2.5},"
                        + " {\"field\": \"properties.by\", \"operator\": \"equals\", \"value\": \"us\"},"
                        + " {\"field\": \"metadata.causalDepth\", \"operator\": \"equals\", \"value\": 1}]");
        host.lead("a", EventType.QUOTE_REQUEST, START);
        host.session("s", EventType.QUOTE_REQUEST, START);

        host.analytics.runDue();

        assertThat(host.profile("a").totalEvents()).isEqualTo(2);
        assertThat(host.profile(SubjectId.session("s")).totalEvents()).isEqualTo(2);
        assertThat(host.firings(next)).hasSize(2);
        assertThat(host.executed).hasSize(2);
    }

    @Test
    void an_effect_lies_behind_its_cause_at_the_same_instant() {
        Segment answered = host.segment(
                "Answered",
                "{\"sequenceFilters\": [{\"steps\": [{\"eventType\": \"quote_request\"}, {\"eventType\": \"phone_call\"},"
                        + " {\"eventType\": \"email_open\"}]}]}");
        tracks("Call", "\"quote_request\"", "phone_call", "");
        tracks("Open", "\"phone_call\"", "email_open", "");
        for (int i = 0; i < 30; i++) {
            host.lead("lead-" + i, EventType.QUOTE_REQUEST, START);
        }

        host.advance(Duration.ZERO);

        assertThat(host.memberships(answered)).hasSize(30);
    }

    @Test
    void S3_an_effect_of_the_clock_lies_behind_its_instant_and_takes_nothing_back() {
        String later = ", {\"action\": \"note\", \"delay\": 60}]}";
        String calls = "\"actions\": [{\"action\": \"track_event\", \"parameters\": {\"eventType\": \"phone_call\"}}";
        Segment warm = host.segmentOf("Warm", EventType.PHONE_CALL, "{\"last\": \"PT30M\"}");
        Trigger silent = host.analytics
                .triggers()
                .create(TriggerDraft.fromJson("{\"name\": \"Silent\", \"event\": {\"type\": \"inactivity\","
                        + " \"after\": \"form_start\", \"unless\": [\"form_submit\", \"phone_call\"],"
                        + " \"within\": \"PT30M\"}, \"cooldown\": 0, " + calls + later));
        Trigger cold = host.analytics
                .triggers()
                .create(TriggerDraft.fromJson("{\"name\": \"Cold\", \"event\": {\"type\": \"segment_exited\","
                        + " \"segment\": \"warm\"}, \"cooldown\": 0, \"maxPerLead\": 1, " + calls + later));
        host.lead("a", EventType.FORM_START, START);
        host.lead("b", EventType.PHONE_CALL, START);

        host.advanceTo(START.plus(Duration.ofMinutes(30)));
        assertThat(host.profile("a").totalEvents()).as("at the instant itself").isEqualTo(1);
        host.advance(Duration.ofMinutes(2));

        assertThat(host.profile("a").totalEvents()).isEqualTo(2);
        assertThat(host.profile("b").totalEvents()).isEqualTo(2);
        assertThat(host.firings(silent)).hasSize(1);
        assertThat(host.firings(cold)).hasSize(1);
        assertThat(host.memberships(warm))
                .as("in, out, in again; and the tracked call of the other")
                .hasSize(4);
        host.advance(Duration.ofHours(1));
        assertThat(host.actions(ActionStatus.CANCELLED)).isEmpty();
        assertThat(host.executed).hasSize(2);
    }

    @Test
    void an_attempt_that_is_repeated_after_its_event_was_stored_tracks_no_second_one() {
        tracks("Call", "\"quote_request\"", "phone_call", "");
        host.lead("a", EventType.QUOTE_REQUEST, START);
        var claims = host.store.queue().claim(List.of("track_event"), START, 10, Duration.ofSeconds(30), 1_000);
        assertThat(claims).hasSize(1);
        assertThat(host.store.queue().renew(claims.get(0), Duration.ofSeconds(30)))
                .isTrue();
        host.clock.advance(Duration.ofMinutes(1));
        host.analytics.runDue();
        assertThat(host.profile("a").totalEvents()).isEqualTo(2);

        // As if that host had died before it could say so: the action is claimed once more.
        var again = host.actions(ActionStatus.DONE).get(0).action();
        assertThat(new io.behavioranalytics.EffectAgain(host.analytics).track(again))
                .isTrue();

        assertThat(host.profile("a").totalEvents()).isEqualTo(2);
    }

    @Test
    void S23_a_chain_ends_with_the_fifth_effect() {
        // Saved while the one is off: switched on together they would be refused as a loop.
        Trigger one = tracks("One", "\"phone_call\"", "text_interaction", "");
        host.lead("a", EventType.QUOTE_REQUEST, START);
        host.analytics.track(Host.event(EventType.PHONE_CALL)
                .leadId("a")
                .metadata("causalDepth", 4)
                .build());
        host.analytics.track(Host.event(EventType.PHONE_CALL)
                .leadId("a")
                .metadata("causalDepth", 5)
                .build());
        host.analytics.track(Host.event(EventType.PHONE_CALL)
                .leadId("a")
                .metadata("causalDepth", Long.MAX_VALUE)
                .build());

        host.analytics.runDue();

        assertThat(host.firings(one)).hasSize(1);
        assertThat(host.skips(one)).containsExactly(Skip.Reason.DEPTH, Skip.Reason.DEPTH);
        assertThat(host.profile("a").totalEvents()).isEqualTo(5);
    }

    @Test
    void triggers_that_cause_each_other_are_refused_and_named() {
        tracks("One", "\"phone_call\"", "email_reply", "");
        tracks("Two", "\"email_reply\"", "text_interaction", "");

        assertThat(faults(json("Three", "\"text_interaction\"", "phone_call", "")))
                .containsExactly(new Violation(
                        "actions", "LOOP", "the triggers would cause each other for ever: three → one → two → three"));
        assertThat(faults(json("Own", "\"download\"", "download", "")))
                .extracting(Violation::code)
                .containsExactly("LOOP");
        tracks("Off", "\"text_interaction\"", "phone_call", ", \"status\": \"inactive\"");
    }

    @Test
    void a_value_that_no_event_can_have_is_refused() {
        assertThat(faults("{\"name\": \"Big\", \"event\": \"download\", \"actions\": [{\"action\": \"track_event\","
                        + " \"parameters\": {\"eventType\": \"phone_call\", \"value\": 1e400}}]}"))
                .containsExactly(new Violation(
                        "actions[0].parameters.value", "NOT_FINITE", "must be a finite 64-bit floating point number"));
    }

    @Test
    void what_could_never_happen_is_refused_all_of_it_at_once() {
        host.segmentOf("Viewers", EventType.PAGE_VIEW, "");
        assertThat(faults("{\"name\": \"Never\", \"event\": {\"type\": \"segment_exited\", \"segment\": \"viewers\"},"
                        + " \"targetSegments\": [\"viewers\"], \"endDate\": \"2025-01-01T00:00:00Z\","
                        + " \"actions\": [{\"action\": \"note\", \"delay\": 60}]}"))
                .extracting(Violation::path)
                .containsExactlyInAnyOrder("endDate", "targetSegments");
        assertThat(faults("{\"name\": \"Never\", \"event\": \"page_view\", \"expiresAt\": 60,"
                        + " \"startDate\": \"2026-01-01T00:00:00Z\", \"endDate\": \"2025-12-01T00:00:00Z\","
                        + " \"caps\": [{\"max\": 1, \"last\": \"P1D\"}], \"maxPerLead\": 1, \"actions\":"
                        + " [{\"action\": \"note\", \"delay\": 60}, {\"action\": \"log\", \"delay\": 60}]}"))
                .extracting(Violation::path)
                .containsExactlyInAnyOrder("endDate", "actions[0].delay", "actions[1].delay", "caps[0].max");
        assertThat(
                        faults(
                                "{\"name\": \"Never\", \"event\": \"page_view\", \"maxPerLead\": 0,"
                                        + " \"caps\": [{\"max\": 0, \"last\": \"P1D\"}, {\"max\": 1}], \"actions\":"
                                        + " [{\"action\": \"note\"}, {\"action\": \"track_event\", \"parameters\": {\"type\": \"x\"}}]}"))
                .extracting(Violation::path)
                .contains("maxPerLead", "caps[0].max", "caps[1].last", "actions[1].parameters.eventType");
    }
}
