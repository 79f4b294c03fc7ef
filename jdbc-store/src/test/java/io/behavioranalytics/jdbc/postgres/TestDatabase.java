package io.behavioranalytics.jdbc.postgres;

import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** An empty database or schema of a test's own; closing it drops it. It may be used by any thread. */
public final class TestDatabase implements AutoCloseable {
    private static final int DEFAULT_PORT = 5432;
    private static final Pattern URL = Pattern.compile("jdbc:postgresql://([^/?,]+?)(?::(\\d+))?/([^?]*)(\\?.*)?");

    private final String name;
    private final String url;
    private final Runnable drop;

    TestDatabase(String name, String url, Runnable drop) {
        this.name = name;
        this.url = url;
        this.drop = drop;
    }

    /**
     * Returns the name of the database, or of the schema if it is one.
     *
     * @return the name, lower case letters, digits and underscores
     */
    public String name() {
        return name;
    }

    /**
     * Returns the address, user and password included.
     *
     * @return a JDBC URL
     */
    public String url() {
        return url;
    }

    /**
     * Returns the address through something that listens on this machine, such as {@link CutProxy}.
     *
     * @param port a port on 127.0.0.1
     * @return a JDBC URL
     */
    public String urlThrough(int port) {
        Matcher parts = parts(url);
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + parts.group(3) + parameters(parts);
    }

    /**
     * Returns the same address with one more parameter.
     *
     * @param parameter the driver's name of it, such as {@code socketTimeout}
     * @param value its value
     * @return a JDBC URL
     */
    public String urlWith(String parameter, String value) {
        return withParameter(url, parameter, value);
    }

    /**
     * Returns where the server listens.
     *
     * @return its address
     */
    public InetSocketAddress address() {
        Matcher parts = parts(url);
        String port = parts.group(2);
        return new InetSocketAddress(parts.group(1), port == null ? DEFAULT_PORT : Integer.parseInt(port));
    }

    /**
     * Opens a connection.
     *
     * @return the connection, in auto-commit
     * @throws SQLException if the server refuses or does not answer
     */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url);
    }

    /**
     * Returns a source of connections without a pool, whose sessions have a time zone other than this JVM's.
     *
     * @return the source
     */
    public DataSource dataSource() {
        return foreignZoneSource(url);
    }

    /** Drops it with all that is in it; the server must run. */
    @Override
    public void close() {
        drop.run();
    }

    /**
     * Returns the name and no secret.
     *
     * @return the name
     */
    @Override
    public String toString() {
        return name;
    }

    static String withDatabase(String url, String database) {
        Matcher parts = parts(url);
        String port = parts.group(2);
        return "jdbc:postgresql://" + parts.group(1) + (port == null ? "" : ":" + port) + "/" + database
                + parameters(parts);
    }

    static String withParameter(String url, String parameter, String value) {
        return url + (url.contains("?") ? "&" : "?") + parameter + "=" + value;
    }

    static String withoutSecrets(String url) {
        int parameters = url.indexOf('?');
        return parameters < 0 ? url : url.substring(0, parameters);
    }

    private static String parameters(Matcher parts) {
        String parameters = parts.group(4);
        return parameters == null ? "" : parameters;
    }

    private static Matcher parts(String url) {
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            throw new IllegalStateException(
                    "not of the form jdbc:postgresql://host:port/database?parameters: " + withoutSecrets(url));
        }
        return matcher;
    }

    private static DataSource foreignZoneSource(String url) {
        ForeignZoneSource source = new ForeignZoneSource();
        source.setUrl(url);
        return source;
    }

    /** Sets the zone after the login, since the driver sets the JVM's at the login. */
    private static final class ForeignZoneSource extends PGSimpleDataSource {
        private static final long serialVersionUID = 1;

        @Override
        public Connection getConnection(@Nullable String user, @Nullable String password) throws SQLException {
            Connection connection = super.getConnection(user, password);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET TIME ZONE '" + Databases.foreignZone() + "'");
            } catch (SQLException | RuntimeException | Error e) {
                connection.close();
                throw e;
            }
            return connection;
        }
    }
}
