package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.TriggerCause;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** {@link Ledger#visitOutcomes}: firings of a range, each once, with what became of their actions. */
abstract class OutcomesContract extends ContractFixture {
    private static final Comparator<TriggerExecution> ORDER = Comparator.comparing(TriggerExecution::executedAt)
            .thenComparing(TriggerExecution::id, (one, other) -> EventKey.compare(0, 0, one, 0, 0, other));

    private static TriggerExecution fired(UUID id, SubjectId subject, Instant at, UUID... actions) {
        return new TriggerExecution(
                id,
                TRIGGER,
                "trigger",
                1,
                subject,
                null,
                NOW.minusSeconds(1_000_000),
                at,
                new TriggerCause.Event(id(1)),
                List.of(actions));
    }

    private List<ExecutionOutcome> visited(Instant from, Instant to) {
        List<ExecutionOutcome> visited = new ArrayList<>();
        store.ledger().visitOutcomes(from, to, visited::add);
        return visited;
    }

    private List<UUID> ids(Instant from, Instant to) {
        return visited(from, to).stream().map(ExecutionOutcome::id).toList();
    }

    @Test
    void firings_of_a_range_are_visited_by_instant_and_id_each_once_however_they_were_committed() {
        Random random = new Random(11);
        List<TriggerExecution> all = new ArrayList<>();
        // More than a page of one instant, more than a page around it, and ids that are negative as signed numbers.
        for (int i = 0; i < 2_600; i++) {
            Instant at = NOW.plusMillis(i < 1_300 ? 500 : random.nextInt(1_000)).plusNanos(1_000L * random.nextInt(2));
            UUID id = new UUID(random.nextInt(4) - 2L, random.nextLong());
            all.add(fired(id, random.nextBoolean() ? ADA : BOB, at));
        }
        for (int i = 0; i < 1_100; i++) {
            all.add(fired(new UUID(random.nextLong(), i), ADA, NOW.plusSeconds(2)));
        }
        for (SubjectId subject : List.of(ADA, BOB)) {
            List<TriggerExecution> whose = all.stream()
                    .filter(fired -> fired.subject().equals(subject))
                    .toList();
            int half = whose.size() / 2;
            // What is committed later may have been decided earlier, on a host whose clock is behind.
            store(change(subject, 0)
                    .state(state(1, NOW))
                    .executions(whose.subList(half, whose.size()).toArray(TriggerExecution[]::new))
                    .build());
            store(change(subject, 1)
                    .state(state(1, NOW))
                    .executions(whose.subList(0, half).toArray(TriggerExecution[]::new))
                    .build());
        }
        all.sort(ORDER);

        List<Instant> bounds = new ArrayList<>(List.of(NOW.minusSeconds(9), NOW, NOW.plusSeconds(3)));
        for (int i = 0; i < 9; i++) {
            bounds.add(all.get(random.nextInt(all.size())).executedAt());
        }
        bounds.add(NOW.plusMillis(500));
        bounds.add(NOW.plusMillis(500).plusNanos(1_000));
        for (Instant from : bounds) {
            for (Instant to : bounds) {
                assertThat(ids(from, to))
                        .as("%s to %s", from, to)
                        .isEqualTo(all.stream()
                                .filter(fired -> !fired.executedAt().isBefore(from)
                                        && fired.executedAt().isBefore(to))
                                .map(TriggerExecution::id)
                                .toList());
            }
        }
    }

    @Test
    void a_range_of_firings_may_begin_and_end_at_any_instant_that_java_knows() {
        store(change(ADA, 0)
                .state(state(1, NOW))
                .executions(fired(id(1), ADA, NOW), fired(id(2), ADA, NOW.plusNanos(1_000)))
                .build());
        assertThat(ids(Instant.MIN, Instant.MAX)).containsExactly(id(1), id(2));
        assertThat(ids(Instant.MIN, NOW)).isEmpty();
        assertThat(ids(NOW.plusNanos(1_000), Instant.MAX)).containsExactly(id(2));
        assertThat(ids(Instant.MAX, Instant.MIN)).isEmpty();
        assertThat(ids(Instant.MIN, Instant.MIN.plusSeconds(1))).isEmpty();
        assertThat(ids(Instant.MAX.minusSeconds(1), Instant.MAX)).isEmpty();
        // Between two microseconds, which are all that a store tells apart.
        assertThat(ids(NOW.minusNanos(1), NOW.plusNanos(1))).containsExactly(id(1));
        assertThat(ids(NOW, NOW.plusNanos(999))).containsExactly(id(1));
        assertThat(ids(NOW.plusNanos(1), NOW.plusSeconds(1))).containsExactly(id(2));
        assertThat(ids(NOW.plusNanos(1), NOW.plusNanos(1_001))).containsExactly(id(2));
        assertThat(ids(NOW.plusNanos(1), NOW.plusNanos(2))).isEmpty();
    }

    @Test
    void a_firing_tells_how_many_actions_it_had_and_which_of_them_succeeded_or_failed_for_good() {
        UUID whole = new UUID(0xe8ec, 77);
        UUID without = new UUID(0xe8ec, 78);
        Instant old = NOW.minusSeconds(100);
        store(change(ADA, 0)
                .state(state(1, NOW))
                .executions(
                        fired(
                                whole,
                                ADA,
                                NOW,
                                actionId(1),
                                actionId(2),
                                actionId(3),
                                actionId(4),
                                actionId(5),
                                actionId(6)),
                        fired(without, ADA, NOW))
                .scheduled(
                        action(1, ADA),
                        action(2, ADA),
                        action(3, ADA),
                        action(4, ADA),
                        action(5, ADA, "call", 0, NOW),
                        action(6, ADA))
                .build());
        assertThat(visited(NOW, NOW.plusSeconds(1)))
                .containsExactly(
                        new ExecutionOutcome(whole, TRIGGER, NOW, 6, 0, 0),
                        new ExecutionOutcome(without, TRIGGER, NOW, 0, 0, 0));

        store(change(ADA, 1)
                .state(state(1, NOW))
                .cancelled(new Cancellation(actionId(6), Cancellation.Reason.SUPERSEDED))
                .build());
        List<Claim> claims = claims();
        assertThat(claims).hasSize(4);
        assertThat(store.queue().settle(claims.get(0), new Settlement.Done(old)))
                .isTrue();
        assertThat(store.queue().settle(claims.get(1), new Settlement.Done(NOW.plusSeconds(9))))
                .isTrue();
        assertThat(store.queue().settle(claims.get(2), new Settlement.Dead(NOW, "no")))
                .isTrue();
        assertThat(visited(NOW, NOW.plusSeconds(1)))
                .containsExactly(
                        new ExecutionOutcome(whole, TRIGGER, NOW, 6, 2, 1),
                        new ExecutionOutcome(without, TRIGGER, NOW, 0, 0, 0));

        // The first is forgotten; that it was scheduled is told by the firing, which stays.
        assertThat(store.upkeep().forget(NOW.minusSeconds(50), ALL)).isOne();
        assertThat(visited(NOW, NOW.plusSeconds(1)).get(0))
                .isEqualTo(new ExecutionOutcome(whole, TRIGGER, NOW, 6, 1, 1));
        assertThat(store.queue().requeue(actionId(3), NOW)).isTrue();
        assertThat(visited(NOW, NOW.plusSeconds(1)).get(0))
                .isEqualTo(new ExecutionOutcome(whole, TRIGGER, NOW, 6, 1, 0));
    }

    @Test
    void what_is_committed_while_firings_are_visited_is_not_among_them() {
        List<TriggerExecution> before = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            before.add(fired(new UUID(5, i), ADA, NOW.plusSeconds(i / 2)));
        }
        store(change(ADA, 0)
                .state(state(1, NOW))
                .executions(before.toArray(TriggerExecution[]::new))
                .build());
        List<UUID> visited = new ArrayList<>();
        store.ledger().visitOutcomes(NOW, NOW.plusSeconds(10_000), outcome -> {
            if (visited.isEmpty()) {
                store(change(BOB, 0)
                        .state(state(1, NOW))
                        .executions(
                                fired(new UUID(4, 1), BOB, NOW),
                                fired(new UUID(4, 2), BOB, NOW.plusSeconds(600)),
                                fired(new UUID(6, 3), BOB, NOW.plusSeconds(749)),
                                fired(new UUID(6, 4), BOB, NOW.plusSeconds(5_000)))
                        .build());
            }
            visited.add(outcome.id());
            return true;
        });
        assertThat(visited).isEqualTo(before.stream().map(TriggerExecution::id).toList());
        assertThat(ids(NOW, NOW.plusSeconds(10_000))).hasSize(1_504);
    }

    @Test
    void a_visit_of_firings_ends_when_the_visitor_has_enough() {
        TriggerExecution[] fired = new TriggerExecution[1_200];
        for (int i = 0; i < fired.length; i++) {
            fired[i] = fired(new UUID(5, i), ADA, NOW);
        }
        store(change(ADA, 0).state(state(1, NOW)).executions(fired).build());
        for (int enough : new int[] {1, 999, 1_000, 1_001, 1_200}) {
            List<UUID> visited = new ArrayList<>();
            store.ledger().visitOutcomes(NOW, NOW.plusSeconds(1), outcome -> {
                visited.add(outcome.id());
                return visited.size() < enough;
            });
            assertThat(visited).hasSize(enough);
        }
    }
}
