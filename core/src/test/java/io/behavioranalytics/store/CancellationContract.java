package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.trigger.Cancellation;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a {@link Cancellation} does to an action, wherever it stands. */
abstract class CancellationContract extends ContractFixture {
    private long version;

    private void schedule(long number) {
        store(change(ADA, version++)
                .state(state(1, NOW))
                .scheduled(action(number, ADA))
                .build());
    }

    private void cancel(UUID actionId) {
        store(change(ADA, version++)
                .state(state(1, NOW))
                .cancelled(new Cancellation(actionId, Cancellation.Reason.CANCEL_ON))
                .build());
    }

    @Test
    void a_cancelled_action_is_never_claimed() {
        schedule(1);
        cancel(actionId(1));

        assertThat(claims()).isEmpty();
        assertThat(store.queue().nextDue(List.of("send_email"))).isEmpty();
        ActionRecord record = record(1);
        assertThat(record.status()).isEqualTo(ActionStatus.CANCELLED);
        assertThat(record.cancellation()).isEqualTo(Cancellation.Reason.CANCEL_ON);
        assertThat(record.settledAt()).isEqualTo(NOW);
        assertThat(record.action()).isEqualTo(action(1, ADA));
        assertThat(store.queue().requeue(actionId(1), NOW)).isFalse();
    }

    @Test
    void the_first_reason_stands() {
        schedule(1);
        cancel(actionId(1));
        store(change(ADA, version++)
                .state(state(1, NOW))
                .cancelled(new Cancellation(actionId(1), Cancellation.Reason.SUPERSEDED))
                .build());

        assertThat(record(1).cancellation()).isEqualTo(Cancellation.Reason.CANCEL_ON);
    }

    @Test
    void an_action_cancelled_after_its_claim_is_not_begun() {
        schedule(1);
        Claim claim = claim();
        cancel(actionId(1));

        assertThat(store.queue().renew(claim, LEASE)).isFalse();
        assertThat(store.queue().settle(claim, new Settlement.Done(NOW))).isFalse();
        storeClock.move(LEASE.multipliedBy(2));
        assertThat(claims()).isEmpty();
        assertThat(record(1).status()).isEqualTo(ActionStatus.CANCELLED);
    }

    @Test
    void a_running_attempt_may_end_well_in_spite_of_a_cancellation() {
        schedule(1);
        Claim claim = claim();
        assertThat(store.queue().renew(claim, LEASE)).isTrue();
        cancel(actionId(1));

        assertThat(store.queue().renew(claim, LEASE)).isTrue();
        assertThat(store.queue().settle(claim, new Settlement.Done(NOW.plusSeconds(1))))
                .isTrue();
        assertThat(record(1).status()).isEqualTo(ActionStatus.DONE);
        assertThat(record(1).cancellation()).isNull();
    }

    @Test
    void a_running_attempt_that_fails_after_a_cancellation_was_the_last() {
        schedule(1);
        schedule(2);
        List<Claim> claims = claims();
        assertThat(claims).hasSize(2);
        for (Claim claim : claims) {
            assertThat(store.queue().renew(claim, LEASE)).isTrue();
        }
        cancel(actionId(1));
        cancel(actionId(2));

        assertThat(store.queue().settle(claims.get(0), new Settlement.Retry(NOW.plusSeconds(1), NOW, "later")))
                .isTrue();
        assertThat(store.queue().settle(claims.get(1), new Settlement.Dead(NOW.plusSeconds(2), "never")))
                .isTrue();
        storeClock.move(Duration.ofDays(1));
        assertThat(claims()).isEmpty();
        assertThat(List.of(record(1), record(2))).allSatisfy(record -> {
            assertThat(record.status()).isEqualTo(ActionStatus.CANCELLED);
            assertThat(record.cancellation()).isEqualTo(Cancellation.Reason.CANCEL_ON);
        });
        assertThat(record(1).lastError()).isEqualTo("later");
        assertThat(record(1).settledAt()).isEqualTo(NOW.plusSeconds(1));
        assertThat(store.queue().requeue(actionId(2), NOW)).isFalse();
    }

    @Test
    void a_running_attempt_whose_host_died_is_not_followed_by_another_after_a_cancellation() {
        schedule(1);
        assertThat(store.queue().renew(claim(), LEASE)).isTrue();
        cancel(actionId(1));
        storeClock.move(LEASE.multipliedBy(2));

        assertThat(claims()).isEmpty();
        assertThat(store.queue().nextDue(List.of("send_email"))).isEmpty();
    }

    @Test
    void a_running_attempt_whose_lease_was_over_already_is_not_followed_by_another_after_a_cancellation() {
        schedule(1);
        assertThat(store.queue().renew(claim(), LEASE)).isTrue();
        storeClock.move(LEASE.multipliedBy(2));
        assertThat(store.queue().nextDue(List.of("send_email"))).contains(NOW);
        cancel(actionId(1));

        assertThat(claims()).isEmpty();
    }

    @Test
    void a_retry_that_waits_can_be_cancelled() {
        schedule(1);
        assertThat(store.queue().settle(claim(), new Settlement.Retry(NOW, NOW, "later")))
                .isTrue();
        cancel(actionId(1));

        assertThat(claims()).isEmpty();
        assertThat(record(1).status()).isEqualTo(ActionStatus.CANCELLED);
    }

    @Test
    void cancelling_what_has_ended_or_never_was_changes_nothing() {
        schedule(1);
        schedule(2);
        List<Claim> claims = claims();
        assertThat(claims).hasSize(2);
        store.queue().settle(claims.get(0), new Settlement.Done(NOW));
        store.queue().settle(claims.get(1), new Settlement.Dead(NOW, "never"));
        cancel(actionId(1));
        cancel(actionId(2));
        cancel(actionId(99));

        assertThat(record(1).status()).isEqualTo(ActionStatus.DONE);
        assertThat(record(2).status()).isEqualTo(ActionStatus.DEAD);
        assertThat(record(2).cancellation()).isNull();
        assertThat(store.queue().requeue(actionId(2), NOW)).isTrue();
        assertThat(claims()).hasSize(1);
    }
}
