package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.Queue;
import io.behavioranalytics.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A host that lives keeps an action that takes longer than its lease, although another host wants it. */
@Timeout(300)
class LeaseRenewalTest {
    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final int LEASES = 3;

    /** The stores', by which leases run: an action that is not renewed is free once it has moved by one lease. */
    private final VirtualClock clock = VirtualClock.at(Instant.parse("2026-03-01T12:00:00Z"));

    private final Calls calls = new Calls();

    private BehaviorAnalytics host(Store store, Calls.Work work) {
        return BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .settings(SlowHost.settings(LEASE))
                .action(Calls.note(work))
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void an_action_longer_than_its_lease_is_done_once_by_the_host_that_began_it(Site.Kind kind) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        AtomicReference<Instant> renewed = new AtomicReference<>(Instant.MIN);
        try (Site site = Site.of(kind);
                JdbcStore slowStore = site.open(clock);
                JdbcStore otherStore = site.open(clock);
                BehaviorAnalytics slow = host(noting(renewed, slowStore), request -> {
                    calls.add(request.idempotencyKey(), request.attempt());
                    begun.countDown();
                    boolean told = done.await(5, TimeUnit.MINUTES);
                    return told && !request.isStale() ? ActionResult.success() : ActionResult.failure("lost");
                });
                BehaviorAnalytics other = host(otherStore, request -> {
                    calls.add(request.idempotencyKey(), request.attempt());
                    return ActionResult.success();
                })) {
            Campaign.trigger(slow, "Quote", "\"quote_request\"", 0, "PT0S");
            assertThat(slow.track(TrackRequest.builder("quote_request")
                                    .leadId("lead")
                                    .build())
                            .isDurable())
                    .isTrue();
            slow.start();
            assertThat(begun.await(2, TimeUnit.MINUTES)).isTrue();
            for (int i = 0; i < LEASES; i++) {
                clock.advance(LEASE.minusMillis(1));
                assertThat(other.runDue().isEmpty()).isTrue();
                Waiting.until("the lease is renewed", () -> clock.instant().equals(renewed.get()));
            }
            assertThat(other.runDue().isEmpty()).isTrue();
            assertThat(only(otherStore, ActionStatus.RUNNING).attempts()).isEqualTo(1);

            done.countDown();
            Waiting.until("the action has ended", () -> slow.statistics().actionsDone() > 0);

            ActionRecord record = only(otherStore, ActionStatus.DONE);
            assertThat(record.attempts()).isEqualTo(1);
            assertThat(calls.attempts())
                    .hasSize(1)
                    .containsEntry(record.action().id(), List.of(1));
            assertThat(slow.statistics().staleResults()).isZero();
            assertThat(other.statistics().actionsDone()).isZero();
        } finally {
            done.countDown();
        }
    }

    /** A store that notes the instant as of which it was last asked to renew a lease, and did. */
    private Store noting(AtomicReference<Instant> renewed, Store store) {
        Queue queue = Interception.around(Queue.class, store.queue(), (method, real) -> {
            Instant asked = clock.instant();
            Object answer = real.call();
            if (method.equals("renew") && answer.equals(true)) {
                renewed.set(asked);
            }
            return answer;
        });
        return Interception.around(Store.class, store, (method, real) -> method.equals("queue") ? queue : real.call());
    }

    private static ActionRecord only(JdbcStore store, ActionStatus status) {
        List<ActionRecord> records = store.queue().list(status, null, 10);
        assertThat(records).hasSize(1);
        return records.get(0);
    }
}
