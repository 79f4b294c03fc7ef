package io.behavioranalytics.proof;

import static io.behavioranalytics.proof.Host.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.TrackResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.Subjects;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whose an event is (S11): computed from all events of its session, whenever they arrive. */
class IdentityTest {
    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    private static Instant minute(int minute) {
        return START.plus(Duration.ofMinutes(minute - 60L));
    }

    /** The minutes of a subject's events, system events too, as the store has them. */
    private List<Long> minutes(SubjectId subject) {
        List<Long> minutes = new ArrayList<>();
        var timeline = host.store
                .subjects()
                .load(List.of(subject), Subjects.Projection.TIMELINE)
                .get(subject)
                .timeline();
        for (int i = 0; i < timeline.size(); i++) {
            minutes.add(
                    Duration.between(minute(0), timeline.event(i).timestamp()).toMinutes());
        }
        return minutes;
    }

    private List<Long> ofLead(String leadId) {
        return minutes(SubjectId.lead(leadId));
    }

    private List<Long> ofSession(String sessionId) {
        return minutes(SubjectId.session(sessionId));
    }

    @Test
    void events_of_an_unknown_visitor_belong_to_the_session() {
        host.session("s", EventType.PAGE_VIEW, minute(1));

        assertThat(ofSession("s")).containsExactly(1L);
        assertThat(host.profile(SubjectId.session("s")).totalEvents()).isEqualTo(1);
    }

    @Test
    void events_before_the_first_identified_one_belong_to_its_lead() {
        host.session("s", EventType.PAGE_VIEW, minute(1));
        host.session("s", EventType.PAGE_VIEW, minute(2));
        host.identified("s", "a", EventType.FORM_SUBMIT, minute(3));

        assertThat(ofLead("a")).containsExactly(1L, 2L, 3L);
        assertThat(ofSession("s")).isEmpty();
        assertThat(host.profile("a").totalEvents()).isEqualTo(3);
    }

    @Test
    void identify_links_the_session_and_what_follows() {
        host.session("s", EventType.PAGE_VIEW, minute(1));
        host.analytics.identify("s", "a");
        host.advance(Duration.ofMinutes(1));
        host.session("s", EventType.DOWNLOAD, host.clock.instant());

        assertThat(host.profile("a").totalEvents()).isEqualTo(2);
    }

    @Test
    void an_identification_ahead_of_the_clock_links_nothing_before_its_instant() {
        Trigger trigger = host.trigger("Downloads", "\"download\"", "PT0S", "\"cooldown\": 0");
        Segment idle = host.segment(
                "Idle", "{\"negate\": true, \"eventFilters\": [{\"eventType\": \"page_view\", \"minFrequency\": 1}]}");
        host.session("s", EventType.PAGE_VIEW, minute(59));
        Instant link = START.plus(Duration.ofMinutes(3));
        host.analytics.identify("s", "a", link, new UUID(1, 1));
        host.analytics.identify("nobody-yet", "a", link, new UUID(1, 2));
        assertThat(host.profile("a").totalEvents()).isZero();
        assertThat(host.profile(SubjectId.session("s")).totalEvents()).isEqualTo(1);

        host.advanceTo(Host.justBefore(link));
        host.session("s", EventType.DOWNLOAD, host.clock.instant());
        assertThat(host.profile("a").totalEvents()).isZero();
        assertThat(ofSession("s")).containsExactly(59L, 62L);
        assertThat(host.firings(trigger)).extracting(TriggerExecution::subject).containsExactly(SubjectId.session("s"));
        assertThat(host.memberships(idle)).isEmpty();

        host.advanceTo(link);
        assertThat(host.profile("a").totalEvents()).isEqualTo(2);
        assertThat(ofSession("s")).isEmpty();
        assertThat(ofLead("a")).containsExactly(59L, 62L, 63L, 63L);
        assertThat(host.firings(trigger)).hasSize(1);

        host.advance(Duration.ofSeconds(1));
        host.session("nobody-yet", EventType.DOWNLOAD, host.clock.instant());
        assertThat(host.firings(trigger)).extracting(TriggerExecution::subject).contains(SubjectId.lead("a"));
    }

