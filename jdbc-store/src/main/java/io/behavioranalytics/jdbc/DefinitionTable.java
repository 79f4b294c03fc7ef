package io.behavioranalytics.jdbc;

import io.behavioranalytics.json.IsoTime;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonException;
import io.behavioranalytics.store.ArchiveRecord;
import io.behavioranalytics.store.DefinitionRecord;
import io.behavioranalytics.store.Definitions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/**
 * The tables of definitions: every version in {@code definition_version}; the newest of each that is not deleted also in {@code
 * behavioral_segment}, {@code behavioral_trigger} or {@code behavior_experiment}, column by column, for people and their reports. What it came to is written there by
 * {@link #refresh} alone, never by a decision's commit.
 */
final class DefinitionTable implements Definitions {
    private final Database database;
    private final String versions;
    private final String whole;

    DefinitionTable(Database database) {
        this.database = database;
        versions = database.schema() + "definition_version";
        whole = database.schema() + "definitions";
    }

    @Override
    public Watch watch(Runnable listener) {
        database.check();
        return database.listen(listener);
    }

    /** Where a kind is shown; null if it stands in {@code definition_version} alone. */
    private @Nullable String table(DefinitionRecord.Kind kind) {
        return switch (kind) {
            case SEGMENT -> database.schema() + "behavioral_segment";
            case TRIGGER -> database.schema() + "behavioral_trigger";
            case EXPERIMENT -> database.schema() + "behavior_experiment";
            case ROLLOUT -> null;
        };
    }

    /** Query: the newest version of every definition, by the primary key. */
    @Override
    public Snapshot load() {
        return database.read(
                "reading the definitions",
                handle -> new Snapshot(
                        version(handle),
                        decidingVersion(handle),
                        handle.createQuery("select v.* from " + versions + " v where not v.deleted and v.version ="
                                        + " (select max(n.version) from " + versions
                                        + " n where n.kind = v.kind and n.id = v.id)"
                                        + " order by v.kind, v.definition_key")
                                .map((row, context) -> record(row))
                                .list()));
    }

    /** Every version of one definition, by the primary key. */
    @Override
    public List<DefinitionRecord> history(DefinitionRecord.Kind kind, UUID id) {
        return database.query(
                "reading the versions of a definition",
                handle -> handle.createQuery(
                                "select * from " + versions + " where kind = :kind and id = :id order by version")
                        .bind("kind", kind.json())
                        .bind("id", id)
                        .map((row, context) -> record(row))
                        .list());
    }

    private static DefinitionRecord record(ResultSet row) throws SQLException {
        return new DefinitionRecord(
                kind(row.getString("kind")),
                Columns.uuid(row, "id"),
                row.getString("definition_key"),
                row.getLong("version"),
                row.getBoolean("deleted"),
                row.getString("definition"));
    }

