package io.behavioranalytics.jdbc;

import io.behavioranalytics.store.Definitions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears from PostgreSQL that a definition was saved, on a connection and a thread of its own. A connection that is lost is made
 * anew; what was missed meanwhile is made up for by calling the listener once more.
 */
final class ChangeListener implements Definitions.Watch {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeListener.class);
    private static final int LOOK_MILLIS = 500;
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final String PREFIX = "behavior_definitions_";
    private static final int LONGEST = 63 - PREFIX.length();

    private final DataSource source;
    private final String channel;
    private final Runnable listener;
    private final Thread thread;
    private volatile boolean closed;

    private ChangeListener(DataSource source, String channel, Runnable listener) {
        this.source = source;
        this.channel = channel;
        this.listener = listener;
        thread = new Thread(this::listen, "behavior-definitions");
        thread.setDaemon(true);
    }

    /** The channel of a schema, of at most 63 characters: PostgreSQL takes no longer name. */
    static String channel(String schema) {
        String name = schema.replaceAll("[^a-z0-9_]", "");
        return PREFIX
                + (name.length() <= LONGEST
                        ? name
                        : name.substring(0, LONGEST - 9) + "_" + String.format("%08x", name.hashCode()));
    }

    static ChangeListener start(DataSource source, String channel, Runnable listener) {
        ChangeListener started = new ChangeListener(source, channel, listener);
        started.thread.start();
        return started;
    }

    private void listen() {
        while (!closed) {
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(true);
                statement.execute("listen " + channel);
                listener.run();
                hear(connection.unwrap(PGConnection.class));
                statement.execute("unlisten *");
            } catch (SQLException lost) {
                if (!closed) {
                    LOG.debug("no connection to hear of new definitions, trying again", lost);
                    LockSupport.parkNanos(AGAIN_NANOS);
                }
            }
        }
    }

    private void hear(PGConnection connection) throws SQLException {
        while (!closed) {
            PGNotification @Nullable [] heard = connection.getNotifications(LOOK_MILLIS);
            if (heard != null && heard.length > 0) {
                listener.run();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
