package io.behavioranalytics.jdbc;

import io.behavioranalytics.decision.SessionLink;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.decision.SubjectState;
import io.behavioranalytics.event.EventIds;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.jdbc.Bulk.Column;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.profile.BehaviorPattern;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.store.Subjects;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table {@code behavior_analytics}: a row for each subject, with its version, its state and its analytics. */
final class SubjectTable {
    /** The namespace of the rows' ids, which are made of the subjects. */
    private static final UUID NAMESPACE = UUID.fromString("5d0f3c2e-7a51-5f0e-9c1d-2f6a0b8e4c77");

    private static final Map<String, BehaviorPattern> PATTERNS =
            Stream.of(BehaviorPattern.values()).collect(Collectors.toMap(BehaviorPattern::json, pattern -> pattern));

    private static final List<Column> STATE = List.of(
            new Column("definitions_version", ColumnType.LONG),
            new Column("as_of", ColumnType.INSTANT),
            new Column("first_seen", ColumnType.INSTANT),
            new Column("last_activity", ColumnType.INSTANT),
            new Column("total_events", ColumnType.LONG),
            new Column("visits", ColumnType.LONG),
            new Column("total_time_spent", ColumnType.LONG),
            new Column("average_session_duration", ColumnType.LONG),
            new Column("engagement_score", ColumnType.DOUBLE),
            new Column("interest_score", ColumnType.DOUBLE),
            new Column("intent_score", ColumnType.DOUBLE),
            new Column("conversion_probability", ColumnType.DOUBLE),
            new Column("unique_event_types", ColumnType.INTEGER),
            new Column("behavior_pattern", ColumnType.TEXT),
            new Column("segments", ColumnType.TEXTS),
            new Column("tags", ColumnType.TEXTS),
            new Column("attributes", ColumnType.JSON),
            new Column("memory", ColumnType.BYTES),
            new Column("accumulators", ColumnType.BYTES));
    private static final List<Column> HEAD = List.of(
            new Column("version", ColumnType.LONG),
            new Column("due", ColumnType.INSTANT),
            new Column("oldest_event", ColumnType.INSTANT),
            new Column("newest_event", ColumnType.INSTANT),
            new Column("packed_until", ColumnType.INSTANT),
            new Column("event_count", ColumnType.LONG),
            new Column("packed_events", ColumnType.LONG),
            new Column("links", ColumnType.BYTES));
    private static final Column SUBJECT = new Column("subject", ColumnType.TEXT);
    private static final List<Column> BIRTH = List.of(
            new Column("id", ColumnType.UUID),
            new Column("lead_id", ColumnType.TEXT),
            new Column("session_id", ColumnType.TEXT));

    private final Dialect dialect;
    private final Damage damage;
    private final String table;
    private final String behind;
    private final String lockChanging;
    private final String lockGuarding;
    private final Bulk insert;
    private final Bulk insertBare;
    private final Bulk update;
    private final Bulk updateBare;
    private final Bulk keep;

    SubjectTable(Database database) {
        dialect = database.dialect();
        damage = database.damage();
        table = database.schema() + "behavior_analytics";
        behind = dialect.subjectOrder() + " > " + dialect.subjectPlace("after") + " order by " + dialect.subjectOrder();
        String lock =
                "select subject, version, due, oldest_event, newest_event, packed_until, event_count, packed_events"
                        + " from "
                        + table + " where subject = any(?) order by subject";
        // The guard's text differs from the other also where the lock does not: they are keys.
        lockChanging = lock + dialect.lockForChange();
        lockGuarding = lock + dialect.lockForGuard() + " ";
        insert = Bulk.insert(table, columns(List.of(BIRTH, HEAD, STATE, List.of(SUBJECT))));
        insertBare = Bulk.insert(table, columns(List.of(BIRTH, HEAD, List.of(SUBJECT))));
        update = update(columns(List.of(HEAD, STATE, List.of(SUBJECT))));
        updateBare = update(columns(List.of(HEAD, List.of(SUBJECT))));
        keep = update(
                new Column("oldest_event", ColumnType.INSTANT),
                new Column("packed_until", ColumnType.INSTANT),
                new Column("event_count", ColumnType.LONG),
                new Column("packed_events", ColumnType.LONG),
                SUBJECT);
    }

    private static Column[] columns(List<List<Column>> parts) {
        return parts.stream().flatMap(List::stream).toArray(Column[]::new);
    }

