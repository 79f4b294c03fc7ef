package io.behavioranalytics.jdbc.postgres;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;

/**
 * A data source that counts what reaches the database and fails at a chosen point, before or after it got there.
 *
 * <p>Points are numbered from 1 over all connections: each execution of a statement or a batch, each COPY's begin and end,
 * each commit and each rollback. To try every point, run once per k = 1, 2, 3… with {@link #crashAt} until a run ends
 * without having reached k. A crash closes all connections, as the end of a process would, and whoever touches the source
 * afterwards gets the same crash again. It also keeps all SQL, so that a test can look for a value that must not stand in
 * it. Put it under a pool, not above. All methods may be called by any thread.
 */
public final class CrashPoints {
    /** Whether a fault comes before or after the database has done its work. */
    public enum Moment {
        /** The database never hears of it. */
        BEFORE,
        /** The database has done it, and only the caller does not learn of it. */
        AFTER
    }

    /** What happens at a point. */
    public enum Kind {
        /** A statement or a batch is executed, or a savepoint is set or released. */
        EXECUTE,
        /** A COPY begins, or ends with all of its rows. */
        COPY,
        /** A transaction is committed. */
        COMMIT,
        /** A transaction is rolled back. */
        ROLLBACK
    }

    /**
     * One thing that reaches the database.
     *
     * @param number its number, from 1
     * @param kind what happens
     * @param sql what is executed; empty for commit and rollback
     */
    public record Point(long number, Kind kind, String sql) {}

    private record Fault(Predicate<Point> where, Moment moment, Supplier<? extends Throwable> thrown) {}

    private final DataSource source;
    private final List<Point> points = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private final Set<Connection> open = new LinkedHashSet<>();
    private int mostOpen;
    private int faultsThrown;
    private @Nullable SimulatedCrash crash;

    private CrashPoints(DataSource real) {
        source = proxy(DataSource.class, List.of(DataSource.class), (proxy, method, args) -> {
            if (!method.getName().equals("getConnection")) {
                return call(real, method, args);
            }
            requireAlive();
            return opened((Connection) Objects.requireNonNull(call(real, method, args)));
        });
    }

    /**
     * Wraps a source.
     *
     * @param real the source, best without a pool
     * @return the points
     */
    public static CrashPoints around(DataSource real) {
        return new CrashPoints(real);
    }

    /**
     * Returns the source to use instead.
     *
     * @return the wrapping source
     */
    public DataSource dataSource() {
        return source;
    }

    /**
     * Crashes at a point.
     *
     * @param number the point's number, from 1
     * @param moment before or after the database's work
     * @return this
     */
    public CrashPoints crashAt(long number, Moment moment) {
        return fail(point -> point.number() == number, moment, () -> new SimulatedCrash(moment + " point " + number));
    }

    /**
     * Throws an SQLException at a point. One of class 08 also closes the connection, as a lost line does.
     *
     * @param number the point's number, from 1
     * @param moment before or after the database's work
     * @param sqlState its state, such as {@code 40001}
     * @return this
     */
    public CrashPoints failAt(long number, Moment moment, String sqlState) {
        return fail(
                point -> point.number() == number,
                moment,
                () -> new SQLException("planted " + moment + " point " + number, sqlState));
    }

    /**
     * Throws once at the first point that is met from now on. Several faults may be planted; the first that fits is thrown.
     *
     * @param where which point
     * @param moment before or after the database's work
     * @param thrown makes an Error, a RuntimeException or an SQLException; a {@link SimulatedCrash} ends the source
     * @return this
     */
    public synchronized CrashPoints fail(Predicate<Point> where, Moment moment, Supplier<? extends Throwable> thrown) {
        faults.add(new Fault(where, moment, thrown));
        return this;
    }

    /**
     * Returns all points reached.
     *
     * @return the points in order
     */
    public synchronized List<Point> points() {
        return List.copyOf(points);
    }

