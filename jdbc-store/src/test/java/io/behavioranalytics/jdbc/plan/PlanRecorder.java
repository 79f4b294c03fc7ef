package io.behavioranalytics.jdbc.plan;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * A data source that asks for the plan of each statement before it lets it run, with the very values that are bound to it.
 *
 * <p>On PostgreSQL the plan is one of a run (EXPLAIN ANALYZE), which is taken back by a savepoint. Plans are taken only inside
 * {@link #during}; one thread at a time may be there.
 */
final class PlanRecorder {
    private static final Pattern PLANNED = Pattern.compile(
            "\\s*(select|insert|update|delete|with|merge)\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern FINAL_TABLE =
            Pattern.compile("select .* from final table \\((update .*)\\)", Pattern.DOTALL);
    private static final String ANALYZE = "explain (analyze, buffers, format json) ";

    /**
     * A plan.
     *
     * @param query the name of what was done
     * @param sql the statement
     * @param plan how it was carried out
     */
    record Taken(String query, String sql, QueryPlan plan) {
        /** What the statement does to which table. */
        String statement() {
            String text = sql.toLowerCase(Locale.ROOT).replace("\"", "").strip();
            String verb = text.startsWith("with") || text.contains("from final table (update")
                    ? "update"
                    : text.split("\\s", 2)[0];
            String before = verb.equals("update") ? "update" : "(?:into|from)";
            Matcher table = Pattern.compile(before + " \\(*\\w+\\.(\\w+)").matcher(text);
            return table.find() ? verb + " " + table.group(1) : verb;
        }
    }

    /** Something that is done with the store. */
    @FunctionalInterface
    interface Call {
        void run() throws Exception;
    }

    private record Binding(Method method, List<@Nullable Object> arguments) {}

    private final DataSource source;
    private final List<Taken> taken = new ArrayList<>();
    private @Nullable String name;

    PlanRecorder(DataSource real) {
        source = proxy(DataSource.class, List.of(DataSource.class), (method, arguments) -> {
            Object result = call(real, method, arguments);
            return result instanceof Connection connection ? recorded(connection) : result;
        });
    }

    DataSource dataSource() {
        return source;
    }

    /** Does something, and notes the plans of its statements under a name. */
    void during(String query, Call call) throws Exception {
        synchronized (this) {
            name = query;
        }
        try {
            call.run();
        } finally {
            synchronized (this) {
                name = null;
            }
        }
    }

    /** What was taken, each statement once for each name. */
    synchronized List<Taken> taken() {
        return List.copyOf(taken);
    }

    private Connection recorded(Connection connection) {
        List<Class<?>> faces = connection.getClass().getName().startsWith("org.postgresql")
                ? List.of(Connection.class, PGConnection.class)
                : List.of(Connection.class);
        return proxy(Connection.class, faces, (method, arguments) -> {
            Object result = call(connection, method, arguments);
            if (method.getName().equals("prepareStatement") && result instanceof PreparedStatement prepared) {
                return recorded(connection, prepared, (String) arguments[0]);
            }
            return result;
        });
    }

    private PreparedStatement recorded(Connection connection, PreparedStatement prepared, String sql) {
        Map<Integer, Binding> bound = new TreeMap<>();
        return proxy(PreparedStatement.class, List.of(PreparedStatement.class), (method, arguments) -> {
            String called = method.getName();
            if (called.startsWith("set") && arguments.length > 1 && arguments[0] instanceof Integer place) {
                bound.put(place, new Binding(method, Arrays.asList(arguments.clone())));
            } else if (called.startsWith("execute")) {
                explain(connection, sql, bound);
            }
            return call(prepared, method, arguments);
        });
    }

    private synchronized void explain(Connection connection, String sql, Map<Integer, Binding> bound)
            throws SQLException {
        String query = name;
        if (query == null || !PLANNED.matcher(sql).matches()) {
            return;
        }
        boolean postgres = connection.getClass().getName().startsWith("org.postgresql");
        Savepoint before = connection.getAutoCommit() ? null : connection.setSavepoint();
        int first = 1;
        for (String part : postgres ? sql.split(";\n") : new String[] {sql}) {
            int places = (int) part.chars().filter(c -> c == '?').count();
            boolean known = taken.stream()
                    .anyMatch(t -> t.query().equals(query) && t.sql().equals(part));
            if (!known && PLANNED.matcher(part).matches()) {
                // H2 shows of a FINAL TABLE nothing but its name.
                Matcher update = FINAL_TABLE.matcher(part);
                String asked = postgres ? ANALYZE + part : "explain " + (update.matches() ? update.group(1) : part);
                String reply = ask(connection, asked, bound, first, places);
                taken.add(new Taken(query, part, postgres ? QueryPlan.ofPostgres(reply) : QueryPlan.ofH2(reply)));
            }
            first += places;
        }
        if (before != null) {
            connection.rollback(before);
            connection.releaseSavepoint(before);
        }
    }

    private static String ask(Connection connection, String sql, Map<Integer, Binding> bound, int first, int places)
            throws SQLException {
        try (PreparedStatement explained = connection.prepareStatement(sql)) {
            for (int place = 0; place < places; place++) {
                Binding binding = Objects.requireNonNull(bound.get(first + place), sql);
                Object[] arguments = binding.arguments().toArray();
                arguments[0] = place + 1;
                try {
                    call(explained, binding.method(), arguments);
                } catch (SQLException | RuntimeException | Error failed) {
                    throw failed;
                } catch (Throwable failed) {
                    throw new IllegalStateException(failed);
                }
            }
            StringBuilder reply = new StringBuilder();
            try (ResultSet lines = explained.executeQuery()) {
                while (lines.next()) {
                    reply.append(lines.getString(1)).append('\n');
                }
            }
            return reply.toString();
        }
    }

    private interface Handler {
        @Nullable
        Object handle(Method method, Object[] arguments) throws Throwable;
    }

    private static @Nullable Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getTargetException();
        }
    }

    private static <T> T proxy(Class<T> type, List<Class<?>> faces, Handler handler) {
        return type.cast(Proxy.newProxyInstance(
                PlanRecorder.class.getClassLoader(), faces.toArray(new Class<?>[0]), (proxy, method, arguments) -> {
                    Object[] given = arguments == null ? new Object[0] : Arrays.copyOf(arguments, arguments.length);
                    if (method.getName().equals("unwrap")
                            && given[0] instanceof Class<?> wanted
                            && wanted.isInstance(proxy)) {
                        return proxy;
                    }
                    return handler.handle(method, given);
                }));
    }
}