    @Test
    void an_identification_ahead_of_the_clock_takes_effect_even_if_no_timer_ran() {
        host.identified("s", "a", EventType.PAGE_VIEW, minute(50));
        Instant link = START.plus(Duration.ofMinutes(3));
        host.analytics.identify("s", "b", link, new UUID(1, 1));
        host.session("s", EventType.DOWNLOAD, Host.justBefore(link));
        host.session("s", EventType.DOWNLOAD, Host.justAfter(link));
        assertThat(ofLead("a")).containsExactly(50L, 62L, 63L);

        host.sleepUntil(link.plusSeconds(30));
        assertThat(host.profile("a").totalEvents()).isEqualTo(2);
        assertThat(host.profile("b").totalEvents()).isEqualTo(1);
        host.session("s", EventType.QUOTE_REQUEST, host.clock.instant());
        assertThat(host.profile("b").totalEvents()).isEqualTo(2);
        assertThat(ofLead("a")).containsExactly(50L, 62L);
        assertThat(ofLead("b")).containsExactly(63L, 63L, 63L);
    }

    @Test
    void an_unlinked_session_has_its_anonymous_events_back_and_a_later_identification_links_them_again() {
        host.session("s", EventType.PAGE_VIEW, minute(1));
        host.identified("s", "a", EventType.FORM_SUBMIT, minute(3));
        host.session("s", EventType.DOWNLOAD, minute(5));
        assertThat(ofLead("a")).containsExactly(1L, 3L, 5L);

        host.analytics.unlink("s", minute(10), new UUID(1, 1));
        assertThat(ofLead("a")).containsExactly(3L);
        assertThat(ofSession("s")).containsExactly(1L, 5L, 10L);
        assertThat(host.profile("a").totalEvents()).isEqualTo(1);
        assertThat(host.profile(SubjectId.session("s")).totalEvents()).isEqualTo(2);
        host.session("s", EventType.PAGE_VIEW, minute(12));
        assertThat(ofSession("s")).containsExactly(1L, 5L, 10L, 12L);

        host.analytics.identify("s", "b", minute(20), new UUID(1, 2));
        assertThat(ofSession("s")).isEmpty();
        assertThat(ofLead("b")).containsExactly(1L, 5L, 10L, 12L, 20L);
        assertThat(ofLead("a")).containsExactly(3L);
    }

    @Test
    void what_comes_late_before_an_unlink_links_nothing_and_what_comes_late_behind_it_does() {
        host.analytics.unlink("s", minute(10), new UUID(1, 1));
        host.session("s", EventType.PAGE_VIEW, minute(1));
        host.identified("s", "a", EventType.PAGE_VIEW, minute(3));
        assertThat(ofSession("s")).containsExactly(1L, 10L);
        assertThat(ofLead("a")).containsExactly(3L);

        host.identified("s", "a", EventType.PAGE_VIEW, minute(11));
        assertThat(ofLead("a")).containsExactly(1L, 3L, 10L, 11L);
        // An unlink between two events that name the same lead: the second links again.
        host.analytics.unlink("s", minute(5), new UUID(1, 2));
        assertThat(ofLead("a")).containsExactly(1L, 3L, 5L, 10L, 11L);
        host.analytics.unlink("s", minute(30), new UUID(1, 3));
        assertThat(ofSession("s")).containsExactly(1L, 5L, 10L, 30L);
    }

    @Test
    void an_unlink_ahead_of_the_clock_waits_for_its_instant_and_one_that_is_repeated_changes_nothing() {
        host.session("s", EventType.PAGE_VIEW, minute(1));
        host.identified("s", "a", EventType.PAGE_VIEW, minute(3));
        Instant unlink = START.plus(Duration.ofMinutes(3));
        host.analytics.unlink("s", unlink, new UUID(1, 1));
        assertThat(host.profile("a").totalEvents()).isEqualTo(2);

        host.advanceTo(unlink);
        assertThat(host.profile("a").totalEvents()).isEqualTo(1);
        assertThat(ofSession("s")).containsExactly(1L, 63L);
        assertThat(host.analytics.unlink("s", unlink, new UUID(1, 1)).outcome())
                .isEqualTo(TrackResult.Outcome.DUPLICATE);
        assertThat(ofSession("s")).containsExactly(1L, 63L);
    }