    private Bulk update(Column... columns) {
        List<String> postgres = new ArrayList<>();
        List<String> h2 = new ArrayList<>();
        for (Column column : columns) {
            if (column.name().equals("links")) {
                postgres.add("links = coalesce(u.links, a.links)");
                h2.add("links = coalesce(?, links)");
            } else if (!column.equals(SUBJECT)) {
                postgres.add(column.name() + " = " + column.fromPostgresRow());
                h2.add(column.name() + " = " + column.h2Parameter());
            }
        }
        return Bulk.of(
                "update " + table + " a set " + String.join(", ", postgres) + " from " + Bulk.rows(columns)
                        + " where a.subject = u.subject",
                "update " + table + " set " + String.join(", ", h2) + " where subject = ?",
                columns);
    }

    // ---- what a commit does

    /**
     * Locks subjects without waiting. Query: subjects by the primary key.
     *
     * @param handle inside the transaction that changes them
     * @param changing those that it changes
     * @param guarding those that must not change meanwhile
     * @param busy receives those that others hold
     * @return a row for each that nobody else holds, not stored for those that do not exist
     */
    Map<SubjectId, SubjectRow> lock(
            Handle handle, Set<SubjectId> changing, Set<SubjectId> guarding, Set<SubjectId> busy) throws SQLException {
        Map<SubjectId, SubjectRow> rows = new HashMap<>();
        Map<String, List<String>> locks = new LinkedHashMap<>();
        if (!changing.isEmpty()) {
            locks.put(lockChanging, texts(changing));
        }
        if (!guarding.isEmpty()) {
            locks.put(lockGuarding, texts(guarding));
        }
        if (!locks.isEmpty()) {
            dialect.query(handle.getConnection(), locks, row -> {
                SubjectRow locked = locked(row);
                rows.put(locked.subject, locked);
            });
        }
        Set<SubjectId> missing = new TreeSet<>();
        for (SubjectId subject :
                Stream.concat(changing.stream(), guarding.stream()).toList()) {
            if (!rows.containsKey(subject)) {
                rows.put(subject, new SubjectRow(subject));
                missing.add(subject);
            }
        }
        if (!missing.isEmpty()) {
            handle.createQuery(dialect.byKey("subject", table, "subject", "text", ":subjects"))
                    .bindArray("subjects", String.class, texts(missing))
                    .map((row, context) -> Columns.subject(row, "subject"))
                    .forEach(busy::add);
        }
        return rows;
    }

    private static SubjectRow locked(ResultSet row) throws SQLException {
        String text = row.getString("subject");
        SubjectRow locked = new SubjectRow(Columns.subject(text), text);
        locked.stored = true;
        locked.version = row.getLong("version");
        locked.due = Columns.optionalInstant(row, "due");
        locked.oldestEvent = Columns.optionalInstant(row, "oldest_event");
        locked.newestEvent = Columns.optionalInstant(row, "newest_event");
        locked.packedUntil = Columns.optionalInstant(row, "packed_until");
        locked.eventCount = row.getLong("event_count");
        locked.packedEvents = row.getLong("packed_events");
        return locked;
    }

    /**
     * Writes changes; each subject stands in one of them.
     *
     * @param writes receives the rows; of SQLSTATE 23505 is what they end with if a subject that was new is not
     * @param changes no guards
     * @param rows what the rows are to hold beside the changes
     */
    void write(Writes writes, List<SubjectChange> changes, Map<SubjectId, SubjectRow> rows) {
        List<SubjectChange> sorted = new ArrayList<>(changes);
        sorted.sort((a, b) -> a.subject().compareTo(b.subject()));
        for (SubjectChange change : sorted) {
            SubjectRow row = rows.get(change.subject());
            if (row == null) {
                throw new IllegalStateException("no row was looked for of " + change.subject());
            }
            SubjectState state = change.state();
            @Nullable
            Object[] values =
                    new Object[(row.stored ? 0 : BIRTH.size()) + HEAD.size() + (state == null ? 0 : STATE.size()) + 1];
            int next = 0;
            if (!row.stored) {
                String value = change.subject().value();
                values[next++] = EventIds.v5(NAMESPACE, row.text);
                values[next++] = change.subject().isLead() ? value : null;
                values[next++] = change.subject().isLead() ? null : value;
            }
            values[next++] = row.version;
            values[next++] = row.due;
            values[next++] = row.oldestEvent;
            values[next++] = row.newestEvent;
            values[next++] = row.packedUntil;
            values[next++] = row.eventCount;
            values[next++] = row.packedEvents;
            values[next++] = change.links() == null ? null : SessionLinks.pack(change.links());
            if (state != null) {
                next = put(state, values, next);
            }
            values[next] = row.text;
            Bulk statement = row.stored ? (state == null ? updateBare : update) : (state == null ? insertBare : insert);
            writes.add(statement, values);
            row.stored = true;
        }
    }

