package io.behavioranalytics.jdbc;

import io.behavioranalytics.decision.Relink;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.EventOutline;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.jdbc.Bulk.Column;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterator;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The table {@code behavior_event}: an event is a lead's if {@code lead_id} names one, else its session's. */
final class EventTable {
    private static final String COLUMNS =
            "id, timestamp, \"value\", sequence, identified, imported, lead_id, session_id, user_id,"
                    + " event_type, category, source, page, properties, context, metadata";
    private static final String OUTLINE = "id, timestamp, sequence, lead_id, session_id, event_type, category";
    private static final String ORDER = " order by timestamp, coalesce(sequence, 0), id";

    private final Dialect dialect;
    private final String table;
    private final Bulk insert;
    private final Damage damage;

    EventTable(Database database) {
        dialect = database.dialect();
        damage = database.damage();
        table = database.schema() + "behavior_event";
        insert = Bulk.insert(
                table,
                new Column("id", ColumnType.UUID),
                new Column("timestamp", ColumnType.INSTANT),
                new Column("\"value\"", ColumnType.DOUBLE),
                new Column("sequence", ColumnType.LONG),
                new Column("identified", ColumnType.BOOLEAN),
                new Column("imported", ColumnType.BOOLEAN),
                new Column("lead_id", ColumnType.TEXT),
                new Column("session_id", ColumnType.TEXT),
                new Column("user_id", ColumnType.TEXT),
                new Column("event_type", ColumnType.TEXT),
                new Column("category", ColumnType.TEXT),
                new Column("source", ColumnType.TEXT),
                new Column("page", ColumnType.JSONB),
                new Column("properties", ColumnType.JSONB),
                new Column("context", ColumnType.JSONB),
                new Column("metadata", ColumnType.JSONB));
    }

    /**
     * Inserts events; they lie in the order of their ids, so that two hosts that bring the same ones never wait in a circle.
     *
     * @param writes receives the rows; of SQLSTATE 23505 is what they end with if one of the events is there already
     * @param events the events
     */
    void insert(Writes writes, List<EventRow> events) {
        List<EventRow> sorted = new ArrayList<>(events);
        sorted.sort(
                (a, b) -> EventKey.compare(0, 0, a.event().id(), 0, 0, b.event().id()));
        for (EventRow row : sorted) {
            BehaviorEvent event = row.event();
            writes.add(
                    insert,
                    event.id(),
                    event.timestamp(),
                    event.value(),
                    row.sequence(),
                    event.leadId() != null,
                    event.imported(),
                    row.leadId(),
                    event.sessionId(),
                    event.userId(),
                    event.type().name(),
                    event.category().json(),
                    event.source(),
                    EventRow.json(event.page()),
                    EventRow.json(event.properties()),
                    EventRow.json(event.context()),
                    EventRow.json(event.metadata()));
        }
    }

    /** Query: events by id, by the primary key. */
    Map<UUID, BehaviorEvent> find(Handle handle, Collection<UUID> ids) {
        Map<UUID, BehaviorEvent> found = new LinkedHashMap<>();
        if (!ids.isEmpty()) {
            handle.createQuery(dialect.byKey(COLUMNS, table, "id", "uuid", ":ids"))
                    .bindArray("ids", UUID.class, List.copyOf(ids))
                    .map((row, context) -> event(row))
                    .forEach(event -> found.put(event.id(), event));
        }
        return found;
    }

    /** Query: a subject's events later than an instant in their order, by behavior_event_lead or behavior_event_session. */
    List<BehaviorEvent> after(Handle handle, SubjectId subject, @Nullable Instant after) {
        return select(handle, subject, " and timestamp > :bound", after);
    }

    /**
     * Query: events of subjects that are later than an instant of each, or all of those whose instant is null, by the same indexes.
     */
    LooseEvents<BehaviorEvent> after(Handle handle, Map<SubjectId, @Nullable Instant> bounds) {
        return loose(handle, bounds, COLUMNS, EventTable::event, BehaviorEvent::key, event -> event);
    }

    /** Query: the outlines of such events, by the same indexes. */
    LooseEvents<EventOutline> outlinesAfter(Handle handle, Map<SubjectId, @Nullable Instant> bounds) {
        record Place(EventKey key, EventOutline event) {}
        return loose(
                handle,
                bounds,
                OUTLINE,
                row -> {
                    long micros = Micros.of(Columns.instant(row, "timestamp"));
                    return new Place(
                            new EventKey(micros, row.getLong("sequence"), Columns.uuid(row, "id")),
                            new EventOutline(
                                    micros,
                                    EventType.of(row.getString("event_type")),
                                    category(row.getString("category"))));
                },
                Place::key,
                Place::event);
    }

