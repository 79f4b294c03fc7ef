package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.decision.Relink;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerCause;
import io.behavioranalytics.trigger.TriggerExecution;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** {@link Ledger}: members, entries and exits, firings, skips. */
abstract class LedgerContract extends ContractFixture {
    private static final UUID OTHER_SEGMENT = new UUID(0x5e6, 2);
    private static final UUID OTHER_TRIGGER = new UUID(0x761, 2);

    @Test
    void members_are_those_who_entered_and_did_not_leave() {
        store(change(ADA, 0)
                .state(state(1, NOW))
                .memberships(entry(ADA, SEGMENT), entry(ADA, OTHER_SEGMENT))
                .build());
        store(change(BOB, 0)
                .state(state(1, NOW))
                .memberships(entry(BOB, SEGMENT))
                .build());
        store(change(SESSION, 0)
                .state(state(1, NOW))
                .memberships(entry(SESSION, SEGMENT))
                .build());
        store(change(ADA, 1)
                .state(state(1, NOW))
                .memberships(exit(ADA, SEGMENT))
                .build());
        Ledger ledger = store.ledger();

        assertThat(ledger.members(SEGMENT, null, ALL)).containsExactly(BOB, SESSION);
        assertThat(ledger.memberCount(SEGMENT)).isEqualTo(2);
        assertThat(ledger.members(OTHER_SEGMENT, null, ALL)).containsExactly(ADA);
        assertThat(ledger.members(new UUID(9, 9), null, ALL)).isEmpty();
        assertThat(ledger.memberCount(new UUID(9, 9))).isZero();

        store(change(ADA, 2)
                .state(state(1, NOW))
                .memberships(entry(ADA, SEGMENT), exit(ADA, SEGMENT), entry(ADA, SEGMENT))
                .build());
        assertThat(ledger.members(SEGMENT, null, ALL)).containsExactly(ADA, BOB, SESSION);
    }

    @Test
    void members_apart_are_kept_without_a_history_and_are_no_segment_of_the_subject() {
        UUID apart = new UUID(0x5e6, 3);
        store(change(ADA, 0)
                .state(state(1, NOW))
                .memberships(entry(ADA, SEGMENT), MembershipChange.apart(apart, ADA, NOW))
                .build());
        store(change(BOB, 0)
                .state(state(1, NOW))
                .memberships(MembershipChange.apart(apart, BOB, NOW))
                .build());
        Ledger ledger = store.ledger();

        assertThat(ledger.members(apart, null, ALL)).containsExactly(ADA, BOB);
        assertThat(ledger.members(apart, ADA, 1)).containsExactly(BOB);
        assertThat(ledger.memberCount(apart)).isEqualTo(2);
        assertThat(ledger.memberships(apart, null, ALL)).isEmpty();
        assertThat(ledger.memberships(null, null, ALL)).containsExactly(entry(ADA, SEGMENT));
        assertThat(store.upkeep().held(ADA).segments()).containsExactly(SEGMENT);

        MembershipChange entry = MembershipChange.apart(apart, ADA, NOW);
        store(change(ADA, 1)
                .state(state(1, NOW))
                .memberships(new MembershipChange(
                        apart, entry.segmentKey(), 1, ADA, false, NOW, NOW, new Cause.Definition(1)))
                .build());
        assertThat(ledger.members(apart, null, ALL)).containsExactly(BOB);
        assertThat(ledger.memberships(null, null, ALL)).hasSize(1);
    }

    @Test
    void members_are_read_in_order_page_by_page() {
        List<SubjectId> subjects = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            SubjectId subject = SubjectId.lead("lead-" + (10 + (i * 7) % 25));
            subjects.add(subject);
            store(change(subject, 0)
                    .state(state(1, NOW))
                    .memberships(entry(subject, SEGMENT))
                    .build());
        }
        subjects.sort(null);
        Ledger ledger = store.ledger();

