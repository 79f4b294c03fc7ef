package io.behavioranalytics.jdbc;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.PackedTimeline;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code packed_history}: the older events of subjects with many, packed in chunks, so that a history is read at once.
 *
 * <p>A chunk never holds two subjects. The subject's row says up to which instant its events are packed: all of them up to there, so
 * that a history is its chunks and the events after that. It is exact because whatever adds, moves or deletes events at or before
 * that instant does so under the subject's lock and forgets the chunks from there on, in the same transaction.
 */
final class PackedHistory {
    /** So many events that are not packed are worth packing. */
    static final int WORTH_PACKING = 512;

    /** So many of the newest events stay as they are: they are the ones that late events still stand among. */
    private static final int TAIL = 64;

    private static final int CHUNK = 4_096;

    private final String table;
    private final EventTable events;
    private final SubjectTable subjects;

    PackedHistory(Database database, EventTable events, SubjectTable subjects) {
        table = database.schema() + "packed_history";
        this.events = events;
        this.subjects = subjects;
    }

    /** Forgets the chunks that hold an instant or a later one, since events come or go there. */
    void forgetFrom(Handle handle, SubjectRow row, Instant earliest) {
        if (row.packedUntil == null || earliest.isAfter(row.packedUntil)) {
            return;
        }
        String subject = Columns.text(row.subject);
        handle.createUpdate("delete from " + table + " where subject = :subject and last_event >= :earliest")
                .bind("subject", subject)
                .bind("earliest", Columns.time(earliest))
                .execute();
        record Left(@Nullable Instant until, long events) {}
        Left left = handle.createQuery("select max(last_event) as until, coalesce(sum(events), 0) as events from "
                        + table + " where subject = :subject")
                .bind("subject", subject)
                .map((found, context) -> new Left(Columns.optionalInstant(found, "until"), found.getLong("events")))
                .one();
        row.packedUntil = left.until;
        row.packedEvents = left.events;
    }

    /** Takes deleted events, which lie between two instants, out of the chunks that hold them. */
    void remove(Handle handle, SubjectRow row, Set<UUID> ids, Instant earliest, Instant latest) {
        if (row.packedUntil == null || earliest.isAfter(row.packedUntil)) {
            return;
        }
        String subject = Columns.text(row.subject);
        record Chunk(int chunk, Timeline events) {}
        List<Chunk> chunks = handle.createQuery("select chunk, data from " + table
                        + " where subject = :subject and last_event >= :earliest and first_event <= :latest")
                .bind("subject", subject)
                .bind("earliest", Columns.time(earliest))
                .bind("latest", Columns.time(latest))
                .map((found, context) ->
                        new Chunk(found.getInt("chunk"), PackedTimeline.unpack(List.of(found.getBytes("data")))))
                .list();
        for (Chunk chunk : chunks) {
            Timeline packed = chunk.events;
            Timeline left = packed.minus(event -> ids.contains(event.id()));
            row.packedEvents -= packed.size() - left.size();
            if (left.size() == 0) {
                handle.createUpdate("delete from " + table + " where subject = :subject and chunk = :chunk")
                        .bind("subject", subject)
                        .bind("chunk", chunk.chunk)
                        .execute();
            } else if (left.size() < packed.size()) {
                handle.createUpdate("update " + table + " set events = :events, first_event = :first,"
                                + " last_event = :last, data = :data where subject = :subject and chunk = :chunk")
                        .bind("events", left.size())
                        .bind("first", Columns.time(Micros.toInstant(left.micros(0))))
                        .bind("last", Columns.time(Micros.toInstant(left.micros(left.size() - 1))))
                        .bind("data", PackedTimeline.pack(left, 0, left.size()))
                        .bind("subject", subject)
                        .bind("chunk", chunk.chunk)
                        .execute();
            }
        }
        if (row.packedEvents == 0) {
            row.packedUntil = null;
        }
    }

    /** Query: the chunks of a subject in their order, by the primary key. */
    Timeline read(Handle handle, SubjectId subject) {
        return PackedTimeline.unpack(
                handle.createQuery("select data from " + table + " where subject = :subject order by chunk")
                        .bind("subject", Columns.text(subject))
                        .map((row, context) -> row.getBytes("data"))
                        .list());
    }

    /**
     * Packs what is worth it of a subject, unless somebody else holds it.
     *
     * @param handle inside a transaction
     * @param subject who
     * @return how many events were packed
     * @throws SQLException if the database refuses
     */
    long pack(Handle handle, SubjectId subject) throws SQLException {
        Map<SubjectId, SubjectRow> rows = subjects.lock(handle, Set.of(subject), Set.of(), new java.util.HashSet<>());
        SubjectRow row = Optional.ofNullable(rows.get(subject))
                .filter(found -> found.stored)
                .orElse(null);
        if (row == null || row.eventCount - row.packedEvents < WORTH_PACKING) {
            return 0;
        }
        List<BehaviorEvent> loose = events.after(handle, subject, row.packedUntil);
        int end = cut(loose, loose.size() - TAIL);
        if (end <= 0) {
            return 0;
        }
        int chunk = handle.createQuery(
                        "select coalesce(max(chunk), -1) + 1 from " + table + " where subject = :subject")
                .bind("subject", Columns.text(subject))
                .mapTo(Integer.class)
                .one();
        PreparedBatch inserts = handle.prepareBatch("insert into " + table
                + " (subject, chunk, subject_version, events, first_event, last_event, data)"
                + " values (:subject, :chunk, :version, :events, :first, :last, :data)");
        for (int from = 0; from < end; chunk++) {
            int to = end - from <= CHUNK ? end : cut(loose, from + CHUNK);
            if (to <= from) {
                to = end; // more than a chunk's events of one instant
            }
            Timeline part = Timeline.of(loose.subList(from, to));
            inserts.bind("subject", Columns.text(subject))
                    .bind("chunk", chunk)
                    .bind("version", row.version)
                    .bind("events", part.size())
                    .bind("first", Columns.time(Micros.toInstant(part.micros(0))))
                    .bind("last", Columns.time(Micros.toInstant(part.micros(part.size() - 1))))
                    .bind("data", PackedTimeline.pack(part, 0, part.size()))
                    .add();
            from = to;
        }
        inserts.execute();
        row.packedUntil = loose.get(end - 1).timestamp();
        row.packedEvents += end;
        subjects.packed(handle, row);
        return end;
    }

    /** The last place at or before one at which no two events of one instant are parted. */
    private static int cut(List<BehaviorEvent> events, int place) {
        int cut = Math.min(place, events.size());
        while (cut > 0
                && cut < events.size()
                && events.get(cut - 1).timestamp().equals(events.get(cut).timestamp())) {
            cut--;
        }
        return cut;
    }
}
