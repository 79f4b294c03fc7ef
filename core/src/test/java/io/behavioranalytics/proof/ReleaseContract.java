package io.behavioranalytics.proof;

import static io.behavioranalytics.proof.Host.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Settings;
import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerDraft;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is asked again when an action is due: whether it may be begun now, later, or never. */
public abstract class ReleaseContract extends HostContract {
    private static final String BUSY =
            "\"conditions\": [{\"field\": \"totalEvents\", \"operator\": \"less_than\", \"value\": 3}]";

    private Trigger quote(String more) {
        return host.trigger("Quote", "\"quote_request\"", "PT1H", "\"cooldown\": 0, " + more);
    }

    private void happens(EventType... types) {
        for (EventType type : types) {
            host.lead("a", type, host.clock.instant());
        }
    }

    private Cancellation.Reason cancelled() {
        assertThat(host.executed).isEmpty();
        assertThat(host.actions(ActionStatus.CANCELLED)).hasSize(1);
        return host.actions(ActionStatus.CANCELLED).get(0).cancellation();
    }

    // ---- conditions

    @Test
    void at_trigger_what_held_then_is_not_asked_again() {
        quote(BUSY);
        happens(EventType.QUOTE_REQUEST, EventType.PAGE_VIEW, EventType.PAGE_VIEW);

        host.advance(Duration.ofHours(1));

        assertThat(host.executed).hasSize(1);
    }

    @Test
    void at_execution_the_profile_is_asked_when_the_action_is_due_and_not_before() {
        Trigger trigger = quote(BUSY + ", \"checkConditions\": \"at_execution\"");
        happens(EventType.PAGE_VIEW, EventType.PAGE_VIEW, EventType.QUOTE_REQUEST);
        assertThat(host.firings(trigger)).hasSize(1);

        host.advance(Duration.ofHours(1));

        assertThat(cancelled()).isEqualTo(Cancellation.Reason.CONDITION);
    }

    @Test
    void both_asks_twice() {
        Trigger trigger = quote(BUSY + ", \"checkConditions\": \"both\"");
        happens(EventType.QUOTE_REQUEST);
        host.advance(Duration.ofMinutes(59));
        happens(EventType.PAGE_VIEW, EventType.PAGE_VIEW, EventType.QUOTE_REQUEST);
        assertThat(host.firings(trigger)).hasSize(1);
        assertThat(host.skips(trigger)).containsExactly(Skip.Reason.CONDITION);

        host.advance(Duration.ofMinutes(1));

        assertThat(cancelled()).isEqualTo(Cancellation.Reason.CONDITION);
    }

    @Test
    void a_condition_on_the_event_is_asked_when_it_happens_in_any_case() {
        Trigger trigger = quote("\"checkConditions\": \"at_execution\","
                + " \"conditions\": [{\"field\": \"value\", \"operator\": \"greater_than\", \"value\": 1}]");
        happens(EventType.QUOTE_REQUEST);

        assertThat(host.skips(trigger)).containsExactly(Skip.Reason.CONDITION);
    }

    @Test
    void a_target_segment_that_time_has_emptied_lets_nothing_through() {
        host.segmentOf("Active", EventType.QUOTE_REQUEST, "{\"last\": \"PT1H\"}");
        quote("\"targetSegments\": [\"active\"], \"checkConditions\": \"both\"");
        happens(EventType.QUOTE_REQUEST);

        host.advance(Duration.ofHours(1));

        assertThat(cancelled()).isEqualTo(Cancellation.Reason.CONDITION);
    }

    @Test
    void S20_what_a_condition_cancels_returns_its_slot() {
        Trigger trigger = quote(BUSY.replace("\"value\": 3", "\"value\": 2")
                + ", \"checkConditions\": \"at_execution\", \"caps\": [{\"max\": 1, \"last\": \"P7D\"}]");
        happens(EventType.QUOTE_REQUEST, EventType.PAGE_VIEW);
        host.advance(Duration.ofHours(1));
        assertThat(cancelled()).isEqualTo(Cancellation.Reason.CONDITION);

        happens(EventType.QUOTE_REQUEST);

        assertThat(host.firings(trigger)).hasSize(2);
    }

