package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.trigger.ScheduledAction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** {@link Queue}: claims, leases, attempts, dead letters. */
abstract class QueueContract extends ContractFixture {
    private static final List<String> EMAIL = List.of("send_email");
    private long version;

    private void schedule(ScheduledAction... actions) {
        store(change(ADA, version++).state(state(1, NOW)).scheduled(actions).build());
    }

    @Test
    void a_scheduled_action_is_read_as_it_was() {
        ScheduledAction action = action(1, ADA, "send_email", -5, NOW.plusSeconds(60));
        schedule(action, action(2, SESSION));

        assertThat(record(1))
                .isEqualTo(new ActionRecord(action, ActionStatus.PENDING, 0, NOW.plusSeconds(60), null, null, null));
        assertThat(record(1).action().action().parameters())
                .containsExactlyEntriesOf(action.action().parameters());
        assertThat(record(2).action().subject()).isEqualTo(SESSION);
        assertThat(store.queue().find(List.of(actionId(2), actionId(9), actionId(1))))
                .containsOnlyKeys(actionId(1), actionId(2));
    }

    @Test
    void the_earliest_is_claimed_first_then_the_higher_priority_then_the_lower_id() {
        schedule(
                action(Long.MIN_VALUE, ADA, "send_email", 7, NOW.plusSeconds(1)),
                action(5, ADA, "send_email", 7, NOW.plusSeconds(1)),
                action(4, ADA, "send_email", 9, NOW.plusSeconds(1)),
                action(6, ADA, "send_email", -1, NOW),
                action(3, ADA, "send_email", 7, NOW.plusSeconds(1)),
                action(2, ADA, "log", 8, NOW.plusSeconds(1)),
                action(1, ADA, "send_email", 100, NOW.plusSeconds(2)));

        assertThat(store.queue().claim(List.of("log", "send_email"), NOW.plusSeconds(2), ALL, LEASE, NO_RATE))
                .extracting(claim -> claim.action().id().getLeastSignificantBits())
                .containsExactly(6L, 4L, 2L, 3L, 5L, Long.MIN_VALUE, 1L);
    }

    @Test
    void actions_are_counted_by_their_status() {
        assertThat(store.ledger().actionCounts())
                .hasSize(ActionStatus.values().length)
                .allSatisfy((status, count) -> assertThat(count).isZero());
        schedule(action(1, ADA), action(2, ADA), action(3, BOB));
        Claim claim = store.queue().claim(EMAIL, NOW, 1, LEASE, NO_RATE).get(0);
        assertThat(store.ledger().actionCounts())
                .containsEntry(ActionStatus.PENDING, 2L)
                .containsEntry(ActionStatus.CLAIMED, 1L);

        store.queue().renew(claim, LEASE);
        store.queue().settle(claim, new Settlement.Done(NOW));

        assertThat(store.ledger().actionCounts())
                .hasSize(ActionStatus.values().length)
                .containsEntry(ActionStatus.PENDING, 2L)
                .containsEntry(ActionStatus.CLAIMED, 0L)
                .containsEntry(ActionStatus.DONE, 1L);
    }

    @Test
    void pending_actions_that_are_due_are_counted_by_their_type() {
        schedule(
                action(1, ADA, "send_sms", 0, NOW.minusSeconds(10)),
                action(2, ADA, "send_sms", 0, NOW),
                action(3, ADA, "send_email", 0, NOW),
                action(4, ADA, "send_email", 0, NOW.plusNanos(1_000)),
                action(5, ADA, "push", 0, NOW.plusSeconds(1)));
        assertThat(store.ledger().dueActions(NOW)).containsOnly(Map.entry("send_sms", 2L), Map.entry("send_email", 1L));

        store.queue().claim(EMAIL, NOW, ALL, LEASE, NO_RATE);

        assertThat(store.ledger().dueActions(NOW)).containsOnly(Map.entry("send_sms", 2L));
        assertThat(store.ledger().dueActions(NOW.plusSeconds(1)))
                .containsOnly(Map.entry("send_sms", 2L), Map.entry("send_email", 1L), Map.entry("push", 1L));
    }

