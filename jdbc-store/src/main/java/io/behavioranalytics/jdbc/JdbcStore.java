package io.behavioranalytics.jdbc;

import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.CommitUnit;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.store.Definitions;
import io.behavioranalytics.store.Hosts;
import io.behavioranalytics.store.Ledger;
import io.behavioranalytics.store.Queue;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.Subjects;
import io.behavioranalytics.store.UnitOutcome;
import io.behavioranalytics.store.Upkeep;
import io.behavioranalytics.trigger.ScheduledAction;
import io.behavioranalytics.trigger.TriggerExecution;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store in a relational database: PostgreSQL 13 or later, or H2 2.4 or later in memory or in a file.
 *
 * <p>What was committed survives the kill of any process at any instant, and is whole. Several hosts may share one database: they
 * race for subjects by versions and never wait for each other's decisions; leases run on the database's clock. An H2 file is for
 * the stores of one process and for nobody else who writes, since what H2 keeps of transactions that were under way together when
 * the process was killed is not whole; those stores write one after another. Thread-safe.
 */
public final class JdbcStore implements Store {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcStore.class);
    private static final int TRIES = 5;
    private static final int PRUNE_EVERY = 1_000;

    /** The tables that a commit writes to. */
    record Tables(
            Dialect dialect,
            EventTable events,
            SubjectTable subjects,
            TimerTable timers,
            FactTable facts,
            ActionTable actions,
            PackedHistory history,
            HistoryRepair repair,
            CommitLog log) {}

    private final Database database;
    private final Tables tables;
    private final SubjectStore subjects;
    private final DefinitionTable definitions;
    private final UpkeepStore upkeep;
    private final HostTable hosts;
    private final ActionQueue queue;
    private final AtomicLong commits = new AtomicLong();

    JdbcStore(Database database, @Nullable InstantSource clock) {
        this.database = database;
        EventTable events = new EventTable(database);
        SubjectTable rows = new SubjectTable(database);
        PackedHistory history = new PackedHistory(database, events, rows);
        tables = new Tables(
                database.dialect(),
                events,
                rows,
                new TimerTable(database),
                new FactTable(database),
                new ActionTable(database),
                history,
                new HistoryRepair(database, history),
                new CommitLog(database));
        subjects = new SubjectStore(database, tables, clock);
        definitions = new DefinitionTable(database);
        hosts = new HostTable(database, clock);
        queue = new ActionQueue(database, clock);
        upkeep = new UpkeepStore(database, tables, definitions);
    }

    /**
     * Describes a store step by step.
     *
     * @return a builder without a database
     */
    public static JdbcStoreBuilder builder() {
        return new JdbcStoreBuilder();
    }

    @Override
    public List<UnitOutcome> commit(Batch batch) {
        database.check();
        if (batch.units().isEmpty()) {
            return List.of();
        }
        Map<UUID, BehaviorEvent> known = new HashMap<>();
        boolean careful = false;
        Deadline deadline = database.deadline();
        for (int attempt = 1; ; attempt++) {
            boolean doubt = careful;
            try {
                List<UnitOutcome> outcomes = database.once(
                        deadline,
                        handle -> new BatchWriter(tables, handle, batch, known, doubt, database.ownsConnections())
                                .write());
                prune();
                return List.copyOf(outcomes);
            } catch (SQLException | JdbiException failed) {
                database.check();
                SQLException violation = Failures.uniqueViolation(failed);
                if (violation != null) {
                    refuseRepeated(batch, violation);
                    careful = true;
                    List<UUID> ids =
                            ids(batch, change -> change.events().stream().map(BehaviorEvent::id));
                    known.putAll(database.query(
                            "reading events", handle -> tables.events().find(handle, ids)));
                } else if (Failures.isTransient(failed)) {
                    Database.pause(attempt);
                } else if (Failures.isRefusal(failed)) {
                    throw Failures.refusal(failed);
                } else {
                    throw Failures.refused("the commit failed", failed);
                }
                if (attempt == TRIES || deadline.isOver()) {
                    throw Failures.refused("the commit failed", failed);
                }
            }
        }
    }

    /** Firings and actions are written after the subjects that they belong to, so that a race fails before it gets there. */
    private void refuseRepeated(Batch batch, SQLException violation) {
        switch (database.dialect().violatedTable(violation)) {
            case "trigger_execution" -> {
                List<UUID> ids =
                        ids(batch, change -> change.executions().stream().map(TriggerExecution::id));
                database.query("reading firings", handle -> tables.facts().findExecution(handle, ids))
                        .ifPresent(id -> {
                            throw new IllegalStateException("execution " + id + " was committed before", violation);
                        });
            }
            case "scheduled_action" -> {
                List<UUID> ids =
                        ids(batch, change -> change.scheduled().stream().map(ScheduledAction::id));
                database.query("reading actions", handle -> tables.actions().findAny(handle, ids))
                        .ifPresent(id -> {
                            throw new IllegalStateException("action " + id + " was committed before", violation);
                        });
            }
            default -> {
                // An event or a subject: the next attempt knows it.
            }
        }
    }

    private static List<UUID> ids(Batch batch, Function<SubjectChange, Stream<UUID>> ids) {
        List<UUID> all = new ArrayList<>();
        for (CommitUnit unit : batch.units()) {
            for (SubjectChange change : unit.changes()) {
                ids.apply(change).forEach(all::add);
            }
        }
        return all;
    }

    private void prune() {
        if (commits.incrementAndGet() % PRUNE_EVERY == 0) {
            try {
                database.once(handle -> {
                    tables.log().prune(handle);
                    return true;
                });
            } catch (SQLException | JdbiException failed) {
                LOG.warn(
                        "old batches could not be forgotten: {}",
                        failed.getClass().getSimpleName());
            }
        }
    }

    @Override
    public Subjects subjects() {
        database.check();
        return subjects;
    }

    @Override
    public Queue queue() {
        database.check();
        return queue;
    }

    @Override
    public Definitions definitions() {
        database.check();
        return definitions;
    }

    @Override
    public Ledger ledger() {
        database.check();
        return tables.facts();
    }

    @Override
    public Hosts hosts() {
        database.check();
        return hosts;
    }

    @Override
    public Upkeep upkeep() {
        database.check();
        return upkeep;
    }

    /**
     * How many rows this store has met that cannot be read, each time that it met one: more than 0 wants a look at the log. Such a
     * subject is left out of what is read, and its events are refused; such an action is dead. Of packed history that cannot be read
     * the events are read instead, and it is packed anew, so that it is met once.
     *
     * @return the number since the store was opened
     */
    public long damagedRows() {
        return database.damage().found();
    }

    @Override
    public void close() {
        database.close();
    }
}