    // ---- expiry and quiet hours

    @Test
    void S21_what_no_host_carried_out_before_it_expired_is_cancelled() {
        quote("\"expiresAt\": \"PT2H\"");
        happens(EventType.QUOTE_REQUEST);
        host.sleepUntil(START.plus(Duration.ofHours(2)));

        host.analytics.runDue();

        assertThat(cancelled()).isEqualTo(Cancellation.Reason.EXPIRED);
    }

    @Test
    void S21_an_end_date_that_is_set_later_ends_what_waits() {
        Trigger trigger = quote("\"priority\": 0");
        happens(EventType.QUOTE_REQUEST);
        host.analytics
                .triggers()
                .update(
                        trigger.key(),
                        TriggerDraft.builder("Quote", EventType.QUOTE_REQUEST)
                                .action(trigger.actions().get(0))
                                .endDate(START.plus(Duration.ofMinutes(30)))
                                .build());

        host.advance(Duration.ofHours(1));

        assertThat(cancelled()).isEqualTo(Cancellation.Reason.EXPIRED);
    }

    @Test
    void S21_an_action_that_is_late_into_quiet_hours_waits_for_their_end_and_that_is_no_attempt() {
        quote("\"quietHours\": {\"from\": \"14:00\", \"to\": \"16:00\"}");
        happens(EventType.QUOTE_REQUEST);
        Instant end = Instant.parse("2025-06-02T16:00:00Z");
        host.sleepUntil(Instant.parse("2025-06-02T14:30:00Z"));

        host.analytics.runDue();

        ActionRecord held = host.actions(ActionStatus.PENDING).get(0);
        assertThat(held.notBefore()).isEqualTo(end);
        assertThat(held.attempts()).isZero();
        host.advanceTo(end);
        assertThat(host.executed).extracting(ActionRequest::attempt).containsExactly(1);
    }

    @Test
    void S21_a_lead_that_has_moved_is_not_woken_in_its_new_night() {
        quote("\"quietHours\": {\"from\": \"22:00\", \"to\": \"08:00\"}");
        happens(EventType.QUOTE_REQUEST);
        host.analytics.track(Host.event(EventType.PAGE_VIEW)
                .leadId("a")
                .context("timezone", "Asia/Tokyo")
                .build());

        host.advance(Duration.ofHours(1));

        assertThat(host.executed).isEmpty();
        assertThat(host.actions(ActionStatus.PENDING).get(0).notBefore()).isEqualTo("2025-06-02T23:00:00Z");
    }

    // ---- the rate

    @Test
    void S22_what_is_beyond_the_rate_stays_pending_and_is_begun_in_the_next_minutes() {
        try (Host slow = new Host(Settings.builder().triggerMaxExecutionRate(2).build(), this::createStore)) {
            Trigger trigger = slow.trigger("Quote", "\"quote_request\"", "PT0S", "\"cooldown\": 0");
            for (int i = 0; i < 5; i++) {
                slow.lead("lead-" + i, EventType.QUOTE_REQUEST, slow.clock.instant());
            }
            assertThat(slow.firings(trigger)).hasSize(5);
            List<Integer> begun = new ArrayList<>();
            for (int second : new int[] {0, 59, 60, 119, 120}) {
                slow.sleepUntil(START.plusSeconds(second));
                slow.analytics.runDue();
                begun.add(slow.executed.size());
            }

            assertThat(begun).containsExactly(2, 2, 4, 4, 5);
            assertThat(slow.actions(ActionStatus.PENDING)).isEmpty();
        }
    }