    @Test
    void what_was_sent_stays_with_the_lead_and_what_is_pending_for_events_that_go_back_is_cancelled() {
        Trigger trigger = host.trigger("Downloads", "\"download\"", "PT1H", "\"cooldown\": 0");
        host.identified("s", "a", EventType.PAGE_VIEW, minute(50));
        host.session("s", EventType.DOWNLOAD, host.clock.instant());
        host.identified("s", "a", EventType.DOWNLOAD, host.clock.instant());
        assertThat(host.firings(trigger)).hasSize(2);

        host.analytics.unlink("s");
        assertThat(host.firings(trigger))
                .hasSize(2)
                .extracting(TriggerExecution::subject)
                .containsOnly(SubjectId.lead("a"));
        assertThat(host.store.queue().list(ActionStatus.CANCELLED, null, 10))
                .singleElement()
                .satisfies(action -> assertThat(action.cancellation())
                        .isEqualTo(io.behavioranalytics.trigger.Cancellation.Reason.UNLINKED));
        assertThat(host.store.queue().list(ActionStatus.PENDING, null, 10)).hasSize(1);
        // Nothing fires once more for what came back.
        assertThat(host.firings(trigger)).hasSize(2);
    }

    @Test
    void a_session_does_not_enter_anew_where_its_lead_was_and_the_lead_leaves() {
        Segment downloads =
                host.segment("Downloads", "{\"eventFilters\": [{\"eventType\": \"download\", \"minFrequency\": 1}]}");
        Trigger entered = host.trigger(
                "Entered", "{\"type\": \"segment_entered\", \"segment\": \"downloads\"}", "PT0S", "\"cooldown\": 0");
        host.identified("s", "a", EventType.PAGE_VIEW, minute(50));
        host.session("s", EventType.DOWNLOAD, host.clock.instant());
        assertThat(host.firings(entered)).hasSize(1);
        host.analytics.unlink("s");

        assertThat(host.store.ledger().members(downloads.id(), null, 10)).containsExactly(SubjectId.session("s"));
        assertThat(host.firings(entered)).hasSize(1);
        assertThat(host.memberships(downloads)).hasSize(3);
    }

    @Test
    void an_anonymous_event_belongs_to_the_nearest_earlier_lead_of_its_session() {
        host.identified("s", "a", EventType.PAGE_VIEW, minute(1));
        host.identified("s", "b", EventType.PAGE_VIEW, minute(5));
        host.session("s", EventType.DOWNLOAD, minute(3));
        host.session("s", EventType.DOWNLOAD, minute(7));
        host.session("s", EventType.DOWNLOAD, minute(0));

        assertThat(ofLead("a")).containsExactly(0L, 1L, 3L);
        assertThat(ofLead("b")).containsExactly(5L, 7L);
    }

    @Test
    void a_late_identification_of_another_lead_splits_the_run() {
        host.identified("s", "a", EventType.PAGE_VIEW, minute(1));
        for (int minute : new int[] {2, 4, 6, 8}) {
            host.session("s", EventType.DOWNLOAD, minute(minute));
        }
        assertThat(ofLead("a")).containsExactly(1L, 2L, 4L, 6L, 8L);

        host.identified("s", "b", EventType.PAGE_VIEW, minute(5));

        assertThat(ofLead("a")).containsExactly(1L, 2L, 4L);
        assertThat(ofLead("b")).containsExactly(5L, 6L, 8L);
        assertThat(host.profile("a").totalEvents()).isEqualTo(3);
        assertThat(host.profile("b").totalEvents()).isEqualTo(3);
    }

    @Test
    void a_late_first_identification_takes_the_beginning_of_the_session() {
        host.session("s", EventType.DOWNLOAD, minute(1));
        host.session("s", EventType.DOWNLOAD, minute(4));
        host.identified("s", "b", EventType.PAGE_VIEW, minute(6));
        assertThat(ofLead("b")).containsExactly(1L, 4L, 6L);

        host.identified("s", "a", EventType.PAGE_VIEW, minute(3));

        assertThat(ofLead("a")).containsExactly(1L, 3L, 4L);
        assertThat(ofLead("b")).containsExactly(6L);
    }

    @Test
    void the_same_lead_in_the_middle_of_anothers_run_takes_only_what_follows_it() {
        host.identified("s", "a", EventType.PAGE_VIEW, minute(1));
        host.identified("s", "b", EventType.PAGE_VIEW, minute(3));
        for (int minute : new int[] {2, 4, 6, 8}) {
            host.session("s", EventType.DOWNLOAD, minute(minute));
        }

        host.identified("s", "a", EventType.PAGE_VIEW, minute(5));

        assertThat(ofLead("a")).containsExactly(1L, 2L, 5L, 6L, 8L);
        assertThat(ofLead("b")).containsExactly(3L, 4L);
    }

