package io.behavioranalytics.jdbc;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.store.ArchiveRecord;
import io.behavioranalytics.store.Exposures;
import io.behavioranalytics.store.HostTransaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * The tables {@code experiment_exposure} and {@code experiment_crossover}. Which exposure is the first is decided by the primary key alone,
 * so that hosts need not know of each other.
 */
final class ExposureTable implements Exposures {
    private static final int PAGE = 1_000;
    private static final int TRIES = 10;
    private static final String COLUMNS =
            "experiment_id, experiment_version, exposed_at, bucket_version, phase, band, subject, variant";
    /** Whoever inserts in one order waits for others and is not waited for by them. */
    private static final Comparator<Exposure> ORDER = Comparator.comparing(Exposure::experimentId)
            .thenComparingInt(Exposure::bucketVersion)
            .thenComparing(Exposure::subject)
            .thenComparing(Exposure::variant);

    private final Database database;
    private final String exposures;
    private final String crossovers;

    ExposureTable(Database database) {
        this.database = database;
        exposures = database.schema() + "experiment_exposure";
        crossovers = database.schema() + "experiment_crossover";
    }

    /** What there is one first exposure of. */
    private record Key(UUID experimentId, int bucketVersion, SubjectId subject) {
        static Key of(Exposure exposure) {
            return new Key(exposure.experimentId(), exposure.bucketVersion(), exposure.subject());
        }
    }

    @Override
    public List<Recorded> expose(List<Exposure> shown) {
        database.check();
        Deadline deadline = database.deadline();
        if (shown.isEmpty()) {
            return List.of();
        }
        if (shown.size() == 1 || !database.mayJoin()) {
            return expose(shown, deadline);
        }
        // H2 cannot be told not to wait long.
        Optional<List<Recorded>> together =
                database.dialect() instanceof PostgresDialect ? exposeUnlessHeld(shown, deadline) : Optional.empty();
        return together.isPresent() ? together.get() : oneByOne(shown, deadline);
    }

    /**
     * Each in a transaction of its own, which holds nothing while it waits: a transaction of the host's that holds one may come to want another.
     * Those that are held come last.
     */
    private List<Recorded> oneByOne(List<Exposure> shown, Deadline deadline) {
        Map<Integer, Recorded> recorded = new TreeMap<>();
        Set<Key> held = new HashSet<>();
        for (int i = 0; i < shown.size(); i++) {
            Exposure exposure = shown.get(i);
            if (!held.contains(Key.of(exposure))) {
                Optional<List<Recorded>> one = exposeUnlessHeld(List.of(exposure), deadline);
                if (one.isPresent()) {
                    recorded.put(i, one.get().get(0));
                } else {
                    held.add(Key.of(exposure));
                }
            }
        }
        for (int i = 0; i < shown.size(); i++) {
            if (!recorded.containsKey(i)) {
                recorded.put(i, expose(List.of(shown.get(i)), deadline).get(0));
            }
        }
        return List.copyOf(recorded.values());
    }

    private List<Recorded> expose(List<Exposure> shown, Deadline deadline) {
        return expose(shown, deadline, false).orElseThrow();
    }

    /** Stores exposures, or nothing if another transaction has inserted one of them and does not end soon. */
    private Optional<List<Recorded>> exposeUnlessHeld(List<Exposure> shown, Deadline deadline) {
        return expose(shown, deadline, true);
    }

    private Optional<List<Recorded>> expose(List<Exposure> shown, Deadline deadline, boolean unlessHeld) {
        boolean unknown = false;
        for (int attempt = 1; ; attempt++) {
            boolean maybeStored = unknown;
            try {
                return Optional.of(database.once(deadline, handle -> {
                    if (unlessHeld) {
                        database.dialect().beImpatient(handle);
                    }
                    return expose(handle, shown, maybeStored);
                }));
            } catch (SQLException | JdbiException failed) {
                database.check();
                if (unlessHeld && Failures.isHeld(failed)) {
                    return Optional.empty();
                }
                // H2 tells the later one of two that insert at once that the row is there.
                boolean again = Failures.isTransient(failed) || Failures.uniqueViolation(failed) != null;
                if (!again || attempt == TRIES || deadline.isOver()) {
                    throw Failures.refused("storing exposures failed", failed);
                }
                unknown |= !Failures.isUndone(failed);
                Database.pause(attempt);
            }
        }
    }

