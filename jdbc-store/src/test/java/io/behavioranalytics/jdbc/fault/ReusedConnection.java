package io.behavioranalytics.jdbc.fault;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;

/**
 * A source that lends one connection to the server again and again, since to connect takes longer than all that a test does; it is
 * a new one after it was aborted. For one thread at a time. Closing it closes the connection.
 */
final class ReusedConnection implements AutoCloseable {
    private final DataSource real;
    private @Nullable Connection kept;

    ReusedConnection(DataSource real) {
        this.real = real;
    }

    /** The source; what it lends is a connection of PostgreSQL also by its types. */
    DataSource source() {
        return (DataSource) Proxy.newProxyInstance(
                ReusedConnection.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, args) -> {
                    if (method.getName().equals("getConnection")) {
                        return lend();
                    }
                    return method.invoke(real, args);
                });
    }

    private Connection lend() throws SQLException {
        Connection connection = kept;
        if (connection == null || connection.isClosed()) {
            connection = real.getConnection();
            kept = connection;
        }
        Connection lent = connection;
        return (Connection) Proxy.newProxyInstance(
                ReusedConnection.class.getClassLoader(),
                new Class<?>[] {BaseConnection.class},
                (proxy, method, args) -> {
                    if (method.getName().equals("close")) {
                        if (!lent.isClosed() && !lent.getAutoCommit()) {
                            lent.rollback();
                            lent.setAutoCommit(true);
                        }
                        return null;
                    }
                    try {
                        return method.invoke(lent, args);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }

    @Override
    public void close() throws SQLException {
        if (kept != null) {
            kept.close();
        }
    }
}
