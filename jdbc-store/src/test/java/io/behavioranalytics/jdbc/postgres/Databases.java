package io.behavioranalytics.jdbc.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.TimeZone;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Empty databases and schemas on one PostgreSQL server, each with a name of its own.
 *
 * <p>On a server of ours, version 17 or later, each session of each such database gets a time zone other than this JVM's,
 * whoever connects in whatever way; elsewhere only those of {@link TestDatabase#dataSource()} do. All methods may be
 * called by any thread.
 */
public final class Databases {
    /** Sorts by bytes, whatever the server's default. */
    public static final String COLLATION_C = "TEMPLATE template0 LOCALE 'C'";

    /** Sorts as people in the United States do, by ICU; PostgreSQL 15 or later. */
    public static final String COLLATION_ICU_EN_US =
            "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C'";

    private static final int FIRST_WITH_LOGIN_TRIGGERS = 17;

    private final String adminUrl;
    private final boolean own;
    private @Nullable TestDatabase home;

    private Databases(String adminUrl, boolean own) {
        this.adminUrl = adminUrl;
        this.own = own;
    }

    /**
     * Uses a server that somebody else runs.
     *
     * @param url the JDBC URL of a database there, user and password included, who may create databases and schemas
     * @return the databases
     * @throws IllegalStateException if nobody answers there
     */
    public static Databases at(String url) {
        Databases databases = new Databases(url, false);
        databases.serverVersion();
        return databases;
    }

    static Databases onOwnServer(String url) {
        return new Databases(url, true);
    }

    /**
     * Returns a time zone other than this JVM's, now and at any time of the year.
     *
     * @return its name, one that PostgreSQL knows
     */
    public static String foreignZone() {
        int here = TimeZone.getDefault().getRawOffset();
        return here == TimeZone.getTimeZone("Asia/Kathmandu").getRawOffset() ? "America/St_Johns" : "Asia/Kathmandu";
    }

    /**
     * Returns the server's major version.
     *
     * @return 17 for 17.10
     * @throws IllegalStateException if nobody answers
     */
    public int serverVersion() {
        try (Connection connection = DriverManager.getConnection(adminUrl)) {
            return connection.getMetaData().getDatabaseMajorVersion();
        } catch (SQLException e) {
            throw new IllegalStateException("no PostgreSQL answers at " + TestDatabase.withoutSecrets(adminUrl), e);
        }
    }

    /**
     * Creates an empty database.
     *
     * @param options what follows the name in CREATE DATABASE, such as {@link #COLLATION_ICU_EN_US}; empty for the defaults
     * @return the database
     * @throws IllegalStateException if the server refuses
     */
    public TestDatabase freshDatabase(String options) {
        String name = freshName();
        execute(adminUrl, List.of("CREATE DATABASE " + name + " " + options));
        TestDatabase database = new TestDatabase(
                name,
                TestDatabase.withDatabase(adminUrl, name),
                () -> execute(adminUrl, List.of("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)")));
        if (own && serverVersion() >= FIRST_WITH_LOGIN_TRIGGERS) {
            setForeignZoneAtLogin(database.url());
        }
        return database;
    }

    /**
     * Creates an empty database with the server's defaults.
     *
     * @return the database
     * @throws IllegalStateException if the server refuses
     */
    public TestDatabase freshDatabase() {
        return freshDatabase("");
    }

    /**
     * Creates an empty schema, which is the current one of whoever connects by its URL. It is much quicker than a
     * database.
     *
     * @return the schema
     * @throws IllegalStateException if the server refuses
     */
    public TestDatabase freshSchema() {
        String url = home();
        String name = freshName();
        execute(url, List.of("CREATE SCHEMA " + name));
        return new TestDatabase(
                name,
                TestDatabase.withParameter(url, "currentSchema", name),
                () -> execute(url, List.of("DROP SCHEMA IF EXISTS " + name + " CASCADE")));
    }

    /** The database in which schemas are made: one of our own, or of somebody else's server the one that was named. */
    private synchronized String home() {
        if (!own) {
            return adminUrl;
        }
        if (home == null) {
            home = freshDatabase();
        }
        return home.url();
    }

    private static void setForeignZoneAtLogin(String url) {
        // The driver sets the JVM's zone in each session as the client's wish, which is stronger than any setting of
        // server, role or database; only what is set after the login is stronger still.
        execute(
                url,
                List.of(
                        "CREATE SCHEMA test_session",
                        "CREATE FUNCTION test_session.set_foreign_zone() RETURNS event_trigger LANGUAGE plpgsql AS "
                                + "$$BEGIN PERFORM pg_catalog.set_config('TimeZone', '" + foreignZone()
                                + "', false); END$$",
                        "CREATE EVENT TRIGGER test_session_zone ON login"
                                + " EXECUTE FUNCTION test_session.set_foreign_zone()",
                        "ALTER EVENT TRIGGER test_session_zone ENABLE ALWAYS"));
    }

    static void execute(String url, List<String> commands) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String command : commands) {
                statement.execute(command);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the server refused one of " + commands, e);
        }
    }

    static String sessionZone(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW TimeZone")) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static String freshName() {
        return "t_" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
    }
}
