package io.behavioranalytics.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** H2, 2.4 or later, in memory or in a file. */
final class H2Dialect extends Dialect {
    /** {@code org.h2.engine.Constants.TRANSACTION_SNAPSHOT}: one state of all tables; repeatable read is one of each table. */
    private static final int SNAPSHOT = 6;

    /** "... ON PUBLIC.BEHAVIOR_EVENT(ID) VALUES ...", with quotes where a name needs them. */
    private static final Pattern VIOLATED = Pattern.compile(" ON \"?\\w+\"?\\.\"?(\\w+)\"?\\(");

    /**
     * By default H2 writes a commit up to 500 ms later, so that a killed process loses what it had acknowledged; and it answers a query
     * from its last result while no table says that it changed, which a commit says only after it is visible: in between, one table
     * is seen as it is and another as it was.
     */
    private static final String SETTINGS = "SET WRITE_DELAY 0; SET OPTIMIZE_REUSE_RESULTS 0";

    /** The modes in which the store's statements are understood. */
    private static final List<String> MODES = List.of("regular", "legacy", "postgresql");

    private static final int ADMIN_RIGHTS_REQUIRED = 90040;

    /** "2.4.240 (2025-09-22)". */
    private static final Pattern VERSION = Pattern.compile("2\\.5\\.(\\d{1,6})\\b.*");

    private static final int LAST_UNFINISHED = 252;

    private static final Logger LOG = LoggerFactory.getLogger(H2Dialect.class);

    H2Dialect() {
        super("H2", 2, 4);
    }

    @Override
    String folder() {
        return "h2";
    }