    @Override
    public List<Recorded> expose(List<Exposure> shown, HostTransaction transaction) {
        return database.joined(transaction, "storing exposures", handle -> {
            if (shown.isEmpty()) {
                return List.of();
            }
            return database.dialect() instanceof PostgresDialect
                    ? expose(handle, shown, false)
                    : exposeFromSavepoint(handle, shown);
        });
    }

    /** In H2 who waited for a row that was committed is told that it is there: what was done by then is undone, and done again. */
    private List<Recorded> exposeFromSavepoint(Handle handle, List<Exposure> shown) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            Savepoint before = handle.getConnection().setSavepoint();
            try {
                return expose(handle, shown, false);
            } catch (SQLException | JdbiException failed) {
                if (Failures.uniqueViolation(failed) == null || attempt == TRIES) {
                    throw failed;
                }
                handle.getConnection().rollback(before);
            }
        }
    }

    /**
     * Stores exposures.
     *
     * @param maybeStored whether an earlier attempt may have been committed, its reply being lost: what is equal is its work then
     */
    private List<Recorded> expose(Handle handle, List<Exposure> shown, boolean maybeStored) throws SQLException {
        Map<Key, Exposure> known = first(handle, shown);
        Map<Key, Exposure> fresh = new LinkedHashMap<>();
        for (Exposure exposure : shown) {
            Key key = Key.of(exposure);
            if (!known.containsKey(key)) {
                fresh.putIfAbsent(key, exposure);
            }
        }
        Set<Key> inserted = new HashSet<>();
        if (!fresh.isEmpty()) {
            inserted = insert(handle, exposures, fresh.values(), "experiment_id, bucket_version, subject", Key::of);
            if (inserted.size() < fresh.size()) {
                known = first(handle, shown); // others were faster, and have committed
            } else {
                known.putAll(fresh);
            }
        }
        List<Recorded> recorded = new ArrayList<>(shown.size());
        Map<List<Object>, Exposure> crossed = new LinkedHashMap<>();
        Set<Key> answered = new HashSet<>();
        for (Exposure exposure : shown) {
            Key key = Key.of(exposure);
            Exposure first = known.get(key);
            if (first == null) {
                // Only a snapshot that is older than the row cannot see it, which is the host's to choose.
                throw new SQLException("an exposure was stored that this transaction does not see", "40001");
            }
            boolean own = inserted.contains(key) || (maybeStored && first.equals(exposure));
            recorded.add(new Recorded(first, own && answered.add(key)));
            if (!first.variant().equals(exposure.variant())) {
                crossed.putIfAbsent(List.of(key, exposure.variant()), exposure);
            }
        }
        if (!crossed.isEmpty()) {
            insert(
                    handle,
                    crossovers,
                    crossed.values(),
                    "experiment_id, bucket_version, subject, variant",
                    exposure -> List.<Object>of(Key.of(exposure), exposure.variant()));
        }
        return List.copyOf(recorded);
    }

    private Map<Key, Exposure> first(Handle handle, List<Exposure> shown) {
        Set<SubjectId> subjects = new LinkedHashSet<>();
        shown.forEach(exposure -> subjects.add(exposure.subject()));
        Map<Key, Exposure> known = new HashMap<>();
        of(handle, subjects).forEach(exposure -> known.put(Key.of(exposure), exposure));
        return known;
    }

    /** Inserts what is not there; returns the keys of what was not. */
    private <K> Set<K> insert(
            Handle handle, String table, Collection<Exposure> rows, String key, Function<Exposure, K> keyed) {
        List<Exposure> ordered = rows.stream().sorted(ORDER).toList();
        return database.dialect() instanceof PostgresDialect
                ? insertIntoPostgres(handle, table, ordered, key, keyed)
                : insertIntoH2(handle, table, ordered, key, keyed);
    }

    private static <K> Set<K> insertIntoPostgres(
            Handle handle, String table, List<Exposure> rows, String key, Function<Exposure, K> keyed) {
        return new HashSet<>(handle.createQuery("insert into " + table + " (" + COLUMNS + ") select u.e, u.v,"
                        + " cast(u.a as timestamptz), u.b, u.p, u.n, u.s, u.w from unnest(cast(:experiments as uuid[]),"
                        + " cast(:versions as int8[]), cast(:at as text[]), cast(:buckets as int4[]),"
                        + " cast(:phases as int4[]), cast(:bands as int4[]), cast(:subjects as text[]),"
                        + " cast(:variants as text[])) as u(e, v, a, b, p, n, s, w) on conflict (" + key
                        + ") do nothing returning " + COLUMNS)
                .bindArray(
                        "experiments",
                        UUID.class,
                        rows.stream().map(Exposure::experimentId).toList())
                .bindArray(
                        "versions",
                        Long.class,
                        rows.stream().map(Exposure::experimentVersion).toList())
                .bindArray(
                        "at",
                        String.class,
                        rows.stream().map(row -> row.exposedAt().toString()).toList())
                .bindArray(
                        "buckets",
                        Integer.class,
                        rows.stream().map(Exposure::bucketVersion).toList())
                .bindArray(
                        "phases",
                        Integer.class,
                        rows.stream().map(Exposure::phase).toList())
                .bindArray(
                        "bands",
                        Integer.class,
                        rows.stream().map(Exposure::band).toList())
                .bindArray(
                        "subjects",
                        String.class,
                        rows.stream().map(row -> Columns.text(row.subject())).toList())
                .bindArray(
                        "variants",
                        String.class,
                        rows.stream().map(Exposure::variant).toList())
                .map((row, context) -> keyed.apply(exposure(row)))
                .list());
    }

    private static <K> Set<K> insertIntoH2(
            Handle handle, String table, List<Exposure> rows, String key, Function<Exposure, K> keyed) {
        StringBuilder on = new StringBuilder();
        for (String column : List.of(key.split(", ", -1))) {
            on.append(on.length() == 0 ? "" : " and ")
                    .append("t.")
                    .append(column)
                    .append(" = u.")
                    .append(column);
        }
        PreparedBatch batch = handle.prepareBatch("merge into " + table + " t using (values (cast(:experiment as uuid),"
                + " cast(:version as bigint), cast(:at as timestamp(6) with time zone), cast(:bucket as integer),"
                + " cast(:phase as integer), cast(:band as integer), cast(:subject as varchar(264)),"
                + " cast(:variant as varchar(64)))) u(" + COLUMNS + ") on " + on
                + " when not matched then insert (" + COLUMNS + ") values (u.experiment_id, u.experiment_version,"
                + " u.exposed_at, u.bucket_version, u.phase, u.band, u.subject, u.variant)");
        rows.forEach(row -> bind(batch, row));
        int[] counts = batch.execute();
        Set<K> inserted = new HashSet<>();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                inserted.add(keyed.apply(rows.get(i)));
            }
        }
        return inserted;
    }

    private static void bind(PreparedBatch batch, Exposure row) {
        batch.bind("experiment", row.experimentId())
                .bind("version", row.experimentVersion())
                .bind("at", Columns.time(row.exposedAt()))
                .bind("bucket", row.bucketVersion())
                .bind("phase", row.phase())
                .bind("band", row.band())
                .bind("subject", Columns.text(row.subject()))
                .bind("variant", row.variant())
                .add();
    }

    // ---- reading

    @Override
    public Map<SubjectId, List<Exposure>> exposuresOf(Collection<SubjectId> subjects) {
        List<Exposure> all = database.query("reading exposures", handle -> of(handle, subjects));
        Map<SubjectId, List<Exposure>> found = new LinkedHashMap<>();
        all.stream()
                .sorted(Comparator.comparing(Exposure::subject)
                        .thenComparing(exposure -> exposure.experimentId().toString())
                        .thenComparingInt(Exposure::bucketVersion))
                .forEach(exposure -> found.computeIfAbsent(exposure.subject(), same -> new ArrayList<>())
                        .add(exposure));
        return found;
    }

    /** Query: all exposures of subjects, by experiment_exposure_subject. */
    private List<Exposure> of(Handle handle, Collection<SubjectId> subjects) {
        return handle.createQuery(database.dialect().byKey("t.*", exposures, "subject", "text", ":subjects"))
                .bindArray(
                        "subjects",
                        String.class,
                        subjects.stream().map(Columns::text).distinct().toList())
                .map((row, context) -> exposure(row))
                .list();
    }

    private static Exposure exposure(ResultSet row) throws SQLException {
        return new Exposure(
                Columns.uuid(row, "experiment_id"),
                row.getLong("experiment_version"),
                row.getInt("bucket_version"),
                Columns.subject(row, "subject"),
                row.getString("variant"),
                row.getInt("phase"),
                row.getInt("band"),
                Columns.instant(row, "exposed_at"));
    }

    /** Query: the first session that was exposed, by the primary key or the index of places. */
    @Override
    public boolean hasSessions(UUID experimentId, int bucketVersion) {
        return database.query(
                "reading exposures",
                handle -> handle.createQuery("select 1 from " + exposures
                                + " where experiment_id = :experiment and bucket_version = :bucket and "
                                + database.dialect().subjectOrder() + " > "
                                + database.dialect().subjectPlace("after")
                                + " limit 1")
                        .bind("experiment", experimentId)
                        .bind("bucket", bucketVersion)
                        .bind("after", Columns.SESSION)
                        .mapTo(Integer.class)
                        .findOne()
                        .isPresent());
    }

    /** Visits exposures page by page in the order of the subjects, by the primary key or the index of places. */
    @Override
    public void visitExposures(UUID experimentId, int bucketVersion, Predicate<Exposure> visitor) {
        database.readOnce("reading exposures", handle -> {
            SubjectId after = null;
            while (true) {
                List<Exposure> page = handle.createQuery("select * from " + exposures
                                + " where experiment_id = :experiment and bucket_version = :bucket and "
                                + database.dialect().subjectOrder() + " > "
                                + database.dialect().subjectPlace("after") + " order by "
                                + database.dialect().subjectOrder() + " limit :limit")
                        .bind("experiment", experimentId)
                        .bind("bucket", bucketVersion)
                        .bind("after", after == null ? "" : Columns.text(after))
                        .bind("limit", PAGE)
                        .map((row, context) -> exposure(row))
                        .list();
                for (Exposure exposure : page) {
                    if (!visitor.test(exposure)) {
                        return true;
                    }
                    after = exposure.subject();
                }
                if (page.size() < PAGE) {
                    return true;
                }
            }
        });
    }

    /** Query: the crossovers of an experiment, by the primary key. */
    @Override
    public List<Exposure> crossovers(UUID experimentId, int bucketVersion) {
        return database.query(
                "reading crossovers",
                handle -> handle.createQuery("select * from " + crossovers
                                + " where experiment_id = :experiment and bucket_version = :bucket order by "
                                + database.dialect().subjectOrder() + ", variant")
                        .bind("experiment", experimentId)
                        .bind("bucket", bucketVersion)
                        .map((row, context) -> exposure(row))
                        .list());
    }

    // ---- upkeep

    /** Visits everything in the order of an archive. */
    void visit(Handle handle, Consumer<? super ArchiveRecord> visitor) {
        visit(handle, exposures, "exposure", ArchiveRecord.Exposed::new, visitor);
        visit(handle, crossovers, "crossover", ArchiveRecord.Crossed::new, visitor);
    }

    private void visit(
            Handle handle,
            String table,
            String what,
            Function<Exposure, ArchiveRecord> kept,
            Consumer<? super ArchiveRecord> visitor) {
        handle.createQuery("select * from " + table + " order by experiment_id, bucket_version, "
                        + database.dialect().subjectOrder() + ", variant")
                .setFetchSize(PAGE)
                .map((row, context) -> {
                    String id = row.getString("subject") + " of " + row.getString("experiment_id");
                    Exposure read =
                            database.damage().read(() -> "the " + what + " of an experiment", () -> exposure(row));
                    return read == null ? new ArchiveRecord.Damaged(what, id) : kept.apply(read);
                })
                .forEach(visitor);
    }

    /** Puts in what an archive brings. */
    void restore(Handle handle, List<Exposure> first, List<Exposure> crossed) {
        insertAll(handle, exposures, first);
        insertAll(handle, crossovers, crossed);
    }

    private static void insertAll(Handle handle, String table, List<Exposure> rows) {
        if (rows.isEmpty()) {
            return;
        }
        PreparedBatch batch = handle.prepareBatch("insert into " + table + " (" + COLUMNS + ") values (:experiment,"
                + " :version, :at, :bucket, :phase, :band, :subject, :variant)");
        rows.forEach(row -> bind(batch, row));
        batch.execute();
    }
}
