package io.behavioranalytics.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Describes a {@link JdbcStore}: where the database is, and how it is used. Not thread-safe. */
public final class JdbcStoreBuilder {
    private static final Pattern SCHEMA = Pattern.compile("[a-z][a-z0-9_]{0,62}");
    private static final int CONNECTIONS = 8;

    private @Nullable DataSource dataSource;
    private @Nullable String url;
    private @Nullable String user;
    private @Nullable String password;
    private @Nullable String schema;
    private @Nullable InstantSource clock;
    private Duration timeout = Duration.ofSeconds(5);
    private int connections = CONNECTIONS;
    private boolean migrate = true;

    JdbcStoreBuilder() {}

    /**
     * Uses the host's own connections; they stay open when the store is closed.
     *
     * @param source thread-safe; each connection is given back as it was
     * @return this
     * @throws IllegalArgumentException if it is null
     */
    public JdbcStoreBuilder dataSource(DataSource source) {
        dataSource = given("dataSource", source);
        return this;
    }

    /**
     * Opens connections of the store's own, in a pool.
     *
     * @param address a JDBC address, such as {@code jdbc:postgresql://localhost/app} or {@code jdbc:h2:file:./behavior}
     * @return this
     * @throws IllegalArgumentException if it is null
     */
    public JdbcStoreBuilder url(String address) {
        url = given("url", address);
        return this;
    }

    /**
     * Who connects; not needed if the address says it.
     *
     * @param name the user
     * @param secret the password
     * @return this
     * @throws IllegalArgumentException if one of them is null
     */
    public JdbcStoreBuilder credentials(String name, String secret) {
        user = given("user", name);
        password = given("password", secret);
        return this;
    }

    /**
     * The schema that the tables are in; by default {@code public}. It is made if it does not exist.
     *
     * @param name lower case letters, digits and underscores, starting with a letter, at most 63
     * @return this
     * @throws IllegalArgumentException if the name is null, malformed, or one of the database's own schemas
     */
    public JdbcStoreBuilder schema(String name) {
        if (!SCHEMA.matcher(given("schema", name)).matches()) {
            throw new IllegalArgumentException("schema must match [a-z][a-z0-9_]{0,62}");
        }
        if (name.equals("information_schema") || name.startsWith("pg_")) {
            throw new IllegalArgumentException("schema must not be the database's own: information_schema, or pg_...");
        }
        schema = name;
        return this;
    }

    /**
     * Most connections of the store's own pool; by default 8.
     *
     * @param most 2 or more
     * @return this
     * @throws IllegalArgumentException if it is less than 2
     */
    public JdbcStoreBuilder connections(int most) {
        if (most < 2) {
            throw new IllegalArgumentException("connections must be 2 or more: " + most);
        }
        connections = most;
        return this;
    }

    /**
     * How long a call waits for the database before it fails; by default 5 seconds.
     *
     * @param most 100 milliseconds to 10 minutes
     * @return this
     * @throws IllegalArgumentException if it is null or out of range
     */
    public JdbcStoreBuilder timeout(Duration most) {
        if (given("timeout", most).compareTo(Duration.ofMillis(100)) < 0
                || most.compareTo(Duration.ofMinutes(10)) > 0) {
            throw new IllegalArgumentException("timeout must be PT0.1S to PT10M: " + most);
        }
        timeout = most;
        return this;
    }

    /**
     * Whether the store makes and changes its tables; by default it does. If not, it only looks whether they have the right
     * version: then the scripts in the library's folder {@code io/behavioranalytics/jdbc/} are applied by the host.
     *
     * @param wanted false to only look
     * @return this
     */
    public JdbcStoreBuilder migrate(boolean wanted) {
        migrate = wanted;
        return this;
    }

    /**
     * A clock for leases and rates instead of the database's own: for replays and tests. Hosts that share a database must share
     * its clock too, and leave this alone.
     *
     * @param source the clock
     * @return this
     * @throws IllegalArgumentException if it is null
     */
    public JdbcStoreBuilder storeClock(InstantSource source) {
        clock = given("storeClock", source);
        return this;
    }

    /**
     * Opens the store.
     *
     * @return the store
     * @throws IllegalStateException if neither connections nor an address were given, or both, or if the tables do not have the
     *     version of this code
     * @throws IllegalArgumentException if the database is neither PostgreSQL nor H2, or too old
     * @throws io.behavioranalytics.store.StoreException if the database does not answer
     */
    public JdbcStore build() {
        if ((dataSource == null) == (url == null)) {
            throw new IllegalStateException("give the store either a data source or an address");
        }
        DataSource source = dataSource == null ? pool() : dataSource;
        Database database = null;
        try {
            database = Database.open(source, dataSource == null, schema, timeout);
            Schema tables =
                    new Schema(database, schema == null ? database.dialect().defaultSchema() : schema);
            if (migrate) {
                tables.migrate();
            } else {
                tables.validate();
            }
            return new JdbcStore(database, clock);
        } catch (RuntimeException failed) {
            if (dataSource == null && source instanceof HikariDataSource pool) {
                pool.close();
            }
            throw failed;
        }
    }

    private static <T> T given(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " must not be null; what is not to be set is left out");
        }
        return value;
    }

    private HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        if (user != null) {
            config.setUsername(user);
            config.setPassword(password);
        }
        config.setPoolName("behavior-analytics");
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(Math.max(250, timeout.toMillis()));
        config.setValidationTimeout(Math.max(250, Math.min(timeout.toMillis(), 2_000)));
        config.setInitializationFailTimeout(-1);

        if (url != null && url.startsWith("jdbc:postgresql:")) {
            long seconds = Math.max(1, timeout.toSeconds());
            config.addDataSourceProperty("connectTimeout", String.valueOf(seconds));
            config.addDataSourceProperty("tcpKeepAlive", "true");
            config.addDataSourceProperty("logServerErrorDetail", "false"); // it quotes rows
            config.setConnectionInitSql(
                    "set lock_timeout = 2000; set idle_in_transaction_session_timeout = " + 2 * timeout.toMillis());
        } else {
            // An H2 file that could not be written is closed, and is opened anew only once nobody is connected to what
            // was closed.
            config.setExceptionOverride(new ClosedFile());
            config.setConnectionInitSql("values 1");
        }
        return new HikariDataSource(config);
    }

    /** Parts with connections to an H2 database that is closed, which the pool would take for good. */
    private static final class ClosedFile implements SQLExceptionOverride {
        @java.lang.Override
        public SQLExceptionOverride.Override adjudicate(SQLException failure) {
            return Failures.isClosedFile(failure) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
        }
    }
}