    /**
     * Counts points of a kind.
     *
     * @param kind the kind
     * @return how many were reached
     */
    public synchronized long count(Kind kind) {
        return points.stream().filter(point -> point.kind() == kind).count();
    }

    /**
     * Returns the SQL of all points, each text once.
     *
     * @return the texts in order of first use
     */
    public synchronized List<String> sql() {
        return points.stream()
                .map(Point::sql)
                .filter(text -> !text.isEmpty())
                .distinct()
                .toList();
    }

    /**
     * Says how many planted faults were thrown.
     *
     * @return the number
     */
    public synchronized int faultsThrown() {
        return faultsThrown;
    }

    /**
     * Returns how many connections are open.
     *
     * @return those handed out and not closed
     */
    public synchronized int openConnections() {
        return open.size();
    }

    /**
     * Returns how many connections were open at once.
     *
     * @return the highest number so far
     */
    public synchronized int mostOpenConnections() {
        return mostOpen;
    }

    private synchronized void requireAlive() {
        if (crash != null) {
            throw crash;
        }
    }

    private Connection opened(Connection connection) {
        synchronized (this) {
            open.add(connection);
            mostOpen = Math.max(mostOpen, open.size());
        }
        List<Class<?>> faces = connection instanceof PGConnection
                ? List.of(Connection.class, PGConnection.class)
                : List.of(Connection.class);
        return proxy(Connection.class, faces, (proxy, method, args) -> onConnection(connection, proxy, method, args));
    }

    private @Nullable Object onConnection(Connection connection, Object self, Method method, Object[] args)
            throws Throwable {
        switch (method.getName()) {
            case "close", "abort" -> {
                synchronized (this) {
                    open.remove(connection);
                }
                return call(connection, method, args);
            }
            case "isClosed", "toString" -> {
                return call(connection, method, args);
            }
            default -> requireAlive();
        }
        switch (method.getName()) {
            case "commit" -> {
                return reach(Kind.COMMIT, "", connection, () -> call(connection, method, args));
            }
            case "rollback" -> {
                return reach(Kind.ROLLBACK, "", connection, () -> call(connection, method, args));
            }
            case "setSavepoint" -> {
                return reach(Kind.EXECUTE, "SAVEPOINT", connection, () -> call(connection, method, args));
            }
            case "releaseSavepoint" -> {
                return reach(Kind.EXECUTE, "RELEASE SAVEPOINT", connection, () -> call(connection, method, args));
            }
            case "createStatement", "prepareStatement", "prepareCall" -> {
                Statement statement = (Statement) Objects.requireNonNull(call(connection, method, args));
                String sql = args.length > 0 && args[0] instanceof String text ? text : "";
                Class<?> face = method.getReturnType();
                List<String> batch = new ArrayList<>();
                return proxy(
                        Statement.class,
                        List.of(face),
                        (proxy, called, values) ->
                                onStatement(connection, self, statement, sql, batch, called, values));
            }
            case "unwrap" -> {
                // The way to COPY must not lead around the points.
                Class<?> wanted = (Class<?>) args[0];
                return wanted.isInstance(self) ? self : call(connection, method, args);
            }
            case "getCopyAPI" -> {
                return new CountingCopyManager((BaseConnection) connection);
            }
            default -> {
                return call(connection, method, args);
            }
        }
    }

    private @Nullable Object onStatement(
            Connection connection,
            Object owner,
            Statement statement,
            String prepared,
            List<String> batch,
            Method method,
            Object[] args)
            throws Throwable {
        String name = method.getName();
        if (name.equals("close") || name.equals("isClosed") || name.equals("toString")) {
            return call(statement, method, args);
        }
        if (name.equals("getConnection")) {
            return owner;
        }
        requireAlive();
        if (name.equals("addBatch") && args.length == 1) {
            batch.add((String) args[0]);
        } else if (name.equals("clearBatch")) {
            batch.clear();
        } else if (name.startsWith("execute")) {
            String sql = args.length > 0 && args[0] instanceof String text
                    ? text
                    : batch.isEmpty() ? prepared : String.join(";\n", batch);
            batch.clear();
            return reach(Kind.EXECUTE, sql, connection, () -> call(statement, method, args));
        }
        return call(statement, method, args);
    }

