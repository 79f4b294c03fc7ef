package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.CommitUnit;
import io.behavioranalytics.decision.SessionLink;
import io.behavioranalytics.decision.SubjectState;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.trigger.Cancellation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** {@link Store#commit}: whole units, versions, duplicates, repeated batches. */
abstract class CommitContract extends ContractFixture {
    @Test
    void what_was_committed_is_read_as_it_was() {
        BehaviorEvent full = fullEvent(1);
        BehaviorEvent bare = event(2, 5);
        SubjectState state = state(3, NOW.plusSeconds(9));

        assertThat(commit(change(ADA, 0).events(full, bare).state(state).build()))
                .isEqualTo(committed(ADA, 1));

        SubjectRecord record = load(ADA);
        assertThat(record.subject()).isEqualTo(ADA);
        assertThat(record.version()).isEqualTo(1);
        assertThat(record.state()).isEqualTo(state);
        assertThat(record.links()).isEmpty();
        assertThat(events(record.timeline())).containsExactly(full, bare);
    }

    @Test
    void outcomes_come_in_the_order_of_the_units() {
        store(change(BOB, 0).events(event(1, 1)).build());

        assertThat(commit(
                        unit(change(ADA, 0).events(event(2, 1)).build()),
                        unit(guard(BOB, 0)),
                        unit(change(SESSION, 0).events(event(1, 1)).build()),
                        unit(guard(BOB, 1), guard(SESSION, 0))))
                .containsExactly(
                        committed(ADA, 1),
                        new UnitOutcome.Stale(BOB, 1),
                        new UnitOutcome.Duplicates(Map.of(id(1), event(1, 1))),
                        new UnitOutcome.Committed(Map.of(BOB, 1L, SESSION, 0L)));
    }

    @Test
    void a_batch_without_units_has_no_outcomes() {
        store(change(ADA, 0).events(event(1, 1)).build());

        assertThat(store.commit(batch(newBatchId()))).isEmpty();
        assertThat(load(ADA).version()).isEqualTo(1);
    }

    @Test
    void every_change_but_a_guard_raises_the_version_by_one() {
        store(change(SESSION, 0).events(event(1, 1)).build());
        store(change(SESSION, 1).state(state(1, NOW)).build());
        store(change(SESSION, 2)
                .links(new SessionLink(event(1, 1).key(), "lead-ada"))
                .build());
        store(change(SESSION, 3).links().build());

        assertThat(commit(guard(SESSION, 4))).isEqualTo(committed(SESSION, 4));
        assertThat(load(SESSION).version()).isEqualTo(4);
    }

    @Test
    void a_guard_of_a_subject_that_does_not_exist_makes_none() {
        UnitOutcome outcome = commit(change(ADA, 0).events(event(1, 1)).build(), guard(SESSION, 0));

        assertThat(outcome).isEqualTo(new UnitOutcome.Committed(Map.of(ADA, 1L, SESSION, 0L)));
        assertThat(load(SESSION).version()).isZero();
        assertThat(scanned()).containsExactly(ADA);
    }

    @Test
    void state_and_links_stay_if_a_change_does_not_bring_them() {
        SessionLink link = new SessionLink(event(1, 1).key(), "lead-ada");
        store(change(SESSION, 0)
                .events(event(1, 1))
                .state(state(1, NOW))
                .links(link)
                .build());
        store(change(SESSION, 1).events(event(2, 2)).build());

        assertThat(load(SESSION).state()).isEqualTo(state(SESSION, 1, NOW));
        assertThat(load(SESSION).links()).containsExactly(link);

        store(change(SESSION, 2).links().state(state(2, NOW)).build());

        assertThat(load(SESSION).state()).isEqualTo(state(SESSION, 2, NOW));
        assertThat(load(SESSION).links()).isEmpty();
    }

    @Test
    void links_are_read_as_they_were() {
        List<SessionLink> links = List.of(
                new SessionLink(event(-1, 1).key(), "lead-ada"),
                new SessionLink(fullEvent(2).key(), "lead-bob"),
                new SessionLink(event(3, 3).key(), "lead-ada"));
        store(change(SESSION, 0).links(links.toArray(SessionLink[]::new)).build());

        assertThat(load(SESSION).links()).isEqualTo(links);
    }

    @Test
    void a_subject_of_another_version_makes_the_unit_stale() {
        store(change(ADA, 0).events(event(1, 1)).build());
        store(change(ADA, 1).events(event(2, 2)).build());

        assertThat(commit(change(ADA, 1).events(event(3, 3)).build())).isEqualTo(new UnitOutcome.Stale(ADA, 2));
        assertThat(commit(change(ADA, 0).events(event(3, 3)).build())).isEqualTo(new UnitOutcome.Stale(ADA, 2));
        assertThat(commit(change(ADA, 3).events(event(3, 3)).build())).isEqualTo(new UnitOutcome.Stale(ADA, 2));
        assertThat(commit(change(BOB, 1).events(event(3, 3)).build())).isEqualTo(new UnitOutcome.Stale(BOB, 0));
        assertThat(eventsOf(ADA)).containsExactly(event(1, 1), event(2, 2));
        assertThat(eventsOf(BOB)).isEmpty();
    }

    @Test
    void a_guard_of_another_version_makes_the_unit_stale() {
        store(change(SESSION, 0).events(event(1, 1)).build());

        assertThat(commit(change(ADA, 0).events(event(2, 2)).build(), guard(SESSION, 0)))
                .isEqualTo(new UnitOutcome.Stale(SESSION, 1));
        assertThat(load(ADA).version()).isZero();
        assertThat(eventsOf(ADA)).isEmpty();
    }

    @Test
    void the_first_stale_subject_of_a_unit_is_named() {
        store(change(ADA, 0).events(event(1, 1)).build());
        store(change(SESSION, 0).events(event(2, 1)).build());

        assertThat(commit(guard(BOB, 0), guard(SESSION, 7), guard(ADA, 7)))
                .isEqualTo(new UnitOutcome.Stale(SESSION, 1));
        assertThat(commit(guard(BOB, 0), guard(ADA, 7), guard(SESSION, 7))).isEqualTo(new UnitOutcome.Stale(ADA, 1));
    }

    @Test
    void a_known_event_id_refuses_the_unit_and_brings_the_original() {
        store(change(ADA, 0).events(event(1, 1), event(2, 2)).build());
        store(change(BOB, 0).events(event(3, 3)).build());
        BehaviorEvent again = event(1, 99, "another-session", "lead-bob");

        assertThat(commit(change(BOB, 1).events(event(4, 4), again, event(3, 3)).build()))
                .isEqualTo(new UnitOutcome.Duplicates(Map.of(id(1), event(1, 1), id(3), event(3, 3))));
        assertThat(eventsOf(ADA)).containsExactly(event(1, 1), event(2, 2));
        assertThat(eventsOf(BOB)).containsExactly(event(3, 3));
        assertThat(load(BOB).version()).isEqualTo(1);
        assertThat(commit(change(BOB, 1).events(event(4, 4)).build())).isEqualTo(committed(BOB, 2));
    }

    @Test
    void versions_are_compared_before_duplicates_are_looked_for() {
        store(change(ADA, 0).events(event(1, 1)).build());

        assertThat(commit(change(ADA, 0).events(event(1, 1)).build())).isEqualTo(new UnitOutcome.Stale(ADA, 1));
        assertThat(commit(change(ADA, 1).events(event(1, 1)).build()))
                .isEqualTo(new UnitOutcome.Duplicates(Map.of(id(1), event(1, 1))));
    }

    @Test
    void a_unit_sees_what_the_units_before_it_bring() {
        assertThat(commit(
                        unit(change(ADA, 0).events(event(1, 1)).build()),
                        unit(change(BOB, 0).events(event(1, 1)).build()),
                        unit(guard(ADA, 0)),
                        unit(change(ADA, 1).events(event(2, 2)).build()),
                        unit(guard(ADA, 2))))
                .containsExactly(
                        committed(ADA, 1),
                        new UnitOutcome.Duplicates(Map.of(id(1), event(1, 1))),
                        new UnitOutcome.Stale(ADA, 1),
                        committed(ADA, 2),
                        committed(ADA, 2));
        assertThat(eventsOf(ADA)).containsExactly(event(1, 1), event(2, 2));
    }

    @Test
    void a_unit_sees_nothing_of_a_refused_unit_before_it() {
        assertThat(commit(
                        unit(change(ADA, 0).events(event(1, 1)).build(), guard(SESSION, 5)),
                        unit(change(BOB, 0).events(event(1, 1)).build()),
                        unit(guard(ADA, 0))))
                .containsExactly(new UnitOutcome.Stale(SESSION, 0), committed(BOB, 1), committed(ADA, 0));
    }

    @Test
    void a_refused_unit_leaves_no_trace_and_does_not_sink_the_others() {
        store(change(SESSION, 0)
                .events(event(1, 1))
                .scheduled(action(1, SESSION))
                .due(NOW.plusSeconds(50))
                .build());

        List<UnitOutcome> outcomes = commit(
                unit(change(BOB, 0).events(event(7, 7)).build()),
                unit(
                        change(ADA, 0)
                                .events(event(2, 2))
                                .state(state(1, NOW))
                                .due(NOW)
                                .memberships(entry(ADA, SEGMENT))
                                .executions(execution(1, TRIGGER, ADA))
                                .skips(skip(TRIGGER, ADA, 1))
                                .scheduled(action(2, ADA))
                                .cancelled(new Cancellation(actionId(1), Cancellation.Reason.CANCEL_ON))
                                .adopted(SESSION)
                                .build(),
                        change(SESSION, 0).events(event(3, 3)).due(NOW).build()),
                unit(change(SubjectId.lead("lead-eve"), 0).events(event(8, 8)).build()));

        assertThat(outcomes)
                .containsExactly(
                        committed(BOB, 1), new UnitOutcome.Stale(SESSION, 1), committed(SubjectId.lead("lead-eve"), 1));
        assertThat(load(ADA).version()).isZero();
        assertThat(load(ADA).state()).isNull();
        assertThat(eventsOf(ADA)).isEmpty();
        assertThat(eventsOf(SESSION)).containsExactly(event(1, 1));
        assertThat(store.subjects().nextDue()).contains(NOW.plusSeconds(50));
        assertThat(store.ledger().members(SEGMENT, null, ALL)).isEmpty();
        assertThat(store.ledger().memberships(null, null, ALL)).isEmpty();
        assertThat(store.ledger().executions(null, null, ALL)).isEmpty();
        assertThat(store.ledger().skips(null, null, ALL)).isEmpty();
        assertThat(store.queue().list(ActionStatus.PENDING, null, ALL))
                .extracting(ActionRecord::action)
                .containsExactly(action(1, SESSION));
        assertThat(commit(change(BOB, 1).events(event(2, 2), event(3, 3)).build()))
                .isEqualTo(committed(BOB, 2));
    }

    @Test
    void all_changes_of_a_unit_are_stored_together() {
        store(
                change(ADA, 0).events(event(1, 1, null, "lead-ada")).build(),
                change(BOB, 0).events(event(2, 2, null, "lead-bob")).build(),
                change(SESSION, 0).events(event(3, 3)).build());

        assertThat(store.subjects().load(List.of(ADA, BOB, SESSION), Subjects.Projection.TIMELINE))
                .allSatisfy((subject, record) -> {
                    assertThat(record.version()).isEqualTo(1);
                    assertThat(record.timeline().size()).isEqualTo(1);
                });
    }

    @Test
    void a_batch_of_another_host_is_another_batch_whatever_its_id() {
        UUID id = newBatchId();
        CommitUnit ours = unit(change(ADA, 0).events(event(1, 1)).build());
        CommitUnit theirs = unit(change(ADA, 0).events(event(2, 2)).build());
        CommitUnit others = unit(change(BOB, 0).events(event(3, 3)).build());

        assertThat(store.commit(new Batch(id, "host-1", NOW, List.of(ours)))).containsExactly(committed(ADA, 1));
        assertThat(store.commit(new Batch(id, "host-2", NOW, List.of(theirs))))
                .containsExactly(new UnitOutcome.Stale(ADA, 1));
        assertThat(store.commit(new Batch(id, "host-3", NOW, List.of(others)))).containsExactly(committed(BOB, 1));
        assertThat(store.commit(new Batch(id, "host-1", NOW, List.of(ours)))).containsExactly(committed(ADA, 1));
        assertThat(eventsOf(ADA)).containsExactly(event(1, 1));
        assertThat(eventsOf(BOB)).containsExactly(event(3, 3));
    }

    @Test
    void a_repeated_batch_is_answered_as_the_first_time() {
        store(change(BOB, 0).events(event(1, 1)).build());
        Batch batch = batch(
                newBatchId(),
                unit(change(ADA, 0)
                        .events(event(2, 2))
                        .executions(execution(1, TRIGGER, ADA))
                        .scheduled(action(1, ADA))
                        .memberships(entry(ADA, SEGMENT))
                        .build()),
                unit(guard(BOB, 9)),
                unit(change(SESSION, 0).events(event(1, 1)).build()));
        List<UnitOutcome> first = store.commit(batch);
        store(change(ADA, 1).events(event(3, 3)).build());

        assertThat(first).first().isEqualTo(committed(ADA, 1));
        assertThat(store.commit(batch)).isEqualTo(first);
        assertThat(load(ADA).version()).isEqualTo(2);
        assertThat(eventsOf(ADA)).containsExactly(event(2, 2), event(3, 3));
        assertThat(store.ledger().executionCount(TRIGGER)).isEqualTo(1);
        assertThat(store.ledger().memberships(SEGMENT, ADA, ALL)).hasSize(1);
    }

    @Test
    void a_batch_is_remembered_while_a_thousand_others_follow() {
        UUID id = newBatchId();
        Batch batch = batch(id, unit(change(ADA, 0).events(event(1, 1)).build()));
        store.commit(batch);
        for (int i = 0; i < 999; i++) {
            store.commit(
                    batch(newBatchId(), unit(change(BOB, i).state(state(1, NOW)).build())));
        }

        assertThat(store.commit(batch)).containsExactly(committed(ADA, 1));
        assertThat(load(BOB).version()).isEqualTo(999);
    }

    @Test
    void events_stand_in_their_order_however_they_come() {
        List<BehaviorEvent> events = new ArrayList<>();
        for (long i = 0; i < 60; i++) {
            // Pairs of one instant, some of them with ids whose first bit is set: those come last.
            long number = i % 2 == 0 ? i : i | Long.MIN_VALUE;
            events.add(event(number, i / 2));
        }
        List<BehaviorEvent> shuffled = new ArrayList<>(events);
        Collections.shuffle(shuffled, new Random(7));
        long version = 0;
        for (int i = 0; i < shuffled.size(); i += 3) {
            List<BehaviorEvent> three = new ArrayList<>(shuffled.subList(i, i + 3));
            three.sort((a, b) -> a.key().compareTo(b.key()));
            store(change(ADA, version++).events(three).build());
        }

        assertThat(eventsOf(ADA)).isEqualTo(events);
    }

    @Test
    void a_batch_of_many_units_is_stored() {
        List<CommitUnit> units = LongStream.range(0, 200)
                .mapToObj(i -> unit(change(SubjectId.lead("lead-" + i), 0)
                        .events(event(2 * i, i), event(2 * i + 1, i + 1))
                        .state(state(1, NOW))
                        .memberships(entry(SubjectId.lead("lead-" + i), SEGMENT))
                        .build()))
                .toList();

        assertThat(store.commit(new Batch(newBatchId(), "host-1", NOW, units)))
                .hasSize(200)
                .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(UnitOutcome.Committed.class));
        assertThat(scanned()).hasSize(200);
        assertThat(store.ledger().memberCount(SEGMENT)).isEqualTo(200);
        assertThat(eventsOf(SubjectId.lead("lead-77"))).containsExactly(event(154, 77), event(155, 78));
    }
}
