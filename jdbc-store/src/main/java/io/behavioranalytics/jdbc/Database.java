package io.behavioranalytics.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import io.behavioranalytics.store.Definitions;
import io.behavioranalytics.store.HostTransaction;
import io.behavioranalytics.store.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.StatementExceptions.MessageRendering;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to the database: connections, transactions at READ COMMITTED, and what is done again when it fails. Thread-safe.
 *
 * <p>No call hangs on a server that does not answer: each connection has a network timeout while it is used here, of what is left
 * to the call, all its tries together. A connection is given back as it was lent.
 */
final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int TRIES = 5;

    /** Work inside a transaction. */
    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        /**
         * Does the work.
         *
         * @param handle inside a transaction
         * @param attempt 1 for the first; a later one may come after a commit whose outcome is unknown
         * @return what the caller wants
         * @throws SQLException if the database refuses
         */
        T in(Handle handle, int attempt) throws SQLException;
    }

    private final DataSource source;
    private final boolean owned;
    private final Dialect dialect;
    private final String schema;
    private final Jdbi jdbi;
    private final Duration timeout;
    private final WriteLock writing;
    private final Place place;
    private final Damage damage = new Damage();
    private final Queue<ChangeListener> listeners = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    private Database(
            DataSource source,
            boolean owned,
            Dialect dialect,
            String schema,
            Duration timeout,
            WriteLock writing,
            Place place) {
        this.source = source;
        this.place = place;
        this.writing = writing;
        this.owned = owned;
        this.dialect = dialect;
        this.schema = dialect.quote(schema) + ".";
        this.timeout = timeout;
        jdbi = configured(Jdbi.create(source), dialect);
    }

    private static Jdbi configured(Jdbi jdbi, Dialect dialect) {
        // The values bound to a statement may be a person's data: they never enter a message.
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(MessageRendering.NONE);
        jdbi.registerArrayType(String.class, dialect.choose("text", "varchar"));
        jdbi.registerArrayType(UUID.class, "uuid");
        return jdbi;
    }

    /**
     * Opens a database.
     *
     * @param source its connections
     * @param owned whether closing closes them
     * @param schema where the tables are, or null for the database's own default
     * @param timeout how long one statement may take
     * @return the database
     */
    static Database open(DataSource source, boolean owned, @Nullable String schema, Duration timeout) {
        try (Connection connection = source.getConnection()) {
            Dialect dialect = Dialect.of(connection);
            WriteLock writing = dialect.writeLock(connection);
            writing.hold(timeout, () -> {
                dialect.prepare(connection);
                dialect.verify(source);
                return true;
            });
            String tables = schema == null ? dialect.defaultSchema() : schema;
            return new Database(source, owned, dialect, tables, timeout, writing, Place.of(connection));
        } catch (SQLException failed) {
            throw Failures.refused("the database cannot be opened", failed);
        }
    }

    Dialect dialect() {
        return dialect;
    }

    /** Whether the connections are the store's own, and no transaction manager of the host's watches them. */
    boolean ownsConnections() {
        return owned;
    }

    /** What was found damaged. */
    Damage damage() {
        return damage;
    }

    /** The schema as a prefix of names of tables. */
    String schema() {
        return schema;
    }

    /**
     * Writes in one transaction, and does so again while that may help.
     *
     * @param what what is done, for the exception
     * @param work the work; of its effects the last attempt's count
     * @return what the work returned
     * @throws io.behavioranalytics.store.StoreException if the database failed; the outcome is unknown
     */
    <T extends @Nullable Object> T write(String what, Work<T> work) {
        return writeFor(timeout, what, work);
    }

    /** Writes in one transaction that may take longer than others. */
    <T extends @Nullable Object> T writeFor(Duration most, String what, Work<T> work) {
        return repeat(what, most, (attempt, left) -> inTransaction(left, false, handle -> work.in(handle, attempt)));
    }

    /**
     * Reads, seeing one state of the database in all statements.
     *
     * @param what what is read, for the exception
     * @param work the reading
     * @return what the work returned
     * @throws io.behavioranalytics.store.StoreException if the database failed
     */
    <T extends @Nullable Object> T read(String what, Reading<T> work) {
        return repeat(what, timeout, (attempt, left) -> inTransaction(left, true, work));
    }

    /**
     * Reads by one statement, which sees one state of the database by itself.
     *
     * @param what what is read, for the exception
     * @param work one statement
     * @return what the work returned
     * @throws io.behavioranalytics.store.StoreException if the database failed
     */
    <T extends @Nullable Object> T query(String what, Reading<T> work) {
        return repeat(
                what,
                timeout,
                (attempt, left) -> connected(left, handle -> {
                    Connection connection = handle.getConnection();
                    boolean before = connection.getAutoCommit();
                    if (before) {
                        return work.from(handle);
                    }
                    connection.setAutoCommit(true);
                    try {
                        return work.from(handle);
                    } finally {
                        connection.setAutoCommit(false);
                    }
                }));
    }

    /**
     * Reads for as long as it takes, seeing one state in all statements. Never tried again, as what was read was handed on.
     *
     * @param what what is read, for the exception
     * @param work the reading
     * @return what the work returned
     * @throws io.behavioranalytics.store.StoreException if the database failed
     */
    <T extends @Nullable Object> T readOnce(String what, Reading<T> work) {
        return single(what, () -> inTransaction(timeout, true, patiently(work)));
    }

    /** Writes in one transaction, which is not tried again. */
    <T extends @Nullable Object> T writeOnce(String what, Reading<T> work) {
        return single(what, () -> inTransaction(timeout, false, patiently(work)));
    }

    /** Work whose transaction waits for whom it hands rows to, or takes them from. */
    private <T extends @Nullable Object> Reading<T> patiently(Reading<T> work) {
        return handle -> {
            dialect.bePatient(handle);
            return work.from(handle);
        };
    }

    private <T extends @Nullable Object> T single(String what, Dialect.Step<T> work) {
        try {
            return work.take();
        } catch (SQLException | org.jdbi.v3.core.JdbiException failed) {
            if (closed) {
                throw new IllegalStateException("the store is closed", failed);
            }
            throw Failures.refused(what + " failed", failed);
        }
    }

    /** Work that only reads. */
    @FunctionalInterface
    interface Reading<T extends @Nullable Object> {
        /**
         * Reads.
         *
         * @param handle inside a transaction
         * @return what the caller wants
         * @throws SQLException if the database refuses
         */
        T from(Handle handle) throws SQLException;
    }

    /** One try of a transaction, without a second. */
    <T extends @Nullable Object> T once(Reading<T> work) throws SQLException {
        return inTransaction(timeout, false, work);
    }

    /** One try of a transaction, whose statements end by a deadline. */
    <T extends @Nullable Object> T once(Deadline deadline, Reading<T> work) throws SQLException {
        return inTransaction(deadline.left(), false, work);
    }

    /**
     * Works in a transaction of the host's, of which nothing is ended, changed or tried again here.
     *
     * @param transaction the host's
     * @param what what is done, for the exception
     * @param work the work
     * @return what the work returned
     * @throws UnsupportedOperationException if it is none of a connection, or if transactions of this database write in turn
     * @throws IllegalArgumentException if the connection commits by itself, is closed, or leads elsewhere
     * @throws StoreException if the database failed
     */
    <T extends @Nullable Object> T joined(HostTransaction transaction, String what, Reading<T> work) {
        check();
        if (!(transaction instanceof JdbcTransaction jdbc)) {
            throw new UnsupportedOperationException("a store in a database joins a JdbcTransaction, not a "
                    + transaction.getClass().getSimpleName());
        }
        if (!mayJoin()) {
            throw new UnsupportedOperationException(
                    "transactions write to an H2 file one after another, so the store joins"
                            + " none of the host's there: expose without one, or use PostgreSQL");
        }
        try {
            requireJoinable(jdbc.connection());
            // A handle on a connection that was given ends neither it nor its transaction.
            try (Handle handle =
                    configured(Jdbi.create(jdbc.connection()), dialect).open()) {
                return work.from(handle);
            }
        } catch (SQLException | org.jdbi.v3.core.JdbiException failed) {
            throw Failures.refused(what + " in the host's transaction failed", failed);
        }
    }

    /** Whether others than the store may write at the same time. */
    boolean mayJoin() {
        return writing.isFree();
    }

    private void requireJoinable(Connection connection) throws SQLException {
        if (connection.isClosed() || connection.getAutoCommit()) {
            throw new IllegalArgumentException("the connection is closed, or commits each statement by itself: begin a"
                    + " transaction by setAutoCommit(false)");
        }
        Place leads = Place.of(connection);
        if (!leads.equals(place)) {
            throw new IllegalArgumentException("the connection leads to " + leads + ", the store is in " + place);
        }
    }

    /**
     * Where a connection leads, as far as it knows without asking.
     *
     * @param product the database's maker
     * @param name the database's name
     */
    private record Place(String product, @Nullable String name) {
        static Place of(Connection connection) throws SQLException {
            return new Place(connection.getMetaData().getDatabaseProductName(), connection.getCatalog());
        }

        @Override
        public String toString() {
            return product + " database '" + name + "'";
        }
    }

    /** The instant by which a call that begins now has to have its answer. */
    Deadline deadline() {
        return Deadline.in(timeout);
    }

    private <T extends @Nullable Object> T inTransaction(Duration most, boolean snapshot, Reading<T> work)
            throws SQLException {
        return snapshot ? isolated(most, true, work) : writing.hold(most, () -> isolated(most, false, work));
    }

    private <T extends @Nullable Object> T isolated(Duration most, boolean snapshot, Reading<T> work)
            throws SQLException {
        return connected(most, handle -> {
            int isolation = snapshot ? dialect.snapshotIsolation() : Connection.TRANSACTION_READ_COMMITTED;
            if (owned && !snapshot) {
                return transact(handle, work); // as our own connections are
            }
            return dialect.isolated(
                    handle,
                    isolation,
                    () -> transact(handle, inside -> {
                        dialect.begin(inside, isolation);
                        return work.from(inside);
                    }));
        });
    }

    /** Borrows a connection, and gives it back as it was, also after a failure if it still lives. */
    private <T extends @Nullable Object> T connected(Duration most, Reading<T> work) throws SQLException {
        check();
        try (Handle handle = jdbi.open()) {
            Connection connection = handle.getConnection();
            boolean autoCommit = connection.getAutoCommit();
            int timeoutBefore = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(most.toMillis()));
            boolean done = false;
            try {
                dialect.enter(connection);
                T result = work.from(handle);
                done = true;
                return result;
            } finally {
                if (!done) {
                    endTransaction(connection, autoCommit);
                }
                restoreTimeout(connection, timeoutBefore);
            }
        }
    }

    /** After a failure: what it left open is undone, so that whoever borrows the connection next begins with nothing. */
    private static void endTransaction(Connection connection, boolean autoCommit) {
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            if (connection.getAutoCommit() != autoCommit) {
                connection.setAutoCommit(autoCommit);
            }
        } catch (SQLException dead) {
            LOG.debug("a connection is given back dead", dead);
        }
    }

    private static void restoreTimeout(Connection connection, int timeout) {
        try {
            connection.setNetworkTimeout(Runnable::run, timeout);
        } catch (SQLException dead) {
            LOG.debug("a connection is given back dead", dead);
        }
    }

    private static <T extends @Nullable Object> T transact(Handle handle, Reading<T> work) throws SQLException {
        handle.begin();
        try {
            T result = work.from(handle);
            handle.commit();
            return result;
        } catch (Throwable failed) {
            try {
                handle.rollback();
            } catch (RuntimeException again) {
                failed.addSuppressed(again);
            }
            throw failed;
        }
    }

    /** One attempt. */
    @FunctionalInterface
    private interface Attempt<T extends @Nullable Object> {
        T make(int attempt, Duration left) throws SQLException;
    }

    private <T extends @Nullable Object> T repeat(String what, Duration most, Attempt<T> attempts) {
        Deadline deadline = Deadline.in(most);
        for (int attempt = 1; ; attempt++) {
            try {
                return attempts.make(attempt, deadline.left());
            } catch (SQLException | org.jdbi.v3.core.JdbiException failed) {
                if (closed) {
                    throw new IllegalStateException("the store is closed", failed);
                }
                if (attempt == TRIES || !Failures.isTransient(failed) || deadline.isOver()) {
                    throw Failures.refused(what + " failed", failed);
                }
                pause(attempt);
            }
        }
    }

    /**
     * Calls a listener when another host notifies; only on PostgreSQL, and only where the pool is the store's own, since it takes
     * one connection for good.
     */
    Definitions.Watch listen(Runnable listener) {
        if (!owned || !(dialect instanceof PostgresDialect)) {
            return () -> {};
        }
        ChangeListener started = ChangeListener.start(source, ChangeListener.channel(schema), listener);
        listeners.add(started);
        return () -> {
            listeners.remove(started);
            started.close();
        };
    }

    /** Waits a little longer each time, not at the same moment as the others who failed with us. */
    static void pause(int attempt) {
        long most = TimeUnit.MILLISECONDS.toNanos(5L << Math.min(attempt, 6));
        LockSupport.parkNanos(most / 2 + ThreadLocalRandom.current().nextLong(most / 2));
    }

    /** Refuses if the store is closed. */
    void check() {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
    }

    @Override
    public void close() {
        closed = true;
        listeners.forEach(ChangeListener::close);
        listeners.clear();
        if (owned && source instanceof HikariDataSource pool) {
            pool.close();
        }
    }
}