    private @Nullable Object reach(Kind kind, String sql, Connection connection, Work work) throws Throwable {
        Fault fault;
        Point point;
        synchronized (this) {
            requireAlive();
            point = new Point(points.size() + 1L, kind, sql);
            points.add(point);
            fault = faults.stream()
                    .filter(candidate -> candidate.where().test(point))
                    .findFirst()
                    .orElse(null);
            if (fault != null) {
                faults.remove(fault);
                faultsThrown++;
            }
        }
        if (fault == null) {
            return work.run();
        }
        if (fault.moment() == Moment.AFTER) {
            work.run();
        }
        Throwable thrown = fault.thrown().get();
        if (thrown instanceof SimulatedCrash planted) {
            die(planted, connection);
        } else if (thrown instanceof SQLException planted
                && planted.getSQLState() != null
                && planted.getSQLState().startsWith("08")) {
            closeQuietly(connection);
        }
        throw thrown;
    }

    /** Closes all connections, the crashing thread's first: others may be waiting for what it has locked. */
    private void die(SimulatedCrash planted, Connection first) {
        List<Connection> all;
        synchronized (this) {
            crash = planted;
            open.remove(first);
            all = new ArrayList<>(open);
            open.clear();
        }
        closeQuietly(first);
        all.forEach(CrashPoints::closeQuietly);
    }

    private static void closeQuietly(Connection connection) {
        try {
            if (connection instanceof PGConnection) {
                // Does not wait for the statement that another thread may be running.
                connection.abort(Runnable::run);
            } else {
                if (!connection.isClosed() && !connection.getAutoCommit()) {
                    connection.rollback();
                }
                connection.close();
            }
        } catch (SQLException e) {
            // It is gone, one way or another.
        }
    }

    private static Object[] none(Object @Nullable [] args) {
        return args == null ? new Object[0] : args;
    }

    private static @Nullable Object call(Object target, Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    private static <T> T proxy(Class<T> type, List<Class<?>> faces, Handler handler) {
        return type.cast(Proxy.newProxyInstance(
                CrashPoints.class.getClassLoader(), faces.toArray(new Class<?>[0]), (proxy, method, args) -> {
                    if (method.getDeclaringClass() == Object.class
                            && !method.getName().equals("toString")) {
                        return method.getName().equals("equals") ? proxy == args[0] : System.identityHashCode(proxy);
                    }
                    return handler.handle(proxy, method, none(args));
                }));
    }

    private interface Handler {
        @Nullable
        Object handle(Object proxy, Method method, Object[] args) throws Throwable;
    }

    private interface Work {
        @Nullable
        Object run() throws Throwable;
    }

    /** All of its ways in lead over the one that is overridden. */
    private final class CountingCopyManager extends CopyManager {
        private final Connection connection;

        CountingCopyManager(BaseConnection connection) throws SQLException {
            super(connection);
            this.connection = connection;
        }

        @Override
        public CopyIn copyIn(String sql) throws SQLException {
            CopyIn copy = (CopyIn) reachSql(sql, () -> super.copyIn(sql));
            return proxy(CopyIn.class, List.of(CopyIn.class), (proxy, method, args) -> {
                if (method.getName().equals("endCopy")) {
                    return reach(Kind.COPY, sql, connection, () -> call(copy, method, args));
                }
                // The driver cancels a COPY that failed; a dead process would not.
                requireAlive();
                return call(copy, method, args);
            });
        }

        private Object reachSql(String sql, Work work) throws SQLException {
            try {
                Object result = reach(Kind.COPY, sql, connection, work);
                if (result == null) {
                    throw new IllegalStateException("no COPY came about");
                }
                return result;
            } catch (SQLException | RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
