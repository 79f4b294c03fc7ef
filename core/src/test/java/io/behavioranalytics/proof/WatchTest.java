package io.behavioranalytics.proof;

import static io.behavioranalytics.proof.Host.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.profile.BehaviorPattern;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerCause;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Triggers that watch the profile: the pattern becomes another, a score crosses a threshold. */
class WatchTest {
    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    private Trigger crossing(String direction, int threshold, int rearm) {
        return host.trigger(
                "Crossing " + direction,
                "{\"type\": \"score_crossed\", \"score\": \"engagementScore\", \"direction\": \"" + direction
                        + "\", \"threshold\": " + threshold + ", \"rearm\": " + rearm + "}",
                "PT0S",
                "\"cooldown\": 0");
    }

    private double engagement() {
        return host.profile("a").engagementScore();
    }

    private void until(double bound, EventType type) {
        do {
            host.lead("a", type, host.clock.instant());
        } while (engagement() < bound);
    }

    @Test
    void a_score_comes_true_where_it_reaches_the_threshold_and_again_only_beyond_the_level_of_re_arming() {
        Trigger up = crossing("up", 20, 10);
        until(20, EventType.PAGE_VIEW);
        Instant first = host.clock.instant();
        // Down to between the two, and up again: nothing.
        host.advance(Duration.ofDays(5));
        assertThat(engagement()).isBetween(10.0, 20.0);
        until(20, EventType.PAGE_VIEW);
        assertThat(host.fired(up)).containsExactly(first);
        host.advance(Duration.ofDays(30));
        assertThat(engagement()).isLessThan(10);

        until(20, EventType.PAGE_VIEW);

        assertThat(host.fired(up)).containsExactly(first, host.clock.instant());
        assertThat(host.firings(up).get(0).cause()).isInstanceOfSatisfying(TriggerCause.Crossing.class, cause -> {
            assertThat(cause.score()).isEqualTo("engagementScore");
            assertThat(cause.cause()).isInstanceOf(Cause.Event.class);
        });
    }

    /** A segment of the same condition leaves at the same microsecond, and that is proven against a search. */
    @Test
    void a_score_that_falls_below_by_time_alone_comes_true_at_that_microsecond() {
        Segment warm = host.segment(
                "Warm",
                "{\"profileConditions\": [{\"field\": \"engagementScore\", \"operator\": \"greater_or_equal\", \"value\": 20}]}");
        Trigger down = crossing("down", 20, 25);
        until(30, EventType.QUOTE_REQUEST);

        host.advance(Duration.ofDays(60));

        List<String> memberships = host.memberships(warm);
        assertThat(memberships).hasSize(2);
        assertThat("out " + host.firings(down).get(0).cameTrueAt()).isEqualTo(memberships.get(1));
        assertThat(host.firings(down)).hasSize(1);
    }

    @Test
    void a_pattern_that_changes_comes_true_by_events_and_by_time() {
        Trigger any = host.trigger("Any", "\"pattern_changed\"", "PT0S", "\"cooldown\": 0");
        Trigger lost = host.trigger(
                "Lost",
                "{\"type\": \"pattern_changed\", \"from\": \"high_intent\", \"to\": \"exploring\"}",
                "PT0S",
                "");
        host.lead("a", EventType.QUOTE_REQUEST, START);

        host.advance(Duration.ofDays(20));

        assertThat(host.firings(any))
                .extracting(TriggerExecution::cause)
                .containsExactly(
                        new TriggerCause.Pattern(
                                BehaviorPattern.EXPLORING,
                                BehaviorPattern.HIGH_INTENT,
                                new Cause.Event(((Cause.Event) ((TriggerCause.Pattern)
                                                        host.firings(any).get(0).cause())
                                                .cause())
                                        .eventId())),
                        new TriggerCause.Pattern(
                                BehaviorPattern.HIGH_INTENT, BehaviorPattern.EXPLORING, new Cause.Clock()),
                        new TriggerCause.Pattern(
                                BehaviorPattern.EXPLORING, BehaviorPattern.AT_RISK, new Cause.Clock()));
        assertThat(host.fired(any))
                .containsExactly(START, START.plus(Duration.ofDays(7)), START.plus(Duration.ofDays(14)));
        assertThat(host.fired(lost)).containsExactly(START.plus(Duration.ofDays(7)));
    }

