package io.behavioranalytics.jdbc.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class PostgresServerTest {
    private static PostgresServer server;
    private TestDatabase schema;

    @BeforeAll
    static void start() {
        server = PostgresServer.builder().setting("shared_buffers", "32MB").start();
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @BeforeEach
    void makeTable() throws SQLException {
        schema = server.databases().freshSchema();
        try (Connection connection = schema.connect()) {
            execute(connection, "CREATE TABLE noted (id INT PRIMARY KEY)");
        }
    }

    @Test
    void a_crash_keeps_what_was_committed_and_loses_the_rest() throws SQLException {
        int port = server.port();
        try (Connection committed = schema.connect();
                Connection open = schema.connect()) {
            open.setAutoCommit(false);
            execute(open, "INSERT INTO noted VALUES (2)");
            execute(committed, "INSERT INTO noted VALUES (1)");
            server.crash();
            assertThat(server.isRunning()).isFalse();
            assertThatThrownBy(() -> execute(committed, "SELECT 1")).isInstanceOf(SQLException.class);
        }
        server.restart();
        assertThat(server.port()).isEqualTo(port);
        assertThat(ids()).containsExactly(1);
        assertThat(server.log()).contains("recovery");
    }

    @Test
    void a_kill_keeps_what_was_committed() throws SQLException {
        try (Connection connection = schema.connect()) {
            execute(connection, "INSERT INTO noted VALUES (1)");
            server.kill();
            server.restart();
            assertThat(ids()).containsExactly(1);
            server.pause();
            server.kill();
            server.restart();
            assertThat(ids()).containsExactly(1);
        }
    }

    @Test
    void a_paused_server_answers_when_it_goes_on() throws Exception {
        try (Connection patient = schema.connect();
                Connection hasty = DriverManager.getConnection(schema.urlWith("socketTimeout", "1"))) {
            execute(hasty, "SELECT 1");
            server.pause();
            assertThat(server.isRunning()).isTrue();
            CompletableFuture<Void> answer = CompletableFuture.runAsync(() -> {
                try {
                    execute(patient, "INSERT INTO noted VALUES (1)");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThatThrownBy(() -> execute(hasty, "SELECT 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).startsWith("08"));
            assertThat(answer).isNotDone();
            server.resume();
            answer.get(120, TimeUnit.SECONDS);
            assertThat(ids()).containsExactly(1);
        }
    }

    @Test
    void a_paused_server_can_be_crashed_and_restarted() throws SQLException {
        server.pause();
        server.crash();
        server.restart();
        server.pause();
        server.restart();
        assertThat(ids()).isEmpty();
    }

    @Test
    void a_restart_tells_the_clients() throws SQLException {
        try (Connection connection = schema.connect()) {
            execute(connection, "SELECT 1");
            server.restart();
            assertThatThrownBy(() -> execute(connection, "SELECT 1"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P01"));
        }
    }

    @Test
    void it_is_as_durable_as_in_production_and_reachable_on_this_machine_only() throws SQLException {
        assertThat(shown("fsync")).isEqualTo("on");
        assertThat(shown("synchronous_commit")).isEqualTo("on");
        assertThat(shown("full_page_writes")).isEqualTo("on");
        assertThat(shown("listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(shown("unix_socket_directories")).isEmpty();
        assertThat(shown("shared_buffers")).isEqualTo("32MB");
    }

    @Test
    void each_session_has_another_time_zone_than_this_jvm() throws SQLException {
        assertThat(TimeZone.getTimeZone(Databases.foreignZone()).getRawOffset())
                .isNotEqualTo(TimeZone.getDefault().getRawOffset());
        try (TestDatabase database = server.databases().freshDatabase();
                Connection inSchema = schema.connect();
                Connection inDatabase = database.connect();
                Connection bySource = database.dataSource().getConnection()) {
            assertThat(Databases.sessionZone(inSchema)).isEqualTo(Databases.foreignZone());
            assertThat(Databases.sessionZone(inDatabase)).isEqualTo(Databases.foreignZone());
            assertThat(Databases.sessionZone(bySource)).isEqualTo(Databases.foreignZone());
        }
    }

    @Test
    void a_database_can_sort_by_bytes_or_as_people_do() throws SQLException {
        assertThat(sorted(Databases.COLLATION_C)).containsExactly("B", "a");
        assertThat(sorted(Databases.COLLATION_ICU_EN_US)).containsExactly("a", "B");
    }

    @Test
    void a_whole_server_can_sort_as_people_do() throws SQLException {
        try (PostgresServer other = PostgresServer.builder()
                .initdbOptions("--locale-provider=icu", "--icu-locale=en-US", "--locale=C")
                .start()) {
            try (Connection connection = DriverManager.getConnection(other.url())) {
                assertThat(column(connection, "SELECT v FROM (VALUES ('B'), ('a')) AS t(v) ORDER BY v"))
                        .containsExactly("a", "B");
            }
        }
    }

    @Test
    void schemas_are_apart_and_go_when_closed() throws SQLException {
        try (TestDatabase other = server.databases().freshSchema();
                Connection connection = other.connect()) {
            execute(connection, "CREATE TABLE noted (id INT)");
            execute(connection, "INSERT INTO noted VALUES (7)");
        }
        assertThat(ids()).isEmpty();
        schema.close();
        assertThatThrownBy(this::ids).isInstanceOf(SQLException.class);
    }

    @Test
    void somebody_elses_server_serves_by_its_url() throws SQLException {
        Databases databases = Databases.at(server.url());
        try (TestDatabase elsewhere = databases.freshSchema();
                Connection plain = elsewhere.connect();
                Connection connection = elsewhere.dataSource().getConnection()) {
            execute(connection, "CREATE TABLE noted (id INT)");
            assertThat(column(connection, "SELECT current_schema()")).containsExactly(elsewhere.name());
            assertThat(Databases.sessionZone(connection)).isEqualTo(Databases.foreignZone());
            execute(plain, "SELECT id FROM noted");
        }
    }

    @Test
    void a_url_is_taken_apart_and_put_together() {
        TestDatabase database =
                new TestDatabase("x", "jdbc:postgresql://db.example:5433/x?user=u&password=p", () -> {});
        assertThat(database.address().getHostString()).isEqualTo("db.example");
        assertThat(database.address().getPort()).isEqualTo(5433);
        assertThat(database.urlThrough(99)).isEqualTo("jdbc:postgresql://127.0.0.1:99/x?user=u&password=p");
        assertThat(TestDatabase.withDatabase("jdbc:postgresql://h/x", "y")).isEqualTo("jdbc:postgresql://h/y");
        assertThatThrownBy(() -> TestDatabase.withDatabase("jdbc:h2:mem:x?password=secret", "y"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void a_server_that_cannot_start_says_why_and_leaves_nothing() {
        assertThatThrownBy(() -> PostgresServer.builder()
                        .setting("no_such_setting_of_postgresql", "1")
                        .start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ended with exit code")
                .hasMessageContaining("no_such_setting_of_postgresql");
        assertThatThrownBy(() -> PostgresServer.builder().setting("fsync=off\nport", "1"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_closed_server_leaves_neither_process_nor_folder() {
        PostgresServer other = PostgresServer.start();
        Path data = other.dataFolder();
        String url = other.url();
        other.close();
        other.close();
        assertThat(data).doesNotExist();
        assertThat(data.getParent()).doesNotExist();
        assertThatThrownBy(() -> DriverManager.getConnection(url).close()).isInstanceOf(SQLException.class);
        assertThatThrownBy(other::restart)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void it_runs_under_each_user_that_this_machine_offers() throws Exception {
        Path program = PostgresBinaries.folder().resolve("bin/postgres");
        for (RunAs form : RunAs.thatWork(program, PostgresBinaries.folder())) {
            try (PostgresServer other = PostgresServer.builder().runAs(form).start()) {
                other.pause();
                other.resume();
                other.crash();
                other.restart();
                other.kill();
                other.restart();
                assertThat(other.databases().serverVersion()).isGreaterThanOrEqualTo(13);
            }
        }
    }

    @Test
    void a_server_does_not_outlive_a_jvm_that_is_killed() throws Exception {
        Path data;
        long postmaster;
        try (ChildJvm child = ChildJvm.of(Starter.class).start()) {
            data = Path.of(child.awaitLines(1, Duration.ofMinutes(2)).get(0));
            postmaster = Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0));
            assertThat(ProcessHandle.of(postmaster)).isPresent();
            child.kill();
        }
        assertThat(Signal.await(
                        Duration.ofMinutes(2),
                        () -> ProcessHandle.of(postmaster).map(Signal::isGone).orElse(true)
                                && Files.notExists(data.getParent())))
                .isTrue();
    }

    static final class Starter {
        private Starter() {}

        public static void main(String[] args) throws InterruptedException {
            PostgresServer server = PostgresServer.start();
            ChildJvm.acknowledge(server.dataFolder().toString());
            Thread.currentThread().join();
        }
    }

    private List<Integer> ids() throws SQLException {
        try (Connection connection = schema.connect()) {
            return column(connection, "SELECT id FROM noted ORDER BY id").stream()
                    .map(Integer::valueOf)
                    .toList();
        }
    }

    private static List<String> sorted(String collation) throws SQLException {
        try (TestDatabase database = server.databases().freshDatabase(collation);
                Connection connection = database.connect()) {
            return column(connection, "SELECT v FROM (VALUES ('B'), ('a')) AS t(v) ORDER BY v");
        }
    }

    private static String shown(String setting) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.url())) {
            return column(connection, "SHOW " + setting).get(0);
        }
    }

    private static List<String> column(Connection connection, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
