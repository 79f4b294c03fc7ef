package io.behavioranalytics.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** A database that the store runs on: what it needs, and the statements that differ. Implementations have no state. */
abstract sealed class Dialect permits PostgresDialect, H2Dialect {
    private final String product;
    private final int major;
    private final int minor;

    Dialect(String product, int major, int minor) {
        this.product = product;
        this.major = major;
        this.minor = minor;
    }

    /**
     * Finds out which database a connection leads to.
     *
     * @param connection an open connection
     * @return the dialect
     * @throws SQLException if the database does not answer
     * @throws IllegalArgumentException if the database, or its version, is not supported
     */
    static Dialect of(Connection connection) throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        String product = database.getDatabaseProductName();
        Dialect dialect = switch (product) {
            case "PostgreSQL" -> new PostgresDialect();
            case "H2" -> new H2Dialect();
            default -> throw new IllegalArgumentException("the store runs on PostgreSQL or H2, not on " + product);
        };
        dialect.requireVersion(database.getDatabaseMajorVersion(), database.getDatabaseMinorVersion());
        return dialect;
    }

    /**
     * Refuses versions that are too old.
     *
     * @param actualMajor the server's major version
     * @param actualMinor the server's minor version
     * @throws IllegalArgumentException if it is older than the oldest supported
     */
    final void requireVersion(int actualMajor, int actualMinor) {
        if (actualMajor < major || (actualMajor == major && actualMinor < minor)) {
            throw new IllegalArgumentException("the store needs " + product + " " + major + "." + minor
                    + " or later, this is " + actualMajor + "." + actualMinor);
        }
    }

    /**
     * The folder of the schema's scripts, beside this class.
     *
     * @return its name
     */
    abstract String folder();

    /**
     * Sees to what must hold of a database for as long as it is open, on a connection that was just borrowed: since the one before,
     * the database may have been closed and opened anew.
     *
     * @param connection outside a transaction
     * @throws SQLException if the database refuses
     */
    void enter(Connection connection) throws SQLException {}

    /**
     * Sees to it that what is committed survives a kill of the process, and refuses databases that would mix up ids.
     *
     * @param connection an open connection, on H2 with the right to change settings
     * @throws SQLException if the database refuses
     * @throws IllegalArgumentException if the database compares texts in a way in which two ids would be one
     */
    abstract void prepare(Connection connection) throws SQLException;

    /**
     * Looks whether further connections undo what {@link #prepare} did; the one that was prepared is still open.
     *
     * @param source the connections
     * @throws SQLException if the database does not answer
     * @throws IllegalArgumentException if what is committed may be lost
     */
    abstract void verify(DataSource source) throws SQLException;

    /**
     * What transactions that write have to hold from their beginning until their commit has returned.
     *
     * @param connection an open connection
     * @return the lock of the database that it leads to, {@link WriteLock#NONE} if the database needs none
     * @throws SQLException if the database does not answer
     */
    WriteLock writeLock(Connection connection) throws SQLException {
        return WriteLock.NONE;
    }

    /**
     * The schema that tables are in if the host names none.
     *
     * @return its name
     */
    abstract String defaultSchema();

    /**
     * A schema's name as it stands in statements.
     *
     * @param schema a name of lower case letters, digits and underscores
     * @return the quoted name
     */
    abstract String quote(String schema);

    /**
     * Executes statements for many rows.
     *
     * @param connection inside a transaction
     * @param work rows by statement, at least one of each, in the order in which they are executed
     * @param commit whether the transaction may be committed with them, if that spares a round trip
     * @throws SQLException if the database refuses; of SQLSTATE 23505 if something that is inserted is there already
     */
    abstract void execute(Connection connection, Map<Bulk, List<@Nullable Object[]>> work, boolean commit)
            throws SQLException;

    /**
     * A query of rows by many keys that looks each one up by its index, whatever the planner knows of the table's size.
     *
     * @param columns what is selected
     * @param table the table with its schema
     * @param key the column that has the index
     * @param type PostgreSQL's name of its type
     * @param keys the parameter for the array of keys
     * @return the query
     */
    abstract String byKey(String columns, String table, String key, String type, String keys);

    /**
     * A query of rows by many keys that stand near each other, by their index; it may find others between them.
     *
     * @param columns what is selected
     * @param table the table with its schema
     * @param key the column that has the index, a text
     * @param keys the name of the parameter, for {@link #bindRange}
     * @return the query
     */
    abstract String byRange(String columns, String table, String key, String keys);

    /**
     * Binds the keys of {@link #byRange}.
     *
     * @param query the query
     * @param keys the name of the parameter
     * @param sorted the keys in the order of bytes, at least one
     */
    abstract void bindRange(Query query, String keys, List<String> sorted);

    /**
     * A query of the events of many subjects, that looks each one up by its index, whatever the planner knows of the table's size. Its
     * parameters are the array {@code :owners} of leads or sessions and, of the same length, the array of instants {@code :bounds}.
     *
     * @param columns what is selected
     * @param table the events
     * @param leads whether leads own them, or sessions do
     * @param bounded whether only events later than the owner's bound are wanted
     * @return the query
     */
    abstract String byOwner(String columns, String table, boolean leads, boolean bounded);

    /**
     * What an event must meet to be one that an owner wants.
     *
     * @param leads whether leads own them, or sessions do
     * @param bounded whether only events later than the owner's bound are wanted
     * @return the condition, of an event {@code t} and an owner {@code w}
     */
    static String owned(boolean leads, boolean bounded) {
        return (leads ? "t.lead_id = w.owner" : "t.session_id = w.owner and t.lead_id is null")
                + (bounded ? " and t.timestamp > w.bound" : "");
    }

    /**
     * Executes queries of one array of texts each, at the beginning of a transaction that changes subjects; in one round trip if the database can.
     *
     * @param connection inside a transaction
     * @param queries the texts by query
     * @param reader reads a row
     * @throws SQLException if the database refuses
     */
    abstract void query(Connection connection, Map<String, List<String>> queries, RowReader reader) throws SQLException;

    /** Reads a row. */
    @FunctionalInterface
    interface RowReader {
        /**
         * Reads the row that a result stands at.
         *
         * @param row the result
         * @throws SQLException if it cannot be read
         */
        void read(ResultSet row) throws SQLException;
    }

    /**
     * Reads what a statement found.
     *
     * @param found the statement's result
     * @param reader reads a row
     * @throws SQLException if it cannot be read
     */
    static void readAll(ResultSet found, RowReader reader) throws SQLException {
        while (found.next()) {
            reader.read(found);
        }
    }

    /**
     * How rows are locked that a transaction changes, without waiting for those that others hold.
     *
     * @return the end of a select
     */
    abstract String lockForChange();

    /**
     * How rows are locked that must not change before a transaction ends, without waiting for those that others hold.
     *
     * @return the end of a select
     */
    abstract String lockForGuard();

    /**
     * The column by which subjects are put in the order of {@link io.behavioranalytics.event.SubjectId}: that of code points, which is
     * the order of bytes in UTF-8.
     *
     * @return a column that stands wherever {@code subject} stands and order matters
     */
    abstract String subjectOrder();

    /**
     * A subject's place in that order.
     *
     * @param parameter the name of a parameter that holds a subject's text
     * @return what {@link #subjectOrder} is compared with
     */
    abstract String subjectPlace(String parameter);

    /**
     * The isolation in which all statements of a transaction see one state of all tables.
     *
     * @return the driver's number
     */
    abstract int snapshotIsolation();

    /** Something that is done with a connection. */
    @FunctionalInterface
    interface Step<T extends @Nullable Object> {
        /**
         * Does it.
         *
         * @return what came of it
         * @throws SQLException if the database refuses
         */
        T take() throws SQLException;
    }

    /**
     * Does something while transactions of a connection have an isolation, if the database wants to be told before they begin.
     *
     * @param handle outside a transaction
     * @param isolation the driver's number
     * @param step what is done
     * @return what came of it
     * @throws SQLException if the database refuses
     */
    <T extends @Nullable Object> T isolated(Handle handle, int isolation, Step<T> step) throws SQLException {
        return step.take();
    }

    /**
     * Gives the transaction that has just begun an isolation, if the database can be told then.
     *
     * @param handle at the beginning of a transaction
     * @param isolation the driver's number
     */
    void begin(Handle handle, int isolation) {}

    /**
     * Lets the transaction that has just begun stand still between two statements for as long as it takes.
     *
     * @param handle at the beginning of a transaction
     */
    void bePatient(Handle handle) {}

    /**
     * Sees to it that the transaction gives up soon when it waits for a row of another one: sooner than a server looks for deadlocks, so that of
     * the two it is not the other that is ended.
     *
     * @param handle inside a transaction
     */
    void beImpatient(Handle handle) {}

    /**
     * The table whose unique key a statement would have violated.
     *
     * @param violation an exception of SQLSTATE 23505
     * @return its name in lower case without the schema, empty if the database does not say
     */
    abstract String violatedTable(SQLException violation);

    /**
     * Chooses one of two texts.
     *
     * @param postgres for PostgreSQL
     * @param h2 for H2
     * @return the one of this dialect
     */
    abstract String choose(String postgres, String h2);
}
