package io.behavioranalytics.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows for several statements, which are sent together: to PostgreSQL all of them in one round trip. */
final class Writes {
    private final Map<Bulk, List<@Nullable Object[]>> rows = new LinkedHashMap<>();

    /** Adds a row; statements are executed in the order of their first rows. */
    void add(Bulk statement, @Nullable Object... values) {
        rows.computeIfAbsent(statement, same -> new ArrayList<>()).add(values);
    }

    /**
     * Executes everything, and forgets it.
     *
     * @param handle inside a transaction
     * @param dialect whose form of the statements is taken
     * @throws SQLException if the database refuses
     */
    void send(Handle handle, Dialect dialect) throws SQLException {
        send(handle, dialect, false);
    }

    /**
     * Executes everything, and forgets it.
     *
     * @param handle inside a transaction
     * @param dialect whose form of the statements is taken
     * @param commit whether the transaction may be committed with it
     * @throws SQLException if the database refuses
     */
    void send(Handle handle, Dialect dialect, boolean commit) throws SQLException {
        if (!rows.isEmpty()) {
            dialect.execute(handle.getConnection(), rows, commit);
            rows.clear();
        }
    }
}