    @Test
    void only_due_actions_of_the_callers_types_are_claimed_and_no_more_than_asked_for() {
        schedule(
                action(1, ADA, "send_sms", 0, NOW.minusSeconds(10)),
                action(2, ADA, "send_email", 0, NOW),
                action(3, ADA, "send_email", 0, NOW),
                action(4, ADA, "send_email", 0, NOW.plusNanos(1_000)));
        Queue queue = store.queue();

        assertThat(queue.claim(List.of(), NOW, ALL, LEASE, NO_RATE)).isEmpty();
        assertThat(queue.claim(List.of("push"), NOW, ALL, LEASE, NO_RATE)).isEmpty();
        assertThat(queue.claim(EMAIL, NOW.minusNanos(1_000), ALL, LEASE, NO_RATE))
                .isEmpty();
        assertThat(queue.claim(EMAIL, NOW, 0, LEASE, NO_RATE)).isEmpty();
        assertThat(queue.claim(EMAIL, NOW, 1, LEASE, NO_RATE))
                .extracting(Claim::action)
                .containsExactly(action(2, ADA));
        assertThat(queue.claim(List.of("send_email", "push"), NOW, ALL, LEASE, NO_RATE))
                .extracting(Claim::action)
                .containsExactly(action(3, ADA));
        assertThat(queue.claim(EMAIL, NOW.plusNanos(1_000), ALL, LEASE, NO_RATE))
                .hasSize(1);
        assertThat(record(1).status()).isEqualTo(ActionStatus.PENDING);
    }

    @Test
    void a_claim_counts_its_attempt_and_holds_while_its_lease_does() {
        schedule(action(1, ADA));
        Claim claim = claim();

        assertThat(claim.action()).isEqualTo(action(1, ADA));
        assertThat(claim.attempt()).isEqualTo(1);
        assertThat(record(1).status()).isEqualTo(ActionStatus.CLAIMED);
        assertThat(record(1).attempts()).isEqualTo(1);
        storeClock.move(LEASE.minusNanos(1_000));
        assertThat(store.queue().claim(EMAIL, NOW.plus(Duration.ofDays(9)), ALL, LEASE, NO_RATE))
                .isEmpty();
    }

    @Test
    void a_lost_claim_begins_and_settles_nothing() {
        schedule(action(1, ADA));
        Claim first = claim();
        assertThat(store.queue().renew(first, LEASE)).isTrue();
        storeClock.move(LEASE);
        Claim second = claim();

        assertThat(second.attempt()).isEqualTo(2);
        assertThat(second.token()).isGreaterThan(first.token());
        assertThat(store.queue().renew(first, LEASE)).isFalse();
        assertThat(store.queue().settle(first, new Settlement.Done(NOW))).isFalse();
        assertThat(store.queue().settle(first, new Settlement.Dead(NOW, "x"))).isFalse();
        assertThat(record(1).status()).isEqualTo(ActionStatus.CLAIMED);
        assertThat(store.queue().renew(second, LEASE)).isTrue();
        assertThat(store.queue().settle(second, new Settlement.Done(NOW))).isTrue();
        assertThat(record(1).status()).isEqualTo(ActionStatus.DONE);
        assertThat(record(1).attempts()).isEqualTo(2);
    }

    @Test
    void a_claim_whose_lease_is_over_holds_until_somebody_else_claims() {
        schedule(action(1, ADA), action(2, ADA));
        List<Claim> claims = claims();
        assertThat(claims).hasSize(2);
        storeClock.move(LEASE.multipliedBy(5));
        assertThat(store.queue().nextDue(EMAIL)).contains(NOW);

        assertThat(store.queue().settle(claims.get(0), new Settlement.Done(NOW)))
                .isTrue();
        assertThat(store.queue().renew(claims.get(1), LEASE)).isTrue();
        assertThat(claims()).isEmpty();
        storeClock.move(LEASE);
        assertThat(claims()).hasSize(1);
    }

    @Test
    void renewing_begins_the_attempt_and_then_prolongs_the_lease() {
        schedule(action(1, ADA));
        Claim claim = claim();
        storeClock.move(Duration.ofSeconds(20));
        assertThat(store.queue().renew(claim, LEASE)).isTrue();
        assertThat(record(1).status()).isEqualTo(ActionStatus.RUNNING);
        storeClock.move(Duration.ofSeconds(20));
        assertThat(claims()).isEmpty();
        assertThat(store.queue().renew(claim, Duration.ofMinutes(10))).isTrue();
        storeClock.move(Duration.ofMinutes(9));
        assertThat(claims()).isEmpty();
        assertThat(record(1).attempts()).isEqualTo(1);
        storeClock.move(Duration.ofMinutes(1));
        assertThat(claims()).hasSize(1);
    }

