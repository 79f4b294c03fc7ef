package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the tables come about, are looked at, and are refused. */
@Timeout(300)
class SchemaTest {
    private static TestDatabase postgres;

    @TempDir
    Path folder;

    @BeforeAll
    static void open() {
        postgres = PostgresServer.shared().freshDatabase();
    }

    @AfterAll
    static void shut() {
        postgres.close();
    }

    /** The address of an empty database, or of one that has been emptied of the schema. */
    private String url(String product) {
        return product.equals("postgresql")
                ? postgres.url()
                : "jdbc:h2:file:" + folder.resolve("db-" + UUID.randomUUID());
    }

    private static JdbcStoreBuilder store(String url) {
        return JdbcStore.builder().url(url).connections(4).schema("behavior");
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void drop(String product, String url) throws SQLException {
        if (product.equals("postgresql")) {
            execute(url, "drop schema if exists behavior cascade");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void hosts_that_start_together_on_an_empty_database_all_come_up(String product) throws Exception {
        String url = url(product);
        drop(product, url);
        // H2 has one process for a file; its hosts are facades there.
        int hosts = 4;
        CyclicBarrier barrier = new CyclicBarrier(hosts);
        ExecutorService threads = Executors.newFixedThreadPool(hosts);
        try {
            List<Future<JdbcStore>> starts = new ArrayList<>();
            for (int i = 0; i < hosts; i++) {
                starts.add(threads.submit(() -> {
                    barrier.await(120, TimeUnit.SECONDS);
                    return store(url).build();
                }));
            }
            for (Future<JdbcStore> start : starts) {
                try (JdbcStore store = start.get(120, TimeUnit.SECONDS)) {
                    assertThat(store.definitions().version()).isZero();
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void tables_that_are_there_are_taken_as_they_are(String product) throws Exception {
        String url = url(product);
        drop(product, url);
        store(url).build().close();

        try (JdbcStore again = store(url).build();
                JdbcStore looking = store(url).migrate(false).build()) {
            assertThat(again.subjects().nextDue()).isEmpty();
            assertThat(looking.subjects().nextDue()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void a_store_that_only_looks_says_what_is_missing(String product) throws Exception {
        String url = url(product);
        drop(product, url);

        assertThatThrownBy(() -> store(url).migrate(false).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("version 0, this code needs 1")
                .hasMessageContaining("apply V1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void tables_newer_than_the_code_are_refused(String product) throws Exception {
        String url = url(product);
        drop(product, url);
        store(url).build().close();
        execute(
                url,
                "insert into behavior.schema_version (version, description, applied_at)"
                        + " values (99, 'from the future', current_timestamp)");

        for (boolean migrate : new boolean[] {true, false}) {
            assertThatThrownBy(() -> store(url).migrate(migrate).build())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("version 99")
                    .hasMessageContaining("update the library");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void tables_made_by_another_script_are_refused(String product) throws Exception {
        String url = url(product);
        drop(product, url);
        store(url).build().close();
        execute(url, "update behavior.schema_version set checksum = 'abc'");

        assertThatThrownBy(() -> store(url).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another V1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void a_script_that_the_hosts_own_tool_applied_is_taken(String product) throws Exception {
        String url = url(product);
        drop(product, url);
        execute(url, "create schema behavior");
        Dialect dialect = product.equals("h2") ? new H2Dialect() : new PostgresDialect();
        for (SchemaScript script : SchemaScript.of(dialect)) {
            for (String statement : script.statements("behavior")) {
                execute(url, statement);
            }
        }

        try (JdbcStore looking = store(url).migrate(false).build()) {
            assertThat(looking.definitions().version()).isZero();
        }
    }

    /** H2 commits each statement that makes a table by itself: a migration that was killed leaves some of them. */
    @Test
    void a_migration_that_was_cut_off_anywhere_is_finished_by_the_next() throws Exception {
        List<String> statements = SchemaScript.of(new H2Dialect()).get(0).statements("\"BEHAVIOR\"");
        for (int done = 0; done <= statements.size(); done += 3) {
            String url = url("h2");
            execute(url, "create schema behavior");
            for (String statement : statements.subList(0, done)) {
                execute(url, statement);
            }

            try (JdbcStore store = store(url).build()) {
                assertThat(store.definitions().version()).as("after %d", done).isZero();
            }
        }
    }

    @Test
    void schemas_are_apart() throws Exception {
        String url = url("h2");
        try (JdbcStore one = JdbcStore.builder().url(url).schema("one").build();
                JdbcStore other = JdbcStore.builder().url(url).schema("order").build()) {
            assertThat(one.definitions().version()).isZero();
            assertThat(other.definitions().version()).isZero();
        }
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet count = statement.executeQuery(
                        "select count(*) from information_schema.tables where table_name = 'BEHAVIOR_EVENT'")) {
            assertThat(count.next()).isTrue();
            assertThat(count.getInt(1)).isEqualTo(2);
        }
    }

    @Test
    void a_schemas_name_is_checked_before_anything_is_asked_of_the_database() {
        for (String name : List.of("", "Upper", "1st", "a b", "a;drop", "a\"b", "x".repeat(64), "ä")) {
            assertThatThrownBy(() -> JdbcStore.builder().schema(name))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[a-z][a-z0-9_]{0,62}");
        }
    }

    @Test
    void a_builder_without_or_with_two_databases_is_refused() {
        assertThatThrownBy(() -> JdbcStore.builder().build()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> JdbcStore.builder()
                        .url("jdbc:h2:mem:x")
                        .dataSource(postgres.dataSource())
                        .build())
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void an_h2_that_takes_different_ids_for_one_is_refused() throws Exception {
        assertThatThrownBy(() ->
                        JdbcStore.builder().url(url("h2") + ";IGNORECASE=TRUE").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("IGNORECASE");
    }

    @Test
    void what_h2_acknowledges_is_written_at_once() throws Exception {
        String url = url("h2");
        try (JdbcStore store = JdbcStore.builder().url(url).build();
                Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet delay = statement.executeQuery("select setting_value from information_schema.settings"
                        + " where setting_name = 'WRITE_DELAY'")) {
            assertThat(store.definitions().version()).isZero();
            assertThat(delay.next()).isTrue();
            assertThat(delay.getString(1)).isEqualTo("0");
        }
    }

    @Test
    void versions_that_are_too_old_are_refused_by_name_and_number() {
        new H2Dialect().requireVersion(2, 4);
        new PostgresDialect().requireVersion(17, 10);
        assertThatThrownBy(() -> new H2Dialect().requireVersion(2, 3))
                .hasMessageContaining("H2 2.4 or later, this is 2.3");
        assertThatThrownBy(() -> new PostgresDialect().requireVersion(12, 22))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PostgreSQL 13.0 or later, this is 12.22");
    }
}
