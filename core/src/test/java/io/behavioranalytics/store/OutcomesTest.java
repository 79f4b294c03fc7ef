package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.ScheduledAction;
import io.behavioranalytics.trigger.TriggerCause;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Random ledgers in memory, whose firings a naive reading of everything tells too. */
class OutcomesTest extends ContractFixture {
    private static final int LEDGERS = 400;
    private static final int RANGES = 20;

    @Override
    Store createStore(InstantSource clock) {
        return new InMemoryStore(clock);
    }

    @Test
    void every_range_of_a_random_ledger_is_what_reading_everything_tells() {
        for (int seed = 0; seed < LEDGERS; seed++) {
            Random random = new Random(seed);
            Store ledger = random(random);
            for (int i = 0; i < RANGES; i++) {
                Instant from = NOW.plusNanos(1_000L * (random.nextInt(12) - 2));
                Instant to = NOW.plusNanos(1_000L * (random.nextInt(12) - 2));
                List<ExecutionOutcome> visited = new ArrayList<>();
                ledger.ledger().visitOutcomes(from, to, visited::add);
                assertThat(visited).as("ledger %s, %s to %s", seed, from, to).isEqualTo(naive(ledger, from, to));
            }
        }
    }

    private Store random(Random random) {
        Store ledger = new InMemoryStore(storeClock);
        int versions = 0;
        int number = 0;
        for (int commits = random.nextInt(6); commits > 0; commits--) {
            List<TriggerExecution> fired = new ArrayList<>();
            List<ScheduledAction> scheduled = new ArrayList<>();
            for (int firings = random.nextInt(4); firings > 0; firings--) {
                List<UUID> actions = new ArrayList<>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    scheduled.add(action(++number, ADA));
                    actions.add(actionId(number));
                }
                fired.add(new TriggerExecution(
                        new UUID(random.nextLong(), random.nextLong()),
                        new UUID(0x761, random.nextInt(3)),
                        "trigger",
                        1,
                        ADA,
                        null,
                        NOW,
                        NOW.plusNanos(1_000L * random.nextInt(8)),
                        new TriggerCause.Event(id(1)),
                        actions));
            }
            ContractChange change = change(ADA, versions++)
                    .state(state(1, NOW))
                    .executions(fired.toArray(TriggerExecution[]::new))
                    .scheduled(scheduled.toArray(ScheduledAction[]::new));
            if (number > 3) {
                change.cancelled(
                        new Cancellation(actionId(1 + random.nextInt(number)), Cancellation.Reason.SUPERSEDED));
            }
            SubjectChange built = change.build();
            assertThat(ledger.commit(batch(newBatchId(), unit(built))).get(0))
                    .isInstanceOf(UnitOutcome.Committed.class);
            settle(ledger, random);
        }
        return ledger;
    }

    private static void settle(Store ledger, Random random) {
        for (Claim claim : ledger.queue().claim(List.of("send_email"), NOW, random.nextInt(6), LEASE, NO_RATE)) {
            Instant at = NOW.plusSeconds(random.nextInt(3));
            switch (random.nextInt(4)) {
                case 0 -> ledger.queue().settle(claim, new Settlement.Dead(at, "no"));
                case 1 -> ledger.queue().settle(claim, new Settlement.Retry(at, at, "later"));
                default -> ledger.queue().settle(claim, new Settlement.Done(at));
            }
        }
        if (random.nextInt(3) == 0) {
            ledger.upkeep().forget(NOW.plusSeconds(1), ALL);
        }
    }

    private static List<ExecutionOutcome> naive(Store ledger, Instant from, Instant to) {
        return ledger.ledger().executions(null, null, Integer.MAX_VALUE).stream()
                .filter(fired ->
                        !fired.executedAt().isBefore(from) && fired.executedAt().isBefore(to))
                .sorted(Comparator.comparing(TriggerExecution::executedAt)
                        .thenComparing(TriggerExecution::id, (one, other) -> EventKey.compare(0, 0, one, 0, 0, other)))
                .map(fired -> {
                    Map<UUID, ActionRecord> kept = ledger.queue().find(fired.actions());
                    return new ExecutionOutcome(
                            fired.id(),
                            fired.triggerId(),
                            fired.executedAt(),
                            fired.actions().size(),
                            count(kept, ActionStatus.DONE),
                            count(kept, ActionStatus.DEAD));
                })
                .toList();
    }

    private static int count(Map<UUID, ActionRecord> kept, ActionStatus status) {
        return (int) kept.values().stream()
                .filter(action -> action.status() == status)
                .count();
    }
}
