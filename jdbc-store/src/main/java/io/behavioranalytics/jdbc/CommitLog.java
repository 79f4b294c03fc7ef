package io.behavioranalytics.jdbc;

import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.CommitUnit;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.jdbc.Bulk.Column;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.store.UnitOutcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code commit_batch}: the batches of which something was stored, so that the caller who lost the reply of a commit can
 * ask again. An outcome is kept only where it was not a commit; of a unit that was committed the batch itself tells the versions.
 */
final class CommitLog {
    /** How many batches are remembered. */
    private static final int MOST = 10_000;

    private final Bulk insert;
    private final String table;

    CommitLog(Database database) {
        table = database.schema() + "commit_batch";
        insert = Bulk.insert(
                table,
                new Column("id", ColumnType.UUID),
                new Column("host", ColumnType.TEXT),
                new Column("outcomes", ColumnType.JSONB));
    }

    void add(Writes writes, Batch batch, List<UnitOutcome> outcomes) {
        writes.add(insert, batch.id(), batch.host(), json(outcomes));
    }

    private static @Nullable String json(List<UnitOutcome> outcomes) {
        Map<String, Object> exceptions = new LinkedHashMap<>();
        for (int i = 0; i < outcomes.size(); i++) {
            UnitOutcome outcome = outcomes.get(i);
            if (outcome instanceof UnitOutcome.Stale stale) {
                exceptions.put(
                        String.valueOf(i), Map.of("stale", Columns.text(stale.subject()), "version", stale.version()));
            } else if (outcome instanceof UnitOutcome.Busy busy) {
                exceptions.put(String.valueOf(i), Map.of("busy", Columns.text(busy.subject())));
            } else if (outcome instanceof UnitOutcome.Duplicates duplicates) {
                exceptions.put(
                        String.valueOf(i),
                        Map.of(
                                "duplicates",
                                duplicates.originals().keySet().stream()
                                        .map(UUID::toString)
                                        .toList()));
            }
        }
        return exceptions.isEmpty() ? null : Json.write(exceptions);
    }

    /** Query: a host's batch by its id, by the primary key; null if nothing of it was stored. */
    @Nullable
    List<UnitOutcome> find(Handle handle, Batch batch, EventTable events) {
        Optional<Map<String, @Nullable Object>> found = handle.createQuery(
                        "select outcomes from " + table + " where id = :id and host = :host")
                .bind("id", batch.id())
                .bind("host", batch.host())
                .map((row, context) -> Columns.object(row, "outcomes"))
                .findFirst();
        if (found.isEmpty()) {
            return null;
        }
        List<UnitOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < batch.units().size(); i++) {
            Object exception = found.get().get(String.valueOf(i));
            outcomes.add(
                    exception instanceof Map<?, ?> map
                            ? outcome(handle, map, events)
                            : committed(batch.units().get(i)));
        }
        return outcomes;
    }

    private static UnitOutcome outcome(Handle handle, Map<?, ?> json, EventTable events) {
        if (json.get("stale") instanceof String subject && json.get("version") instanceof Long version) {
            return new UnitOutcome.Stale(Columns.subject(subject), version);
        }
        if (json.get("busy") instanceof String subject) {
            return new UnitOutcome.Busy(Columns.subject(subject));
        }
        List<UUID> ids = new ArrayList<>();
        if (json.get("duplicates") instanceof List<?> texts) {
            texts.forEach(text -> ids.add(UUID.fromString((String) text)));
        }
        Map<UUID, BehaviorEvent> originals = events.find(handle, ids);
        return new UnitOutcome.Duplicates(originals);
    }

    private static UnitOutcome committed(CommitUnit unit) {
        Map<SubjectId, Long> versions = new LinkedHashMap<>();
        for (SubjectChange change : unit.changes()) {
            versions.put(change.subject(), change.expectedVersion() + (change.isGuard() ? 0 : 1));
        }
        return new UnitOutcome.Committed(versions);
    }

    /** Query: forgets the oldest batches, by commit_batch_seq. */
    void prune(Handle handle) {
        handle.createUpdate("delete from " + table + " where seq < (select max(seq) from " + table + ") - :most")
                .bind("most", MOST)
                .execute();
    }
}