    @Test
    void a_shared_device_never_merges_two_leads() {
        host.identified("s", "a", EventType.PAGE_VIEW, minute(1));
        host.identified("s", "b", EventType.PAGE_VIEW, minute(2));

        assertThat(host.profile("a").totalEvents()).isEqualTo(1);
        assertThat(host.profile("b").totalEvents()).isEqualTo(1);
        assertThat(host.profile("a").visits()).isEqualTo(1);
        assertThat(host.profile("b").visits()).isEqualTo(1);
    }

    @Test
    void a_lead_with_two_sessions_has_the_events_of_both() {
        host.session("one", EventType.PAGE_VIEW, minute(1));
        host.session("two", EventType.PAGE_VIEW, minute(2));
        host.identified("one", "a", EventType.PAGE_VIEW, minute(3));
        host.identified("two", "a", EventType.PAGE_VIEW, minute(4));

        assertThat(ofLead("a")).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void memberships_move_with_the_events() {
        Segment segment = host.segmentOf("Downloaders", EventType.DOWNLOAD, "");
        host.identified("s", "a", EventType.PAGE_VIEW, minute(1));
        host.session("s", EventType.DOWNLOAD, minute(4));
        assertThat(host.in("a", segment)).isTrue();

        host.identified("s", "b", EventType.PAGE_VIEW, minute(3));

        assertThat(host.in("a", segment)).isFalse();
        assertThat(host.in("b", segment)).isTrue();
    }

    @Test
    void a_linked_session_is_in_no_segment_any_more() {
        Segment segment = host.segmentOf("Downloaders", EventType.DOWNLOAD, "");
        host.session("s", EventType.DOWNLOAD, minute(1));
        assertThat(host.store.ledger().members(segment.id(), null, 10)).containsExactly(SubjectId.session("s"));

        host.analytics.identify("s", "a");

        assertThat(host.store.ledger().members(segment.id(), null, 10)).containsExactly(SubjectId.lead("a"));
    }

    @Test
    void the_lead_inherits_the_sessions_cooldown() {
        Trigger trigger = host.trigger("Quote", "\"quote_request\"", "PT0S", "\"cooldown\": 60");
        host.session("s", EventType.QUOTE_REQUEST, START);
        assertThat(host.firings(trigger)).hasSize(1);
        host.advance(Duration.ofMinutes(1));
        host.analytics.identify("s", "a");
        host.advance(Duration.ofMinutes(1));

        host.session("s", EventType.QUOTE_REQUEST, host.clock.instant());

        assertThat(host.firings(trigger)).hasSize(1);
        assertThat(host.skips(trigger)).contains(Skip.Reason.COOLDOWN);
    }

    @Test
    void one_event_fires_once_although_its_subject_changes() {
        Trigger trigger = host.trigger("Quote", "\"quote_request\"", "PT0S", "\"cooldown\": 0");
        host.session("s", EventType.QUOTE_REQUEST, START);
        host.advance(Duration.ofMinutes(1));
        host.analytics.identify("s", "a");
        host.advance(Duration.ofMinutes(1));

        assertThat(host.firings(trigger)).hasSize(1);
    }

    @Test
    void a_pending_action_of_the_session_is_cancelled_by_the_leads_event() {
        host.trigger("Quote", "\"quote_request\"", "PT1H", "\"cooldown\": 0, \"cancelOn\": [\"application_complete\"]");
        host.session("s", EventType.QUOTE_REQUEST, START);
        host.advance(Duration.ofMinutes(1));
        host.analytics.identify("s", "a");
        host.advance(Duration.ofMinutes(1));

        host.lead("a", EventType.APPLICATION_COMPLETE, host.clock.instant());
        host.advance(Duration.ofDays(1));

        assertThat(host.actions(ActionStatus.CANCELLED)).hasSize(1);
        assertThat(host.executed).isEmpty();
    }

    // ---- one batch that names two leads

    /** What a session does at two instants of the past belongs to two leads, who become known at once. */
    private void linkToTwo() {
        assertThat(host.analytics.trackAll(List.of(
                        Host.event(EventType.PAGE_VIEW)
                                .sessionId("s")
                                .leadId("a")
                                .timestamp(minute(62))
                                .build(),
                        Host.event(EventType.PAGE_VIEW)
                                .sessionId("s")
                                .leadId("b")
                                .timestamp(minute(65))
                                .build())))
                .allMatch(TrackResult::isDurable);
    }

    private List<String> subjects(ActionStatus status) {
        return host.actions(status).stream()
                .map(action -> action.action().subject().toString())
                .toList();
    }

    @Test
    void a_pending_action_goes_to_the_lead_to_whom_its_cause_goes() {
        host.trigger("Quote", "\"quote_request\"", "PT6H", "\"cooldown\": 0, \"cancelOn\": [\"application_complete\"]");
        host.trigger(
                "Abandoned",
                "{\"type\": \"inactivity\", \"after\": \"form_start\", \"unless\": [\"form_submit\"], \"within\": \"PT7M\"}",
                "PT6H",
                "\"cooldown\": 0");
        host.segmentOf("Loaders", EventType.DOWNLOAD, "");
        host.trigger("Entered", "{\"type\": \"segment_entered\", \"segment\": \"loaders\"}", "PT6H", "");
        host.session("s", EventType.QUOTE_REQUEST, minute(60));
        host.session("s", EventType.FORM_START, minute(60));
        host.advance(Duration.ofMinutes(10));
        host.session("s", EventType.QUOTE_REQUEST, minute(70));
        host.session("s", EventType.DOWNLOAD, minute(70));
        host.advance(Duration.ofMinutes(10));
        assertThat(subjects(ActionStatus.PENDING)).hasSize(4).containsOnly("session:s");

        linkToTwo();

        assertThat(host.actions(ActionStatus.PENDING))
                .extracting(action ->
                        action.action().subject() + " " + action.action().triggerKey())
                .containsExactlyInAnyOrder("lead:a quote", "lead:a abandoned", "lead:b quote", "lead:b entered");
        assertThat(ofLead("a")).containsExactly(60L, 60L, 62L);
        assertThat(ofLead("b")).containsExactly(65L, 70L, 70L);

        host.lead("b", EventType.APPLICATION_COMPLETE, host.clock.instant());
        assertThat(host.actions(ActionStatus.CANCELLED))
                .extracting(action ->
                        action.action().subject() + " " + action.action().triggerKey())
                .containsExactly("lead:b quote");
        host.advance(Duration.ofDays(1));
        assertThat(subjects(ActionStatus.DONE)).containsExactlyInAnyOrder("lead:a", "lead:a", "lead:b");
    }

    @Test
    void each_lead_of_a_session_inherits_its_cooldowns() {
        Trigger quote = host.trigger("Quote", "\"quote_request\"", "PT0S", "\"cooldown\": 60");
        host.session("s", EventType.DOWNLOAD, minute(60));
        host.advance(Duration.ofMinutes(10));
        host.session("s", EventType.QUOTE_REQUEST, minute(70));
        host.advance(Duration.ofMinutes(10));
        assertThat(host.firings(quote)).hasSize(1);

        linkToTwo();
        host.lead("b", EventType.QUOTE_REQUEST, host.clock.instant());
        host.lead("a", EventType.QUOTE_REQUEST, host.clock.instant());

        assertThat(host.firings(quote)).hasSize(1);
        assertThat(host.skips(quote)).containsExactly(Skip.Reason.COOLDOWN, Skip.Reason.COOLDOWN);
        host.advanceTo(minute(130));
        host.lead("a", EventType.QUOTE_REQUEST, host.clock.instant());
        host.lead("b", EventType.QUOTE_REQUEST, host.clock.instant());
        assertThat(host.firings(quote)).hasSize(3);
    }

    @Test
    void a_lead_of_a_session_to_whom_nothing_goes_inherits_nothing() {
        Trigger quote = host.trigger("Quote", "\"quote_request\"", "PT1H", "\"cooldown\": 60");
        host.advance(Duration.ofMinutes(10));
        host.session("s", EventType.QUOTE_REQUEST, minute(70));
        host.advance(Duration.ofMinutes(10));

        linkToTwo();
        host.lead("b", EventType.QUOTE_REQUEST, host.clock.instant());
        assertThat(host.firings(quote)).hasSize(1);
        host.lead("a", EventType.QUOTE_REQUEST, host.clock.instant());

        assertThat(host.firings(quote))
                .extracting(TriggerExecution::subject)
                .containsExactlyInAnyOrder(SubjectId.session("s"), SubjectId.lead("a"));
        assertThat(subjects(ActionStatus.PENDING)).containsExactlyInAnyOrder("lead:a", "lead:b");
    }
}
