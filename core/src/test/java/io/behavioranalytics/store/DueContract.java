package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.SubjectId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@link Subjects#claimDue} and the due instants that changes set. */
abstract class DueContract extends ContractFixture {
    private static final SubjectId EVE = SubjectId.lead("lead-eve");

    private void due(SubjectId subject, long version, @Nullable Instant at) {
        store(change(subject, version).state(state(1, NOW)).due(at).build());
    }

    private void dueAfterClaim(SubjectId subject, long version, @Nullable Instant at) {
        store(change(subject, version)
                .state(state(1, NOW))
                .due(at)
                .dueWasClaimed(true)
                .build());
    }

    private List<SubjectId> claim(Instant now) {
        return store.subjects().claimDue(now, ALL, LEASE);
    }

    @Test
    void subjects_are_claimed_when_their_instant_has_come_earliest_first() {
        due(ADA, 0, NOW.plusSeconds(3));
        due(BOB, 0, NOW.plusSeconds(1));
        due(EVE, 0, NOW.plusSeconds(2));
        due(SESSION, 0, null);

        assertThat(claim(NOW)).isEmpty();
        assertThat(store.subjects().claimDue(NOW.plusSeconds(3), 2, LEASE)).containsExactly(BOB, EVE);
        assertThat(claim(NOW.plusSeconds(3).minusNanos(1_000))).isEmpty();
        assertThat(claim(NOW.plusSeconds(3))).containsExactly(ADA);
        assertThat(claim(NOW.plusSeconds(99))).isEmpty();
    }

    @Test
    void a_limit_of_zero_claims_nobody() {
        due(ADA, 0, NOW);

        assertThat(store.subjects().claimDue(NOW, 0, LEASE)).isEmpty();
        assertThat(claim(NOW)).containsExactly(ADA);
    }

    @Test
    void a_claim_holds_until_its_lease_is_over_on_the_stores_clock() {
        due(ADA, 0, NOW);

        assertThat(claim(NOW)).containsExactly(ADA);
        assertThat(claim(NOW.plus(Duration.ofDays(30)))).isEmpty();
        storeClock.move(LEASE.minusNanos(1_000));
        assertThat(claim(NOW)).isEmpty();
        storeClock.move(Duration.ofNanos(1_000));
        assertThat(claim(NOW)).containsExactly(ADA);
    }

    @Test
    void a_change_after_a_claim_sets_the_next_instant() {
        due(ADA, 0, NOW);
        assertThat(claim(NOW)).containsExactly(ADA);
        dueAfterClaim(ADA, 1, NOW.plusSeconds(60));

        assertThat(claim(NOW.plusSeconds(59))).isEmpty();
        assertThat(claim(NOW.plusSeconds(60))).containsExactly(ADA);
    }

    @Test
    void a_change_after_a_claim_may_end_it_for_good() {
        due(ADA, 0, NOW);
        assertThat(claim(NOW)).containsExactly(ADA);
        dueAfterClaim(ADA, 1, null);
        storeClock.move(LEASE.multipliedBy(2));

        assertThat(claim(NOW.plus(Duration.ofDays(999)))).isEmpty();
        assertThat(store.subjects().nextDue()).isEmpty();
    }

    @Test
    void a_change_that_claimed_replaces_an_instant_also_by_a_later_one() {
        due(ADA, 0, NOW);
        dueAfterClaim(ADA, 1, NOW.plusSeconds(10));

        assertThat(claim(NOW.plusSeconds(9))).isEmpty();
        assertThat(claim(NOW.plusSeconds(10))).containsExactly(ADA);
    }

    @Test
    void a_change_that_did_not_claim_only_moves_the_instant_to_an_earlier_one() {
        due(ADA, 0, NOW.plusSeconds(10));
        due(ADA, 1, NOW.plusSeconds(20));
        assertThat(store.subjects().nextDue()).contains(NOW.plusSeconds(10));
        due(ADA, 2, null);
        assertThat(store.subjects().nextDue()).contains(NOW.plusSeconds(10));
        due(ADA, 3, NOW.plusSeconds(5));
        assertThat(store.subjects().nextDue()).contains(NOW.plusSeconds(5));

        assertThat(claim(NOW.plusSeconds(5))).containsExactly(ADA);
    }

    @Test
    void an_earlier_instant_does_not_end_a_claim() {
        due(ADA, 0, NOW.plusSeconds(10));
        assertThat(claim(NOW.plusSeconds(10))).containsExactly(ADA);
        due(ADA, 1, NOW.plusSeconds(4));

        assertThat(claim(NOW.plusSeconds(10))).isEmpty();
        storeClock.move(LEASE);
        assertThat(claim(NOW.plusSeconds(3))).isEmpty();
        assertThat(claim(NOW.plusSeconds(4))).containsExactly(ADA);
    }

    @Test
    void the_first_instant_is_the_earliest_whether_it_is_claimed_or_not() {
        assertThat(store.subjects().firstDue()).isEmpty();
        due(ADA, 0, NOW.plusSeconds(1));
        due(BOB, 0, NOW.plusSeconds(2));
        assertThat(store.subjects().firstDue()).contains(NOW.plusSeconds(1));
        assertThat(claim(NOW.plusSeconds(1))).containsExactly(ADA);

        assertThat(store.subjects().firstDue()).contains(NOW.plusSeconds(1));
        dueAfterClaim(ADA, 1, NOW.plusSeconds(9));
        assertThat(store.subjects().firstDue()).contains(NOW.plusSeconds(2));
        assertThat(claim(NOW.plusSeconds(9))).containsExactly(BOB, ADA);
        dueAfterClaim(BOB, 1, null);
        assertThat(store.subjects().firstDue()).contains(NOW.plusSeconds(9));
    }

    @Test
    void the_next_instant_is_the_earliest_that_is_not_claimed() {
        due(ADA, 0, NOW.plusSeconds(1));
        due(BOB, 0, NOW.plusSeconds(2));
        assertThat(store.subjects().nextDue()).contains(NOW.plusSeconds(1));
        assertThat(claim(NOW.plusSeconds(1))).containsExactly(ADA);

        assertThat(store.subjects().nextDue()).contains(NOW.plusSeconds(2));
        assertThat(claim(NOW.plusSeconds(2))).containsExactly(BOB);
        assertThat(store.subjects().nextDue()).isEmpty();
        storeClock.move(LEASE);
        assertThat(store.subjects().nextDue()).contains(NOW.plusSeconds(1));
    }

    @Test
    void a_refused_unit_leaves_the_claim_as_it_is() {
        due(ADA, 0, NOW);
        assertThat(claim(NOW)).containsExactly(ADA);

        assertThat(commit(change(ADA, 0)
                        .state(state(1, NOW))
                        .due(NOW.plusSeconds(9))
                        .dueWasClaimed(true)
                        .build()))
                .isEqualTo(new UnitOutcome.Stale(ADA, 1));
        assertThat(claim(NOW.plusSeconds(9))).isEmpty();
        storeClock.move(LEASE);
        assertThat(claim(NOW)).containsExactly(ADA);
    }
}
