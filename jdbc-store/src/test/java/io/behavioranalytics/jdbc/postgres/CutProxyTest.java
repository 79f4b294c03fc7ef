package io.behavioranalytics.jdbc.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class CutProxyTest {
    private TestDatabase schema;
    private CutProxy proxy;

    @BeforeEach
    void open() throws SQLException {
        schema = PostgresServer.shared().freshSchema();
        try (Connection connection = schema.connect()) {
            execute(connection, "CREATE TABLE noted (id INT PRIMARY KEY, text TEXT)");
        }
        proxy = CutProxy.to(schema);
    }

    @AfterEach
    void close() {
        proxy.close();
        schema.close();
    }

    @Test
    void it_passes_everything_on() throws SQLException {
        String large = "x".repeat(300_000);
        try (Connection connection = connect()) {
            insert(connection, 1, large);
            assertThat(texts(connection)).containsExactly(large);
            assertThat(proxy.connections()).isEqualTo(1);
        }
        assertThat(Signal.await(Duration.ofSeconds(60), () -> proxy.connections() == 0))
                .isTrue();
        assertThat(proxy.cuts()).isZero();
    }

    @Test
    void the_reply_to_a_commit_is_lost_and_the_row_is_there() throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            proxy.cutReplyAfter("commit");
            insert(connection, 1, "one");
            assertLost(connection::commit);
        }
        assertThat(ids()).containsExactly(1);
        assertThat(proxy.cuts()).isEqualTo(1);
        try (Connection next = connect()) {
            next.setAutoCommit(false);
            insert(next, 2, "two");
            next.commit();
        }
        assertThat(ids()).containsExactly(1, 2);
    }

    @Test
    void a_commit_that_goes_by_its_prepared_name_is_found_too() throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            for (int id = 1; id <= 20; id++) {
                insert(connection, id, "text");
                connection.commit();
            }
            insert(connection, 21, "text");
            proxy.cutReplyAfter("COMMIT");
            assertLost(connection::commit);
        }
        assertThat(ids()).hasSize(21);
    }

    @Test
    void a_request_is_lost_before_it_arrives_and_the_row_is_not_there() throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            insert(connection, 1, "one");
            proxy.cutBefore("COMMIT");
            assertLost(connection::commit);
        }
        assertThat(ids()).isEmpty();
        assertThat(proxy.cuts()).isEqualTo(1);
    }

    @Test
    void the_reply_to_a_batch_is_lost_when_all_of_it_is_done() throws SQLException {
        try (Connection connection = connect();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO noted VALUES (?, ?)")) {
            for (int id = 1; id <= 1_000; id++) {
                insert.setInt(1, id);
                insert.setString(2, "y".repeat(200));
                insert.addBatch();
            }
            proxy.cutReplyAfter("INSERT INTO noted");
            assertLost(insert::executeBatch);
        }
        assertThat(ids()).isNotEmpty();
    }

    @Test
    void all_replies_are_lost_until_it_passes_again() throws SQLException {
        try (Connection first = connect();
                Connection second = connect()) {
            proxy.cutReplies();
            assertLost(() -> insert(first, 1, "one"));
            assertLost(() -> insert(second, 2, "two"));
            assertLost(() -> connect().close());
        }
        assertThat(ids()).containsExactly(1, 2);
        proxy.pass();
        try (Connection connection = connect()) {
            insert(connection, 3, "three");
        }
        assertThat(ids()).containsExactly(1, 2, 3);
    }

    @Test
    void all_connections_drop_at_once_and_new_ones_come_about() throws SQLException {
        try (Connection first = connect();
                Connection second = connect()) {
            execute(first, "SELECT 1");
            assertThat(proxy.dropAll()).isEqualTo(2);
            assertLost(() -> execute(first, "SELECT 1"));
            assertLost(() -> execute(second, "SELECT 1"));
            try (Connection third = connect()) {
                execute(third, "SELECT 1");
            }
        }
    }

    @Test
    void new_connections_are_refused_and_open_ones_stay() throws SQLException {
        try (Connection open = connect()) {
            proxy.refuse(true);
            assertLost(() -> connect().close());
            execute(open, "SELECT 1");
            proxy.refuse(false);
            connect().close();
        }
    }

    @Test
    void what_is_delayed_comes_too_late_for_a_hasty_client() throws SQLException {
        try (Connection hasty = DriverManager.getConnection(schema.urlThrough(proxy.port()) + "&socketTimeout=1")) {
            proxy.delay(Duration.ofMinutes(10));
            assertLost(() -> execute(hasty, "SELECT 1"));
        }
        proxy.pass();
        try (Connection patient = connect()) {
            proxy.delay(Duration.ofMillis(50));
            execute(patient, "SELECT 1");
        }
    }

    @Test
    void what_is_held_arrives_when_it_passes_again() throws Exception {
        try (Connection connection = connect()) {
            proxy.hold();
            CompletableFuture<Void> insertion = CompletableFuture.runAsync(() -> {
                try {
                    insert(connection, 1, "one");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(ids()).isEmpty();
            assertThat(insertion).isNotDone();
            proxy.pass();
            insertion.get(120, TimeUnit.SECONDS);
            assertThat(ids()).containsExactly(1);
        }
    }

    @Test
    void a_server_that_is_not_there_is_a_lost_connection() {
        try (PostgresServer gone = PostgresServer.start();
                TestDatabase database = gone.databases().freshDatabase();
                CutProxy elsewhere = CutProxy.to(database)) {
            gone.crash();
            assertLost(() -> DriverManager.getConnection(database.urlThrough(elsewhere.port()))
                    .close());
            gone.restart();
        }
    }

    @Test
    void closing_ends_its_threads_and_connections() throws SQLException {
        try (Connection connection = connect()) {
            proxy.hold();
            proxy.close();
            assertLost(() -> execute(connection, "SELECT 1"));
        }
        assertThat(proxy.connections()).isZero();
        assertLost(() -> connect().close());
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.isAlive() && thread.getName().startsWith("cut-proxy"));
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(schema.urlThrough(proxy.port()));
    }

    private List<Integer> ids() throws SQLException {
        List<Integer> ids = new ArrayList<>();
        try (Connection connection = schema.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id FROM noted ORDER BY id")) {
            while (rows.next()) {
                ids.add(rows.getInt(1));
            }
        }
        return ids;
    }

    private static List<String> texts(Connection connection) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT text FROM noted ORDER BY id")) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    private static void assertLost(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).startsWith("08"));
    }

    private static void insert(Connection connection, int id, String text) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO noted VALUES (?, ?)")) {
            insert.setInt(1, id);
            insert.setString(2, text);
            insert.executeUpdate();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