    private static DefinitionRecord.Kind kind(String text) {
        return Stream.of(DefinitionRecord.Kind.values())
                .filter(kind -> kind.json().equals(text))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException("a stored definition is of a kind that this code does not know"));
    }

    @Override
    public long version() {
        return database.query("reading the definitions' version", this::version);
    }

    private long version(Handle handle) {
        return handle.createQuery("select version from " + whole + " where id = 1")
                .mapTo(Long.class)
                .one();
    }

    /** The row beside the version of the whole; without it nobody has saved anything since it is kept. */
    private long decidingVersion(Handle handle) {
        return handle.createQuery("select version from " + whole + " where id = 2")
                .mapTo(Long.class)
                .findOne()
                .orElseGet(() -> version(handle));
    }

    /** Remembers the version of the last of some records that decisions read; nobody else saves meanwhile. */
    private void keepDecidingVersion(Handle handle, List<DefinitionRecord> records, long before) {
        long deciding = 0;
        for (int i = 0; i < records.size(); i++) {
            deciding = records.get(i).kind().decides() ? before + i + 1 : deciding;
        }
        int kept = handle.createUpdate("update " + whole + " set version = greatest(version, :deciding) where id = 2")
                .bind("deciding", deciding)
                .execute();
        if (kept == 0) {
            handle.createUpdate("insert into " + whole + " (id, version) values (2, :deciding)")
                    .bind("deciding", Math.max(deciding, before))
                    .execute();
        }
    }

    @Override
    public boolean saveAll(List<DefinitionRecord> records, long expectedVersion) {
        return database.write("saving definitions", (handle, attempt) -> {
            int first = handle.createUpdate(
                            "update " + whole + " set version = version + :more where id = 1 and version = :expected")
                    .bind("more", records.size())
                    .bind("expected", expectedVersion)
                    .execute();
            if (first == 0) {
                // A repetition may come after a commit whose reply was lost: then it finds its own work.
                return attempt > 1
                        && version(handle) == expectedVersion + records.size()
                        && records.stream().allMatch(record -> isSaved(handle, record));
            }
            keepDecidingVersion(handle, records, expectedVersion);
            for (DefinitionRecord record : records) {
                refuse(handle, record);
                insert(handle, record);
                show(handle, record);
            }
            if (database.dialect() instanceof PostgresDialect) {
                handle.createQuery("select 1 from (select pg_notify(:channel, :version)) n")
                        .bind("channel", ChangeListener.channel(database.schema()))
                        .bind("version", String.valueOf(expectedVersion + records.size()))
                        .mapTo(Integer.class)
                        .one();
            }
            return true;
        });
    }

    private boolean isSaved(Handle handle, DefinitionRecord record) {
        return handle.createQuery("select definition, deleted from " + versions
                        + " where kind = :kind and id = :id and version = :version")
                .bind("kind", record.kind().json())
                .bind("id", record.id())
                .bind("version", record.version())
                .map((row, context) -> row.getString("definition").equals(record.json())
                        && row.getBoolean("deleted") == record.deleted())
                .findFirst()
                .orElse(false);
    }

    // ---- upkeep

    /** Visits the version of the whole and every version of every definition, by the primary key. */
    void visit(Handle handle, Consumer<? super ArchiveRecord> visitor) {
        visitor.accept(new ArchiveRecord.Whole(version(handle)));
        handle.createQuery("select * from " + versions + " order by kind, id, version")
                .map((row, context) -> new ArchiveRecord.Defined(record(row)))
                .forEach(visitor);
    }

    /** Puts in one version of a definition as an archive brings it; shown is only the newest. */
    void restore(Handle handle, DefinitionRecord record) {
        long newest = newest(handle, record);
        if (record.version() != newest + 1) {
            throw new IllegalArgumentException(record.kind().json() + " " + record.id() + " has version "
                    + record.version() + " where version " + (newest + 1) + " is expected");
        }
        insert(handle, record);
    }

    /** Ends a restoring: the newest versions are shown, and the whole has its version. */
    void restored(Handle handle, long version, Collection<DefinitionRecord> newest) {
        newest.forEach(record -> show(handle, record));
        handle.createUpdate("update " + whole + " set version = :version where id = 1")
                .bind("version", version)
                .execute();
        handle.createUpdate("delete from " + whole + " where id = 2").execute();
    }

    private void insert(Handle handle, DefinitionRecord record) {
        handle.createUpdate("insert into " + versions + " (kind, id, version, deleted, definition_key, definition)"
                        + " values (:kind, :id, :version, :deleted, :key, :definition)")
                .bind("kind", record.kind().json())
                .bind("id", record.id())
                .bind("version", record.version())
                .bind("deleted", record.deleted())
                .bind("key", record.key())
                .bind("definition", record.json())
                .execute();
    }

    private long newest(Handle handle, DefinitionRecord record) {
        return handle.createQuery(
                        "select coalesce(max(version), 0) from " + versions + " where kind = :kind and id = :id")
                .bind("kind", record.kind().json())
                .bind("id", record.id())
                .mapTo(Long.class)
                .one();
    }

    private void refuse(Handle handle, DefinitionRecord record) {
        long newest = newest(handle, record);
        if (record.version() != newest + 1) {
            throw new IllegalArgumentException("version " + record.version() + " of "
                    + record.kind().json() + " '" + record.key() + "' does not follow version " + newest);
        }
        String table = table(record.kind());
        if (table == null) {
            return; // there is one of its kind
        }
        Optional<Integer> other = handle.createQuery(
                        "select 1 from " + table + " where definition_key = :key and id <> :id")
                .bind("key", record.key())
                .bind("id", record.id())
                .mapTo(Integer.class)
                .findFirst();
        if (other.isPresent() && !record.deleted()) {
            throw new IllegalArgumentException(
                    "another " + record.kind().json() + " has the key '" + record.key() + "'");
        }
    }

    /** Repeats a definition in its own table. */
    private void show(Handle handle, DefinitionRecord record) {
        String table = table(record.kind());
        if (table == null) {
            return;
        }
        Optional<Outcome> outcome =
                isCounted(record.kind()) ? outcome(handle, record.kind(), table, record.id()) : Optional.empty();
        handle.createUpdate("delete from " + table + " where id = :id")
                .bind("id", record.id())
                .execute();
        if (record.deleted()) {
            return;
        }
        Map<?, ?> json = json(record.json());
        String jsonb = database.dialect().choose("cast(:%s as jsonb)", ":%s format json");
        Update update = switch (record.kind()) {
            case ROLLOUT -> throw new IllegalStateException("a rollout has no table of its own");
            case EXPERIMENT ->
                handle.createUpdate(
                                "insert into " + table
                                        + " (id, version, definition_key, name, description, type, status, hypothesis, success_metrics,"
                                        + " target_segments, traffic_allocation, variants, start_date, end_date) values (:id, :version,"
                                        + " :key, :name, :description, :type, :status, :hypothesis, :metrics, :segments, "
                                        + String.format(jsonb, "allocation") + ", " + String.format(jsonb, "variants")
                                        + ", cast(:start as timestamp(6) with time zone), cast(:end as timestamp(6) with time zone))")
                        .bind("type", text(json.get("type")))
                        .bind("hypothesis", text(json.get("hypothesis")))
                        .bindArray("metrics", String.class, texts(json.get("successMetrics")))
                        .bindArray("segments", String.class, texts(json.get("targetSegments")))
                        .bind("allocation", optionalJson(json.get("trafficAllocation")))
                        .bind("variants", optionalJson(json.get("variants")))
                        .bind("start", time(json, "startsAt", "startDate"))
                        .bind("end", time(json, "endsAt", "endDate"));
            case SEGMENT ->
                handle.createUpdate("insert into " + table
                                + " (id, version, definition_key, name, description, type, status, is_public, criteria, tags)"
                                + " values (:id, :version, :key, :name, :description, :type, :status, :public, "
                                + String.format(jsonb, "criteria") + ", :tags)")
                        .bind("type", text(json.get("type")))
                        .bind("public", Boolean.TRUE.equals(json.get("isPublic")))
                        .bind("criteria", optionalJson(json.get("criteria")))
                        .bindArray("tags", String.class, texts(json.get("tags")));
            case TRIGGER ->
                handle.createUpdate("insert into " + table
                                + " (id, version, definition_key, name, description, event, status, conditions, actions,"
                                + " target_segments, cooldown, priority) values (:id, :version, :key, :name, :description,"
                                + " :event, :status, " + String.format(jsonb, "conditions") + ", "
                                + String.format(jsonb, "actions") + ", :segments, :cooldown, :priority)")
                        .bind(
                                "event",
                                json.get("event") instanceof String event ? event : optionalJson(json.get("event")))
                        .bind("conditions", optionalJson(json.get("conditions")))
                        .bind("actions", optionalJson(json.get("actions")))
                        .bindArray("segments", String.class, texts(json.get("targetSegments")))
                        .bind("cooldown", json.get("cooldown") instanceof Long minutes ? minutes : null)
                        .bind("priority", json.get("priority") instanceof Long priority ? priority : null);
        };
        update.bind("id", record.id())
                .bind("version", record.version())
                .bind("key", record.key())
                .bind("name", text(json.get("name")))
                .bind("description", text(json.get("description")))
                .bind("status", text(json.get("status")))
                .execute();
        outcome.ifPresent(kept -> refresh(handle, record.kind(), table, record.id(), kept));
    }

    // ---- what definitions came to

    /**
     * What a definition came to.
     *
     * @param count how many, or how often
     * @param last as of when, or when last
     */
    private record Outcome(long count, @Nullable Instant last) {}

    @Override
    public void refresh(DefinitionRecord.Kind kind, UUID id, long count, @Nullable Instant last) {
        String table = table(kind);
        if (table == null || !isCounted(kind)) {
            database.check();
            return;
        }
        database.write(
                "refreshing a definition",
                (handle, attempt) -> refresh(handle, kind, table, id, new Outcome(count, last)));
    }

    private static int refresh(Handle handle, DefinitionRecord.Kind kind, String table, UUID id, Outcome outcome) {
        String count = count(kind);
        String last = last(kind);
        Instant instant = outcome.last();
        return handle.createUpdate("update " + table + " set " + count + " = :count, " + last
                        + " = cast(:last as timestamp(6) with time zone) where id = :id")
                .bind("count", outcome.count())
                .bind("last", instant == null ? null : Columns.time(instant))
                .bind("id", id)
                .execute();
    }

    private static Optional<Outcome> outcome(Handle handle, DefinitionRecord.Kind kind, String table, UUID id) {
        String count = count(kind);
        String last = last(kind);
        return handle.createQuery("select " + count + ", " + last + " from " + table + " where id = :id")
                .bind("id", id)
                .map((row, context) -> new Outcome(row.getLong(count), Columns.optionalInstant(row, last)))
                .findFirst();
    }

    /** Whether there is a number to show of what it came to. */
    private static boolean isCounted(DefinitionRecord.Kind kind) {
        return kind == DefinitionRecord.Kind.SEGMENT || kind == DefinitionRecord.Kind.TRIGGER;
    }

    private static String count(DefinitionRecord.Kind kind) {
        return kind == DefinitionRecord.Kind.SEGMENT ? "lead_count" : "trigger_count";
    }

    private static String last(DefinitionRecord.Kind kind) {
        return kind == DefinitionRecord.Kind.SEGMENT ? "last_calculated" : "last_triggered";
    }

    private static Map<?, ?> json(String definition) {
        try {
            return Columns.json(definition) instanceof Map<?, ?> map ? map : Map.of();
        } catch (JsonException notJson) {
            return Map.of(); // kept as it is; only its columns stay empty
        }
    }

    private static @Nullable String text(@Nullable Object value) {
        return value instanceof String text ? text : null;
    }

    /** An instant of a definition, of the first field that has one. */
    private static @Nullable OffsetDateTime time(Map<?, ?> json, String... fields) {
        for (String field : fields) {
            Instant instant = json.get(field) instanceof String text ? IsoTime.parse(text) : null;
            if (instant != null) {
                return Columns.time(instant);
            }
        }
        return null;
    }

    private static @Nullable String optionalJson(@Nullable Object value) {
        return value == null ? null : Json.write(value);
    }

    private static List<String> texts(@Nullable Object value) {
        return value instanceof List<?> list
                ? list.stream()
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .toList()
                : List.of();
    }
}
