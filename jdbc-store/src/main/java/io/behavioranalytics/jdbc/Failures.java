package io.behavioranalytics.jdbc;

import io.behavioranalytics.store.StoreException;
import io.behavioranalytics.store.StoreRefusalException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an exception of the database means. */
final class Failures {
    /** Ends with which the same work may succeed when it is done again: PostgreSQL's and H2's own codes. */
    private static final Set<String> AGAIN = Set.of(
            "40001", // serialization failure, H2: deadlock
            "40P01", // deadlock
            "55P03", // lock not available
            "53300", // too many connections
            "57P01", // the server shuts down
            "57P02", // it crashed
            "57P03", // it starts
            "57014", // cancelled by a timeout
            "25P03", // idle in transaction for too long
            "25006", // read only for now, as after a failover
            "HYT00", // H2: lock timeout
            "90112" // H2: row not found when locking it
            );

    /** The transaction has come to nothing for sure: what it did was refused before its commit. */
    private static final Set<String> UNDONE = Set.of("23505", "40001", "40P01", "55P03", "HYT00", "90112");

    private static final String UNIQUE_VIOLATION = "23505";

    private Failures() {}

    /** The database's exception behind another, or null. */
    static @Nullable SQLException sql(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }

    /** The database's exception that says that a row with that key is there already, or null. */
    static @Nullable SQLException uniqueViolation(Throwable failure) {
        for (SQLException sql = sql(failure); sql != null; sql = sql.getNextException()) {
            if (UNIQUE_VIOLATION.equals(sql.getSQLState())) {
                return sql;
            }
        }
        return null;
    }

    /** Tells whether H2 has closed its database, as it does when it cannot write to its file. */
    static boolean isClosedFile(SQLException failure) {
        return "90098".equals(failure.getSQLState());
    }

    /** Tells whether another transaction holds a row and did not end in time. */
    static boolean isHeld(Throwable failure) {
        SQLException sql = sql(failure);
        return sql != null && Set.of("55P03", "HYT00").contains(String.valueOf(sql.getSQLState()));
    }

    /** Tells whether nothing can have been committed; of a connection that broke nobody knows. */
    static boolean isUndone(Throwable failure) {
        SQLException sql = sql(failure);
        return sql != null && (uniqueViolation(sql) != null || UNDONE.contains(String.valueOf(sql.getSQLState())));
    }

    /** Tells whether the same work may succeed when it is done again. */
    static boolean isTransient(Throwable failure) {
        for (SQLException sql = sql(failure); sql != null; sql = sql.getNextException()) {
            String state = sql.getSQLState();
            // 08: the connection; H2 closes a database with 90098 and 90121 and loses its server with 90067. A pool
            // that is
            // empty reports no state.
            if (state == null
                    || state.startsWith("08")
                    || state.equals("90067")
                    || state.equals("90098")
                    || state.equals("90121")
                    || AGAIN.contains(state)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Tells whether the database refuses what was to be stored, whoever asks and however often: a value that it does not take, a
     * constraint, or a trigger of the host's that raises an exception.
     */
    static boolean isRefusal(Throwable failure) {
        SQLException sql = sql(failure);
        String state = sql == null ? null : sql.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("23") || state.startsWith("P0"));
    }

    /** The exception for what the database refuses for good; the database's words are left out, as they may quote values. */
    static StoreRefusalException refusal(Throwable failure) {
        SQLException sql = Objects.requireNonNull(sql(failure), "a refusal is the database's");
        return new StoreRefusalException("the database refuses it (SQLSTATE " + sql.getSQLState() + ")", wordless(sql));
    }

    private static SQLException wordless(SQLException sql) {
        SQLException wordless = new SQLException(
                "the database's words are left out, as they may quote values", sql.getSQLState(), sql.getErrorCode());
        wordless.setStackTrace(sql.getStackTrace());
        return wordless;
    }

    /**
     * The exception that callers of the store see. Its message is never the database's; and where the database complains of a value
     * (SQLSTATE classes 22 and 23) its words are not in the cause either, since they quote what was to be stored.
     */
    static StoreException refused(String what, Throwable failure) {
        SQLException sql = sql(failure);
        String state = sql == null || sql.getSQLState() == null ? "" : " (SQLSTATE " + sql.getSQLState() + ")";
        if (sql != null && state.matches(" \\(SQLSTATE 2[23].*")) {
            return new StoreException(what + state, wordless(sql));
        }
        return new StoreException(what + state, failure);
    }
}
