package io.behavioranalytics.jdbc;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.PackedTimeline;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.jdbc.Bulk.Column;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.ToIntFunction;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code packed_history}: the older events of subjects, packed in chunks, so that a history is read at once; the outlines of
 * the events are apart from the rest, so that a report reads no more.
 *
 * <p>A chunk never holds two subjects. The subject's row says up to which instant its events are packed: all of them up to there, so
 * that a history is its chunks and the events after that. It is exact because whatever adds, moves or deletes events at or before
 * that instant does so under the subject's lock and forgets the chunks from there on, in the same transaction.
 */
final class PackedHistory {
    /** So many events that are not packed make a history long to read. */
    static final int LONG = 512;

    /** Fewer events are not worth a chunk. */
    private static final int FEWEST = 4;

    /** Events are worth packing once they are this part of their history: what was packed with less is packed again not much more often. */
    private static final int PART = 8;

    /** So many of the newest events of a long history get a chunk of their own: they are the ones that late events still stand among. */
    private static final int TAIL = 64;

    private static final int CHUNK = 4_096;

    /** The last chunks are packed again together with what follows while they have at most so many times its events. */
    private static final int MERGED = 2;

    private final Database database;
    private final Dialect dialect;
    private final String table;
    private final String details;
    private final String joined;
    private final EventTable events;
    private final SubjectTable subjects;
    private final Bulk insert;
    private final Bulk insertDetail;
    private final Bulk delete;
    private final Bulk deleteDetail;

    PackedHistory(Database database, EventTable events, SubjectTable subjects) {
        this.database = database;
        dialect = database.dialect();
        table = database.schema() + "packed_history";
        details = database.schema() + "packed_detail";
        joined = table + " p left join " + details
                + " d on d.subject = p.subject and d.chunk = p.chunk where p.subject = :subject";
        Column subject = new Column("subject", ColumnType.TEXT);
        Column chunk = new Column("chunk", ColumnType.INTEGER);
        insert = Bulk.insert(
                table,
                new Column("first_event", ColumnType.INSTANT),
                new Column("last_event", ColumnType.INSTANT),
                chunk,
                new Column("events", ColumnType.INTEGER),
                subject,
                new Column("outline", ColumnType.BYTES));
        insertDetail = Bulk.insert(details, chunk, subject, new Column("detail", ColumnType.BYTES));
        delete = delete(table, subject, chunk);
        deleteDetail = delete(details, subject, chunk);
        this.events = events;
        this.subjects = subjects;
    }

    private static Bulk delete(String table, Column... key) {
        return Bulk.of(
                "delete from " + table + " p using " + Bulk.rows(key)
                        + " where p.subject = u.subject and p.chunk = u.chunk",
                "delete from " + table + " where subject = ? and chunk = ?",
                key);
    }

    /** Whether a history has so many events that are not packed that it is worth it. */
    static boolean isWorthPacking(long eventCount, long packedEvents) {
        return eventCount - packedEvents >= Math.max(FEWEST, Math.min(LONG, eventCount / PART));
    }

    /** Refuses a history of which a chunk is gone. */
    static void check(long found, long packedEvents) {
        if (found != packedEvents) {
            throw new IllegalStateException(found + " events in the chunks of a history of " + packedEvents);
        }
    }

    /**
     * A chunk without its content.
     *
     * @param number its place among those of its subject
     * @param events how many it holds
     * @param first the instant of its first event
     * @param last the instant of its last event
     */
    private record Chunk(int number, int events, Instant first, Instant last) {}

    /** Query: the chunks of a subject in their order, by the primary key. */
    private List<Chunk> chunks(Handle handle, SubjectRow row) {
        return handle.createQuery("select chunk, events, first_event, last_event from " + table
                        + " where subject = :subject order by chunk")
                .bind("subject", row.text)
                .map((found, context) -> new Chunk(
                        found.getInt("chunk"),
                        found.getInt("events"),
                        Columns.instant(found, "first_event"),
                        Columns.instant(found, "last_event")))
                .list();
    }