    @Test
    void S18_a_late_event_that_lifts_a_score_fires_if_it_is_not_too_late() {
        Trigger up = crossing("up", 10, 5);
        host.advance(Duration.ofHours(3));
        Instant now = host.clock.instant();
        host.lead("a", EventType.PAGE_VIEW, now);
        host.lead("b", EventType.PAGE_VIEW, now);

        host.lead("a", EventType.QUOTE_REQUEST, now.minus(Duration.ofMinutes(30)));
        host.lead("b", EventType.QUOTE_REQUEST, now.minus(Duration.ofHours(2)));

        assertThat(host.store.ledger().executions(up.id(), SubjectId.lead("a"), 10))
                .extracting(TriggerExecution::cameTrueAt)
                .containsExactly(now.minus(Duration.ofMinutes(30)));
        assertThat(host.store.ledger().executions(up.id(), SubjectId.lead("b"), 10))
                .isEmpty();
        assertThat(host.skips(up)).containsExactly(Skip.Reason.TOO_OLD);
    }

    @Test
    void S18_a_late_event_that_keeps_a_score_up_cancels_what_waits_for_its_fall() {
        Trigger down = host.trigger(
                "Down",
                "{\"type\": \"score_crossed\", \"score\": \"engagementScore\", \"direction\": \"down\", \"threshold\": 20}",
                "PT6H",
                "\"cooldown\": 0");
        until(21, EventType.QUOTE_REQUEST);
        while (host.firings(down).isEmpty()) {
            host.advance(Duration.ofHours(1));
        }
        assertThat(host.actions(ActionStatus.PENDING)).hasSize(1);

        host.lead(
                "a",
                EventType.APPLICATION_COMPLETE,
                host.firings(down).get(0).cameTrueAt().minusSeconds(60));

        assertThat(host.actions(ActionStatus.CANCELLED))
                .extracting(ActionRecord::cancellation)
                .containsExactly(Cancellation.Reason.SUPERSEDED);
    }

    @Test
    void what_a_session_crossed_its_lead_does_not_cross_again() {
        Trigger up = crossing("up", 10, 5);
        Trigger pattern = host.trigger("Any", "\"pattern_changed\"", "PT0S", "\"cooldown\": 0");
        host.session("s", EventType.QUOTE_REQUEST, START);
        host.advance(Duration.ofMinutes(5));

        host.identified("s", "a", EventType.PAGE_VIEW, host.clock.instant());

        assertThat(host.firings(up)).hasSize(1);
        assertThat(host.firings(pattern)).hasSize(1);
    }

    @Test
    void a_trigger_that_is_new_does_not_come_true_for_what_was_before() {
        host.lead("a", EventType.QUOTE_REQUEST, START);
        host.advance(Duration.ofMinutes(1));
        Trigger up = crossing("up", 10, 5);
        Trigger pattern = host.trigger("Any", "\"pattern_changed\"", "PT0S", "\"cooldown\": 0");

        host.lead("a", EventType.PAGE_VIEW, host.clock.instant());

        assertThat(host.firings(up)).isEmpty();
        assertThat(host.firings(pattern)).isEmpty();
    }

    @Test
    void a_threshold_that_is_changed_does_not_come_true_for_what_was_before() {
        Trigger up = crossing("up", 90, 80);
        Trigger down = crossing("down", 1, 1);
        until(20, EventType.PAGE_VIEW);
        Instant crossed = host.clock.instant();
        host.advance(Duration.ofMinutes(1));
        change(up, "up", 15);
        host.advance(Duration.ofMinutes(1));
        change(down, "down", 50);
        host.lead("a", EventType.EMAIL_OPEN, host.clock.instant());

        assertThat(host.firings(up)).isEmpty();
        assertThat(host.firings(down)).isEmpty();
        host.advance(Duration.ofDays(30));
        assertThat(engagement()).isLessThan(15);
        until(15, EventType.PAGE_VIEW);
        assertThat(host.fired(up)).containsExactly(host.clock.instant()).doesNotContain(crossed);
    }

    private void change(Trigger trigger, String direction, int threshold) {
        host.analytics
                .triggers()
                .update(
                        trigger.key(),
                        TriggerDraft.fromJson("{\"name\": \"Changed " + direction
                                + "\", \"status\": \"active\", \"event\": {\"type\": \"score_crossed\", "
                                + "\"score\": \"engagementScore\", \"direction\": \"" + direction
                                + "\", \"threshold\": "
                                + threshold + "}, \"actions\": [{\"action\": \"note\"}], \"cooldown\": 0}"));
    }
}
