package io.behavioranalytics;

import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.CommitUnit;
import io.behavioranalytics.decision.Decider;
import io.behavioranalytics.decision.Decision;
import io.behavioranalytics.decision.SessionLink;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.decision.SubjectSnapshot;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventNormalizer;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreException;
import io.behavioranalytics.store.Subjects.Projection;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides and commits: the one way by which anything changes.
 *
 * <p>Subjects that an event ties together form a unit. Units are decided apart from each other, by a pure function, without any
 * lock, and committed in one batch; the store tells for each unit whether it was first. A unit that lost a race is loaded and
 * decided again, at most {@value #TRIES} times; after {@value #ALONE_AFTER} of them by itself, so that little time passes between
 * its reading and its commit. Several threads may work here at once.
 */
final class Pipeline implements Intake.Work {
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
    private static final int TRIES = 10;
    private static final int ALONE_AFTER = 3;
    private static final int LOADS = 16;
    private static final int COMMIT_TRIES = 3;

    private final Store store;
    private final InstantSource clock;
    private final SubjectCache cache;
    private final DefinitionsCache definitions;
    private final Counters counters;
    private final String host;
    private final Supplier<UUID> ids;
    private final long maxEvents;
    private final Consumer<Instant> dueListener;

    Pipeline(
            Store store,
            InstantSource clock,
            SubjectCache cache,
            DefinitionsCache definitions,
            Counters counters,
            String host,
            Supplier<UUID> ids,
            long maxEvents,
            Consumer<Instant> dueListener) {
        this.store = store;
        this.clock = clock;
        this.cache = cache;
        this.definitions = definitions;
        this.counters = counters;
        this.host = host;
        this.ids = ids;
        this.maxEvents = maxEvents;
        this.dueListener = dueListener;
    }

    @Override
    public List<Ticket> process(List<Ticket> batch) {
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
            units = group(firsts.values());
        } catch (StoreException failed) {
            LOG.warn("subjects could not be read: {}", failed.getMessage());
            firsts.values().forEach(ticket -> unavailable(ticket, false));
        }
        settle(units, busy);
        for (Ticket twin : twins) {
            answerTwin(twin, Objects.requireNonNull(firsts.get(twin.id())), busy);
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
        List<Unit> units = new ArrayList<>();
        cache.load(subjects).forEach((id, snapshot) -> {
            Unit unit = new Unit();
            unit.subjects.put(id, snapshot);
            if (claimed) {
                unit.claimed.add(id);
            }
            units.add(unit);
        });
        return settle(units, new ArrayList<>());
    }

    /** Gives every unit's tickets a result, or puts them among the busy; returns the subjects of what was committed. */
    private Set<SubjectId> settle(List<Unit> units, List<Ticket> busy) {
        Set<SubjectId> committed = new LinkedHashSet<>();
        List<Unit> round = new ArrayList<>(units);
        for (int attempt = 1; !round.isEmpty(); attempt++) {
            List<Unit> again = new ArrayList<>();
            if (attempt > ALONE_AFTER) {
                pause(attempt - ALONE_AFTER);
                for (Unit unit : round) {
                    commit(decide(List.of(unit), again), again, busy, committed);
                }
            } else {
                commit(decide(round, again), again, busy, committed);
            }
            if (attempt == TRIES) {
                again.forEach(this::giveUp);
                break;
            }
            round = reload(again);
        }
        return committed;
    }

    // ---- grouping

    /** Puts events into units: an event's session and lead belong together, and so do a session and the leads it is linked to. */
    private List<Unit> group(Collection<Ticket> tickets) {
        Map<Ticket, List<SubjectId>> named = new HashMap<>();
        Set<SubjectId> wanted = new LinkedHashSet<>();
        for (Ticket ticket : tickets) {
            List<SubjectId> subjects = Decider.subjectsOf(ticket.event);
            named.put(ticket, subjects);
            wanted.addAll(subjects);
        }
        Map<SubjectId, SubjectSnapshot> snapshots = cache.load(wanted);
        Map<SubjectId, List<SubjectId>> linked = new HashMap<>();
        Set<SubjectId> leads = new LinkedHashSet<>();
        snapshots.forEach((id, snapshot) -> {
            for (SessionLink link : snapshot.links()) {
                SubjectId lead = SubjectId.lead(link.leadId());
                linked.computeIfAbsent(id, any -> new ArrayList<>()).add(lead);
                leads.add(lead);
            }
        });
        leads.removeAll(snapshots.keySet());
        if (!leads.isEmpty()) {
            snapshots.putAll(cache.load(leads));
        }
        Map<SubjectId, Unit> owner = new HashMap<>();
        Set<Unit> units = new LinkedHashSet<>();
        for (Ticket ticket : tickets) {
            Unit unit = new Unit();
            units.add(unit);
            for (SubjectId id : Objects.requireNonNull(named.get(ticket))) {
                unit = own(id, unit, owner, units, snapshots);
                for (SubjectId lead : linked.getOrDefault(id, List.of())) {
                    unit = own(lead, unit, owner, units, snapshots);
                }
            }
            unit.tickets.add(ticket);
        }
        return new ArrayList<>(units);
    }

    /** Gives a subject to a unit; if it belongs to another already, the smaller of both joins the other. */
    private static Unit own(
            SubjectId id,
            Unit unit,
            Map<SubjectId, Unit> owner,
            Set<Unit> units,
            Map<SubjectId, SubjectSnapshot> snapshots) {
        Unit other = owner.get(id);
        if (other == null) {
            unit.subjects.put(id, Objects.requireNonNull(snapshots.get(id)));
            owner.put(id, unit);
            return unit;
        }
        if (other == unit) {
            return unit;
        }
        boolean keepOther = other.subjects.size() >= unit.subjects.size();
        Unit kept = keepOther ? other : unit;
        Unit gone = keepOther ? unit : other;
        gone.subjects.keySet().forEach(subject -> owner.put(subject, kept));
        kept.absorb(gone);
        units.remove(gone);
        return kept;
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
            units.addAll(group(tickets));
        } catch (StoreException failed) {
            LOG.warn("subjects could not be read: {}", failed.getMessage());
            tickets.forEach(ticket -> unavailable(ticket, false));
            return List.of();
        }
        return units;
    }

    // ---- deciding

    /** Decides units; those that fail are answered, those that have to be split are put among the ones to do again. */
    private List<Unit> decide(List<Unit> units, List<Unit> again) {
        Map<SubjectId, Unit> owner = new HashMap<>();
        for (Unit unit : units) {
            unit.subjects.keySet().forEach(id -> owner.put(id, unit));
        }
        for (Unit unit : units) {
            if (unit.isEmpty()) {
                continue; // joined another unit meanwhile
            }
            try {
                decide(unit, owner);
            } catch (StoreException failed) {
                LOG.warn("history could not be read: {}", failed.getMessage());
                unit.tickets.forEach(ticket -> unavailable(ticket, false));
                unit.decided = null;
            } catch (RuntimeException | StackOverflowError poison) {
                unit.decided = null;
                isolate(unit, poison, again);
            }
        }
        return units.stream().filter(unit -> unit.decided != null).toList();
    }

    private void decide(Unit unit, Map<SubjectId, Unit> owner) {
        Decider decider = definitions.current().decider();
        for (int loads = 0; loads < LOADS; loads++) {
            Decision decision = decider.decide(unit.subjects, unit.events(), unit.claimed, clock.instant());
            if (decision instanceof Decision.Decided decided) {
                if (refuseTooMany(unit, decided)) {
                    if (unit.tickets.isEmpty()) {
                        unit.decided = null;
                        return;
                    }
                    continue;
                }
                unit.decided = decided;
                return;
            }
            load(unit, ((Decision.NeedsHistory) decision).subjects(), owner);
        }
        throw new IllegalStateException("a decision asked for history " + LOADS + " times");
    }

    private void load(Unit unit, Map<SubjectId, Boolean> wanted, Map<SubjectId, Unit> owner) {
        Set<SubjectId> whole = new LinkedHashSet<>();
        Set<SubjectId> state = new LinkedHashSet<>();
        wanted.forEach((id, all) -> {
            Unit other = owner.get(id);
            if (other != null && other != unit) {
                other.subjects.keySet().forEach(subject -> owner.put(subject, unit));
                unit.absorb(other);
            }
            if (all) {
                whole.add(id);
            } else if (!unit.subjects.containsKey(id)) {
                state.add(id);
            }
            owner.put(id, unit);
        });
        unit.subjects.putAll(cache.load(state));
        cache.read(whole, Projection.TIMELINE).forEach((id, loaded) -> {
            SubjectSnapshot known = unit.subjects.get(id);
            unit.subjects.put(id, known == null ? loaded : known.with(loaded));
        });
    }

    /** Refuses the events of a unit that would make a subject too large (S12); true if there were any. */
    private boolean refuseTooMany(Unit unit, Decision.Decided decided) {
        Set<SubjectId> full = new LinkedHashSet<>();
        decided.next().forEach((id, snapshot) -> {
            if (snapshot.events() > maxEvents) {
                full.add(id);
            }
        });
        if (full.isEmpty()) {
            return false;
        }
        return unit.tickets.removeIf(ticket -> {
            SubjectId subject = decided.placed().get(ticket.id());
            if (subject == null || !full.contains(subject) || ticket.event.category() == Category.SYSTEM) {
                return false;
            }
            counters.throttled.increment();
            ticket.complete(TrackResult.refused(
                    Outcome.THROTTLED, ticket.id(), "the subject has reached " + maxEvents + " events"));
            return true;
        });
    }

    /** A unit that cannot be decided: its events are tried one by one, so that only the poisonous one fails. */
    private void isolate(Unit unit, Throwable poison, List<Unit> again) {
        if (unit.tickets.size() > 1) {
            for (Ticket ticket : unit.tickets) {
                settleAlone(ticket, again);
            }
            return;
        }
        LOG.error("the decision on {} failed", unit.subjects.keySet(), poison);
        for (Ticket ticket : unit.tickets) {
            counters.failed.increment();
            ticket.fail(new DecisionFailedException(ticket.id(), poison));
        }
    }

    private void settleAlone(Ticket ticket, List<Unit> again) {
        List<Ticket> busy = new ArrayList<>();
        try {
            settle(group(List.of(ticket)), busy);
            if (!busy.isEmpty()) {
                again.addAll(group(busy));
            }
        } catch (StoreException failed) {
            LOG.warn("subjects could not be read: {}", failed.getMessage());
            unavailable(ticket, false);
        }
    }

    // ---- committing

    private void commit(List<Unit> decided, List<Unit> again, List<Ticket> busy, Set<SubjectId> committed) {
        if (decided.isEmpty()) {
            return;
        }
        List<CommitUnit> commitUnits = new ArrayList<>(decided.size());
        for (Unit unit : decided) {
            commitUnits.add(Objects.requireNonNull(unit.decided).unit());
        }
        Batch batch = new Batch(ids.get(), host, clock.instant(), commitUnits);
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
                unit.tickets.forEach(ticket -> unavailable(ticket, true));
            }
            return;
        } catch (RuntimeException failed) {
            // A store that stumbles over one unit must not sink the others. Should it have stored some, their events
            // tell.
            decided.forEach(unit -> cache.drop(unit.subjects.keySet()));
            if (decided.size() > 1) {
                for (Unit unit : decided) {
                    commit(List.of(unit), again, busy, committed);
                }
            } else {
                LOG.error("the commit of {} failed", decided.get(0).subjects.keySet(), failed);
                for (Ticket ticket : decided.get(0).tickets) {
                    counters.failed.increment();
                    ticket.fail(new DecisionFailedException(ticket.id(), failed));
                }
            }
            return;
        }
        for (int i = 0; i < decided.size(); i++) {
            apply(decided.get(i), outcomes.get(i), again, busy, committed);
        }
    }

    /** Commits, and repeats the same batch while its outcome is unknown. */
    private List<UnitOutcome> commit(Batch batch) {
        for (int attempt = 1; ; attempt++) {
            try {
                counters.batches.increment();
                return store.commit(batch);
            } catch (StoreException failed) {
                if (attempt == COMMIT_TRIES) {
                    throw failed;
                }
                pause(attempt);
            }
        }
    }

    private void apply(Unit unit, UnitOutcome outcome, List<Unit> again, List<Ticket> busy, Set<SubjectId> committed) {
        Decision.Decided decided = Objects.requireNonNull(unit.decided);
        if (outcome instanceof UnitOutcome.Committed) {
            decided.next().forEach(cache::put);
            for (Ticket ticket : unit.tickets) {
                counters.accepted.increment();
                ticket.complete(TrackResult.accepted(
                        ticket.event,
                        Objects.requireNonNull(decided.placed().get(ticket.id()), "an event without a place")));
            }
            committed.addAll(decided.next().keySet());
            announce(decided.unit());
        } else if (outcome instanceof UnitOutcome.Stale) {
            counters.staleRetries.increment();
            cache.drop(unit.subjects.keySet());
            again.add(unit);
        } else if (outcome instanceof UnitOutcome.Busy) {
            counters.busyRetries.increment();
            busy.addAll(unit.tickets);
        } else {
            Map<UUID, BehaviorEvent> originals = ((UnitOutcome.Duplicates) outcome).originals();
            unit.tickets.removeIf(ticket -> {
                BehaviorEvent original = originals.get(ticket.id());
                if (original != null) {
                    answerRepeated(ticket, original);
                }
                return original != null;
            });
            if (!unit.tickets.isEmpty()) {
                again.add(unit);
            }
        }
    }

    /** Tells the loop of timers and actions what fell due earlier by this commit. */
    private void announce(CommitUnit unit) {
        Instant earliest = null;
        for (SubjectChange change : unit.changes()) {
            earliest = earlier(earliest, change.due());
            for (ScheduledAction action : change.scheduled()) {
                earliest = earlier(earliest, action.dueAt());
            }
        }
        if (earliest != null) {
            dueListener.accept(earliest);
        }
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        return one == null || (other != null && other.isBefore(one)) ? other : one;
    }

    // ---- answering

    private void answerRepeated(Ticket ticket, BehaviorEvent original) {
        if (EventNormalizer.sameContent(original, ticket.event, ticket.request)) {
            counters.duplicates.increment();
            ticket.complete(TrackResult.duplicate(original));
        } else {
            counters.conflicts.increment();
            ticket.complete(TrackResult.conflict(original));
        }
    }

    /** Answers an event whose id stood in the same batch before it. */
    private void answerTwin(Ticket twin, Ticket first, List<Ticket> busy) {
        TrackResult result = first.result();
        Throwable failure = first.failure();
        if (failure != null) {
            twin.fail(failure);
        } else if (result == null) {
            busy.add(twin);
        } else if (result.event() != null) {
            answerRepeated(twin, result.event());
        } else {
            twin.complete(result);
        }
    }

    private void unavailable(Ticket ticket, boolean perhapsStored) {
        counters.unknown.increment();
        ticket.complete(TrackResult.refused(
                Outcome.RETRY_LATER,
                ticket.id(),
                perhapsStored
                        ? "the store failed during the commit: the event may be stored; try again with the same id"
                        : "the store failed; nothing is stored"));
    }

    private void giveUp(Unit unit) {
        for (Ticket ticket : unit.tickets) {
            counters.timedOut.increment();
            ticket.complete(TrackResult.refused(
                    Outcome.RETRY_LATER,
                    ticket.id(),
                    "the subject changed " + TRIES + " times meanwhile; nothing is stored"));
        }
    }

    private static void pause(int attempt) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1L << Math.min(attempt, 6)));
    }
}
