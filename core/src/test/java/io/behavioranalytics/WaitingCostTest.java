package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.decision.SubjectState;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Queue;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects.Projection;
import io.behavioranalytics.trigger.TriggerDraft;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a subject costs for which much waits, in bytes of its state and in actions that are looked up, and not in time. */
class WaitingCostTest {
    private static final SubjectId LEAD = SubjectId.lead("lead-1");
    private static final int WAITING = 1_000;

    private final VirtualClock clock = VirtualClock.at(Instant.parse("2026-03-01T12:00:00Z"));
    private final InMemoryStore memory = new InMemoryStore(clock);
    private final AtomicLong lookedUp = new AtomicLong();

    /** A store that counts the actions that are looked up by their ids. */
    private final class Counting extends ForwardingStore {
        Counting() {
            super(memory);
        }

        @Override
        public Queue queue() {
            return (Queue) Proxy.newProxyInstance(
                    Queue.class.getClassLoader(), new Class<?>[] {Queue.class}, (self, method, arguments) -> {
                        if (method.getName().equals("find")) {
                            lookedUp.addAndGet(((Collection<?>) arguments[0]).size());
                        }
                        return method.invoke(to.queue(), arguments);
                    });
        }
    }

    private static final class Noting implements ActionExecutor {
        @Override
        public String type() {
            return "note";
        }

        @Override
        public ActionResult execute(ActionRequest request) {
            return ActionResult.success();
        }
    }

    private BehaviorAnalytics host() {
        return BehaviorAnalytics.builder()
                .store(new Counting())
                .clock(clock)
                .executor(Runnable::run)
                .inlineActions()
                .action(new Noting())
                .build();
    }

    private void views(BehaviorAnalytics analytics, int count) {
        for (int i = 0; i < count; i++) {
            clock.advance(Duration.ofSeconds(1));
            analytics.track(TrackRequest.builder(EventType.PAGE_VIEW)
                    .leadId(LEAD.value())
                    .build());
        }
    }

    private SubjectState state() {
        SubjectRecord record =
                memory.subjects().load(List.of(LEAD), Projection.STATE).get(LEAD);
        return Objects.requireNonNull(Objects.requireNonNull(record).state());
    }

    @Test
    void many_pending_actions_cost_forty_bytes_each_and_a_bounded_look_up_and_are_forgotten_once_they_are_done() {
        try (BehaviorAnalytics analytics = host()) {
            analytics.triggers().create(TriggerDraft.fromJson("""
                    {"name": "Later", "event": "page_view", "cooldown": 0,
                     "actions": [{"action": "note", "delay": "P30D"}]}"""));
            views(analytics, WAITING);

            assertThat(lookedUp.get()).isBetween(1L, 64L * WAITING);
            int full = state().memory().length;
            assertThat(full).isLessThan(40 * WAITING + 200);

            clock.advance(Duration.ofDays(30));
            assertThat(analytics.runDue().done()).isEqualTo(WAITING);
            views(analytics, WAITING / 32 + 1);
            assertThat(state().memory().length).isLessThan(full / 10);
        }
    }

    @Test
    void many_waiting_absences_cost_twenty_one_bytes_each() {
        try (BehaviorAnalytics analytics = host()) {
            analytics.triggers().create(TriggerDraft.fromJson("""
                    {"name": "Silent", "cooldown": 0, "actions": [{"action": "note"}],
                     "event": {"type": "inactivity", "after": "page_view", "unless": ["form_submit"], "within": "P30D"}}"""));
            views(analytics, 1);
            int one = state().accumulators().length;
            views(analytics, WAITING);

            assertThat(state().accumulators().length - one).isBetween(20 * WAITING, 22 * WAITING);
        }
    }
}
