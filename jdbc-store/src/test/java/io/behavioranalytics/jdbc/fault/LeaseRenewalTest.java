package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A host that lives keeps an action that takes longer than its lease, although another host wants it. */
@Timeout(300)
class LeaseRenewalTest {
    private static final Duration LEASE = Duration.ofSeconds(2);

    /** Real time, as leases run on the database's clock; an action that is not renewed is free after one lease. */
    private static final Duration WORK = LEASE.multipliedBy(3);

    private final Calls calls = new Calls();

    private static BehaviorAnalytics host(JdbcStore store, Calls.Work work) {
        return BehaviorAnalytics.builder()
                .store(store)
                .settings(SlowHost.settings(LEASE))
                .action(Calls.note(work))
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void an_action_longer_than_its_lease_is_done_once_by_the_host_that_began_it(Site.Kind kind) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        try (Site site = Site.of(kind);
                JdbcStore slowStore = site.open();
                JdbcStore otherStore = site.open();
                BehaviorAnalytics slow = host(slowStore, request -> {
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
            long from = System.nanoTime();
            Waiting.until("the action has taken longer than its lease", () -> {
                other.runDue();
                return System.nanoTime() - from > WORK.toNanos();
            });
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

    private static ActionRecord only(JdbcStore store, ActionStatus status) {
        List<ActionRecord> records = store.queue().list(status, null, 10);
        assertThat(records).hasSize(1);
        return records.get(0);
    }
}
