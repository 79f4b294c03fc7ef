package io.behavioranalytics.proof;

import static io.behavioranalytics.proof.Host.START;
import static io.behavioranalytics.proof.Host.justBefore;
import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What arrives late (S18): the state is corrected, firings stay facts, pending actions follow the corrected timeline. */
class LateEventTest {
    private static final String ABANDONED =
            "{\"type\": \"inactivity\", \"after\": \"form_start\", \"unless\": [\"form_submit\"], \"within\": \"PT30M\"}";

    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void an_event_exactly_one_hour_late_still_fires() {
        Trigger trigger = host.trigger("Quote", "\"quote_request\"", "PT0S", "\"cooldown\": 0");
        host.advance(Duration.ofHours(5));
        Instant now = host.clock.instant();
        host.lead("a", EventType.QUOTE_REQUEST, now.minus(Duration.ofHours(1)));

        assertThat(host.firings(trigger)).singleElement().satisfies(firing -> {
            assertThat(firing.cameTrueAt()).isEqualTo(now.minus(Duration.ofHours(1)));
            assertThat(firing.executedAt()).isEqualTo(now);
        });
    }

    @Test
    void an_older_event_changes_the_state_and_fires_nothing_but_a_logged_too_old() {
        Trigger trigger = host.trigger("Quote", "\"quote_request\"", "PT0S", "\"cooldown\": 0");
        Segment segment = host.segmentOf("Quoted", EventType.QUOTE_REQUEST, "");
        host.advance(Duration.ofHours(5));
        host.lead("a", EventType.QUOTE_REQUEST, justBefore(host.clock.instant().minus(Duration.ofHours(1))));

        assertThat(host.firings(trigger)).isEmpty();
        assertThat(host.skips(trigger)).containsExactly(Skip.Reason.TOO_OLD);
        assertThat(host.in("a", segment)).isTrue();
        assertThat(host.profile("a").totalEvents()).isEqualTo(1);
    }

    @Test
    void a_late_event_that_is_named_in_cancelOn_cancels_what_is_pending() {
        host.trigger("Quote", "\"quote_request\"", "PT2H", "\"cooldown\": 0, \"cancelOn\": [\"application_complete\"]");
        host.lead("a", EventType.QUOTE_REQUEST, START);
        host.advance(Duration.ofMinutes(90));

        host.lead("a", EventType.APPLICATION_COMPLETE, START.plus(Duration.ofMinutes(1)));
        host.advance(Duration.ofDays(1));

        assertThat(host.executed).isEmpty();
        assertThat(host.actions(ActionStatus.CANCELLED))
                .singleElement()
                .satisfies(action -> assertThat(action.cancellation()).isEqualTo(Cancellation.Reason.CANCEL_ON));
    }

    @Test
    void a_cancelling_event_from_before_the_firing_cancels_nothing() {
        host.trigger("Quote", "\"quote_request\"", "PT2H", "\"cooldown\": 0, \"cancelOn\": [\"application_complete\"]");
        host.lead("a", EventType.QUOTE_REQUEST, START);
        host.advance(Duration.ofMinutes(30));

        host.lead("a", EventType.APPLICATION_COMPLETE, START.minusSeconds(60));
        host.advance(Duration.ofDays(1));

        assertThat(host.executed).hasSize(1);
    }

    @Test
    void a_late_submit_supersedes_the_pending_action_and_leaves_the_firing_and_its_cooldown() {
        Trigger trigger = host.trigger("Abandoned", ABANDONED, "PT1H", "\"cooldown\": 1440");
        host.lead("a", EventType.FORM_START, START);
        host.advance(Duration.ofMinutes(40));
        assertThat(host.actions(ActionStatus.PENDING)).hasSize(1);

        host.lead("a", EventType.FORM_SUBMIT, START.plus(Duration.ofMinutes(10)));
        host.advance(Duration.ofDays(1).minusMinutes(30));

        assertThat(host.executed).isEmpty();
        assertThat(host.actions(ActionStatus.CANCELLED))
                .singleElement()
                .satisfies(action -> assertThat(action.cancellation()).isEqualTo(Cancellation.Reason.SUPERSEDED));
        assertThat(host.firings(trigger)).hasSize(1);
        host.lead("a", EventType.FORM_START, host.clock.instant());
        host.advance(Duration.ofMinutes(30));
        // The first firing was 23 h 40 min + 30 min ago by now: its cooldown of a day is over since 10 minutes.
        assertThat(host.firings(trigger)).hasSize(2);
    }

