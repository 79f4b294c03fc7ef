package io.behavioranalytics.jdbc;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.jdbc.PreferQueryMode;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** PostgreSQL, 13 or later. */
final class PostgresDialect extends Dialect {
    /** From how many rows on a COPY is cheaper, though it takes round trips of its own. */
    private static final int WORTH_COPYING = 50;

    /**
     * A commit touches the rows it names, by their indexes. A plan that was made while a table was young or not analyzed reads
     * all of it, and is kept until somebody analyzes the table.
     */
    private static final String INDEXED = "select set_config('enable_seqscan', 'off', true),"
            + " set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)";

    PostgresDialect() {
        super("PostgreSQL", 13, 0);
    }

    @Override
    String folder() {
        return "postgresql";
    }

    /** What a session must have, since with anything else statements mean something else, or numbers lose digits on their way. */
    private static final Map<String, String> NEEDED = Map.of("standard_conforming_strings", "on", "array_nulls", "on");

    @Override
    void prepare(Connection connection) throws SQLException {
        if (connection.unwrap(PGConnection.class).getPreferQueryMode() == PreferQueryMode.SIMPLE) {
            throw new IllegalArgumentException(
                    "the connections to this PostgreSQL have preferQueryMode=simple, in which"
                            + " values have no types: take it out of their address");
        }
        try (Statement statement = connection.createStatement()) {
            for (Map.Entry<String, String> needed : NEEDED.entrySet()) {
                String set = setting(statement, needed.getKey());
                if (!set.equals(needed.getValue())) {
                    throw new IllegalArgumentException("the connections to this PostgreSQL have " + needed.getKey()
                            + "=" + set + "; the store needs " + needed.getValue());
                }
            }
            String digits = setting(statement, "extra_float_digits");
            if (Integer.parseInt(digits) < 1) {
                throw new IllegalArgumentException("the connections to this PostgreSQL have extra_float_digits="
                        + digits + ", with which numbers lose digits; the store needs 1 or more");
            }
        }
    }

    private static String setting(Statement statement, String name) throws SQLException {
        try (ResultSet value = statement.executeQuery("show " + name)) {
            value.next();
            return value.getString(1);
        }
    }

    @Override
    void verify(DataSource source) {
        // What is prepared is nothing.
    }

    @Override
    String defaultSchema() {
        return "public";
    }

    @Override
    String quote(String schema) {
        return '"' + schema + '"';
    }

    @Override
    void execute(Connection connection, Map<Bulk, List<@Nullable Object[]>> work, boolean commit) throws SQLException {
        Map<Bulk, List<@Nullable Object[]>> together = new LinkedHashMap<>();
        CopyBuffer buffer = null;
        for (Map.Entry<Bulk, List<@Nullable Object[]>> part : work.entrySet()) {
            String copy = part.getKey().copy();
            if (copy != null && part.getValue().size() >= WORTH_COPYING) {
                send(connection, together, "");
                together.clear();
                if (buffer == null) {
                    buffer = new CopyBuffer();
                }
                copy(connection, copy, part.getKey().types(), part.getValue(), buffer);
            } else {
                together.put(part.getKey(), part.getValue());
            }
        }
        send(connection, together, commit ? ";\ncommit" : "");
    }

    /** Sends statements in one round trip. */
    private static void send(Connection connection, Map<Bulk, List<@Nullable Object[]>> work, String end)
            throws SQLException {
        if (work.isEmpty()) {
            return;
        }
        String sql = work.keySet().stream().map(Bulk::postgres).collect(Collectors.joining(";\n")) + end;
        try (PreparedStatement prepared = connection.prepareStatement(sql)) {
            int parameter = 1;
            for (Map.Entry<Bulk, List<@Nullable Object[]>> part : work.entrySet()) {
                List<ColumnType> types = part.getKey().types();
                List<@Nullable Object[]> rows = part.getValue();
                for (int column = 0; column < types.size(); column++) {
                    @Nullable Object[] values = new Object[rows.size()];
                    for (int row = 0; row < values.length; row++) {
                        values[row] = element(types.get(column), rows.get(row)[column]);
                    }
                    prepared.setArray(parameter++, array(connection, types.get(column), values));
                }
            }
            prepared.execute();
        }
    }

