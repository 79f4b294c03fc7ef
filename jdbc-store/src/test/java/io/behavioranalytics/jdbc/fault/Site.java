package io.behavioranalytics.jdbc.fault;

import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** An empty database on which hosts may die, of each kind; closing it deletes it. */
final class Site implements AutoCloseable {
    /** The kinds of database. */
    enum Kind {
        H2_FILE,
        POSTGRESQL
    }

    private final String url;
    private final Runnable delete;

    private Site(String url, Runnable delete) {
        this.url = url;
        this.delete = delete;
    }

    static Site of(Kind kind) {
        if (kind == Kind.POSTGRESQL) {
            TestDatabase database = PostgresServer.shared().freshDatabase();
            return new Site(database.url(), database::close);
        }
        try {
            Path folder = Files.createTempDirectory("behavior-analytics-h2-");
            return new Site("jdbc:h2:file:" + folder.resolve("behavior"), () -> delete(folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return url;
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url);
    }

    JdbcStore open() {
        return JdbcStore.builder().url(url).connections(6).build();
    }

    /** A store on which leases and the like run by this clock. */
    JdbcStore open(InstantSource clock) {
        return JdbcStore.builder().url(url).connections(6).storeClock(clock).build();
    }

    @Override
    public void close() {
        delete.run();
    }
}