    /** Forgets the chunks that hold an instant or a later one, since events come or go there. */
    void forgetFrom(Handle handle, SubjectRow row, Instant earliest) throws SQLException {
        if (row.packedUntil == null || earliest.isAfter(row.packedUntil)) {
            return;
        }
        Writes writes = new Writes();
        Instant until = null;
        long left = 0;
        List<Chunk> chunks = chunks(handle, row);
        if (!isWhole(chunks, row)) {
            database.damage().mended(words(row.subject));
            forget(handle, row);
            return;
        }
        for (Chunk chunk : chunks) {
            if (chunk.last.isBefore(earliest)) {
                until = chunk.last;
                left += chunk.events;
            } else {
                delete(writes, row, chunk.number);
            }
        }
        writes.send(handle, dialect);
        row.packedUntil = until;
        row.packedEvents = left;
    }

    private static boolean isWhole(List<Chunk> chunks, SubjectRow row) {
        return chunks.stream().mapToLong(Chunk::events).sum() == row.packedEvents;
    }

    /** Forgets all that is packed of a subject, parts that lost their other part among it. */
    private void forget(Handle handle, SubjectRow row) {
        for (String from : List.of(table, details)) {
            handle.createUpdate("delete from " + from + " where subject = :subject")
                    .bind("subject", row.text)
                    .execute();
        }
        row.packedUntil = null;
        row.packedEvents = 0;
    }

    /** Takes deleted events, which lie between two instants, out of the chunks that hold them. */
    void remove(Handle handle, SubjectRow row, Set<UUID> ids, Instant earliest, Instant latest) throws SQLException {
        if (row.packedUntil == null || earliest.isAfter(row.packedUntil)) {
            return;
        }
        Writes deletes = new Writes();
        Writes inserts = new Writes();
        List<Chunk> chunks = chunks(handle, row);
        boolean whole = isWhole(chunks, row);
        for (Chunk chunk : chunks) {
            if (chunk.last.isBefore(earliest) || chunk.first.isAfter(latest)) {
                continue;
            }
            Timeline packed = whole ? unpack(handle, row, chunk) : null;
            if (packed == null) {
                whole = false;
                break;
            }
            Timeline left = packed.minus(event -> ids.contains(event.id()));
            if (left.size() < packed.size()) {
                row.packedEvents -= packed.size() - left.size();
                delete(deletes, row, chunk.number);
                if (left.size() > 0) {
                    insert(inserts, row, chunk.number, left, 0, left.size());
                }
            }
        }
        if (!whole) {
            // The rows are all still there, and what is damaged must not keep events that are past their retention.
            database.damage().mended(words(row.subject));
            forget(handle, row);
            return;
        }
        deletes.send(handle, dialect);
        inserts.send(handle, dialect);
        if (row.packedEvents == 0) {
            row.packedUntil = null;
        }
    }

    private void delete(Writes writes, SubjectRow row, int chunk) {
        writes.add(delete, row.text, chunk);
        writes.add(deleteDetail, row.text, chunk);
    }

    private void insert(Writes writes, SubjectRow row, int chunk, Timeline events, int from, int to) {
        PackedTimeline packed = PackedTimeline.pack(events, from, to);
        writes.add(
                insert,
                Micros.toInstant(events.micros(from)),
                Micros.toInstant(events.micros(to - 1)),
                chunk,
                to - from,
                row.text,
                packed.outline());
        writes.add(insertDetail, chunk, row.text, packed.detail());
    }

    /** Query: the content of a chunk, by the primary keys. */
    private PackedTimeline packed(Handle handle, SubjectRow row, int chunk) {
        return handle.createQuery("select p.outline, d.detail from " + joined + " and p.chunk = :chunk")
                .bind("subject", row.text)
                .bind("chunk", chunk)
                .map((found, context) -> packed(found))
                .one();
    }

    /** A chunk whose detail is gone cannot be unpacked; that is found where damage is looked for. */
    private static PackedTimeline packed(ResultSet row) throws SQLException {
        byte[] detail = row.getBytes("detail");
        return PackedTimeline.of(row.getBytes("outline"), detail == null ? new byte[0] : detail);
    }

    /**
     * Query: all chunks of a subject in their order, by the primary keys; joined.
     *
     * @param packedEvents how many events they should hold
     * @return null if they do not, or are damaged
     */
    @Nullable
    Timeline read(Handle handle, SubjectId subject, long packedEvents) {
        List<PackedTimeline> chunks = handle.createQuery(
                        "select p.outline, d.detail from " + joined + " order by p.chunk")
                .bind("subject", Columns.text(subject))
                .map((row, context) -> packed(row))
                .list();
        return holds(chunks, PackedTimeline::count, packedEvents) ? PackedTimeline.unpack(chunks) : null;
    }

