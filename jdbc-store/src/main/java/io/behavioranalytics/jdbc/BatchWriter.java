package io.behavioranalytics.jdbc;

import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.CommitUnit;
import io.behavioranalytics.decision.Relink;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.store.UnitOutcome;
import io.behavioranalytics.trigger.ScheduledAction;
import io.behavioranalytics.trigger.TriggerExecution;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to store a batch, inside one transaction.
 *
 * <p>First the subjects are locked, without waiting for those that others hold; a new one is not looked for, its insertion tells. Then the units are judged in their order, each
 * seeing what those before it bring, and written in runs: as many as touch different subjects are written together, by one
 * statement for each table. An event that exists already, or a subject that is not new any more, fails the transaction; the
 * caller then looks the originals up and makes another attempt with what it learned.
 */
final class BatchWriter {
    private final Dialect dialect;
    private final EventTable events;
    private final SubjectTable subjects;
    private final TimerTable timers;
    private final FactTable facts;
    private final ActionTable actions;
    private final PackedHistory history;
    private final CommitLog log;
    private final Handle handle;
    private final Batch batch;
    private final Map<UUID, BehaviorEvent> known;
    private final boolean careful;
    private final boolean ownConnection;

    private Map<SubjectId, SubjectRow> rows = Map.of();
    private final Set<SubjectId> busy = new HashSet<>();
    private final Map<UUID, BehaviorEvent> brought = new HashMap<>();
    private final Set<UUID> facted = new HashSet<>();
    private final List<UnitOutcome> outcomes = new ArrayList<>();
    private final Writes writes = new Writes();
    private boolean wrote;

    /**
     * Prepares an attempt.
     *
     * @param tables what is written to
     * @param handle inside a transaction
     * @param batch what is to be stored
     * @param known events that an attempt before this one found stored
     * @param careful whether new subjects are doubted, since an attempt before this one failed on something that was not new
     * @param ownConnection whether the transaction is nobody else's, so that it may be committed with the last writes
     */
    BatchWriter(
            JdbcStore.Tables tables,
            Handle handle,
            Batch batch,
            Map<UUID, BehaviorEvent> known,
            boolean careful,
            boolean ownConnection) {
        this.careful = careful;
        this.ownConnection = ownConnection;
        dialect = tables.dialect();
        events = tables.events();
        subjects = tables.subjects();
        timers = tables.timers();
        facts = tables.facts();
        actions = tables.actions();
        history = tables.history();
        log = tables.log();
        this.handle = handle;
        this.batch = batch;
        this.known = known;
    }

    /**
     * Stores what can be stored.
     *
     * @return the outcomes, in the order of the units
     * @throws SQLException if the database refuses; of SQLSTATE 23505 if something that was new is not
     */
    List<UnitOutcome> write() throws SQLException {
        lock();
        List<CommitUnit> run = new ArrayList<>();
        Set<SubjectId> changed = new HashSet<>();
        Set<SubjectId> touched = new HashSet<>();
        for (CommitUnit unit : batch.units()) {
            if (!run.isEmpty() && dependsOn(unit, changed, touched)) {
                flush(run);
                writes.send(handle, dialect);
                run.clear();
                changed.clear();
                touched.clear();
            }
            UnitOutcome outcome = judge(unit);
            outcomes.add(outcome);
            if (outcome instanceof UnitOutcome.Committed) {
                run.add(unit);
                for (SubjectChange change : unit.changes()) {
                    touched.add(change.subject());
                    if (!change.isGuard()) {
                        changed.add(change.subject());
                    }
                }
            }
        }
        List<UnitOutcome> before = answered();
        if (before != null) {
            return before;
        }
        flush(run);
        if (wrote) {
            log.add(writes, batch, outcomes);
            writes.send(handle, dialect, ownConnection);
        }
        return outcomes;
    }

    /** The outcomes of a batch that was committed before: then something of it is stale or a duplicate now. */
    private @Nullable List<UnitOutcome> answered() {
        boolean all = outcomes.stream().allMatch(UnitOutcome.Committed.class::isInstance);
        return all || wrote ? null : log.find(handle, batch, events);
    }

    private void lock() throws SQLException {
        Set<SubjectId> changing = new LinkedHashSet<>();
        Set<SubjectId> guarding = new LinkedHashSet<>();
        Set<SubjectId> fresh = new LinkedHashSet<>();
        for (CommitUnit unit : batch.units()) {
            for (SubjectChange change : unit.changes()) {
                if (change.isGuard()) {
                    guarding.add(change.subject());
                } else if (careful || change.expectedVersion() > 0) {
                    changing.add(change.subject());
                } else {
                    fresh.add(change.subject());
                }
            }
        }
        guarding.removeAll(changing);
        guarding.removeAll(fresh);
        fresh.removeAll(changing);
        rows = subjects.lock(handle, changing, guarding, busy);
        fresh.forEach(subject -> rows.put(subject, new SubjectRow(subject)));
    }