    private static void copy(
            Connection connection, String sql, List<ColumnType> types, List<@Nullable Object[]> rows, CopyBuffer buffer)
            throws SQLException {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
        try {
            buffer.begin();
            for (@Nullable Object[] row : rows) {
                buffer.add(types, row);
                if (buffer.isFull()) {
                    buffer.flushTo(copy);
                }
            }
            buffer.end();
            buffer.flushTo(copy);
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    @Override
    String byKey(String columns, String table, String key, String type, String keys) {
        // "offset 0" keeps the planner from joining: it plans the look-up of one key.
        return "select k.* from unnest(cast(" + keys + " as " + type + "[])) as wanted(" + key
                + ") cross join lateral (select " + columns + " from " + table + " t where t." + key + " = wanted."
                + key + " offset 0) k";
    }

    @Override
    String byRange(String columns, String table, String key, String keys) {
        return "select " + columns + " from " + table + " where " + key + " between :" + keys + "_first and :" + keys
                + "_last order by " + key;
    }

    @Override
    void bindRange(Query query, String keys, List<String> sorted) {
        query.bind(keys + "_first", sorted.get(0)).bind(keys + "_last", sorted.get(sorted.size() - 1));
    }

    @Override
    String byOwner(String columns, String table, boolean leads, boolean bounded) {
        return "select k.* from unnest(cast(:owners as text[])"
                + (bounded ? ", cast(:bounds as timestamptz[])) as w(owner, bound)" : ") as w(owner)")
                + " cross join lateral (select " + columns + " from " + table + " t where " + owned(leads, bounded)
                + " offset 0) k";
    }

    @Override
    void query(Connection connection, Map<String, List<String>> queries, RowReader reader) throws SQLException {
        String sql = INDEXED + ";\n" + String.join(";\n", queries.keySet());
        try (PreparedStatement prepared = connection.prepareStatement(sql)) {
            int parameter = 1;
            for (List<String> texts : queries.values()) {
                prepared.setArray(parameter++, connection.createArrayOf("text", texts.toArray()));
            }
            prepared.execute();
            while (prepared.getMoreResults()) {
                try (ResultSet found = prepared.getResultSet()) {
                    readAll(found, reader);
                }
            }
        }
    }

    private static @Nullable Object element(ColumnType type, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        return switch (type) {
            case TEXTS -> {
                @SuppressWarnings("unchecked")
                List<String> texts = (List<String>) value;
                yield String.join(String.valueOf(ColumnType.SEPARATOR), texts);
            }
            case INSTANT -> value.toString();
            default -> value;
        };
    }

    private static Array array(Connection connection, ColumnType type, @Nullable Object[] values) throws SQLException {
        if (type == ColumnType.BYTES) {
            byte[][] bytes = new byte[values.length][];
            System.arraycopy(values, 0, bytes, 0, values.length);
            return connection.createArrayOf(type.element(), bytes);
        }
        return connection.createArrayOf(type.element(), values);
    }

    @Override
    String lockForChange() {
        return " for no key update skip locked";
    }

    @Override
    String lockForGuard() {
        return " for share skip locked";
    }

    @Override
    String subjectOrder() {
        return "subject"; // its collation is C
    }

    @Override
    String subjectPlace(String parameter) {
        return ":" + parameter;
    }

    @Override
    int snapshotIsolation() {
        return Connection.TRANSACTION_REPEATABLE_READ;
    }

    @Override
    void begin(Handle handle, int isolation) {
        handle.execute(
                isolation == Connection.TRANSACTION_REPEATABLE_READ
                        ? "set transaction isolation level repeatable read, read only"
                        : "set transaction isolation level read committed, read write");
    }

    @Override
    void bePatient(Handle handle) {
        handle.execute("set local idle_in_transaction_session_timeout = 0");
    }

    @Override
    void beImpatient(Handle handle) {
        handle.execute("set local lock_timeout = 100"); // deadlock_timeout is a second unless somebody changed it
    }

    @Override
    String violatedTable(SQLException violation) {
        ServerErrorMessage message = violation instanceof PSQLException server ? server.getServerErrorMessage() : null;
        String table = message == null ? null : message.getTable();
        return table == null ? "" : table;
    }

    @Override
    String choose(String postgres, String h2) {
        return postgres;
    }
}
