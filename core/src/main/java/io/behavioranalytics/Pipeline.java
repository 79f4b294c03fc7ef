package io.behavioranalytics;

import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.CommitUnit;
import io.behavioranalytics.decision.Decision;
import io.behavioranalytics.decision.Release;
import io.behavioranalytics.decision.SessionLink;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.decision.SubjectSnapshot;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreException;
import io.behavioranalytics.store.StoreRefusalException;
import io.behavioranalytics.store.UnitOutcome;
import io.behavioranalytics.trigger.ScheduledAction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Decides and commits: the one way by which anything changes.
 *
 * <p>Subjects that an event ties together form a unit. Units are decided apart from each other, by a pure function, without any
 * lock, and committed in one batch; the store tells for each unit whether it was first. A unit that lost a race is loaded and
 * decided again, at most {@value #TRIES} times; after {@value #ALONE_AFTER} of them by itself, so that little time passes between
 * its reading and its commit. Several threads may work here at once.
 */
final class Pipeline implements Intake.Work {
    private static final GuardedLog LOG = GuardedLog.of(Pipeline.class);
    private static final int TRIES = 10;
    private static final int ALONE_AFTER = 3;
    private static final int COMMIT_TRIES = 3;

    private final Store store;
    private final InstantSource clock;
    private final SubjectCache cache;
    private final DefinitionsCache definitions;
    private final Counters counters;
    private final Answers answers;
    private final UnitDecider decider;
    private final Supplier<String> host;
    private final Supplier<UUID> ids;
    private final long patienceNanos;
    private final Consumer<Instant> dueListener;
    private final Consumer<List<SessionLink>> linkListener;

    Pipeline(
            Store store,
            InstantSource clock,
            SubjectCache cache,
            DefinitionsCache definitions,
            Counters counters,
            Supplier<String> host,
            Supplier<UUID> ids,
            Settings settings,
            Consumer<Instant> dueListener,
            Consumer<List<SessionLink>> linkListener) {
        this.store = store;
        this.clock = clock;
        this.cache = cache;
        this.definitions = definitions;
        this.counters = counters;
        this.answers = new Answers(counters);
        this.host = host;
        this.ids = ids;
        this.decider = new UnitDecider(store, clock, cache, definitions, answers, settings.subjectMaxEvents());
        this.patienceNanos = settings.callTimeout().toNanos();
        this.dueListener = dueListener;
        this.linkListener = linkListener;
    }

    @Override
    public List<Ticket> process(List<Ticket> batch, Runnable decided) {
        Map<UUID, Ticket> firsts = new LinkedHashMap<>();
        List<Ticket> twins = new ArrayList<>();
        for (Ticket ticket : batch) {
            if (firsts.putIfAbsent(ticket.id(), ticket) != null) {
                twins.add(ticket);
            }
        }
        List<Ticket> busy = new ArrayList<>();
        List<Unit> units = List.of();
        try {
            units = Grouping.of(firsts.values(), cache, answers);
        } catch (StoreException failed) {
            LOG.warn("subjects could not be read: {}", failed.getMessage());
            firsts.values().forEach(answers::unread);
        }
        settle(units, busy, decided);
        for (Ticket twin : twins) {
            answers.twin(twin, Objects.requireNonNull(firsts.get(twin.id())), busy);
        }
        return busy;
    }

    /**
     * Decides subjects again without an event: because their instant has come, or because the definitions have changed.
     *
     * @param claimed whether their due instants were claimed
     * @return the subjects for which that succeeded
     * @throws StoreException if they could not be read
     */
    Set<SubjectId> redecide(Collection<SubjectId> subjects, boolean claimed) {
        return redecide(cache.load(subjects), claimed).committed;
    }

    /**
     * Decides subjects again on some definitions or newer ones, unless they were already: another host may be at it, too.
     *
     * @param undecidable takes those that cannot be read or decided: what is kept of them is damaged
     * @return those of which nothing is left to do, what cannot be read or decided included
     * @throws StoreException if they could not be read
     */
    Set<SubjectId> bringTo(long definitionsVersion, Collection<SubjectId> subjects, Collection<SubjectId> undecidable) {
        Map<SubjectId, SubjectSnapshot> behind = cache.load(subjects);
        Set<SubjectId> done = new LinkedHashSet<>(subjects);
        subjects.stream().filter(id -> !behind.containsKey(id)).forEach(undecidable::add);
        behind.values()
                .removeIf(snapshot -> snapshot.state()
                        .map(state -> state.definitionsVersion() >= definitionsVersion)
                        .orElse(true));
        done.removeAll(behind.keySet());
        Progress progress = redecide(behind, false);
        done.addAll(progress.committed);
        done.addAll(progress.failed);
        undecidable.addAll(progress.failed);
        return done;
    }

    private Progress redecide(Map<SubjectId, SubjectSnapshot> loaded, boolean claimed) {
        List<Unit> units = new ArrayList<>();
        loaded.forEach((id, snapshot) -> {
            Unit unit = new Unit();
            unit.subjects.put(id, snapshot);
            if (claimed) {
                unit.claimed.add(id);
            }
            units.add(unit);
        });
        return settle(units, new ArrayList<>(), () -> {});
    }

    /**
     * Says whether an action that was claimed may be begun, and cancels it if it never may.
     *
     * @return {@link Release.Go}, {@link Release.Hold}, or {@link Release.Cancelled} once that is durable
     * @throws StoreException if that could not be found out
     */
    Release release(ScheduledAction claimed) {
        ScheduledAction action = claimed;
        for (int attempt = 1; attempt <= TRIES; attempt++) {
            Unit unit = new Unit();
            unit.asked = action;
            unit.subjects.putAll(cache.load(List.of(action.subject())));
            decider.decide(unit, new HashMap<>());
            Release answer =
                    Objects.requireNonNull(Objects.requireNonNull(unit.decided).release());
            if (answer instanceof Release.Unknown) {
                ActionRecord stored = store.queue().find(List.of(action.id())).get(action.id());
                if (stored == null || stored.action().subject().equals(action.subject())) {
                    return new Release.Go();
                }
                action = stored.action(); // its session became a lead's meanwhile
            } else if (answer instanceof Release.Cancelled) {
                Progress progress = new Progress(new ArrayList<>());
                commit(List.of(unit), progress);
                if (progress.committed.contains(action.subject())) {
                    return answer;
                }
            } else {
                return answer;
            }
            Backoff.pause(attempt);
        }
        return new Release.Hold(clock.instant().plusSeconds(1));
    }

    /** Gives every unit's tickets a result, or puts them among the busy; tells what was committed. */
    private Progress settle(List<Unit> units, List<Ticket> busy, Runnable listener) {
        Progress progress = new Progress(busy);
        List<Unit> round = new ArrayList<>(units);
        for (int attempt = 1; !round.isEmpty(); attempt++) {
            if (attempt > ALONE_AFTER) {
                Backoff.pause(attempt - ALONE_AFTER);
                for (Unit unit : round) {
                    commit(decide(List.of(unit), progress), progress);
                }
            } else {
                List<Unit> decided = decide(round, progress);
                if (attempt == 1) {
                    listener.run();
                }
                commit(decided, progress);
            }
            List<Unit> again = new ArrayList<>(progress.again);
            progress.again.clear();
            if (attempt == TRIES) {
                again.forEach(unit -> unit.tickets.forEach(ticket -> answers.outrun(ticket, TRIES)));
                break;
            }
            round = reload(again);
        }
        if (!progress.lagging.isEmpty()) {
            // The definitions changed between deciding and committing; whoever recalculates may have passed these
            // already.
            redecide(progress.lagging, false);
        }
        return progress;
    }

    /** What becomes of units on their way. */
    private static final class Progress {
        final List<Unit> again = new ArrayList<>();
        final List<Ticket> busy;
        final Set<SubjectId> committed = new LinkedHashSet<>();
        final Set<SubjectId> failed = new LinkedHashSet<>();
        final Set<SubjectId> lagging = new LinkedHashSet<>();

        Progress(List<Ticket> busy) {
            this.busy = busy;
        }
    }

    /** Reads the subjects of units that lost a race, and groups anew, since links may have changed. */
    private List<Unit> reload(List<Unit> stale) {
        List<Unit> units = new ArrayList<>();
        List<Ticket> tickets = new ArrayList<>();
        for (Unit unit : stale) {
            if (unit.tickets.isEmpty()) {
                units.add(unit);
            } else {
                tickets.addAll(unit.tickets);
            }
        }
        try {
            for (Unit unit : units) {
                Set<SubjectId> ids = unit.claimed.isEmpty() ? unit.subjects.keySet() : unit.claimed;
                Map<SubjectId, SubjectSnapshot> fresh = cache.load(new ArrayList<>(ids));
                unit.subjects.clear();
                unit.subjects.putAll(fresh);
            }
            units.addAll(Grouping.of(tickets, cache, answers));
        } catch (StoreException failed) {
            LOG.warn("subjects could not be read: {}", failed.getMessage());
            tickets.forEach(answers::unread);
            return List.of();
        }
        return units;
    }

    // ---- deciding

    /** Decides units; those that fail are answered, those that have to be split are put among the ones to do again. */
    private List<Unit> decide(List<Unit> units, Progress progress) {
        Map<SubjectId, Unit> owner = new HashMap<>();
        for (Unit unit : units) {
            unit.subjects.keySet().forEach(id -> owner.put(id, unit));
        }
        for (Unit unit : units) {
            if (unit.isEmpty()) {
                continue; // joined another unit meanwhile
            }
            try {
                decider.decide(unit, owner);
            } catch (StoreException failed) {
                LOG.warn("history could not be read: {}", failed.getMessage());
                unit.tickets.forEach(answers::unread);
                unit.decided = null;
            } catch (RuntimeException | StackOverflowError poison) {
                unit.decided = null;
                isolate(unit, poison, progress);
            }
        }
        return units.stream().filter(unit -> unit.decided != null).toList();
    }

    /** A unit that cannot be decided or stored: its events are tried one by one, so that only the poisonous one fails. */
    private void isolate(Unit unit, Throwable poison, Progress progress) {
        if (unit.tickets.size() > 1) {
            for (Ticket ticket : unit.tickets) {
                settleAlone(ticket, progress);
            }
            return;
        }
        List<UUID> events = unit.tickets.stream().map(Ticket::id).toList();
        if (poison instanceof StoreRefusalException) {
            // The caller is told by the answer; there is nothing to mend in here.
            LOG.warn("the store refuses events {} of {}: {}", events, unit.subjects.keySet(), poison.getMessage());
        } else {
            LOG.error("the decision on {} failed, of events {}", unit.subjects.keySet(), events, poison);
        }
        progress.failed.addAll(unit.subjects.keySet());
        unit.tickets.forEach(ticket -> answers.failed(ticket, poison));
    }

    private void settleAlone(Ticket ticket, Progress progress) {
        try {
            settle(Grouping.of(List.of(ticket), cache, answers), progress.busy, () -> {});
        } catch (StoreException failed) {
            LOG.warn("subjects could not be read: {}", failed.getMessage());
            answers.unread(ticket);
        }
    }

    // ---- committing

    private void commit(List<Unit> decided, Progress progress) {
        if (decided.isEmpty()) {
            return;
        }
        List<CommitUnit> commitUnits = new ArrayList<>(decided.size());
        for (Unit unit : decided) {
            commitUnits.add(Objects.requireNonNull(unit.decided).unit());
        }
        Batch batch = new Batch(ids.get(), host.get(), clock.instant(), commitUnits);
        List<UnitOutcome> outcomes;
        try {
            outcomes = commit(batch);
        } catch (StoreException failed) {
            LOG.warn(
                    "batch {} of {} units: the outcome is unknown: {}",
                    batch.id(),
                    decided.size(),
                    failed.getMessage());
            for (Unit unit : decided) {
                cache.drop(unit.subjects.keySet());
                unit.tickets.forEach(answers::unknown);
            }
            return;
        } catch (RuntimeException failed) {
            // A store that stumbles over one unit must not sink the others; if it has stored some, their versions tell.
            decided.forEach(unit -> cache.drop(unit.subjects.keySet()));
            if (decided.size() > 1) {
                for (Unit unit : decided) {
                    commit(List.of(unit), progress);
                }
            } else {
                isolate(decided.get(0), failed, progress);
            }
            return;
        }
        for (int i = 0; i < decided.size(); i++) {
            apply(decided.get(i), outcomes.get(i), progress);
        }
        cache.settle();
    }

    /** Commits, and repeats the same batch while its outcome is unknown and no caller has waited for too long. */
    private List<UnitOutcome> commit(Batch batch) {
        long begun = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            try {
                counters.batches.increment();
                return store.commit(batch);
            } catch (StoreException failed) {
                if (attempt == COMMIT_TRIES || System.nanoTime() - begun > patienceNanos) {
                    throw failed;
                }
                Backoff.pause(attempt);
            }
        }
    }

    private void apply(Unit unit, UnitOutcome outcome, Progress progress) {
        Decision.Decided decided = Objects.requireNonNull(unit.decided);
        if (outcome instanceof UnitOutcome.Committed) {
            decided.next().forEach(cache::put);
            for (SubjectChange change : decided.unit().changes()) {
                if (change.links() != null) {
                    SubjectSnapshot before = unit.subjects.get(change.subject());
                    linkListener.accept(before == null ? List.of() : before.links());
                    linkListener.accept(change.links());
                }
            }
            for (Ticket ticket : unit.tickets) {
                answers.accepted(ticket, Objects.requireNonNull(decided.placed().get(ticket.id())));
            }
            progress.committed.addAll(decided.next().keySet());
            if (unit.definitionsVersion != definitions.current().decidingVersion()) {
                progress.lagging.addAll(decided.next().keySet());
            }
            decided.unit().earliestDue().ifPresent(dueListener); // the loop of timers and actions may sleep for longer
        } else if (outcome instanceof UnitOutcome.Stale) {
            counters.staleRetries.increment();
            cache.drop(unit.subjects.keySet());
            progress.again.add(unit);
        } else if (outcome instanceof UnitOutcome.Busy) {
            counters.busyRetries.increment();
            if (unit.tickets.isEmpty()) {
                cache.drop(unit.subjects.keySet());
                progress.again.add(unit); // a timer has nobody who would try it again soon
            } else {
                progress.busy.addAll(unit.tickets);
            }
        } else {
            Map<UUID, BehaviorEvent> originals = ((UnitOutcome.Duplicates) outcome).originals();
            cache.drop(unit.subjects.keySet());
            unit.tickets.removeIf(ticket -> {
                BehaviorEvent original = originals.get(ticket.id());
                if (original != null) {
                    answers.repeated(ticket, original);
                }
                return original != null;
            });
            if (!unit.tickets.isEmpty()) {
                progress.again.add(unit);
            }
        }
    }
}
