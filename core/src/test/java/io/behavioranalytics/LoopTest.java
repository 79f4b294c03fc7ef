package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreException;
import io.behavioranalytics.store.Subjects;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerEvent;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class LoopTest {
    private final CountDownLatch executed = new CountDownLatch(1);
    private final List<Thread> made = Collections.synchronizedList(new ArrayList<>());

    private final ActionExecutor act = new ActionExecutor() {
        @Override
        public String type() {
            return "act";
        }

        @Override
        public ActionResult execute(ActionRequest request) {
            executed.countDown();
            return ActionResult.success();
        }
    };

    @Test
    void a_commit_that_schedules_something_wakes_the_loop_from_its_long_sleep() throws Exception {
        try (BehaviorAnalytics analytics = started(new InMemoryStore())) {
            analytics
                    .triggers()
                    .create(TriggerDraft.builder("Now", EventType.QUOTE_REQUEST)
                            .action(new Action(null, "act", Map.of(), Duration.ZERO))
                            .build());
            analytics.track(event(EventType.QUOTE_REQUEST));
            assertThat(executed.await(Racers.SECONDS, TimeUnit.SECONDS)).isTrue();
        }
        for (Thread thread : made) {
            thread.join(Racers.SECONDS * 1_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }

    @Test
    void a_timer_runs_by_itself_when_its_instant_has_come() throws Exception {
        try (BehaviorAnalytics analytics = started(new InMemoryStore())) {
            analytics
                    .triggers()
                    .create(TriggerDraft.builder(
                                    "Silence",
                                    new TriggerEvent.Inactivity(
                                            EventType.FORM_START, List.of(), List.of(), Duration.ofMillis(50)))
                            .action(new Action(null, "act", Map.of(), Duration.ofMillis(50)))
                            .build());
            analytics.track(event(EventType.FORM_START));
            assertThat(executed.await(Racers.SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void a_store_that_fails_for_a_while_stops_nothing() throws Exception {
        AtomicInteger failures = new AtomicInteger(3);
        InMemoryStore memory = new InMemoryStore();
        Store failing = new ForwardingStore(memory) {
            @Override
            public Subjects subjects() {
                if (failures.getAndDecrement() > 0) {
                    throw new StoreException("no connection");
                }
                return super.subjects();
            }
        };
        try (BehaviorAnalytics analytics = started(failing)) {
            analytics
                    .triggers()
                    .create(TriggerDraft.builder("Now", EventType.QUOTE_REQUEST)
                            .action(new Action(null, "act", Map.of(), Duration.ZERO))
                            .build());
            TrackResult result = analytics.track(event(EventType.QUOTE_REQUEST));
            while (!result.isDurable()) {
                result = analytics.track(event(EventType.QUOTE_REQUEST));
            }
            assertThat(executed.await(Racers.SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void nothing_is_started_twice_and_no_thread_is_made_before_start() {
        try (BehaviorAnalytics analytics = builder(new InMemoryStore()).build()) {
            analytics.track(event(EventType.QUOTE_REQUEST));
            assertThat(made).isEmpty();
            analytics.start();
            assertThat(made).hasSize(1);
            assertThatThrownBy(analytics::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("this BehaviorAnalytics was started already");
        }
    }

    private BehaviorAnalytics started(Store store) {
        return builder(store).build().start();
    }

    private BehaviorAnalytics.Builder builder(Store store) {
        return BehaviorAnalytics.builder()
                .store(store)
                .clock(InstantSource.system())
                .settings(Settings.builder()
                        .processingInterval(Duration.ofHours(1))
                        .build())
                .threads(task -> {
                    Thread thread = new Thread(task);
                    thread.setDaemon(true);
                    made.add(thread);
                    return thread;
                })
                .action(act);
    }

    private static TrackRequest event(EventType type) {
        return TrackRequest.builder(type).leadId("lead-1").build();
    }
}
