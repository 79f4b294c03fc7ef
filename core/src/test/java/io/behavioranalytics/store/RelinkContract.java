package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.decision.Adoption;
import io.behavioranalytics.decision.Relink;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** {@link Relink}s and adopted actions: what moves from one subject to another. */
abstract class RelinkContract extends ContractFixture {
    private static BehaviorEvent[] anonymous(long from, long to) {
        return LongStream.range(from, to).mapToObj(i -> event(i, i)).toArray(BehaviorEvent[]::new);
    }

    @Test
    void anonymous_events_of_the_session_move_to_the_lead() {
        store(change(SESSION, 0).events(anonymous(0, 5)).build());

        UnitOutcome outcome = commit(
                change(ADA, 0)
                        .relinks(new Relink(SESSION, "session-1", null, null))
                        .build(),
                change(SESSION, 1).state(state(1, NOW)).build());

        assertThat(outcome).isEqualTo(new UnitOutcome.Committed(Map.of(ADA, 1L, SESSION, 2L)));
        assertThat(eventsOf(ADA)).containsExactly(anonymous(0, 5));
        assertThat(eventsOf(SESSION)).isEmpty();
        assertThat(scanned()).containsExactly(ADA);
    }

    @Test
    void the_range_of_a_move_is_half_open() {
        store(change(SESSION, 0).events(anonymous(0, 6)).build());
        store(
                change(ADA, 0)
                        .relinks(new Relink(
                                SESSION,
                                "session-1",
                                event(1, 1).key(),
                                event(4, 4).key()))
                        .build(),
                change(SESSION, 1).state(state(1, NOW)).build());

        assertThat(eventsOf(ADA)).containsExactly(anonymous(1, 4));
        assertThat(eventsOf(SESSION)).containsExactly(event(0, 0), event(4, 4), event(5, 5));

        store(
                change(BOB, 0)
                        .relinks(new Relink(SESSION, "session-1", event(5, 5).key(), null))
                        .build(),
                change(SESSION, 2).state(state(1, NOW)).build());

        assertThat(eventsOf(BOB)).containsExactly(event(5, 5));
        assertThat(eventsOf(SESSION)).containsExactly(event(0, 0), event(4, 4));
    }

    @Test
    void events_of_other_sessions_and_events_that_name_a_lead_stay() {
        store(change(ADA, 0)
                .events(
                        event(0, 0),
                        event(1, 1, "session-2", null),
                        event(2, 2, "session-1", "lead-ada"),
                        event(3, 3, null, "lead-ada"),
                        event(4, 4))
                .build());
        store(
                change(BOB, 0).relinks(new Relink(ADA, "session-1", null, null)).build(),
                change(ADA, 1).state(state(1, NOW)).build());

        assertThat(eventsOf(BOB)).containsExactly(event(0, 0), event(4, 4));
        assertThat(eventsOf(ADA)).extracting(BehaviorEvent::id).containsExactly(id(1), id(2), id(3));
    }

    @Test
    void moved_events_stand_at_their_places_among_old_and_new_ones() {
        store(change(ADA, 0)
                .events(event(2, 2, null, "lead-ada"), event(8, 8, null, "lead-ada"))
                .build());
        store(change(SESSION, 0).events(event(1, 1), event(5, 5), event(9, 9)).build());
        store(
                change(ADA, 1)
                        .relinks(new Relink(SESSION, "session-1", null, null))
                        .events(event(4, 4, "session-1", "lead-ada"), event(10, 10))
                        .build(),
                change(SESSION, 1).state(state(1, NOW)).build());

        assertThat(eventsOf(ADA))
                .extracting(BehaviorEvent::id)
                .containsExactly(id(1), id(2), id(4), id(5), id(8), id(9), id(10));
    }

    @Test
    void new_events_of_the_unit_do_not_move() {
        store(change(SESSION, 0).events(event(1, 1)).build());
        store(
                change(ADA, 0)
                        .relinks(new Relink(SESSION, "session-1", null, null))
                        .build(),
                change(SESSION, 1).events(event(2, 2)).build());

        assertThat(eventsOf(ADA)).containsExactly(event(1, 1));
        assertThat(eventsOf(SESSION)).containsExactly(event(2, 2));
    }

    @Test
    void moves_of_one_unit_are_chosen_before_any_of_them() {
        store(change(ADA, 0).events(event(1, 1)).build());
        store(change(BOB, 0).events(event(2, 2)).build());
        store(
                change(ADA, 1).relinks(new Relink(BOB, "session-1", null, null)).build(),
                change(BOB, 1).relinks(new Relink(ADA, "session-1", null, null)).build());

        assertThat(eventsOf(ADA)).containsExactly(event(2, 2));
        assertThat(eventsOf(BOB)).containsExactly(event(1, 1));
    }

    @Test
    void a_moved_event_is_still_known_by_its_id() {
        store(change(SESSION, 0).events(anonymous(0, 3)).build());
        store(
                change(ADA, 0)
                        .relinks(new Relink(SESSION, "session-1", event(1, 1).key(), null))
                        .build(),
                change(SESSION, 1).state(state(1, NOW)).build());

        assertThat(commit(change(BOB, 0)
                        .events(event(0, 0), event(1, 1), event(7, 7))
                        .build()))
                .isEqualTo(new UnitOutcome.Duplicates(Map.of(id(0), event(0, 0), id(1), event(1, 1))));
    }

