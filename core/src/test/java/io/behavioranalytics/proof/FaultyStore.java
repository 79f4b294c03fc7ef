package io.behavioranalytics.proof;

import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.CommitUnit;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.Claim;
import io.behavioranalytics.store.Definitions;
import io.behavioranalytics.store.Hosts;
import io.behavioranalytics.store.Ledger;
import io.behavioranalytics.store.Queue;
import io.behavioranalytics.store.Settlement;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreException;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects;
import io.behavioranalytics.store.UnitOutcome;
import io.behavioranalytics.store.Upkeep;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A store that fails as real ones do: it is busy, it lost a race, it throws before the work was done, and it throws after.
 *
 * <p>It lies about outcomes, never about data: a unit reported stale or busy was not stored, and a batch whose answer was lost
 * is answered the same when it comes again. One thread only.
 */
final class FaultyStore implements Store {
    private final Store store;
    private final SplittableRandom random;
    private final Journal journal;
    private final Map<UUID, List<UnitOutcome>> answered = new HashMap<>();
    private int percent;
    private Runnable interloper = () -> {};
    private boolean interloping;

    /**
     * Wraps a store.
     *
     * @param store what does the work
     * @param random decides what fails
     * @param journal is told of each fault and outcome
     * @param percent how many calls of a hundred fail
     */
    FaultyStore(Store store, SplittableRandom random, Journal journal, int percent) {
        this.store = store;
        this.random = random;
        this.journal = journal;
        this.percent = percent;
    }

    /**
     * Sets how much fails from now on.
     *
     * @param percentOfCalls how many calls of a hundred
     */
    void fail(int percentOfCalls) {
        percent = percentOfCalls;
    }

    /** From now on everything works. */
    void heal() {
        percent = 0;
        interloper = () -> {};
    }

    /**
     * Sets what another host does in the moment before a commit, now and then.
     *
     * @param other the other host's work
     */
    void interloper(Runnable other) {
        interloper = other;
    }

    private boolean fails() {
        return random.nextInt(100) < percent;
    }

    private <T> T guarded(String call, Supplier<T> work) {
        if (fails()) {
            journal.add("fault", call, "before");
            throw new StoreException(call + " failed before it was done");
        }
        T result = work.get();
        if (fails()) {
            journal.add("fault", call, "after");
            throw new StoreException(call + " failed after it was done");
        }
        return result;
    }

    @Override
    public List<UnitOutcome> commit(Batch batch) {
        if (!interloping && fails()) {
            interloping = true;
            try {
                interloper.run();
            } finally {
                interloping = false;
            }
        }
        return guarded("commit", () -> {
            List<UnitOutcome> known = answered.get(batch.id());
            if (known != null) {
                journal.add("commit", "repeated", known.size());
                return known;
            }
            List<UnitOutcome> outcomes = commitSome(batch);
            answered.put(batch.id(), outcomes);
            outcomes.forEach(outcome -> journal.add("commit", outcome.getClass().getSimpleName(), batch.decidedAt()));
            return outcomes;
        });
    }

    private List<UnitOutcome> commitSome(Batch batch) {
        List<CommitUnit> kept = new ArrayList<>();
        Map<Integer, UnitOutcome> refused = new HashMap<>();
        for (int i = 0; i < batch.units().size(); i++) {
            CommitUnit unit = batch.units().get(i);
            if (fails()) {
                SubjectId subject = unit.changes()
                        .get(random.nextInt(unit.changes().size()))
                        .subject();
                refused.put(
                        i,
                        random.nextBoolean()
                                ? new UnitOutcome.Busy(subject)
                                : new UnitOutcome.Stale(subject, version(subject)));
            } else {
                kept.add(unit);
            }
        }
        List<UnitOutcome> inner =
                kept.isEmpty() ? List.of() : store.commit(new Batch(batch.id(), batch.host(), batch.decidedAt(), kept));
        List<UnitOutcome> outcomes = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < batch.units().size(); i++) {
            outcomes.add(refused.containsKey(i) ? refused.get(i) : inner.get(next++));
        }
        return List.copyOf(outcomes);
    }

    private long version(SubjectId subject) {
        return store.subjects()
                .load(List.of(subject), Subjects.Projection.STATE)
                .get(subject)
                .version();
    }

    @Override
    public Subjects subjects() {
        Subjects inner = store.subjects();
        return new Subjects() {
            @Override
            public Map<SubjectId, SubjectRecord> load(Collection<SubjectId> ids, Projection projection) {
                return guarded("load", () -> inner.load(ids, projection));
            }

            @Override
            public Map<UUID, BehaviorEvent> events(Collection<UUID> ids) {
                return inner.events(ids);
            }

            @Override
            public Optional<SubjectRecord> load(SubjectId id, Instant from) {
                return guarded("load", () -> inner.load(id, from));
            }

            @Override
            public void scan(Projection projection, Predicate<SubjectRecord> visitor) {
                inner.scan(projection, visitor);
            }

            @Override
            public long count() {
                return inner.count();
            }

            @Override
            public List<SubjectId> claimDue(Instant now, int limit, Duration lease) {
                return guarded("claimDue", () -> inner.claimDue(now, limit, lease));
            }

            @Override
            public Optional<Instant> firstDue() {
                return inner.firstDue();
            }

            @Override
            public Optional<Instant> nextDue() {
                return inner.nextDue();
            }

            @Override
            public Decided decidedSince(long definitionsVersion) {
                return inner.decidedSince(definitionsVersion);
            }

            @Override
            public List<SubjectId> decidedBefore(long definitionsVersion, SubjectId after, int limit) {
                return inner.decidedBefore(definitionsVersion, after, limit);
            }
        };
    }

    @Override
    public Queue queue() {
        Queue inner = store.queue();
        return new Queue() {
            @Override
            public List<Claim> claim(
                    Collection<String> types, Instant now, int limit, Duration lease, int ratePerMinute) {
                return guarded("claim", () -> inner.claim(types, now, limit, lease, ratePerMinute));
            }

            @Override
            public boolean renew(Claim claim, Duration lease) {
                return guarded("renew", () -> inner.renew(claim, lease));
            }

            @Override
            public boolean settle(Claim claim, Settlement settlement) {
                return guarded("settle", () -> inner.settle(claim, settlement));
            }

            @Override
            public boolean requeue(UUID actionId, Instant notBefore) {
                return inner.requeue(actionId, notBefore);
            }

            @Override
            public Map<UUID, ActionRecord> find(Collection<UUID> actionIds) {
                return inner.find(actionIds);
            }

            @Override
            public List<ActionRecord> list(ActionStatus status, UUID after, int limit) {
                return inner.list(status, after, limit);
            }

            @Override
            public Optional<Instant> nextDue(Collection<String> types) {
                return inner.nextDue(types);
            }
        };
    }

    @Override
    public Definitions definitions() {
        return store.definitions();
    }

    @Override
    public Hosts hosts() {
        return store.hosts();
    }

    @Override
    public Upkeep upkeep() {
        return store.upkeep();
    }

    @Override
    public Ledger ledger() {
        return store.ledger();
    }

    @Override
    public void close() {
        // Several facades share the store; the test closes it.
    }
}
