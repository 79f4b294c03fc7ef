package io.behavioranalytics.jdbc;

import io.behavioranalytics.decision.Adoption;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.jdbc.Bulk.Column;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.ArchiveRecord;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.ScheduledAction;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** The table {@code scheduled_action}, as commits and upkeep write it; {@link ActionQueue} is what is done with its rows. */
final class ActionTable {
    private static final String OPEN = "status in ('pending', 'claimed', 'running', 'dead')";

    private final Dialect dialect;
    private final Damage damage;
    private final String table;
    private final Bulk insert;
    private final Bulk insertWhole;
    private final Bulk cancelWaiting;
    private final Bulk cancelRunning;

    ActionTable(Database database) {
        damage = database.damage();
        dialect = database.dialect();
        table = database.schema() + "scheduled_action";
        List<Column> scheduled = List.of(
                new Column("id", ColumnType.UUID),
                new Column("execution_id", ColumnType.UUID),
                new Column("trigger_id", ColumnType.UUID),
                new Column("delay", ColumnType.LONG),
                new Column("due_at", ColumnType.INSTANT),
                new Column("priority", ColumnType.INTEGER),
                new Column("action", ColumnType.TEXT),
                new Column("action_id", ColumnType.TEXT),
                new Column("trigger_key", ColumnType.TEXT),
                new Column("subject", ColumnType.TEXT),
                new Column("cause", ColumnType.TEXT),
                new Column("parameters", ColumnType.JSON));
        Column notBefore = new Column("not_before", ColumnType.INSTANT);
        insert = Bulk.insert(table, with(scheduled, notBefore));
        insertWhole = Bulk.insert(
                table,
                with(
                        scheduled,
                        notBefore,
                        new Column("token", ColumnType.LONG),
                        new Column("attempts", ColumnType.INTEGER),
                        new Column("status", ColumnType.TEXT),
                        new Column("claimed_until", ColumnType.INSTANT),
                        new Column("settled_at", ColumnType.INSTANT),
                        new Column("cancelled_at", ColumnType.INSTANT),
                        new Column("cancellation", ColumnType.TEXT),
                        new Column("last_error", ColumnType.TEXT)));
        Column at = new Column("at", ColumnType.INSTANT);
        Column reason = new Column("reason", ColumnType.TEXT);
        Column id = new Column("id", ColumnType.UUID);
        cancelWaiting = Bulk.of(
                "update " + table + " a set status = 'cancelled', settled_at = u.at, cancellation = u.reason from "
                        + Bulk.rows(at, reason, id)
                        + " where a.id = u.id and a.status in ('pending', 'claimed') and a.cancellation is null",
                "update " + table + " set status = 'cancelled', settled_at = ?, cancellation = ?"
                        + " where id = ? and status in ('pending', 'claimed') and cancellation is null",
                at,
                reason,
                id);
        cancelRunning = Bulk.of(
                "update " + table + " a set cancelled_at = u.at, cancellation = u.reason from "
                        + Bulk.rows(at, reason, id)
                        + " where a.id = u.id and a.status not in ('pending', 'claimed', 'done', 'dead', 'cancelled')"
                        + " and a.cancellation is null",
                "update " + table + " set cancelled_at = ?, cancellation = ?"
                        + " where id = ? and status = 'running' and cancellation is null",
                at,
                reason,
                id);
    }

    private static Column[] with(List<Column> columns, Column... more) {
        return Stream.concat(columns.stream(), Stream.of(more)).toArray(Column[]::new);
    }

    // ---- what a commit does

    void schedule(Writes writes, List<SubjectChange> changes) {
        for (SubjectChange change : changes) {
            for (ScheduledAction scheduled : change.scheduled()) {
                List<@Nullable Object> values = new ArrayList<>();
                Collections.addAll(values, scheduled(scheduled));
                values.add(scheduled.dueAt());
                writes.add(insert, values.toArray());
            }
        }
    }

    private static @Nullable Object[] scheduled(ScheduledAction scheduled) {
        return new Object[] {
            scheduled.id(),
            scheduled.executionId(),
            scheduled.triggerId(),
            scheduled.action().delay().toNanos() / 1_000,
            scheduled.dueAt(),
            scheduled.priority(),
            scheduled.action().type(),
            scheduled.action().id(),
            scheduled.triggerKey(),
            Columns.text(scheduled.subject()),
            scheduled.cause(),
            Json.write(scheduled.action().parameters())
        };
    }

