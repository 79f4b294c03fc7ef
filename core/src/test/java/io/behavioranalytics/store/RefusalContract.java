package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.decision.CommitUnit;
import io.behavioranalytics.decision.Relink;
import io.behavioranalytics.decision.SessionLink;
import io.behavioranalytics.trigger.Cancellation;
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
    void a_subject_stands_once_in_a_unit() {
        refusesAll(
                unit(change(ADA, 0).events(event(1, 1)).build(), guard(ADA, 0)),
                IllegalArgumentException.class,
                "lead-ada");
    }

    @Test
    void an_event_stands_once_in_a_unit() {
        refusesAll(
                unit(
                        change(ADA, 0).events(event(1, 1)).build(),
                        change(SESSION, 0).events(event(1, 1)).build()),
                IllegalArgumentException.class,
                id(1).toString());
        refusesAll(
                unit(change(ADA, 0).events(event(1, 1), event(1, 2)).build()),
                IllegalArgumentException.class,
                id(1).toString());
    }

    @Test
    void a_guard_brings_nothing() {
        List<ContractChange> guards = List.of(
                change(ADA, 0).due(NOW),
                change(ADA, 0).dueWasClaimed(true),
                change(ADA, 0).memberships(entry(ADA, SEGMENT)),
                change(ADA, 0).executions(execution(1, TRIGGER, ADA)),
                change(ADA, 0).skips(skip(TRIGGER, ADA, 1)),
                change(ADA, 0).scheduled(action(1, ADA)),
                change(ADA, 0).cancelled(new Cancellation(actionId(1), Cancellation.Reason.SUPERSEDED)),
                change(ADA, 0).adopted(SESSION));

        assertThat(guards)
                .allSatisfy(guard -> refusesAll(unit(guard.build()), IllegalArgumentException.class, "lead-ada"));
        assertThat(store.queue().list(ActionStatus.PENDING, null, ALL)).isEmpty();
    }

    @Test
    void a_lead_has_no_links() {
        refusesAll(
                unit(change(ADA, 0)
                        .links(new SessionLink(event(1, 1).key(), "lead-ada"))
                        .build()),
                IllegalArgumentException.class,
                "lead-ada");
    }

    @Test
    void the_source_of_moved_events_changes_in_the_same_unit() {
        store(change(SESSION, 0).events(event(1, 1)).build());
        Relink relink = new Relink(SESSION, "session-1", null, null);

        refusesAll(unit(change(ADA, 0).relinks(relink).build()), IllegalArgumentException.class, "session-1");
        refusesAll(
                unit(change(ADA, 0).relinks(relink).build(), guard(SESSION, 1)),
                IllegalArgumentException.class,
                "session-1");
        assertThat(eventsOf(SESSION)).containsExactly(event(1, 1));
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
