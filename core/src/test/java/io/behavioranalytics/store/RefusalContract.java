package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.decision.CommitUnit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a store refuses by an exception: the caller's faults, before anything is stored. */
abstract class RefusalContract extends ContractFixture {
    private final CommitUnit sound = unit(change(BOB, 0).events(event(50, 50)).build());

    private void refusesAll(CommitUnit faulty, Class<? extends Exception> exception, String word) {
        assertThatThrownBy(() -> commit(sound, faulty)).isInstanceOf(exception).hasMessageContaining(word);
        assertThat(load(BOB).version()).isZero();
        assertThat(commit(guard(BOB, 0))).isEqualTo(committed(BOB, 0));
    }

    @Test
    void an_execution_that_exists_is_the_callers_fault() {
        store(change(ADA, 0)
                .events(event(1, 1))
                .executions(execution(1, TRIGGER, ADA))
                .build());

        refusesAll(
                unit(change(ADA, 1)
                        .events(event(2, 2))
                        .executions(execution(1, TRIGGER, ADA))
                        .build()),
                IllegalStateException.class,
                execution(1, TRIGGER, ADA).id().toString());
        assertThat(eventsOf(ADA)).containsExactly(event(1, 1));
        assertThat(store.ledger().executionCount(TRIGGER)).isEqualTo(1);
    }

    @Test
    void an_execution_that_an_earlier_unit_brings_is_the_callers_fault() {
        assertThatThrownBy(() -> commit(
                        unit(change(ADA, 0)
                                .state(state(1, NOW))
                                .executions(execution(1, TRIGGER, ADA))
                                .build()),
                        unit(change(BOB, 0)
                                .state(state(1, NOW))
                                .executions(execution(1, TRIGGER, BOB))
                                .build())))
                .isInstanceOf(IllegalStateException.class);
        assertThat(load(ADA).version()).isZero();
        assertThat(store.ledger().executions(null, null, ALL)).isEmpty();
    }

    @Test
    void an_action_that_exists_is_the_callers_fault() {
        store(change(ADA, 0).events(event(1, 1)).scheduled(action(1, ADA)).build());

        refusesAll(
                unit(change(ADA, 1)
                        .events(event(2, 2))
                        .scheduled(action(1, ADA))
                        .build()),
                IllegalStateException.class,
                actionId(1).toString());
        assertThat(store.queue().list(ActionStatus.PENDING, null, ALL)).hasSize(1);
    }

    @Test
    void an_execution_that_exists_in_a_unit_that_lost_its_race_is_nobodys_fault() {
        store(change(ADA, 0)
                .events(event(1, 1))
                .executions(execution(1, TRIGGER, ADA))
                .scheduled(action(1, ADA))
                .build());

        assertThat(commit(change(ADA, 0)
                        .state(state(1, NOW))
                        .executions(execution(1, TRIGGER, ADA))
                        .scheduled(action(1, ADA))
                        .build()))
                .isEqualTo(new UnitOutcome.Stale(ADA, 1));
        assertThat(commit(change(ADA, 1)
                        .events(event(1, 1))
                        .executions(execution(1, TRIGGER, ADA))
                        .build()))
                .isEqualTo(new UnitOutcome.Duplicates(Map.of(id(1), event(1, 1))));
    }

    @Test
    void an_execution_twice_in_a_unit_that_brings_a_stored_event_again_is_nobodys_fault() {
        store(change(ADA, 0)
                .events(event(1, 1))
                .executions(execution(1, TRIGGER, ADA))
                .scheduled(action(1, ADA))
                .build());

        // The late event stands in the timeline and comes again, so both fire.
        assertThat(commit(
                        unit(change(ADA, 1)
                                .events(event(1, 1), event(2, 2))
                                .executions(execution(2, TRIGGER, ADA), execution(2, TRIGGER, ADA))
                                .scheduled(action(2, ADA), action(2, ADA))
                                .build()),
                        sound))
                .containsExactly(new UnitOutcome.Duplicates(Map.of(id(1), event(1, 1))), committed(BOB, 1));
        assertThat(eventsOf(ADA)).containsExactly(event(1, 1));
        assertThat(store.ledger().executionCount(TRIGGER)).isEqualTo(1);
    }

    @Test
    void an_execution_twice_in_a_unit_is_the_callers_fault() {
        refusesAll(
                unit(change(ADA, 0)
                        .events(event(1, 1))
                        .executions(execution(1, TRIGGER, ADA), execution(1, TRIGGER, ADA))
                        .build()),
                IllegalStateException.class,
                execution(1, TRIGGER, ADA).id().toString());
    }

    @Test
    void limits_below_zero_are_refused() {
        assertThatThrownBy(() -> store.subjects().claimDue(NOW, -1, LEASE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.subjects().decidedBefore(1, null, -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.queue().claim(List.of("log"), NOW, -1, LEASE, NO_RATE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.queue().list(ActionStatus.DONE, null, -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.ledger().members(SEGMENT, null, -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.ledger().memberships(null, null, -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.ledger().executions(null, null, -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.ledger().skips(null, null, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_lease_that_is_not_positive_is_refused() {
        store(change(ADA, 0)
                .events(event(1, 1))
                .due(NOW)
                .scheduled(action(1, ADA))
                .build());
        List<Claim> claims = store.queue().claim(List.of("send_email"), NOW, 1, LEASE, NO_RATE);

        assertThat(claims).hasSize(1);
        for (Duration lease : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
            assertThatThrownBy(() -> store.subjects().claimDue(NOW, 1, lease))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> store.queue().claim(List.of("log"), NOW, 1, lease, NO_RATE))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> store.queue().renew(claims.get(0), lease))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