    /** Cancels what has not ended; a running attempt may end first. Rows are taken in the order of their ids. */
    void cancel(Handle handle, List<SubjectChange> changes, Instant at) throws SQLException {
        Map<UUID, Cancellation> first = new LinkedHashMap<>();
        for (SubjectChange change : changes) {
            change.cancelled().forEach(cancellation -> first.putIfAbsent(cancellation.actionId(), cancellation));
        }
        if (first.isEmpty()) {
            return;
        }
        handle.createQuery("select id from " + table + " where id = any(:ids) order by id for update")
                .bindArray("ids", UUID.class, List.copyOf(first.keySet()))
                .mapTo(UUID.class)
                .list();
        Writes writes = new Writes();
        for (Cancellation cancellation : first.values()) {
            writes.add(cancelWaiting, at, cancellation.reason().json(), cancellation.actionId());
            writes.add(cancelRunning, at, cancellation.reason().json(), cancellation.actionId());
        }
        writes.send(handle, dialect);
    }

    /** Query: open actions of a subject, all by scheduled_action_subject or some by the primary key. */
    void adopt(Handle handle, Adoption adoption, SubjectId target) {
        List<UUID> named = adoption.actions();
        String which = named == null ? "" : "id = any(:ids) and ";
        Update update = handle.createUpdate(
                        "update " + table + " set subject = :target where " + which + "subject = :source and " + OPEN)
                .bind("source", Columns.text(adoption.source()))
                .bind("target", Columns.text(target));
        if (named != null) {
            update.bindArray("ids", UUID.class, named);
        }
        update.execute();
    }

    /** Query: one of some actions that exist, by the primary key. */
    Optional<UUID> findAny(Handle handle, Collection<UUID> ids) {
        return handle.createQuery("select id from " + table + " where id = any(:ids) limit 1")
                .bindArray("ids", UUID.class, List.copyOf(ids))
                .mapTo(UUID.class)
                .findFirst();
    }

    // ---- upkeep

    /** Visits all actions in the order of their ids, by the primary key. */
    void visit(Handle handle, Consumer<? super ArchiveRecord> visitor) {
        handle.createQuery("select * from " + table + " order by id")
                .setFetchSize(1_000)
                .map((row, context) -> {
                    UUID id = Columns.uuid(row, "id");
                    ArchiveRecord read = damage.read(() -> "action " + id, () -> ActionRow.archived(row));
                    return read == null ? new ArchiveRecord.Damaged("action", id.toString()) : read;
                })
                .forEach(visitor);
    }

    /** Puts actions in as an archive brings them; the lease of those that were claimed is over. */
    void restore(Writes writes, List<ArchiveRecord.Scheduled> actions) {
        for (ArchiveRecord.Scheduled archived : actions) {
            boolean underWay = archived.status() == ActionStatus.CLAIMED || archived.status() == ActionStatus.RUNNING;
            Cancellation.Reason reason = archived.cancellation();
            List<@Nullable Object> values = new ArrayList<>();
            Collections.addAll(values, scheduled(archived.action()));
            values.addAll(Arrays.asList(
                    archived.notBefore(),
                    archived.token(),
                    archived.attempts(),
                    archived.status().json(),
                    underWay ? Instant.EPOCH : null,
                    archived.settledAt(),
                    archived.cancelledAt(),
                    reason == null ? null : reason.json(),
                    archived.lastError()));
            writes.add(insertWhole, values.toArray());
        }
    }

    /** Forgets actions that were done or cancelled, the oldest first, by scheduled_action_settled. */
    int forget(Handle handle, Instant before, int limit) {
        return handle.createUpdate("delete from " + table + " where id in (select id from " + table
                        + dialect.choose("", " use index (scheduled_action_settled)")
                        + " where status in ('done', 'cancelled') and settled_at < :before"
                        + " order by settled_at limit :limit)")
                .bind("before", Columns.time(before))
                .bind("limit", limit)
                .execute();
    }
}