    /** What the file says of the first is what was set once, not what is done: H2 begins with its default each time it opens a file. */
    @Override
    void enter(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(SETTINGS);
        }
    }

    @Override
    void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try {
                statement.execute(SETTINGS);
            } catch (SQLException refused) {
                if (refused.getErrorCode() != ADMIN_RIGHTS_REQUIRED) {
                    throw refused;
                }
                throw new IllegalArgumentException(
                        "the store sets WRITE_DELAY 0 and OPTIMIZE_REUSE_RESULTS 0 in an H2 database, which its user may"
                                + " not: give the store a user with admin rights",
                        refused);
            }
            try (ResultSet mode = statement.executeQuery(
                    "select setting_value from information_schema.settings where setting_name = 'MODE'")) {
                if (mode.next() && !MODES.contains(mode.getString(1).toLowerCase(Locale.ROOT))) {
                    throw new IllegalArgumentException("this H2 database is opened with MODE=" + mode.getString(1)
                            + ", whose SQL is not the store's; it takes " + String.join(", ", MODES));
                }
            }
            // SET COLLATION and IGNORECASE, of the whole database, may make equal what is not.
            try (ResultSet same =
                    statement.executeQuery("select cast('a' as varchar(9)) = 'A' or cast('e' as varchar(9)) = 'é'")) {
                if (same.next() && same.getBoolean(1)) {
                    throw new IllegalArgumentException(
                            "this H2 database compares texts without regard to case or accents, and would take"
                                    + " different leads for one; open it without IGNORECASE and without a weak COLLATION");
                }
            }
        }
    }

    @Override
    void verify(DataSource source) throws SQLException {
        try (Connection another = source.getConnection();
                Statement statement = another.createStatement();
                ResultSet delay = statement.executeQuery("select setting_value from information_schema.settings"
                        + " where setting_name = 'WRITE_DELAY'")) {
            if (!delay.next() || !"0".equals(delay.getString(1))) {
                throw new IllegalArgumentException("the connections to this H2 database set a WRITE_DELAY other than 0,"
                        + " with which a killed process loses what it acknowledged: take it out of their address");
            }
        }
    }

    @Override
    WriteLock writeLock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet path = statement.executeQuery("select database_path()")) {
            String file = path.next() ? path.getString(1) : null;
            if (file == null) {
                return WriteLock.NONE; // in memory: no kill outlives it
            }
            String version = connection.getMetaData().getDatabaseProductVersion();
            if (!finishesCommits(version)) {
                LOG.warn(
                        "H2 {} does not finish a large commit in which its process was killed: rows stay locked in the file,"
                                + " and a statement that wants them never ends; use H2 2.4.240, in which it was not seen",
                        version);
            }
            return WriteLock.of(file);
        }
    }

    /**
     * Tells whether H2 ends what a killed process had marked as committed and not yet written everywhere. Versions 2.5.250 and
     * 2.5.252 take it for ended and leave it: whoever wants one of its rows then waits, busily, for what never comes.
     *
     * @param version the version as the database tells it
     * @return whether it does, as far as is known
     */
    static boolean finishesCommits(String version) {
        Matcher build = VERSION.matcher(version);
        return !build.matches() || Integer.parseInt(build.group(1)) > LAST_UNFINISHED;
    }

    @Override
    String defaultSchema() {
        return "public";
    }

    @Override
    String quote(String schema) {
        return '"' + schema.toUpperCase(Locale.ROOT) + '"';
    }

    @Override
    void execute(Connection connection, Map<Bulk, List<@Nullable Object[]>> work, boolean commit) throws SQLException {
        for (Map.Entry<Bulk, List<@Nullable Object[]>> part : work.entrySet()) {
            try (PreparedStatement prepared =
                    connection.prepareStatement(part.getKey().h2())) {
                for (@Nullable Object[] row : part.getValue()) {
                    for (int column = 0; column < row.length; column++) {
                        prepared.setObject(column + 1, parameter(row[column]));
                    }
                    prepared.addBatch();
                }
                prepared.executeBatch();
            }
        }
    }

    @Override
    String byKey(String columns, String table, String key, String type, String keys) {
        // "= any(?)" finds each row by the index too, but then compares it with every key.
        return "select " + columns + " from unnest(cast(" + keys + " as " + (type.equals("text") ? "varchar" : type)
                + " array)) wanted(sought) join " + table + " t on t." + key + " = wanted.sought";
    }

    @Override
    String byRange(String columns, String table, String key, String keys) {
        return byKey(columns, table, key, "text", ":" + keys); // what H2 takes for between is not the order of bytes
    }

    @Override
    void bindRange(Query query, String keys, List<String> sorted) {
        query.bindArray(keys, String.class, sorted);
    }

    @Override
    String byOwner(String columns, String table, boolean leads, boolean bounded) {
        return "select " + columns + " from unnest(cast(:owners as varchar array)"
                + (bounded ? ", cast(:bounds as timestamp(6) with time zone array)) w(owner, bound)" : ") w(owner)")
                + " join " + table + " t" + (leads ? "" : EventTable.ofSession(this)) + " on " + owned(leads, bounded);
    }

    @Override
    void query(Connection connection, Map<String, List<String>> queries, RowReader reader) throws SQLException {
        for (Map.Entry<String, List<String>> query : queries.entrySet()) {
            try (PreparedStatement prepared = connection.prepareStatement(query.getKey())) {
                prepared.setArray(
                        1, connection.createArrayOf("varchar", query.getValue().toArray()));
                try (ResultSet found = prepared.executeQuery()) {
                    readAll(found, reader);
                }
            }
        }
    }

    private static @Nullable Object parameter(@Nullable Object value) {
        if (value instanceof Instant instant) {
            return instant.atOffset(ZoneOffset.UTC);
        }
        if (value instanceof List<?> texts) {
            return texts.toArray(String[]::new);
        }
        return value;
    }

    @Override
    String lockForChange() {
        return " for update skip locked";
    }

    @Override
    String lockForGuard() {
        return " for update skip locked";
    }

    @Override
    String subjectOrder() {
        return "subject_place"; // H2 compares texts by UTF-16 units, or as the database's collation says
    }

    @Override
    String subjectPlace(String parameter) {
        return "cast(:" + parameter + " as varbinary(1056))";
    }

    @Override
    int snapshotIsolation() {
        return SNAPSHOT;
    }

    @Override
    <T extends @Nullable Object> T isolated(Handle handle, int isolation, Step<T> step) throws SQLException {
        Connection connection = handle.getConnection();
        int before = connection.getTransactionIsolation();
        if (before == isolation) {
            return step.take();
        }
        connection.setTransactionIsolation(isolation);
        try {
            return step.take();
        } finally {
            connection.setTransactionIsolation(before);
        }
    }

    @Override
    String violatedTable(SQLException violation) {
        Matcher table = VIOLATED.matcher(String.valueOf(violation.getMessage()));
        return table.find() ? table.group(1).toLowerCase(Locale.ROOT) : "";
    }

    @Override
    String choose(String postgres, String h2) {
        return h2;
    }
}