    private static int put(SubjectState state, @Nullable Object[] values, int from) {
        Profile profile = state.profile();
        int next = from;
        values[next++] = state.definitionsVersion();
        values[next++] = state.asOf();
        values[next++] = profile.firstSeen();
        values[next++] = profile.lastActivity();
        values[next++] = profile.totalEvents();
        values[next++] = profile.visits();
        values[next++] = profile.totalTimeSpent();
        values[next++] = profile.averageSessionDuration();
        values[next++] = profile.engagementScore();
        values[next++] = profile.interestScore();
        values[next++] = profile.intentScore();
        values[next++] = profile.conversionProbability();
        values[next++] = profile.uniqueEventTypes();
        values[next++] = profile.behaviorPattern().json();
        values[next++] = profile.segments();
        values[next++] = profile.tags();
        values[next++] = profile.attributes().isEmpty() ? null : Json.write(profile.attributes());
        values[next++] = state.memory();
        values[next++] = state.accumulators();
        return next;
    }

    /** Notes what subjects have, and what of it is packed; the rest of the rows, versions included, stays. */
    void kept(Writes writes, List<SubjectRow> rows) {
        for (SubjectRow row : rows) {
            writes.add(
                    keep,
                    row.oldestEvent,
                    row.packedUntil,
                    row.eventCount,
                    row.packedEvents,
                    Columns.text(row.subject));
        }
    }

    // ---- reading

    /**
     * As much of a subject's row as tells what there is of its events, and whether there is upkeep to do.
     *
     * @param subject who
     * @param oldestEvent no event is earlier, null if there never was one or nobody asked
     * @param packedUntil all events up to here are packed, null if none is, or if all are and nobody asked
     * @param eventCount how many events it has
     * @param packedEvents how many of them are packed
     */
    record Outline(
            SubjectId subject,
            @Nullable Instant oldestEvent,
            @Nullable Instant packedUntil,
            long eventCount,
            long packedEvents) {
        long looseEvents() {
            return eventCount - packedEvents;
        }
    }

    /**
     * Query: what there is of the events of subjects from one on, by the order of subjects. Times are dear to read, so the oldest event is null,
     * and so is what nobody needs of a history that is packed to its end.
     */
    List<Outline> histories(Handle handle, @Nullable SubjectId after, int limit) {
        return handle.createQuery(
                        "select subject, case when event_count > packed_events then packed_until end as packed_until,"
                                + " event_count, packed_events from " + table + " where " + behind + " limit :limit")
                .bind("after", after == null ? "" : Columns.text(after))
                .bind("limit", limit)
                .map((row, context) -> {
                    long events = row.getLong("event_count");
                    long packed = row.getLong("packed_events");
                    Instant until = events > packed ? Columns.optionalInstant(row, "packed_until") : null;
                    return new Outline(Columns.subject(row, "subject"), null, until, events, packed);
                })
                .list();
    }

    /** Query: outlines of subjects from one on, by the order of subjects. */
    List<Outline> outlines(Handle handle, @Nullable SubjectId after, int limit) {
        return handle.createQuery("select subject, oldest_event, packed_until, event_count, packed_events from " + table
                        + " where " + behind + " limit :limit")
                .bind("after", after == null ? "" : Columns.text(after))
                .bind("limit", limit)
                .map((row, context) -> new Outline(
                        Columns.subject(row, "subject"),
                        Columns.optionalInstant(row, "oldest_event"),
                        Columns.optionalInstant(row, "packed_until"),
                        row.getLong("event_count"),
                        row.getLong("packed_events")))
                .list();
    }

    /** Query: the instants of the last decisions of some subjects, by the primary key. */
    Map<SubjectId, Instant> decidedAt(Handle handle, Collection<SubjectId> subjects) {
        Map<SubjectId, Instant> decided = new HashMap<>();
        handle.createQuery(
                        "select subject, as_of from " + table + " where subject = any(:subjects) and as_of is not null")
                .bindArray("subjects", String.class, texts(subjects))
                .map((row, context) -> Map.entry(Columns.subject(row, "subject"), Columns.instant(row, "as_of")))
                .forEach(entry -> decided.put(entry.getKey(), entry.getValue()));
        return decided;
    }

    /**
     * A subject's row.
     *
     * @param subject who
     * @param version its version
     * @param state what was decided last, or null
     * @param links a session's links
     * @param due when it is to be decided again without an event, or null
     * @param newestEvent no event is later, null if there never was one
     * @param packedUntil all events up to here are packed, null if none is
     * @param eventCount how many events it has
     * @param packedEvents how many of them are packed
     */
    record Loaded(
            SubjectId subject,
            long version,
            @Nullable SubjectState state,
            List<SessionLink> links,
            @Nullable Instant due,
            @Nullable Instant newestEvent,
            @Nullable Instant packedUntil,
            long eventCount,
            long packedEvents) {
        Loaded {
            links = List.copyOf(links);
        }

        /** What there is of its events; when they begin is not told. */
        Outline outline() {
            return new Outline(subject, null, packedUntil, eventCount, packedEvents);
        }
    }