    /** What damage is called, without whose it is. */
    static String words(SubjectId subject) {
        return "the packed history of a " + subject.kind();
    }

    /** Whether chunks are as they were written, and hold so many events. */
    static <T> boolean holds(List<T> chunks, ToIntFunction<T> count, long packedEvents) {
        try {
            return chunks.stream().mapToLong(count::applyAsInt).sum() == packedEvents;
        } catch (IllegalArgumentException damaged) {
            return false;
        }
    }

    /**
     * Query: the outlines of the chunks of subjects, each subject's in their order, by the primary key.
     *
     * @param wanted in the order of subjects
     */
    Map<SubjectId, List<byte[]>> outlines(Handle handle, List<SubjectId> wanted) {
        Map<SubjectId, List<byte[]>> outlines = new HashMap<>();
        contents(handle, wanted, table, "outline")
                .forEach((subject, chunks) -> outlines.put(subject, List.copyOf(chunks.values())));
        return outlines;
    }

    /**
     * Query: the chunks of subjects, each subject's in their order, by the primary keys.
     *
     * @param wanted in the order of subjects
     */
    Map<SubjectId, List<PackedTimeline>> chunks(Handle handle, List<SubjectId> wanted) {
        Map<SubjectId, SortedMap<Integer, byte[]>> rest = contents(handle, wanted, details, "detail");
        Map<SubjectId, List<PackedTimeline>> chunks = new HashMap<>();
        contents(handle, wanted, table, "outline").forEach((subject, outlines) -> {
            SortedMap<Integer, byte[]> own = rest.getOrDefault(subject, new TreeMap<>());
            List<PackedTimeline> joined = new ArrayList<>();
            // Of one whose detail is gone, as above.
            outlines.forEach(
                    (chunk, outline) -> joined.add(PackedTimeline.of(outline, own.getOrDefault(chunk, new byte[0]))));
            chunks.put(subject, joined);
        });
        return chunks;
    }

    /** The content of chunks by their numbers, of each subject that has some. */
    private Map<SubjectId, SortedMap<Integer, byte[]>> contents(
            Handle handle, List<SubjectId> wanted, String from, String column) {
        Map<SubjectId, SortedMap<Integer, byte[]>> contents = new HashMap<>();
        if (wanted.isEmpty()) {
            return contents;
        }
        Query query = handle.createQuery(dialect.byRange("subject, chunk, " + column, from, "subject", "subjects"));
        dialect.bindRange(query, "subjects", wanted.stream().map(Columns::text).toList());
        query.map((row, context) -> {
                    SubjectId subject = Columns.subject(row, "subject");
                    contents.computeIfAbsent(subject, same -> new TreeMap<>())
                            .put(row.getInt("chunk"), row.getBytes(column));
                    return subject;
                })
                .forEach(subject -> {});
        return contents;
    }

    /**
     * Packs what is worth it of subjects, but of those that somebody else holds.
     *
     * @param handle inside a transaction
     * @param wanted whom
     * @return how many events were packed that were not before
     * @throws SQLException if the database refuses
     */
    long pack(Handle handle, Collection<SubjectId> wanted) throws SQLException {
        Map<SubjectId, @Nullable Instant> bounds = new HashMap<>();
        List<SubjectRow> rows = new ArrayList<>();
        for (SubjectRow row : subjects.lock(handle, Set.copyOf(wanted), Set.of(), new HashSet<>())
                .values()) {
            if (row.stored && isWorthPacking(row.eventCount, row.packedEvents)) {
                rows.add(row);
                bounds.put(row.subject, row.packedUntil);
            }
        }
        if (rows.isEmpty()) {
            return 0;
        }
        LooseEvents<BehaviorEvent> loose = events.after(handle, bounds);
        Writes deletes = new Writes();
        Writes inserts = new Writes();
        List<SubjectRow> changed = new ArrayList<>();
        long packed = 0;
        for (SubjectRow row : rows) {
            List<BehaviorEvent> own = loose.of(row.subject);
            List<Chunk> before = row.packedEvents == 0 ? List.of() : chunks(handle, row);
            if (!own.isEmpty() && !loose.damaged().contains(row.subject)) {
                if (!isWhole(before, row) || !pack(handle, deletes, inserts, row, before, own)) {
                    database.damage().mended(words(row.subject));
                    rebuild(handle, row);
                    continue;
                }
                changed.add(row);
                packed += own.size();
            }
        }
        subjects.kept(inserts, changed);
        deletes.send(handle, dialect);
        inserts.send(handle, dialect);
        return packed;
    }