    /** Reads an event of a row. */
    private interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private <R, T> LooseEvents<T> loose(
            Handle handle,
            Map<SubjectId, @Nullable Instant> bounds,
            String columns,
            RowReader<R> reader,
            Function<R, EventKey> key,
            Function<R, T> result) {
        LooseEvents<T> all = new LooseEvents<>(Map.of(), Set.of());
        for (boolean leads : List.of(true, false)) {
            for (boolean bounded : List.of(true, false)) {
                List<SubjectId> subjects = bounds.entrySet().stream()
                        .filter(entry -> entry.getKey().isLead() == leads && (entry.getValue() != null) == bounded)
                        .map(Map.Entry::getKey)
                        .sorted()
                        .toList();
                if (!subjects.isEmpty()) {
                    Query query = handle.createQuery(dialect.byOwner(columns, table, leads, bounded))
                            .bindArray(
                                    "owners",
                                    String.class,
                                    subjects.stream().map(SubjectId::value).toList());
                    if (bounded) {
                        query.bindArray(
                                "bounds",
                                String.class,
                                subjects.stream()
                                        .map(subject -> String.valueOf(bounds.get(subject)))
                                        .toList());
                    }
                    all = all.and(grouped(query, leads, reader, key, result));
                }
            }
        }
        return all;
    }

    private <R, T> LooseEvents<T> grouped(
            Query query, boolean leads, RowReader<R> reader, Function<R, EventKey> key, Function<R, T> result) {
        Map<SubjectId, List<R>> bySubject = new HashMap<>();
        Set<SubjectId> damaged = new HashSet<>();
        query.map((row, context) -> {
                    SubjectId subject = leads
                            ? SubjectId.lead(row.getString("lead_id"))
                            : SubjectId.session(row.getString("session_id"));
                    R event = damage.read(() -> "an event of a " + subject.kind(), () -> reader.read(row));
                    if (event == null) {
                        damaged.add(subject);
                    } else {
                        bySubject
                                .computeIfAbsent(subject, same -> new ArrayList<>())
                                .add(event);
                    }
                    return subject;
                })
                .forEach(subject -> {});
        Map<SubjectId, List<T>> events = new HashMap<>();
        bySubject.forEach((subject, found) -> {
            found.sort(Comparator.comparing(key));
            events.put(subject, found.stream().map(result).toList());
        });
        return new LooseEvents<>(events, damaged);
    }

    /** Query: a subject's events from an instant on in their order, by the same indexes. */
    List<BehaviorEvent> from(Handle handle, SubjectId subject, Instant from) {
        return select(handle, subject, " and timestamp >= :bound", from);
    }

    private List<BehaviorEvent> select(Handle handle, SubjectId subject, String condition, @Nullable Instant bound) {
        Query query = handle.createQuery(
                "select " + COLUMNS + " from " + owned(subject) + (bound == null ? "" : condition) + ORDER);
        query.bind("subject", subject.value());
        if (bound != null) {
            query.bind("bound", Columns.time(bound));
        }
        return query.setFetchSize(1_000).map((row, context) -> event(row)).list();
    }

    /**
     * Visits all events of a subject in their order, without holding them all, by the same indexes; of one that cannot be read
     * somebody else learns the id.
     */
    void visit(Handle handle, SubjectId subject, Consumer<BehaviorEvent> visitor, Consumer<UUID> damaged) {
        handle.createQuery("select " + COLUMNS + " from " + owned(subject) + ORDER)
                .bind("subject", subject.value())
                .setFetchSize(1_000)
                .map((row, context) -> {
                    UUID id = Columns.uuid(row, "id");
                    BehaviorEvent event = damage.read(() -> "event " + id, () -> event(row));
                    if (event == null) {
                        damaged.accept(id);
                    } else {
                        visitor.accept(event);
                    }
                    return id;
                })
                .forEach(id -> {});
    }

    /**
     * An event that is past its retention.
     *
     * @param id its id
     * @param timestamp when it happened
     */
    record Expired(UUID id, Instant timestamp) {}

    /** Query: the oldest events of a subject that are past their retention, by the same indexes. */
    List<Expired> expired(Handle handle, SubjectId subject, Retention retention, long horizon, int limit) {
        Duration shortest = retention.shortest();
        if (shortest == null) {
            return List.of();
        }
        List<Expired> found = new ArrayList<>();
        try (ResultIterator<Optional<Expired>> events = handle.createQuery(
                        "select id, timestamp, event_type, category from " + owned(subject) + " and timestamp <= :until"
                                + ORDER)
                .bind("subject", subject.value())
                .bind("until", Columns.time(Micros.toInstant(horizon).minus(shortest)))
                .setFetchSize(1_000)
                .map((row, context) -> expiredUnlessDamaged(row, subject, retention, horizon))
                .iterator()) {
            while (found.size() < limit && events.hasNext()) {
                events.next().ifPresent(found::add);
            }
        }
        return found;
    }