    @Test
    void an_action_that_is_done_stays_done() {
        schedule(action(1, ADA));
        Claim claim = claim();
        assertThat(store.queue().settle(claim, new Settlement.Done(NOW.plusSeconds(4))))
                .isTrue();

        assertThat(record(1))
                .isEqualTo(new ActionRecord(action(1, ADA), ActionStatus.DONE, 1, NOW, NOW.plusSeconds(4), null, null));
        assertThat(store.queue().settle(claim, new Settlement.Retry(NOW, NOW, "x")))
                .isFalse();
        assertThat(store.queue().renew(claim, LEASE)).isFalse();
        assertThat(store.queue().requeue(actionId(1), NOW)).isFalse();
        storeClock.move(Duration.ofDays(1));
        assertThat(claims()).isEmpty();
        assertThat(record(1).status()).isEqualTo(ActionStatus.DONE);
    }

    @Test
    void what_is_held_waits_for_its_instant_and_that_was_no_attempt() {
        schedule(action(1, ADA));
        Claim first = claim();
        Instant later = NOW.plusSeconds(90);
        assertThat(store.queue().settle(first, new Settlement.Held(NOW.plusSeconds(1), later)))
                .isTrue();
        assertThat(store.queue().settle(first, new Settlement.Done(NOW))).isFalse();
        assertThat(claims()).isEmpty();
        assertThat(record(1).attempts()).isZero();

        List<Claim> again = store.queue().claim(EMAIL, later, ALL, LEASE, NO_RATE);

        assertThat(again).extracting(Claim::attempt).containsExactly(1);
        assertThat(again.get(0).token()).isGreaterThan(first.token());
    }

    @Test
    void a_retry_waits_for_its_instant_and_counts_on() {
        schedule(action(1, ADA));
        Instant again = NOW.plusSeconds(100);
        Claim first = claim();
        assertThat(store.queue().settle(first, new Settlement.Retry(NOW.plusSeconds(1), again, "timeout")))
                .isTrue();

        assertThat(record(1))
                .isEqualTo(new ActionRecord(action(1, ADA), ActionStatus.PENDING, 1, again, null, "timeout", null));
        assertThat(claims()).isEmpty();
        assertThat(store.queue().nextDue(EMAIL)).contains(again);
        List<Claim> second = store.queue().claim(EMAIL, again, ALL, LEASE, NO_RATE);
        assertThat(second).extracting(Claim::attempt).containsExactly(2);
        assertThat(second.get(0).action()).isEqualTo(action(1, ADA));
        assertThat(second.get(0).token()).isGreaterThan(first.token());
        assertThat(store.queue().settle(first, new Settlement.Done(NOW))).isFalse();
    }

    @Test
    void a_dead_action_is_left_alone_until_it_is_requeued_under_its_key() {
        schedule(action(1, ADA));
        assertThat(store.queue().settle(claim(), new Settlement.Retry(NOW, NOW, "once")))
                .isTrue();
        Claim last = claim();
        assertThat(store.queue().settle(last, new Settlement.Dead(NOW.plusSeconds(7), "no such address")))
                .isTrue();

        assertThat(record(1))
                .isEqualTo(new ActionRecord(
                        action(1, ADA), ActionStatus.DEAD, 2, NOW, NOW.plusSeconds(7), "no such address", null));
        assertThat(claims()).isEmpty();
        assertThat(store.queue().nextDue(EMAIL)).isEmpty();

        assertThat(store.queue().requeue(actionId(1), NOW.plusSeconds(30))).isTrue();
        assertThat(store.queue().requeue(actionId(1), NOW)).isFalse();
        assertThat(record(1).status()).isEqualTo(ActionStatus.PENDING);
        assertThat(record(1).attempts()).isZero();
        assertThat(record(1).settledAt()).isNull();
        assertThat(claims()).isEmpty();
        List<Claim> claims = store.queue().claim(EMAIL, NOW.plusSeconds(30), ALL, LEASE, NO_RATE);
        assertThat(claims).extracting(Claim::action).containsExactly(action(1, ADA));
        assertThat(claims).extracting(Claim::attempt).containsExactly(1);
        assertThat(claims.get(0).token()).isGreaterThan(last.token());
    }