    /**
     * A subject's row as it was found.
     *
     * @param subject who
     * @param loaded what it says, or null if it cannot be read
     */
    record Found(SubjectId subject, @Nullable Loaded loaded) {
        /** What the row says, for those who cannot do without. */
        Loaded readable() {
            if (loaded == null) {
                throw new IllegalStateException("the row of a " + subject.kind() + " cannot be read");
            }
            return loaded;
        }
    }

    /** Query: subjects by the primary key. */
    List<Found> find(Handle handle, Collection<SubjectId> subjects) {
        return handle.createQuery(dialect.byKey("*", table, "subject", "text", ":subjects"))
                .bindArray("subjects", String.class, texts(subjects))
                .map((row, context) -> found(row))
                .list();
    }

    /** Query: subjects from one on, by the primary key. */
    List<Found> page(Handle handle, @Nullable SubjectId after, int limit) {
        return handle.createQuery("select * from " + table + " where " + behind + " limit :limit")
                .bind("after", after == null ? "" : Columns.text(after))
                .bind("limit", limit)
                .map((row, context) -> found(row))
                .list();
    }

    private Found found(ResultSet row) throws SQLException {
        SubjectId subject = Columns.subject(row, "subject");
        return new Found(subject, damage.read(() -> "the row of a " + subject.kind(), () -> loaded(row)));
    }

    /** The number of subjects that have events; read from end to end, since no column that changes may have an index. */
    long count(Handle handle) {
        return handle.createQuery("select count(*) from " + table + " where event_count > 0")
                .mapTo(Long.class)
                .one();
    }

    /** Query: how many subjects were decided, and how many of them on some definitions or newer ones. */
    Subjects.Decided decidedSince(Handle handle, long definitionsVersion) {
        return handle.createQuery("select count(case when definitions_version >= :version then 1 end) as since,"
                        + " count(definitions_version) as everybody from " + table)
                .bind("version", definitionsVersion)
                .map((row, context) -> new Subjects.Decided(row.getLong("since"), row.getLong("everybody")))
                .one();
    }

    /** Query: subjects decided on older definitions, by the primary key. */
    List<SubjectId> decidedBefore(Handle handle, long definitionsVersion, @Nullable SubjectId after, int limit) {
        return handle.createQuery("select subject from " + table + " where definitions_version < :version and " + behind
                        + " limit :limit")
                .bind("after", after == null ? "" : Columns.text(after))
                .bind("version", definitionsVersion)
                .bind("limit", limit)
                .map((row, context) -> Columns.subject(row, "subject"))
                .list();
    }

    private static Loaded loaded(ResultSet row) throws SQLException {
        SubjectId subject = Columns.subject(row, "subject");
        return new Loaded(
                subject,
                row.getLong("version"),
                state(row, subject),
                SessionLinks.unpack(row.getBytes("links")),
                Columns.optionalInstant(row, "due"),
                Columns.optionalInstant(row, "newest_event"),
                Columns.optionalInstant(row, "packed_until"),
                row.getLong("event_count"),
                row.getLong("packed_events"));
    }

    private static @Nullable SubjectState state(ResultSet row, SubjectId subject) throws SQLException {
        Instant asOf = Columns.optionalInstant(row, "as_of");
        if (asOf == null) {
            return null;
        }
        BehaviorPattern pattern = PATTERNS.get(row.getString("behavior_pattern").toLowerCase(Locale.ROOT));
        if (pattern == null) {
            throw new IllegalStateException("a stored state has a pattern that this code does not know");
        }
        Profile profile = new Profile(
                subject,
                asOf,
                row.getLong("total_events"),
                row.getInt("unique_event_types"),
                row.getLong("visits"),
                row.getLong("total_time_spent"),
                row.getLong("average_session_duration"),
                row.getDouble("engagement_score"),
                row.getDouble("interest_score"),
                row.getDouble("intent_score"),
                row.getDouble("conversion_probability"),
                Columns.texts(row, "segments"),
                pattern,
                Columns.optionalInstant(row, "first_seen"),
                Columns.optionalInstant(row, "last_activity"),
                Columns.texts(row, "tags"),
                Columns.values(row, "attributes"));
        return new SubjectState(
                row.getLong("definitions_version"),
                asOf,
                profile,
                row.getBytes("accumulators"),
                row.getBytes("memory"));
    }

    private static List<String> texts(Collection<SubjectId> subjects) {
        return subjects.stream().map(Columns::text).sorted().toList();
    }
}