    @Test
    void an_action_that_was_carried_out_is_not_superseded() {
        Trigger trigger = host.trigger("Abandoned", ABANDONED, "PT0S", "\"cooldown\": 0");
        host.lead("a", EventType.FORM_START, START);
        host.advance(Duration.ofMinutes(40));
        host.lead("a", EventType.FORM_SUBMIT, START.plus(Duration.ofMinutes(10)));

        assertThat(host.firings(trigger)).hasSize(1);
        assertThat(host.actions(ActionStatus.DONE)).hasSize(1);
        assertThat(host.actions(ActionStatus.CANCELLED)).isEmpty();
    }

    @Test
    void a_timer_exactly_a_day_late_still_fires() {
        Trigger trigger = host.trigger("Abandoned", ABANDONED, "PT0S", "\"cooldown\": 0");
        host.lead("a", EventType.FORM_START, START);
        host.sleepUntil(START.plus(Duration.ofMinutes(30)).plus(Duration.ofHours(24)));
        host.analytics.runDue();

        assertThat(host.firings(trigger)).hasSize(1);
    }

    @Test
    void a_timer_more_than_a_day_late_is_too_old() {
        Trigger trigger = host.trigger("Abandoned", ABANDONED, "PT0S", "\"cooldown\": 0");
        host.lead("a", EventType.FORM_START, START);
        host.sleepUntil(
                START.plus(Duration.ofMinutes(30)).plus(Duration.ofHours(24)).plusMillis(1));
        host.analytics.runDue();

        assertThat(host.firings(trigger)).isEmpty();
        assertThat(host.skips(trigger)).containsExactly(Skip.Reason.TOO_OLD);
    }

    @Test
    void an_import_of_history_updates_the_state_and_fires_nothing() {
        Trigger trigger = host.trigger("Quote", "\"quote_request\"", "PT0S", "\"cooldown\": 0");
        Segment segment = host.segmentOf("Quoted", EventType.QUOTE_REQUEST, "");
        host.analytics.importHistory(List.of(Host.event(EventType.QUOTE_REQUEST)
                .leadId("a")
                .timestamp(START.minusSeconds(60))
                .build()));
        host.advance(Duration.ofHours(1));

        assertThat(host.in("a", segment)).isTrue();
        assertThat(host.firings(trigger)).isEmpty();
    }

    @Test
    void a_late_event_gives_the_state_that_it_would_have_given_in_time() {
        Segment segment = host.segmentOf("Weekly", EventType.PAGE_VIEW, "{\"last\": \"P7D\"}");
        host.advance(Duration.ofDays(2));
        for (EventType type : List.of(EventType.DOWNLOAD, EventType.PAGE_VIEW)) {
            host.lead("late", type, START.plusSeconds(type.equals(EventType.PAGE_VIEW) ? 1 : 2));
        }
        host.lead("ordered", EventType.PAGE_VIEW, START.plusSeconds(1));
        host.lead("ordered", EventType.DOWNLOAD, START.plusSeconds(2));

        assertThat(host.in("late", segment)).isTrue();
        assertThat(host.profile("late").engagementScore())
                .isEqualTo(host.profile("ordered").engagementScore());
        assertThat(host.profile("late").conversionProbability())
                .isEqualTo(host.profile("ordered").conversionProbability());
    }
}