    private Optional<Expired> expiredUnlessDamaged(ResultSet row, SubjectId subject, Retention retention, long horizon)
            throws SQLException {
        Optional<Expired> read =
                damage.read(() -> "an event of a " + subject.kind(), () -> expired(row, retention, horizon));
        return read == null ? Optional.empty() : read;
    }

    private static Optional<Expired> expired(ResultSet row, Retention retention, long horizon) throws SQLException {
        Instant timestamp = Columns.instant(row, "timestamp");
        long expiry = retention.expiresAt(
                Micros.of(timestamp), EventType.of(row.getString("event_type")), category(row.getString("category")));
        return expiry <= horizon
                ? Optional.of(new Expired(Columns.uuid(row, "id"), timestamp))
                : Optional.<Expired>empty();
    }

    /** Deletes events, by the primary key. */
    void delete(Handle handle, Collection<UUID> ids) {
        handle.createUpdate("delete from " + table + " where id = any(:ids)")
                .bindArray("ids", UUID.class, List.copyOf(ids))
                .execute();
    }

    /** Query: the instant of a subject's first event, by the same indexes; null if there is none. */
    @Nullable
    Instant oldest(Handle handle, SubjectId subject) {
        return handle.createQuery("select min(timestamp) as oldest from " + owned(subject))
                .bind("subject", subject.value())
                .map((row, context) -> Optional.ofNullable(Columns.optionalInstant(row, "oldest")))
                .one()
                .orElse(null);
    }

    private String owned(SubjectId subject) {
        return subject.isLead()
                ? table + " where lead_id = :subject"
                : table + ofSession(dialect) + " where session_id = :subject and lead_id is null";
    }

    /** H2 takes the events without a lead for few, and would read all of them to find those of one session. */
    static String ofSession(Dialect dialect) {
        return dialect.choose("", " use index (behavior_event_session)");
    }

    /** Query: the ids and instants of the events that a relink moves, by the index of the subject that they leave. */
    Map<UUID, Instant> chosen(Handle handle, Relink relink) {
        StringBuilder sql = new StringBuilder("select id, timestamp, coalesce(sequence, 0) as place from "
                + owned(relink.source()) + " and session_id = :session and not identified");
        EventKey start = relink.start();
        EventKey end = relink.end();
        if (start != null) {
            sql.append(" and timestamp >= :start");
        }
        if (end != null) {
            sql.append(" and timestamp <= :end");
        }
        Query query = handle.createQuery(sql.toString())
                .bind("subject", relink.source().value())
                .bind("session", relink.sessionId());
        if (start != null) {
            query.bind("start", Columns.time(Micros.toInstant(start.micros())));
        }
        if (end != null) {
            query.bind("end", Columns.time(Micros.toInstant(end.micros())));
        }
        Map<UUID, Instant> chosen = new LinkedHashMap<>();
        query.map((row, context) -> {
                    Instant at = Columns.instant(row, "timestamp");
                    EventKey key = new EventKey(Micros.of(at), row.getLong("place"), Columns.uuid(row, "id"));
                    boolean inside =
                            (start == null || key.compareTo(start) >= 0) && (end == null || key.compareTo(end) < 0);
                    return inside ? Map.entry(key.id(), at) : null;
                })
                .list()
                .forEach(entry -> {
                    if (entry != null) {
                        chosen.put(entry.getKey(), entry.getValue());
                    }
                });
        return chosen;
    }

    /** Gives events to another subject. */
    void move(Handle handle, Collection<UUID> ids, SubjectId target) {
        handle.createUpdate("update " + table + " set lead_id = :lead where id = any(:ids)")
                .bind("lead", target.isLead() ? target.value() : null)
                .bindArray("ids", UUID.class, List.copyOf(ids))
                .execute();
    }

    @SuppressWarnings("NullAway") // the core's classes, once compiled, do not show it that the maps' values may be null
    static BehaviorEvent event(ResultSet row) throws SQLException {
        boolean identified = row.getBoolean("identified");
        double value = row.getDouble("value");
        Double optionalValue = row.wasNull() ? null : (Double) value;
        return new BehaviorEvent(
                Columns.uuid(row, "id"),
                row.getString("session_id"),
                identified ? row.getString("lead_id") : null,
                row.getString("user_id"),
                row.getLong("sequence"),
                EventType.of(row.getString("event_type")),
                category(row.getString("category")),
                Columns.instant(row, "timestamp"),
                row.getString("source"),
                Columns.object(row, "page"),
                Columns.object(row, "properties"),
                Columns.object(row, "context"),
                optionalValue,
                Columns.object(row, "metadata"),
                row.getBoolean("imported"));
    }

    private static Category category(String text) {
        return Category.parse(text)
                .orElseThrow(
                        () -> new IllegalStateException("a stored event has a category that this code does not know"));
    }
}
