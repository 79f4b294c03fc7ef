package io.behavioranalytics.jdbc;

import io.behavioranalytics.store.HostTransaction;
import java.sql.Connection;
import java.util.Objects;

/**
 * The transaction that a connection of the host's is in. The store executes statements on the connection and nothing else: it neither commits
 * nor rolls back, changes no setting and does not close it. As the connection is, this is for one thread at a time; it may be made anew for each
 * call.
 */
public final class JdbcTransaction implements HostTransaction {
    private final Connection connection;

    private JdbcTransaction(Connection connection) {
        this.connection = connection;
    }

    /**
     * The transaction of a connection.
     *
     * @param connection to the store's own database, open, with autocommit switched off
     * @return the transaction
     */
    public static JdbcTransaction of(Connection connection) {
        return new JdbcTransaction(Objects.requireNonNull(connection, "connection"));
    }

    Connection connection() {
        return connection;
    }
}