        assertThat(ledger.members(SEGMENT, null, 10)).isEqualTo(subjects.subList(0, 10));
        assertThat(ledger.members(SEGMENT, subjects.get(9), 10)).isEqualTo(subjects.subList(10, 20));
        assertThat(ledger.members(SEGMENT, subjects.get(19), 10)).isEqualTo(subjects.subList(20, 25));
        assertThat(ledger.members(SEGMENT, SubjectId.lead("lead-105"), 1)).containsExactly(subjects.get(1));
        assertThat(ledger.members(SEGMENT, subjects.get(24), 10)).isEmpty();
        assertThat(ledger.members(SEGMENT, null, 0)).isEmpty();
    }

    @Test
    void entries_and_exits_are_kept_in_the_order_of_their_commits() {
        MembershipChange first = entry(ADA, SEGMENT);
        MembershipChange second =
                new MembershipChange(OTHER_SEGMENT, "other", 7, ADA, true, NOW.minusSeconds(5), NOW, new Cause.Clock());
        MembershipChange third = entry(BOB, SEGMENT);
        MembershipChange fourth = exit(ADA, SEGMENT);
        store(change(ADA, 0).state(state(1, NOW)).memberships(first, second).build());
        store(change(BOB, 0).state(state(1, NOW)).memberships(third).build());
        store(change(ADA, 1).state(state(1, NOW)).memberships(fourth).build());
        Ledger ledger = store.ledger();

        assertThat(ledger.memberships(null, null, ALL)).containsExactly(first, second, third, fourth);
        assertThat(ledger.memberships(null, null, 2)).containsExactly(third, fourth);
        assertThat(ledger.memberships(SEGMENT, null, ALL)).containsExactly(first, third, fourth);
        assertThat(ledger.memberships(SEGMENT, null, 1)).containsExactly(fourth);
        assertThat(ledger.memberships(null, ADA, ALL)).containsExactly(first, second, fourth);
        assertThat(ledger.memberships(SEGMENT, ADA, ALL)).containsExactly(first, fourth);
        assertThat(ledger.memberships(OTHER_SEGMENT, ADA, 1)).containsExactly(second);
        assertThat(ledger.memberships(OTHER_SEGMENT, BOB, ALL)).isEmpty();
        assertThat(ledger.memberships(null, null, 0)).isEmpty();
    }

    @Test
    void every_change_of_a_segment_is_visited_in_the_order_of_the_commits() {
        List<MembershipChange> expected = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            List<MembershipChange> some = new ArrayList<>();
            for (int times = 0; times < 100; times++) {
                some.add(entry(ADA, SEGMENT));
                some.add(exit(ADA, SEGMENT));
            }
            expected.addAll(some);
            some.add(entry(ADA, OTHER_SEGMENT));
            some.add(exit(ADA, OTHER_SEGMENT));
            store(change(ADA, i)
                    .state(state(1, NOW))
                    .memberships(some.toArray(MembershipChange[]::new))
                    .build());
        }
        List<MembershipChange> visited = new ArrayList<>();
        store.ledger().visitMemberships(SEGMENT, visited::add);
        assertThat(visited).isEqualTo(expected);

        visited.clear();
        store.ledger().visitMemberships(SEGMENT, change -> {
            visited.add(change);
            return visited.size() < 3;
        });
        assertThat(visited).isEqualTo(expected.subList(0, 3));
        store.ledger().visitMemberships(new UUID(9, 9), change -> {
            throw new AssertionError("there is no such segment");
        });
    }

    @Test
    void what_is_committed_while_entries_and_exits_are_visited_is_not_among_them() {
        List<MembershipChange> before = new ArrayList<>();
        for (int i = 0; i < 750; i++) {
            before.add(entry(ADA, SEGMENT));
            before.add(exit(ADA, SEGMENT));
        }
        store(change(ADA, 0)
                .state(state(1, NOW))
                .memberships(before.toArray(MembershipChange[]::new))
                .build());
        List<MembershipChange> visited = new ArrayList<>();
        store.ledger().visitMemberships(SEGMENT, change -> {
            if (visited.isEmpty()) {
                store(change(BOB, 0)
                        .state(state(1, NOW))
                        .memberships(entry(BOB, SEGMENT))
                        .build());
            }
            return visited.add(change);
        });
        assertThat(visited).isEqualTo(before);
        assertThat(store.ledger().memberships(SEGMENT, null, 2_000)).hasSize(1_501);
    }

    @Test
    void firings_are_kept_in_the_order_of_their_commits() {
        TriggerExecution first = execution(3, TRIGGER, ADA);
        TriggerExecution second = new TriggerExecution(
                new UUID(0xe8ec, 2),
                OTHER_TRIGGER,
                "other",
                1,
                ADA,
                "lead-ada",
                NOW,
                NOW,
                new TriggerCause.Absence(id(4)),
                List.of());
        TriggerExecution third = new TriggerExecution(
                new UUID(0xe8ec, 1),
                TRIGGER,
                "trigger",
                1,
                SESSION,
                null,
                NOW,
                NOW,
                new TriggerCause.Event(id(5)),
                List.of(actionId(1), actionId(2)));
        store(change(ADA, 0).state(state(1, NOW)).executions(first, second).build());
        store(change(SESSION, 0).state(state(1, NOW)).executions(third).build());
        Ledger ledger = store.ledger();

        assertThat(ledger.executions(null, null, ALL)).containsExactly(first, second, third);
        assertThat(ledger.executions(null, null, 2)).containsExactly(second, third);
        assertThat(ledger.executions(TRIGGER, null, ALL)).containsExactly(first, third);
        assertThat(ledger.executions(null, ADA, ALL)).containsExactly(first, second);
        assertThat(ledger.executions(TRIGGER, ADA, ALL)).containsExactly(first);
        assertThat(ledger.executions(OTHER_TRIGGER, SESSION, ALL)).isEmpty();
        assertThat(ledger.executionCount(TRIGGER)).isEqualTo(2);
        assertThat(ledger.executionCount(OTHER_TRIGGER)).isEqualTo(1);
        assertThat(ledger.executionCount(new UUID(9, 9))).isZero();
    }

    @Test
    void skips_are_kept_in_the_order_of_their_commits() {
        List<Skip> ada = new ArrayList<>();
        for (Skip.Reason reason : Skip.Reason.values()) {
            ada.add(new Skip(TRIGGER, "trigger", 2, ADA, NOW, NOW.plusSeconds(1), reason));
        }
        Skip other = skip(OTHER_TRIGGER, BOB, 3);
        store(change(ADA, 0)
                .state(state(1, NOW))
                .skips(ada.toArray(Skip[]::new))
                .build());
        store(change(BOB, 0).state(state(1, NOW)).skips(other).build());
        Ledger ledger = store.ledger();

        assertThat(ledger.skips(TRIGGER, null, ALL)).isEqualTo(ada);
        assertThat(ledger.skips(null, BOB, ALL)).containsExactly(other);
        assertThat(ledger.skips(TRIGGER, ADA, 1)).containsExactly(ada.get(ada.size() - 1));
        assertThat(ledger.skips(TRIGGER, BOB, ALL)).isEmpty();
        assertThat(ledger.skips(null, null, 2)).containsExactly(ada.get(ada.size() - 1), other);
    }

    @Test
    void facts_stay_with_the_subject_they_name_when_its_events_move() {
        store(change(SESSION, 0)
                .events(event(1, 1))
                .memberships(entry(SESSION, SEGMENT))
                .executions(execution(1, TRIGGER, SESSION))
                .skips(skip(TRIGGER, SESSION, 1))
                .build());
        store(
                change(ADA, 0)
                        .relinks(new Relink(SESSION, "session-1", null, null))
                        .adopted(SESSION)
                        .build(),
                change(SESSION, 1).state(state(1, NOW)).build());
        Ledger ledger = store.ledger();

        assertThat(ledger.members(SEGMENT, null, ALL)).containsExactly(SESSION);
        assertThat(ledger.memberships(null, SESSION, ALL)).hasSize(1);
        assertThat(ledger.executions(null, SESSION, ALL)).hasSize(1);
        assertThat(ledger.skips(null, SESSION, ALL)).hasSize(1);
        assertThat(ledger.executions(null, ADA, ALL)).isEmpty();
    }
}
