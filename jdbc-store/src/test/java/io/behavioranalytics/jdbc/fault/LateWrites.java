package io.behavioranalytics.jdbc.fault;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/** Connections to H2 that, once they are told to, understand {@code SET WRITE_DELAY 0} as H2's own default of 500. */
final class LateWrites {
    private final DataSource real;
    private final AtomicBoolean late = new AtomicBoolean();

    LateWrites(DataSource real) {
        this.real = real;
    }

    void begin() {
        late.set(true);
    }

    DataSource dataSource() {
        return proxy(
                DataSource.class,
                real,
                (name, result) -> name.equals("getConnection") ? connection((Connection) result) : result);
    }

    private Connection connection(Connection connection) {
        return proxy(
                Connection.class,
                connection,
                (name, result) -> name.equals("createStatement") ? statement((Statement) result) : result);
    }

    private Statement statement(Statement statement) {
        return (Statement) Proxy.newProxyInstance(
                LateWrites.class.getClassLoader(), new Class<?>[] {Statement.class}, (self, method, args) -> {
                    if (late.get() && args != null && args[0] instanceof String sql) {
                        args[0] = sql.replace("SET WRITE_DELAY 0", "SET WRITE_DELAY 500");
                    }
                    return call(statement, method, args);
                });
    }

    /** What becomes of what a method returned. */
    private interface Wrapping {
        Object wrap(String name, Object result);
    }

    private static <T> T proxy(Class<T> type, T real, Wrapping wrapping) {
        return type.cast(Proxy.newProxyInstance(
                LateWrites.class.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
                    Object result = call(real, method, args);
                    return result == null ? null : wrapping.wrap(method.getName(), result);
                }));
    }

    private static Object call(Object real, java.lang.reflect.Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(real, args);
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }
}
