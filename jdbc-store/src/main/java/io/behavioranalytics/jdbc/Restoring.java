package io.behavioranalytics.jdbc;

import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.store.ArchiveOrder;
import io.behavioranalytics.store.ArchiveRecord;
import io.behavioranalytics.store.DefinitionRecord;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerExecution;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** Puts an archive into an empty database, inside one transaction; used once. */
final class Restoring {
    private static final int BATCH = 1_000;

    private final Database database;
    private final JdbcStore.Tables tables;
    private final DefinitionTable definitions;
    private final Handle handle;

    private final ArchiveOrder order = new ArchiveOrder();
    private final Map<String, DefinitionRecord> newest = new LinkedHashMap<>();
    private long definitionsVersion;
    private @Nullable SubjectRow current;
    private ArchiveRecord.@Nullable Subject head;
    private final List<SubjectChange> subjects = new ArrayList<>();
    private final Map<SubjectId, SubjectRow> rows = new HashMap<>();
    private final List<EventRow> events = new ArrayList<>();
    private final List<MembershipChange> memberships = new ArrayList<>();
    private final List<TriggerExecution> executions = new ArrayList<>();
    private final List<Skip> skips = new ArrayList<>();
    private final List<Exposure> exposures = new ArrayList<>();
    private final List<Exposure> crossovers = new ArrayList<>();
    private final List<ArchiveRecord.Scheduled> actions = new ArrayList<>();

    Restoring(Database database, JdbcStore.Tables tables, DefinitionTable definitions, Handle handle) {
        this.database = database;
        this.tables = tables;
        this.definitions = definitions;
        this.handle = handle;
    }

    void run(Iterator<? extends ArchiveRecord> records) throws SQLException {
        requireEmpty();
        try {
            while (records.hasNext()) {
                ArchiveRecord record = records.next();
                order.check(record);
                put(record);
            }
            order.end();
            finishSubject();
            flush();
            definitions.restored(handle, definitionsVersion, newest.values());
        } catch (SQLException | JdbiException failed) {
            SQLException violation = Failures.uniqueViolation(failed);
            if (violation != null) {
                throw new IllegalArgumentException(
                        "something stands there twice, among the last " + BATCH + " records", violation);
            }
            throw failed;
        }
    }

    private void requireEmpty() {
        String schema = database.schema();
        if (database.dialect() instanceof PostgresDialect) {
            handle.execute("lock table " + schema + "behavior_analytics, " + schema + "behavior_event, " + schema
                    + "definitions, " + schema + "scheduled_action in share row exclusive mode");
        }
        for (String table : List.of(
                "behavior_analytics",
                "behavior_event",
                "definition_version",
                "membership_change",
                "trigger_execution",
                "skip_log",
                "experiment_exposure",
                "experiment_crossover",
                "scheduled_action")) {
            boolean holdsAny = handle.createQuery("select 1 from " + schema + table + " limit 1")
                    .mapTo(Integer.class)
                    .findFirst()
                    .isPresent();
            if (holdsAny) {
                throw new IllegalStateException(
                        "only an empty store can be restored into; there is something in " + table);
            }
        }
    }

    private void put(ArchiveRecord record) throws SQLException {
        if (record instanceof ArchiveRecord.Event event) {
            events.add(new EventRow(event.event(), event.owner()));
            SubjectRow row = current;
            if (row != null) {
                row.arrived(event.event().timestamp());
            }
            if (events.size() == BATCH) {
                flushEvents();
            }
            return;
        }
        finishSubject();
        if (record instanceof ArchiveRecord.Whole whole) {
            definitionsVersion = whole.definitionsVersion();
        } else if (record instanceof ArchiveRecord.Defined defined) {
            definitions.restore(handle, defined.definition());
            DefinitionRecord definition = defined.definition();
            newest.put(definition.kind().json() + definition.id(), definition);
        } else if (record instanceof ArchiveRecord.Subject subject) {
            head = subject;
            SubjectRow row = new SubjectRow(subject.subject());
            row.version = subject.version();
            current = row;
        } else if (record instanceof ArchiveRecord.Membership membership) {
            memberships.add(membership.change());
        } else if (record instanceof ArchiveRecord.Execution execution) {
            executions.add(execution.execution());
        } else if (record instanceof ArchiveRecord.Skipped skipped) {
            skips.add(skipped.skip());
        } else if (record instanceof ArchiveRecord.Exposed exposed) {
            exposures.add(exposed.exposure());
        } else if (record instanceof ArchiveRecord.Crossed crossed) {
            crossovers.add(crossed.exposure());
        } else if (record instanceof ArchiveRecord.Scheduled scheduled) {
            actions.add(scheduled);
        }
        int facts = memberships.size() + executions.size() + skips.size() + exposures.size() + crossovers.size();
        if (subjects.size() + facts + actions.size() >= BATCH) {
            flush();
        }
    }

    private void finishSubject() {
        ArchiveRecord.Subject subject = head;
        SubjectRow row = current;
        if (subject == null || row == null) {
            return;
        }
        if (rows.put(row.subject, row) != null) {
            throw new IllegalArgumentException("a subject stands there twice");
        }
        subjects.add(new SubjectChange(
                subject.subject(),
                0,
                List.of(),
                List.of(),
                subject.links().isEmpty() ? null : subject.links(),
                subject.state(),
                subject.due(),
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of()));
        head = null;
        current = null;
    }

    private void flushEvents() throws SQLException {
        Writes writes = new Writes();
        tables.events().insert(writes, events);
        writes.send(handle, database.dialect());
        events.clear();
    }

    private void flush() throws SQLException {
        flushEvents();
        Writes writes = new Writes();
        tables.timers().write(writes, subjects, rows, true);
        tables.subjects().write(writes, subjects, rows);
        tables.facts().write(writes, memberships, executions, skips, true);
        tables.actions().restore(writes, actions);
        writes.send(handle, database.dialect());
        tables.facts().exposures().restore(handle, exposures, crossovers);
        exposures.clear();
        crossovers.clear();
        subjects.clear();
        rows.clear();
        memberships.clear();
        executions.clear();
        skips.clear();
        actions.clear();
    }
}
