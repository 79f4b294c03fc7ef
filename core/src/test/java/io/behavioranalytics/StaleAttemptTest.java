package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.Claim;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.trigger.ScheduledAction;
import io.behavioranalytics.trigger.TriggerDraft;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An executor can tell that its attempt has lost its lease: B3 of the fault list. */
@Timeout(300)
class StaleAttemptTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration LEASE = Duration.ofSeconds(3);

    private final VirtualClock clock = VirtualClock.at(NOW);
    private final Settings settings = Settings.builder().actionLease(LEASE).build();

    private Attempt attempt() {
        ScheduledAction action = new ScheduledAction(
                new UUID(1, 1),
                new UUID(1, 2),
                new UUID(1, 3),
                "trigger",
                SubjectId.lead("lead-1"),
                new Action(null, "act", Map.of(), Duration.ZERO),
                "quote_request",
                0,
                NOW);
        ActionExecutor executor = ActionExecutor.of("act", request -> ActionResult.success());
        return new Attempt(
                new Claim(action, 1, 1),
                new Lane(executor, "act", 1),
                new Tally(),
                clock,
                settings,
                new Backoff(settings.actionBackoff(), new SplittableRandom(1)));
    }

    @Test
    void an_attempt_is_stale_once_its_lease_ran_out_on_its_own_host() {
        Attempt attempt = attempt();
        long begun = System.nanoTime();
        attempt.began(begun);

        assertThat(attempt.isStaleAt(begun + LEASE.toNanos() - 1)).isFalse();
        attempt.held(begun + 5);
        assertThat(attempt.isStaleAt(begun + LEASE.toNanos() + 4)).isFalse();
        assertThat(attempt.isStaleAt(begun + LEASE.toNanos() + 5)).isTrue();
        assertThat(attempt.isStaleAt(begun + 6)).isTrue();
    }

    @Test
    void an_attempt_is_stale_once_the_store_says_that_the_lease_is_anothers() {
        Attempt attempt = attempt();
        long begun = System.nanoTime();
        attempt.began(begun);
        attempt.lose();

        assertThat(attempt.isStaleAt(begun)).isTrue();
        attempt.held(begun + 1);
        assertThat(attempt.isStaleAt(begun + 1)).isTrue();
    }

    @Test
    void an_attempt_that_the_supervisor_gave_up_is_stale() {
        Attempt attempt = attempt();
        long begun = System.nanoTime();
        attempt.began(begun);
        assertThat(attempt.isStaleAt(begun)).isFalse();
        assertThat(attempt.expire()).isTrue();

        assertThat(attempt.isStaleAt(begun)).isTrue();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void an_executor_whose_action_another_host_took_over_is_told_and_the_others_result_stands() throws Exception {
        InMemoryStore store = new InMemoryStore(clock);
        CountDownLatch begun = new CountDownLatch(1);
        AtomicReference<ActionRequest> slow = new AtomicReference<>();
        try (BehaviorAnalytics first = host(store, request -> {
                    assertThat(request.isStale()).isFalse();
                    slow.set(request);
                    begun.countDown();
                    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(Racers.SECONDS);
                    while (!request.isStale() && System.nanoTime() - limit < 0) {
                        LockSupport.parkNanos(1_000_000);
                    }
                    return ActionResult.failure("too late");
                });
                BehaviorAnalytics second = host(store, request -> ActionResult.success())) {
            first.triggers()
                    .create(TriggerDraft.builder("On quote", EventType.QUOTE_REQUEST)
                            .action(new Action(null, "act", Map.of(), Duration.ZERO))
                            .build());
            first.track(TrackRequest.builder(EventType.QUOTE_REQUEST)
                    .leadId("lead-1")
                    .build());
            Thread frozen = new Thread(first::runDue);
            frozen.start();
            assertThat(begun.await(Racers.SECONDS, TimeUnit.SECONDS)).isTrue();

            long done = 0;
            for (int i = 0; done == 0 && i < 100; i++) {
                clock.advance(LEASE); // the first host may renew just then
                done = second.runDue().done();
            }
            assertThat(done).isEqualTo(1);
            frozen.join(TimeUnit.SECONDS.toMillis(Racers.SECONDS));

            assertThat(frozen.isAlive()).isFalse();
            assertThat(slow.get()).isNotNull().returns(true, ActionRequest::isStale);
            assertThat(first.statistics().staleResults()).isEqualTo(1);
            assertThat(second.actions().counts())
                    .containsEntry(ActionStatus.DONE, 1L)
                    .containsEntry(ActionStatus.DEAD, 0L);
        }
    }

    private BehaviorAnalytics host(InMemoryStore store, ActionExecutor.Work work) {
        return BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .settings(settings)
                .action(ActionExecutor.of("act", work))
                .build();
    }
}