    @Test
    void only_dead_actions_are_requeued() {
        schedule(action(1, ADA));
        Queue queue = store.queue();
        assertThat(queue.requeue(actionId(9), NOW)).isFalse();
        assertThat(queue.requeue(actionId(1), NOW.plusSeconds(5))).isFalse();
        Claim claim = claim();
        assertThat(queue.requeue(actionId(1), NOW)).isFalse();
        assertThat(queue.renew(claim, LEASE)).isTrue();
        assertThat(queue.requeue(actionId(1), NOW)).isFalse();
        assertThat(queue.settle(claim, new Settlement.Dead(NOW, "x"))).isTrue();
        assertThat(queue.requeue(actionId(1), NOW)).isTrue();
    }

    @Test
    void errors_are_cut_to_1024_characters() {
        schedule(action(1, ADA));
        assertThat(store.queue().settle(claim(), new Settlement.Dead(NOW, "x".repeat(1_023) + "😀…")))
                .isTrue();

        assertThat(record(1).lastError()).isEqualTo("x".repeat(1_023));
    }

    @Test
    void the_rate_holds_within_each_minute_of_the_stores_clock() {
        for (int i = 0; i < 10; i++) {
            schedule(action(i, ADA));
        }
        Queue queue = store.queue();

        assertThat(queue.claim(EMAIL, NOW, 3, LEASE, 4)).hasSize(3);
        assertThat(queue.claim(EMAIL, NOW, 3, LEASE, 4)).hasSize(1);
        storeClock.move(Duration.ofSeconds(59));
        assertThat(queue.claim(EMAIL, NOW.plus(Duration.ofHours(1)), 3, LEASE, 0))
                .isEmpty();
        List<Claim> none = queue.claim(List.of("other"), NOW, 3, LEASE, 4);
        assertThat(none).isEmpty();
        storeClock.move(Duration.ofSeconds(1));
        assertThat(queue.claim(EMAIL, NOW, ALL, LEASE, 4)).hasSize(4);
    }

    @Test
    void actions_are_listed_by_status_in_the_order_of_their_ids_page_by_page() {
        long highest = Long.MIN_VALUE;
        schedule(action(4, ADA), action(highest, ADA), action(2, ADA), action(3, ADA), action(1, ADA));
        Queue queue = store.queue();
        List<Claim> claims = queue.claim(EMAIL, NOW, 1, LEASE, NO_RATE);
        assertThat(claims).hasSize(1);

        List<Long> seen = new ArrayList<>();
        UUID after = null;
        for (List<ActionRecord> page = queue.list(ActionStatus.PENDING, null, 3);
                !page.isEmpty();
                page = queue.list(ActionStatus.PENDING, after, 3)) {
            for (ActionRecord record : page) {
                after = record.action().id();
                seen.add(after.getLeastSignificantBits());
            }
        }
        assertThat(seen).containsExactly(2L, 3L, 4L, highest);
        assertThat(queue.list(ActionStatus.CLAIMED, null, ALL))
                .extracting(record -> record.action().id())
                .containsExactly(actionId(1));
        assertThat(queue.list(ActionStatus.DONE, null, ALL)).isEmpty();
        assertThat(queue.list(ActionStatus.PENDING, null, 0)).isEmpty();
    }

    @Test
    void the_next_instant_is_the_earliest_that_the_caller_may_claim() {
        schedule(
                action(1, ADA, "log", 0, NOW.minusSeconds(9)),
                action(2, ADA, "send_email", 0, NOW.plusSeconds(8)),
                action(3, ADA, "send_email", 0, NOW));
        Queue queue = store.queue();

        assertThat(queue.nextDue(List.of())).isEmpty();
        assertThat(queue.nextDue(List.of("push"))).isEmpty();
        assertThat(queue.nextDue(List.of("push", "log", "send_email"))).contains(NOW.minusSeconds(9));
        assertThat(queue.nextDue(EMAIL)).contains(NOW);
        assertThat(claims()).hasSize(1);
        assertThat(queue.nextDue(EMAIL)).contains(NOW.plusSeconds(8));
        storeClock.move(LEASE);
        assertThat(queue.nextDue(EMAIL)).contains(NOW);
    }
}