    @Test
    void events_may_move_on_and_back() {
        store(change(SESSION, 0).events(anonymous(0, 3)).build());
        Relink all = new Relink(SESSION, "session-1", null, null);
        store(
                change(ADA, 0).relinks(all).build(),
                change(SESSION, 1).state(state(1, NOW)).build());
        store(
                change(BOB, 0).relinks(new Relink(ADA, "session-1", null, null)).build(),
                change(ADA, 1).state(state(1, NOW)).build());
        store(
                change(SESSION, 2)
                        .relinks(new Relink(BOB, "session-1", null, null))
                        .build(),
                change(BOB, 1).state(state(1, NOW)).build());

        assertThat(eventsOf(SESSION)).containsExactly(anonymous(0, 3));
        assertThat(eventsOf(ADA)).isEmpty();
        assertThat(eventsOf(BOB)).isEmpty();
        assertThat(load(SESSION).version()).isEqualTo(3);
    }

    @Test
    void a_stale_source_moves_nothing() {
        store(change(SESSION, 0).events(anonymous(0, 3)).build());

        assertThat(commit(
                        change(ADA, 0)
                                .relinks(new Relink(SESSION, "session-1", null, null))
                                .build(),
                        change(SESSION, 0).state(state(1, NOW)).build()))
                .isEqualTo(new UnitOutcome.Stale(SESSION, 1));
        assertThat(eventsOf(SESSION)).containsExactly(anonymous(0, 3));
        assertThat(eventsOf(ADA)).isEmpty();
    }

    @Test
    void adopted_actions_belong_to_the_new_subject() {
        store(change(SESSION, 0)
                .events(event(1, 1))
                .scheduled(action(1, SESSION), action(2, SESSION), action(3, SESSION), action(4, SESSION))
                .build());
        store(change(BOB, 0).events(event(2, 2)).scheduled(action(5, BOB)).build());
        Queue queue = store.queue();
        List<Claim> claims = queue.claim(List.of("send_email"), NOW, 3, LEASE, NO_RATE);
        queue.settle(claims.get(0), new Settlement.Done(NOW));
        queue.settle(claims.get(1), new Settlement.Dead(NOW, "no"));

        store(
                change(ADA, 0)
                        .events(event(3, 3, null, "lead-ada"))
                        .adopted(SESSION)
                        .build(),
                change(SESSION, 1)
                        .state(state(1, NOW))
                        .scheduled(action(6, SESSION))
                        .build());

        Map<SubjectId, List<Long>> bySubject =
                queue
                        .find(LongStream.rangeClosed(1, 6)
                                .mapToObj(ContractFixture::actionId)
                                .toList())
                        .values()
                        .stream()
                        .collect(Collectors.groupingBy(
                                record -> record.action().subject(),
                                Collectors.mapping(
                                        record -> record.action().id().getLeastSignificantBits(),
                                        Collectors.toList())));
        assertThat(bySubject)
                .containsOnly(
                        Map.entry(SESSION, List.of(1L, 6L)),
                        Map.entry(ADA, List.of(2L, 3L, 4L)),
                        Map.entry(BOB, List.of(5L)));
        assertThat(queue.renew(claims.get(2), LEASE)).isTrue();
        assertThat(queue.claim(List.of("send_email"), NOW, 1, LEASE, NO_RATE))
                .extracting(Claim::action)
                .containsExactly(action(4, ADA));
        assertThat(queue.requeue(actionId(2), NOW)).isTrue();
        assertThat(queue.claim(List.of("send_email"), NOW, 1, LEASE, NO_RATE))
                .extracting(Claim::action)
                .containsExactly(action(2, ADA));
    }

    @Test
    void actions_adopted_by_name_go_to_the_one_who_names_them_and_the_rest_to_the_other() {
        store(change(SESSION, 0)
                .events(event(1, 1))
                .scheduled(action(1, SESSION), action(2, SESSION), action(3, SESSION), action(4, SESSION))
                .build());
        store(change(BOB, 0).events(event(2, 2)).scheduled(action(5, BOB)).build());
        Queue queue = store.queue();
        Claim first = queue.claim(List.of("send_email"), NOW, 1, LEASE, NO_RATE).get(0);
        queue.settle(first, new Settlement.Done(NOW));

        // Whoever takes the rest stands first in the unit; what is done and what is another's stays.
        store(
                change(ADA, 0)
                        .events(event(3, 3, null, "lead-ada"))
                        .adopted(SESSION)
                        .build(),
                change(SubjectId.lead("lead-eve"), 0)
                        .events(event(4, 4, null, "lead-eve"))
                        .adopted(List.of(new Adoption(SESSION, List.of(actionId(1), actionId(3), actionId(5)))))
                        .build(),
                change(SESSION, 1).state(state(1, NOW)).build());

        assertThat(queue.find(LongStream.rangeClosed(1, 5)
                                .mapToObj(ContractFixture::actionId)
                                .toList())
                        .values())
                .extracting(ActionRecord::action)
                .containsExactlyInAnyOrder(
                        action(1, SESSION),
                        action(2, ADA),
                        action(3, SubjectId.lead("lead-eve")),
                        action(4, ADA),
                        action(5, BOB));
        assertThat(queue.claim(List.of("send_email"), NOW, 4, LEASE, NO_RATE))
                .extracting(claim -> claim.action().subject())
                .containsExactly(ADA, SubjectId.lead("lead-eve"), ADA, BOB);
    }
}