    /** Whether a unit can be written only after the run: it would see what the run brings, or move what is stored. */
    private static boolean dependsOn(CommitUnit unit, Set<SubjectId> changed, Set<SubjectId> touched) {
        for (SubjectChange change : unit.changes()) {
            if (changed.contains(change.subject())
                    || (!change.isGuard() && touched.contains(change.subject()))
                    || !change.relinks().isEmpty()
                    || !change.adopted().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    // ---- judging

    private UnitOutcome judge(CommitUnit unit) {
        for (SubjectChange change : unit.changes()) {
            if (busy.contains(change.subject())) {
                return new UnitOutcome.Busy(change.subject());
            }
            long version = row(change.subject()).version;
            if (version != change.expectedVersion()) {
                return new UnitOutcome.Stale(change.subject(), version);
            }
        }
        Map<UUID, BehaviorEvent> originals = originals(unit);
        String repeated = originals.isEmpty() ? repeated(unit) : null;
        if (repeated != null) {
            // Whoever brings an event that is stored already decides on it twice: then that comes first.
            known.putAll(events.find(handle, ids(unit)));
            originals = originals(unit);
        }
        if (!originals.isEmpty()) {
            return new UnitOutcome.Duplicates(originals);
        }
        if (repeated != null) {
            throw new IllegalStateException(repeated + " was committed before");
        }
        return new UnitOutcome.Committed(pass(unit));
    }

    private Map<UUID, BehaviorEvent> originals(CommitUnit unit) {
        Map<UUID, BehaviorEvent> originals = Map.of();
        for (SubjectChange change : unit.changes()) {
            for (BehaviorEvent event : change.events()) {
                BehaviorEvent original = brought.get(event.id());
                if (original == null) {
                    original = known.get(event.id());
                }
                if (original != null) {
                    if (originals.isEmpty()) {
                        originals = new LinkedHashMap<>();
                    }
                    originals.put(event.id(), original);
                }
            }
        }
        return originals;
    }

    private static List<UUID> ids(CommitUnit unit) {
        List<UUID> ids = new ArrayList<>();
        for (SubjectChange change : unit.changes()) {
            change.events().forEach(event -> ids.add(event.id()));
        }
        return ids;
    }

    private static boolean bringsFirings(CommitUnit unit) {
        for (SubjectChange change : unit.changes()) {
            if (!change.executions().isEmpty() || !change.scheduled().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** A firing or action that stands twice in a unit, or in a unit before it too; null if there is none. */
    private @Nullable String repeated(CommitUnit unit) {
        if (!bringsFirings(unit)) {
            return null;
        }
        Set<UUID> own = new HashSet<>();
        for (SubjectChange change : unit.changes()) {
            for (TriggerExecution execution : change.executions()) {
                if (facted.contains(execution.id()) || !own.add(execution.id())) {
                    return "execution " + execution.id();
                }
            }
            for (ScheduledAction action : change.scheduled()) {
                if (facted.contains(action.id()) || !own.add(action.id())) {
                    return "action " + action.id();
                }
            }
        }
        return null;
    }

    private Map<SubjectId, Long> pass(CommitUnit unit) {
        Map<SubjectId, Long> versions = new LinkedHashMap<>();
        for (SubjectChange change : unit.changes()) {
            change.executions().forEach(execution -> facted.add(execution.id()));
            change.scheduled().forEach(action -> facted.add(action.id()));
            change.events().forEach(event -> brought.put(event.id(), event));
            SubjectRow row = row(change.subject());
            if (!change.isGuard()) {
                row.version++;
            }
            versions.put(change.subject(), row.version);
        }
        return versions;
    }

    private SubjectRow row(SubjectId subject) {
        return Objects.requireNonNull(rows.get(subject), "no row was looked for");
    }

    // ---- writing

    private void flush(List<CommitUnit> run) throws SQLException {
        List<SubjectChange> changes = new ArrayList<>();
        for (CommitUnit unit : run) {
            for (SubjectChange change : unit.changes()) {
                if (!change.isGuard()) {
                    changes.add(change);
                }
            }
        }
        if (changes.isEmpty()) {
            return;
        }
        wrote = true;
        Map<SubjectId, Instant> earliest = move(changes);
        List<EventRow> added = new ArrayList<>();
        for (SubjectChange change : changes) {
            SubjectRow row = row(change.subject());
            for (BehaviorEvent event : change.events()) {
                added.add(new EventRow(event, change.subject()));
                row.arrived(event.timestamp());
                earliest.merge(change.subject(), event.timestamp(), (a, b) -> a.isBefore(b) ? a : b);
            }
        }
        run.forEach(unit -> unit.adoptions((adoption, target) -> actions.adopt(handle, adoption, target)));
        for (Map.Entry<SubjectId, Instant> change : earliest.entrySet()) {
            history.forgetFrom(handle, row(change.getKey()), change.getValue());
        }
        events.insert(writes, added);
        timers.write(writes, changes, rows, careful);
        subjects.write(writes, changes, rows);
        facts.write(writes, changes, careful);
        actions.schedule(writes, changes);
        if (changes.stream().anyMatch(change -> !change.cancelled().isEmpty())) {
            writes.send(handle, dialect);
            actions.cancel(handle, changes, batch.decidedAt());
        }
    }

    /** Moves events; all are chosen before any of them moves. Returns the earliest instant that changed, by subject. */
    private Map<SubjectId, Instant> move(List<SubjectChange> changes) {
        Map<SubjectId, Instant> earliest = new HashMap<>();
        Map<SubjectId, List<UUID>> moves = new LinkedHashMap<>();
        Set<UUID> gone = new HashSet<>();
        for (SubjectChange change : changes) {
            for (Relink relink : change.relinks()) {
                events.chosen(handle, relink).forEach((id, at) -> {
                    if (gone.add(id)) {
                        moves.computeIfAbsent(change.subject(), same -> new ArrayList<>())
                                .add(id);
                        row(change.subject()).arrived(at);
                        row(relink.source()).eventCount--;
                        for (SubjectId subject : List.of(change.subject(), relink.source())) {
                            earliest.merge(subject, at, (a, b) -> a.isBefore(b) ? a : b);
                        }
                    }
                });
            }
        }
        moves.forEach((target, ids) -> events.move(handle, ids, target));
        return earliest;
    }
}