    /**
     * Packs anew what cannot be read of a subject.
     *
     * @param handle inside a transaction
     * @param subject whose chunks somebody found damaged
     * @return true if that was done: not if they are sound by now, or somebody else holds the subject, or its events are damaged too
     * @throws SQLException if the database refuses
     */
    boolean rebuild(Handle handle, SubjectId subject) throws SQLException {
        SubjectRow row = subjects.lock(handle, Set.of(subject), Set.of(), new HashSet<>())
                .get(subject);
        return row != null
                && row.packedUntil != null
                && read(handle, subject, row.packedEvents) == null
                && rebuild(handle, row);
    }

    /** Forgets what is packed of a subject, and packs its events, if they are all there. */
    private boolean rebuild(Handle handle, SubjectRow row) throws SQLException {
        LooseEvents<BehaviorEvent> all = events.after(handle, Collections.singletonMap(row.subject, null));
        List<BehaviorEvent> own = all.of(row.subject);
        if (all.damaged().contains(row.subject) || own.size() != row.eventCount) {
            return false; // what is left in the chunks may be all that there is
        }
        forget(handle, row);
        Writes writes = new Writes();
        if (isWorthPacking(own.size(), 0)) {
            pack(handle, new Writes(), writes, row, List.of(), own);
        }
        subjects.kept(writes, List.of(row));
        writes.send(handle, dialect);
        return true;
    }

    /** Packs events behind chunks; false if one of these is damaged, and nothing was changed. */
    private boolean pack(
            Handle handle,
            Writes deletes,
            Writes inserts,
            SubjectRow row,
            List<Chunk> before,
            List<BehaviorEvent> loose)
            throws SQLException {
        int kept = before.size();
        int merged = loose.size();
        Timeline all = Timeline.of(loose);
        List<Chunk> replaced = new ArrayList<>();
        while (kept > 0 && merged < CHUNK && before.get(kept - 1).events <= MERGED * merged) {
            Chunk last = before.get(kept - 1);
            Timeline events = unpack(handle, row, last);
            if (events == null) {
                return false;
            }
            replaced.add(last);
            all = joined(events, all);
            merged += last.events;
            kept--;
        }
        for (Chunk chunk : replaced) {
            delete(deletes, row, chunk.number);
        }
        int chunk = kept == 0 ? 0 : before.get(kept - 1).number + 1;
        int tail = row.eventCount < LONG ? all.size() : cut(all, Math.max(0, all.size() - TAIL));
        for (int from = 0; from < all.size(); chunk++) {
            int end = from < tail ? tail : all.size();
            int to = end - from <= CHUNK ? end : cut(all, from + CHUNK);
            if (to <= from) {
                to = end; // more than a chunk's events of one instant
            }
            insert(inserts, row, chunk, all, from, to);
            from = to;
        }
        row.packedUntil = loose.get(loose.size() - 1).timestamp();
        row.packedEvents += loose.size();
        return true;
    }

    private static Timeline joined(Timeline events, Timeline behind) {
        List<BehaviorEvent> added = new ArrayList<>(behind.size());
        for (int i = 0; i < behind.size(); i++) {
            added.add(behind.event(i));
        }
        return events.plus(added);
    }

    /** The events of a chunk, or null if it is damaged. */
    private @Nullable Timeline unpack(Handle handle, SubjectRow row, Chunk chunk) {
        List<PackedTimeline> packed = List.of(packed(handle, row, chunk.number));
        return holds(packed, PackedTimeline::count, chunk.events) ? PackedTimeline.unpack(packed) : null;
    }

    /** The last place at or before one at which no two events of one instant are parted. */
    private static int cut(Timeline events, int place) {
        int cut = place;
        while (cut > 0 && cut < events.size() && events.micros(cut - 1) == events.micros(cut)) {
            cut--;
        }
        return cut;
    }
}
