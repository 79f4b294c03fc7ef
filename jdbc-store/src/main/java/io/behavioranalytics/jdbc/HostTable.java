package io.behavioranalytics.jdbc;

import io.behavioranalytics.store.Hosts;
import io.behavioranalytics.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** The table {@code host}: who carries out actions, and until when it counts as living. A few rows, without an index but the keys. */
final class HostTable implements Hosts {
    private static final int TRIES = 3;

    private final Database database;
    private final Dialect dialect;
    private final @Nullable InstantSource clock;
    private final String table;

    HostTable(Database database, @Nullable InstantSource clock) {
        this.database = database;
        this.clock = clock;
        dialect = database.dialect();
        table = database.schema() + "host";
    }

    @Override
    public String enter(UUID instance, String name, Set<String> executors, Duration life) {
        if (life.isNegative() || life.isZero()) {
            throw new IllegalArgumentException("life must be positive: " + life);
        }
        for (int attempt = 1; ; attempt++) {
            try {
                return database.write(
                        "entering this host", (handle, again) -> enter(handle, instance, name, executors, life));
            } catch (StoreException failed) {
                // Another host took the name between our look and our entry: the next look finds it.
                if (attempt == TRIES || Failures.uniqueViolation(failed) == null) {
                    throw failed;
                }
            }
        }
    }

    private String enter(Handle handle, UUID instance, String name, Set<String> executors, Duration life) {
        StoreTime.bind(clock, handle.createUpdate("delete from " + table + " where expires_at <= " + StoreTime.SQL))
                .execute();
        int known = bind(
                        handle.createUpdate("update " + table + " set last_seen = " + StoreTime.SQL + ", expires_at = "
                                + StoreTime.plus(dialect, ":life")
                                + ", executors = :executors where instance = :instance"),
                        instance,
                        executors,
                        life)
                .execute();
        if (known > 0) {
            return handle.createQuery("select name from " + table + " where instance = :instance")
                    .bind("instance", instance)
                    .mapTo(String.class)
                    .one();
        }
        boolean taken = handle.createQuery("select 1 from " + table + " where name = :name")
                .bind("name", name)
                .mapTo(Integer.class)
                .findFirst()
                .isPresent();
        String own = taken ? name + "-" + instance : name;
        bind(
                        handle.createUpdate("insert into " + table
                                + " (instance, last_seen, expires_at, name, executors)"
                                + " values (:instance, " + StoreTime.SQL + ", " + StoreTime.plus(dialect, ":life")
                                + ", :name, :executors)"),
                        instance,
                        executors,
                        life)
                .bind("name", own)
                .execute();
        return own;
    }

    private <S extends SqlStatement<S>> S bind(S statement, UUID instance, Set<String> executors, Duration life) {
        return StoreTime.bind(clock, statement)
                .bind("instance", instance)
                .bind("life", life.toNanos() / 1_000)
                .bindArray("executors", String.class, List.copyOf(executors));
    }

    @Override
    public void leave(UUID instance) {
        database.write(
                "taking this host out",
                (handle, attempt) -> handle.createUpdate("delete from " + table + " where instance = :instance")
                        .bind("instance", instance)
                        .execute());
    }

    @Override
    public List<HostRecord> living() {
        return database.query(
                "reading the hosts",
                handle -> StoreTime.bind(
                                clock,
                                handle.createQuery("select name, last_seen, executors from " + table
                                        + " where expires_at > " + StoreTime.SQL + " order by name"))
                        .map((row, context) -> new HostRecord(
                                row.getString("name"),
                                Columns.instant(row, "last_seen"),
                                Set.copyOf(Columns.texts(row, "executors"))))
                        .list());
    }

    /** Query: no table. A clock that was given instead of the database's is for replays, in which nobody's clock is wrong. */
    @Override
    public Optional<Instant> now() {
        if (clock != null) {
            database.check();
            return Optional.empty();
        }
        return database.query(
                "reading the clock",
                handle -> handle.createQuery("select current_timestamp as at_instant")
                        .map((row, context) -> Columns.instant(row, "at_instant"))
                        .findOne());
    }
}