    @Test
    void S22_what_is_cancelled_when_it_is_asked_takes_its_place_in_the_minute() {
        try (Host slow = new Host(Settings.builder().triggerMaxExecutionRate(2).build(), this::createStore)) {
            Trigger trigger = slow.trigger("Quote", "\"quote_request\"", "PT0S", "\"cooldown\": 0");
            for (int i = 0; i < 3; i++) {
                slow.lead("lead-" + i, EventType.QUOTE_REQUEST, slow.clock.instant());
            }
            switched(slow.analytics, trigger, Trigger.Status.INACTIVE);

            slow.analytics.runDue();
            assertThat(slow.actions(ActionStatus.CANCELLED)).hasSize(2);
            slow.sleepUntil(START.plusSeconds(60));
            slow.analytics.runDue();

            assertThat(slow.actions(ActionStatus.CANCELLED)).hasSize(3);
            assertThat(slow.executed).isEmpty();
        }
    }

    // ---- the kill switch

    @Test
    void what_falls_due_while_its_trigger_is_switched_off_or_deleted_is_cancelled() {
        Trigger off = quote("\"priority\": 0");
        Trigger gone = host.trigger("Gone", "\"quote_request\"", "PT1H", "");
        happens(EventType.QUOTE_REQUEST);
        switched(host.analytics, off, Trigger.Status.INACTIVE);
        host.analytics.triggers().delete(gone.key());

        host.advance(Duration.ofHours(1));

        assertThat(host.executed).isEmpty();
        assertThat(host.actions(ActionStatus.CANCELLED))
                .hasSize(2)
                .extracting(ActionRecord::cancellation)
                .containsOnly(Cancellation.Reason.SWITCHED_OFF);
    }

    @Test
    void what_falls_due_after_it_is_on_again_is_carried_out() {
        Trigger trigger = quote("\"priority\": 0");
        happens(EventType.QUOTE_REQUEST);
        switched(host.analytics, trigger, Trigger.Status.INACTIVE);
        host.advance(Duration.ofMinutes(59));
        switched(host.analytics, trigger, Trigger.Status.ACTIVE);

        host.advance(Duration.ofMinutes(1));

        assertThat(host.executed).hasSize(1);
    }

    private static void switched(BehaviorAnalytics analytics, Trigger trigger, Trigger.Status status) {
        analytics
                .triggers()
                .update(
                        trigger.key(),
                        TriggerDraft.builder(trigger.name(), EventType.QUOTE_REQUEST)
                                .status(status)
                                .action(trigger.actions().get(0))
                                .build());
    }

    /** The other host looks for new definitions at its own pace, here at once: at the most it takes two seconds. */
    @Test
    void a_trigger_switched_off_on_one_host_is_off_on_the_other() {
        List<ActionRequest> executed = new ArrayList<>();
        try (BehaviorAnalytics other = BehaviorAnalytics.builder()
                .store(host.store)
                .clock(host.clock)
                .settings(Settings.builder().cacheTtl(Duration.ZERO).build())
                .executor(Runnable::run)
                .inlineActions()
                .action(new ActionExecutor() {
                    @Override
                    public String type() {
                        return "note";
                    }

                    @Override
                    public ActionResult execute(ActionRequest request) {
                        executed.add(request);
                        return ActionResult.success();
                    }
                })
                .build()) {
            Trigger trigger = quote("\"priority\": 0");
            happens(EventType.QUOTE_REQUEST);
            switched(other, trigger, Trigger.Status.INACTIVE);
            host.clock.advance(Duration.ofHours(1));

            other.track(Host.event(EventType.QUOTE_REQUEST).leadId("b").build());
            other.runDue();

            assertThat(executed).isEmpty();
            assertThat(host.firings(trigger)).hasSize(1);
            assertThat(host.actions(ActionStatus.CANCELLED))
                    .extracting(ActionRecord::cancellation)
                    .containsExactly(Cancellation.Reason.SWITCHED_OFF);
        }
    }
}
