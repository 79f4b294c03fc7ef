package io.behavioranalytics.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A data source that counts the rows that are read from one table. */
final class ReadRows {
    private final String table;
    private final AtomicLong read = new AtomicLong();
    private final DataSource source;

    ReadRows(DataSource real, String table) {
        this.table = table;
        source = proxy(DataSource.class, (self, method, arguments) -> {
            Object result = call(real, method, arguments);
            return result instanceof Connection connection ? counted(connection) : result;
        });
    }

    DataSource source() {
        return source;
    }

    long read() {
        return read.get();
    }

    private Connection counted(Connection connection) {
        return proxy(Connection.class, (self, method, arguments) -> {
            Object result = call(connection, method, arguments);
            return method.getName().equals("prepareStatement")
                            && String.valueOf(arguments[0]).contains("from " + table + " ")
                    ? counted((PreparedStatement) Objects.requireNonNull(result))
                    : result;
        });
    }

    private PreparedStatement counted(PreparedStatement statement) {
        return proxy(PreparedStatement.class, (self, method, arguments) -> {
            Object result = call(statement, method, arguments);
            return result instanceof ResultSet rows ? counted(rows) : result;
        });
    }

    private ResultSet counted(ResultSet rows) {
        return proxy(ResultSet.class, (self, method, arguments) -> {
            Object result = call(rows, method, arguments);
            if (method.getName().equals("next") && Boolean.TRUE.equals(result)) {
                read.incrementAndGet();
            }
            return result;
        });
    }

    private static @Nullable Object call(Object real, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getTargetException();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(ReadRows.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
