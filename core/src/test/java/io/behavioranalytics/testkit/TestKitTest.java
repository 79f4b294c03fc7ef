package io.behavioranalytics.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.action.Action;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TestKitTest {
    private final TestKit kit = TestKit.recording("send_email", "create_task");

    @AfterEach
    void close() {
        kit.close();
    }

    @Test
    void an_abandoned_form_is_followed_up_after_its_delay() {
        kit.analytics()
                .triggers()
                .create(TriggerDraft.builder("Form recovery", EventType.FORM_ABANDON)
                        .action(new Action(null, "send_email", Map.of("template", "recovery"), Duration.ofMinutes(60)))
                        .build());
        assertThat(kit.given(event(EventType.FORM_ABANDON).build()).get(0).outcome())
                .isEqualTo(Outcome.ACCEPTED);
        assertThat(kit.fired()).hasSize(1);
        assertThat(kit.pending()).hasSize(1);
        kit.advance(Duration.ofMinutes(60).minusMillis(1));
        assertThat(kit.executed("send_email")).isEmpty();
        kit.advance(Duration.ofMillis(1));
        assertThat(kit.executed("send_email")).singleElement().satisfies(request -> {
            assertThat(request.leadId()).isEqualTo("lead-1");
            assertThat(request.parameters()).containsEntry("template", "recovery");
            assertThat(request.attempt()).isEqualTo(1);
            assertThat(request.deadline()).isEqualTo(kit.now().plusSeconds(30));
        });
        assertThat(kit.pending()).isEmpty();
    }

    @Test
    void inactivity_and_its_action_run_at_their_own_instants_while_the_clock_moves() {
        kit.analytics()
                .triggers()
                .create(TriggerDraft.builder(
                                "Silence",
                                new TriggerEvent.Inactivity(
                                        EventType.FORM_START,
                                        List.of(),
                                        List.of(EventType.FORM_SUBMIT),
                                        Duration.ofMinutes(30)))
                        .action(new Action(null, "create_task", Map.of(), Duration.ofMinutes(5)))
                        .build());
        Instant start = kit.now();
        kit.given(event(EventType.FORM_START).build());
        kit.advance(Duration.ofHours(3));
        assertThat(kit.fired())
                .singleElement()
                .satisfies(
                        execution -> assertThat(execution.executedAt()).isEqualTo(start.plus(Duration.ofMinutes(30))));
        assertThat(kit.executed("create_task"))
                .singleElement()
                .satisfies(request -> assertThat(request.deadline())
                        .isEqualTo(start.plus(Duration.ofMinutes(35)).plusSeconds(30)));
        assertThat(kit.now()).isEqualTo(start.plus(Duration.ofHours(3)));
    }

    @Test
    void members_enter_by_events_and_leave_by_time() {
        kit.analytics().segments().create(SegmentDraft.fromJson("""
                {"name":"Active readers","type":"dynamic","criteria":{"logicOperator":"AND",
                 "eventFilters":[{"eventType":"page_view","minFrequency":2,"timeRange":{"last":"P7D"}}]}}"""));
        kit.given(event(EventType.PAGE_VIEW).build(), event(EventType.PAGE_VIEW).build());
        assertThat(kit.membersOf("active-readers")).containsExactly("lead-1");
        assertThat(kit.membersOf("all-visitors")).containsExactly("lead-1");
        kit.advance(Duration.ofDays(7).minusNanos(1_000));
        assertThat(kit.membersOf("active-readers")).containsExactly("lead-1");
        kit.advance(Duration.ofNanos(1_000));
        assertThat(kit.membersOf("active-readers")).isEmpty();
    }

    @Test
    void an_executor_that_asks_for_a_retry_is_asked_again_with_the_same_key() {
        kit.executor("send_email").then(ActionResult.retry("mailbox busy")).then(ActionResult.success());
        kit.analytics()
                .triggers()
                .create(TriggerDraft.builder("Mail", EventType.QUOTE_REQUEST)
                        .action(new Action(null, "send_email", Map.of(), Duration.ZERO))
                        .build());
        kit.given(event(EventType.QUOTE_REQUEST).build());
        kit.advance(Duration.ZERO);
        assertThat(kit.executed("send_email")).hasSize(1);
        kit.advance(Duration.ofSeconds(2));
        assertThat(kit.executed("send_email")).hasSize(2);
        assertThat(kit.executed("send_email"))
                .extracting("idempotencyKey")
                .containsOnly(kit.executed("send_email").get(0).idempotencyKey());
        assertThat(kit.analytics().actions().list(ActionStatus.DONE, null, 10)).hasSize(1);
    }

    @Test
    void a_type_that_is_not_recorded_is_an_error_that_names_those_that_are() {
        assertThatThrownBy(() -> kit.executed("push"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("action type push is not recorded, only [send_email, create_task]");
    }

    private static TrackRequest.Builder event(EventType type) {
        return TrackRequest.builder(type).leadId("lead-1").sessionId("session-1");
    }
}
