package io.behavioranalytics.jdbc;

import io.behavioranalytics.store.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * Brings the tables to the version of this code, or looks whether they have it.
 *
 * <p>Hosts that start together wait for each other: on PostgreSQL by an advisory lock of the transaction that makes everything, on
 * H2, where each such statement commits by itself, by the lock of a row in a table of its own. Each statement can be repeated, so
 * that a migration that was cut off is finished by the next one.
 */
final class Schema {
    private static final Duration MOST = Duration.ofMinutes(10);
    private static final int LOCK_TRIES = 10;
    private static final long LOCK = 0x62656861_76696f72L;

    private final Database database;
    private final List<SchemaScript> scripts;
    private final String name;

    /**
     * Prepares the work.
     *
     * @param database where
     * @param name the schema as the host names it
     */
    Schema(Database database, String name) {
        this.database = database;
        this.name = database.dialect().quote(name);
        scripts = SchemaScript.of(database.dialect());
    }

    /** Applies the scripts that are missing. */
    void migrate() {
        if (database.dialect() instanceof PostgresDialect) {
            database.writeFor(MOST, "the migration of the schema", (handle, attempt) -> {
                handle.createQuery("select 1 from (select pg_advisory_xact_lock(:lock)) l")
                        .bind("lock", LOCK ^ name.hashCode())
                        .mapTo(Integer.class)
                        .one();
                handle.execute("set local lock_timeout = 0");
                create(handle);
                apply(handle);
                return true;
            });
        } else {
            migrateH2();
        }
    }

    private void migrateH2() {
        String lock = name + ".schema_lock";
        createLock(lock);
        database.writeFor(MOST, "the migration of the schema", (holder, attempt) -> {
            holder.createQuery("select id from " + lock + " where id = 1 for update wait 600")
                    .mapTo(Integer.class)
                    .one();
            database.writeFor(MOST, "the migration of the schema", (handle, again) -> {
                apply(handle);
                return true;
            });
            return true;
        });
    }

    /** Makes the row that hosts wait for. In H2 two that create the same thing "if not exists" at one instant may both try. */
    private void createLock(String lock) {
        for (int attempt = 1; ; attempt++) {
            try {
                database.write("the migration of the schema", (handle, again) -> {
                    create(handle);
                    handle.execute("create table if not exists " + lock + " (id integer primary key)");
                    return true;
                });
                database.write("the migration of the schema", (handle, again) -> {
                    handle.execute("merge into " + lock + " (id) key (id) values (1)");
                    return true;
                });
                return;
            } catch (StoreException failed) {
                if (attempt == LOCK_TRIES) {
                    throw failed;
                }
                Database.pause(attempt);
            }
        }
    }

    private void create(Handle handle) {
        boolean exists =
                handle.createQuery("select count(*) from information_schema.schemata where schema_name = :name")
                                .bind("name", name.substring(1, name.length() - 1))
                                .mapTo(Long.class)
                                .one()
                        > 0;
        if (!exists) {
            handle.execute("create schema if not exists " + name);
        }
    }

    private void apply(Handle handle) throws SQLException {
        Map<Integer, String> applied = applied(handle);
        refuseNewer(applied);
        for (SchemaScript script : scripts) {
            String checksum = applied.get(script.version());
            if (checksum == null) {
                run(handle.getConnection(), script);
                handle.createUpdate(
                                "update " + name + ".schema_version set checksum = :checksum where version = :version")
                        .bind("checksum", script.checksum())
                        .bind("version", script.version())
                        .execute();
            } else {
                refuseOther(script, checksum);
            }
        }
    }

    private void run(Connection connection, SchemaScript script) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : script.statements(name)) {
                statement.execute(sql);
            }
        }
    }

    /**
     * Looks whether the tables have the version of this code.
     *
     * @throws IllegalStateException if they have not
     */
    void validate() {
        database.read("the version of the schema", handle -> {
            Map<Integer, String> applied = applied(handle);
            refuseNewer(applied);
            for (SchemaScript script : scripts) {
                String checksum = applied.get(script.version());
                if (checksum == null) {
                    throw new IllegalStateException("the tables in schema " + name + " have version "
                            + applied.size() + ", this code needs " + scripts.size() + ": apply V" + script.version()
                            + ", or let the store migrate by itself");
                }
                refuseOther(script, checksum);
            }
            return true;
        });
    }

    /** The checksums by version; an empty text for a script that somebody else's tool applied. */
    private Map<Integer, String> applied(Handle handle) {
        Map<Integer, String> applied = new LinkedHashMap<>();
        boolean exists =
                handle.createQuery("select count(*) from information_schema.tables where table_schema = :schema"
                                        + " and lower(table_name) = 'schema_version'")
                                .bind("schema", name.substring(1, name.length() - 1))
                                .mapTo(Long.class)
                                .one()
                        > 0;
        if (exists) {
            handle.createQuery("select version, checksum from " + name + ".schema_version order by version")
                    .map((row, context) -> {
                        String checksum = row.getString(2);
                        return Map.entry(row.getInt(1), checksum == null ? "" : checksum);
                    })
                    .forEach(entry -> applied.put(entry.getKey(), entry.getValue()));
        }
        return applied;
    }

    private void refuseNewer(Map<Integer, String> applied) {
        for (int version : applied.keySet()) {
            if (version > scripts.size()) {
                throw new IllegalStateException("the tables in schema " + name + " have version " + version
                        + ", this code knows only " + scripts.size() + ": update the library on this host");
            }
        }
    }

    private void refuseOther(SchemaScript script, String checksum) {
        if (!checksum.isEmpty() && !checksum.equals(script.checksum())) {
            throw new IllegalStateException(
                    "the tables in schema " + name + " were made by another V" + script.version()
                            + " than this code's: its checksum is " + checksum + ", not " + script.checksum());
        }
    }
}
