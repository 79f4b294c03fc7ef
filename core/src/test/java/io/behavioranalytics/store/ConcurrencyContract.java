package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.trigger.ScheduledAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Many threads at once: races have one winner, and nobody waits for ever. */
abstract class ConcurrencyContract extends ContractFixture {
    private static final int THREADS = 8;
    private static final int ROUNDS = 25;

    private static long winners(List<UnitOutcome> outcomes) {
        return outcomes.stream()
                .filter(outcome -> outcome instanceof UnitOutcome.Committed)
                .count();
    }

    @Test
    void of_many_commits_on_one_version_exactly_one_is_stored() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            long version = round;
            List<UnitOutcome> outcomes = together(
                    THREADS,
                    thread -> () -> commit(change(ADA, version)
                            .events(event(100 * version + thread, version))
                            .executions(execution(version, TRIGGER, ADA))
                            .build()));

            assertThat(winners(outcomes)).as("round %d", round).isEqualTo(1);
            assertThat(outcomes)
                    .allSatisfy(outcome -> assertThat(outcome)
                            .isInstanceOfAny(
                                    UnitOutcome.Committed.class, UnitOutcome.Stale.class, UnitOutcome.Busy.class));
        }
        assertThat(load(ADA).version()).isEqualTo(ROUNDS);
        assertThat(eventsOf(ADA)).hasSize(ROUNDS);
        assertThat(store.ledger().executionCount(TRIGGER)).isEqualTo(ROUNDS);
    }

    @Test
    void a_guard_and_a_change_of_one_version_never_both_come_late() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            long version = round;
            SubjectId lead = SubjectId.lead("lead-" + round);
            List<UnitOutcome> outcomes = together(
                    2,
                    thread -> () -> thread == 0
                            ? commit(change(SESSION, version)
                                    .state(state(1, NOW))
                                    .build())
                            : commit(change(lead, 0).state(state(1, NOW)).build(), guard(SESSION, version)));

            assertThat(winners(outcomes)).as("round %d", round).isPositive();
            if (!(outcomes.get(0) instanceof UnitOutcome.Committed)) {
                store(change(SESSION, version).state(state(1, NOW)).build());
            }
            assertThat(load(SESSION).version()).isEqualTo(version + 1);
            boolean guarded = outcomes.get(1) instanceof UnitOutcome.Committed;
            assertThat(load(lead).version()).isEqualTo(guarded ? 1 : 0);
        }
    }

    @Test
    void of_many_events_of_one_id_exactly_one_is_stored() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            long number = round;
            List<UnitOutcome> outcomes = together(
                    THREADS,
                    thread -> () -> commit(change(SubjectId.lead("lead-" + number + "-" + thread), 0)
                            .events(event(number, thread))
                            .build()));

            assertThat(winners(outcomes)).as("round %d", round).isEqualTo(1);
        }
        assertThat(scanned()).hasSize(ROUNDS);
    }

    @Test
    void of_many_repetitions_of_one_batch_exactly_one_is_stored() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            long version = round;
            Batch batch = batch(
                    newBatchId(),
                    unit(change(ADA, version).events(event(version, version)).build()));
            List<List<UnitOutcome>> answers = together(THREADS, thread -> () -> {
                List<UnitOutcome> answer = store.commit(batch);
                // Busy is no answer: the same batch is under way elsewhere.
                while (answer.get(0) instanceof UnitOutcome.Busy
                        && !Thread.currentThread().isInterrupted()) {
                    answer = store.commit(batch);
                }
                return answer;
            });

            assertThat(answers).allSatisfy(answer -> assertThat(answer).containsExactly(committed(ADA, version + 1)));
        }
        assertThat(eventsOf(ADA)).hasSize(ROUNDS);
    }

    @Test
    void units_that_name_subjects_in_different_order_do_not_block_each_other() throws Exception {
        List<SubjectId> subjects = List.of(ADA, BOB, SESSION);
        List<Integer> stored = together(6, thread -> () -> {
            int mine = 0;
            for (int i = 0; i < 40; i++) {
                SubjectId first = subjects.get((thread + i) % 3);
                SubjectId second = subjects.get((thread + 2 * i + 1) % 3);
                if (!first.equals(second)) {
                    UnitOutcome outcome = commit(
                            change(first, load(first).version())
                                    .state(state(1, NOW))
                                    .build(),
                            change(second, load(second).version())
                                    .state(state(1, NOW))
                                    .build());
                    mine += outcome instanceof UnitOutcome.Committed ? 1 : 0;
                }
            }
            return mine;
        });

        long sum = stored.stream().mapToLong(Integer::longValue).sum();
        assertThat(sum).isPositive();
        assertThat(load(ADA).version() + load(BOB).version() + load(SESSION).version())
                .isEqualTo(2 * sum);
    }

    @Test
    void no_action_is_claimed_twice() throws Exception {
        List<ScheduledAction> actions =
                LongStream.range(0, 200).mapToObj(i -> action(i, ADA)).toList();
        store(change(ADA, 0).state(state(1, NOW)).scheduled(actions).build());

        List<List<Claim>> claims = together(THREADS, thread -> () -> {
            List<Claim> mine = new ArrayList<>();
            int empty = 0;
            // A store that skips what others hold may come back with nothing although something is left.
            while (empty < 3) {
                List<Claim> some = store.queue().claim(List.of("send_email"), NOW, 7, LEASE, NO_RATE);
                mine.addAll(some);
                empty = some.isEmpty() ? empty + 1 : 0;
            }
            return mine;
        });

        assertThat(claims.stream()
                        .flatMap(List::stream)
                        .map(claim -> claim.action().id()))
                .hasSize(200)
                .doesNotHaveDuplicates();
    }

    @Test
    void no_subject_is_claimed_twice() throws Exception {
        for (int i = 0; i < 100; i++) {
            store(change(SubjectId.lead("lead-" + i), 0)
                    .state(state(1, NOW))
                    .due(NOW.plusSeconds(i % 7))
                    .build());
        }
        List<List<SubjectId>> claims = together(THREADS, thread -> () -> {
            List<SubjectId> mine = new ArrayList<>();
            int empty = 0;
            while (empty < 3) {
                List<SubjectId> some = store.subjects().claimDue(NOW.plusSeconds(7), 5, LEASE);
                mine.addAll(some);
                empty = some.isEmpty() ? empty + 1 : 0;
            }
            return mine;
        });

        assertThat(claims.stream().flatMap(List::stream)).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void one_claim_is_settled_once() throws Exception {
        for (long round = 0; round < ROUNDS; round++) {
            store(change(ADA, round)
                    .state(state(1, NOW))
                    .scheduled(action(round, ADA))
                    .build());
            List<Claim> claims = store.queue().claim(List.of("send_email"), NOW, 1, LEASE, NO_RATE);
            assertThat(claims).hasSize(1);
            List<Boolean> settled =
                    together(4, thread -> () -> store.queue().settle(claims.get(0), new Settlement.Done(NOW)));

            assertThat(settled).containsOnlyOnce(true);
        }
    }

    @Test
    void the_rate_holds_for_all_callers_together() throws Exception {
        List<ScheduledAction> actions =
                LongStream.range(0, 100).mapToObj(i -> action(i, ADA)).toList();
        store(change(ADA, 0).state(state(1, NOW)).scheduled(actions).build());
        List<Integer> claimed = together(THREADS, thread -> () -> {
            int mine = 0;
            for (int i = 0; i < 10; i++) {
                mine += store.queue()
                        .claim(List.of("send_email"), NOW, 3, LEASE, 20)
                        .size();
            }
            return mine;
        });

        assertThat(claimed.stream().mapToInt(Integer::intValue).sum()).isEqualTo(20);
        storeClock.move(Duration.ofMinutes(1));
        assertThat(store.queue().claim(List.of("send_email"), NOW, ALL, LEASE, 20))
                .hasSize(20);
    }

    @Test
    void of_many_saves_on_one_version_exactly_one_is_stored() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            long version = round;
            List<Boolean> saved = together(
                    THREADS,
                    thread -> () -> store.definitions()
                            .save(
                                    new DefinitionRecord(
                                            DefinitionRecord.Kind.SEGMENT,
                                            new UUID(version, thread),
                                            "key-" + version + "-" + thread,
                                            1,
                                            false,
                                            "{}"),
                                    version));

            assertThat(saved).containsOnlyOnce(true);
        }
        assertThat(store.definitions().load().records()).hasSize(ROUNDS);
        assertThat(store.definitions().version()).isEqualTo(ROUNDS);
    }

    @Test
    void a_reader_sees_whole_commits_only() throws Exception {
        int commits = 200;
        AtomicBoolean done = new AtomicBoolean();
        List<Long> seen = together(3, thread -> () -> {
            if (thread == 0) {
                for (long i = 0; i < commits; i++) {
                    // Half of the events come late, so that they are put in between.
                    long second = i % 2 == 0 ? i : -i;
                    store(change(ADA, i)
                            .events(event(i, second))
                            .state(state(i + 1, NOW.minusSeconds(1_000)))
                            .build());
                }
                done.set(true);
                return (long) commits;
            }
            long last = 0;
            while (!done.get() && !Thread.currentThread().isInterrupted()) {
                SubjectRecord record =
                        load(ADA, thread == 1 ? Subjects.Projection.TIMELINE : Subjects.Projection.STATE);
                assertThat(record.version()).isGreaterThanOrEqualTo(last);
                last = record.version();
                assertThat((long) record.timeline().size()).isEqualTo(last);
                assertThat(record.state() == null ? 0 : record.state().definitionsVersion())
                        .isEqualTo(last);
            }
            return last;
        });

        assertThat(seen).allSatisfy(version -> assertThat(version).isBetween(0L, (long) commits));
        assertThat(load(ADA).version()).isEqualTo(commits);
    }
}
