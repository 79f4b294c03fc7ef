package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one connection commits, another sees in all tables or in none; H2 left to itself breaks that now and then. */
class H2VisibilityTest {
    private static final int ROUNDS = 2_000;
    private static final String ENTRY = "select version from entry where version = ?";

    @TempDir
    static Path folder;

    @Test
    @Timeout(300)
    void a_commit_that_is_seen_in_one_table_is_seen_in_the_others() throws Exception {
        String url = "jdbc:h2:file:" + folder.resolve("seen");
        ExecutorService committer = Executors.newSingleThreadExecutor();
        try (JdbcStore store = JdbcStore.builder().url(url).build();
                Connection writing = DriverManager.getConnection(url);
                Connection reading = DriverManager.getConnection(url)) {
            assertThat(store.definitions().version()).isZero();
            execute(writing, "create table head (id integer primary key, version integer)");
            execute(writing, "create table entry (version integer primary key)");
            execute(writing, "insert into head values (1, 0)");
            writing.setAutoCommit(false);
            reading.setAutoCommit(false);
            for (int version = 1; version <= ROUNDS; version++) {
                execute(writing, "update head set version = " + version + " where id = 1");
                execute(writing, "insert into entry values (" + version + ")");
                assertThat(number(reading, ENTRY, version)).isEqualTo(-1); // an answer that H2 would like to give again
                reading.commit();
                Future<?> commit = committer.submit(() -> {
                    writing.commit();
                    return null;
                });
                int head;
                boolean entry;
                do {
                    head = number(reading, "select version from head where id = ? for update skip locked", 1);
                    entry = number(reading, ENTRY, version) == version;
                    reading.commit();
                } while (head != version);
                commit.get(120, TimeUnit.SECONDS);
                assertThat(entry).as("version %d", version).isTrue();
            }
        } finally {
            committer.shutdownNow();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
        }
    }

    /** The first number that a query finds, or -1. */
    private static int number(Connection connection, String sql, int parameter) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, parameter);
            try (ResultSet found = statement.executeQuery()) {
                return found.next() ? found.getInt(1) : -1;
            }
        }
    }
}
