package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.jdbc.postgres.CrashPoints;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.SimulatedCrash;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.store.DefinitionRecord;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

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
        // H2 has one process for a file; its hosts are facades there.
        int rounds = product.equals("h2") ? 20 : 3;
        for (int round = 0; round < rounds; round++) {
            String url = url(product);
            drop(product, url);
            startTogether(url, 4);
        }
    }

    private static void startTogether(String url, int hosts) throws Exception {
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
                .hasMessageContaining("version 0, this code needs 4")
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

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void the_firings_of_tables_of_version_3_are_found_by_their_instants_after_the_migration(String product)
            throws Exception {
        String url = url(product);
        drop(product, url);
        execute(url, "create schema behavior");
        Dialect dialect = product.equals("h2") ? new H2Dialect() : new PostgresDialect();
        for (SchemaScript script : SchemaScript.of(dialect).subList(0, 3)) {
            for (String statement : script.statements("behavior")) {
                execute(url, statement);
            }
        }
        String json = product.equals("h2") ? " format json" : "";
        String columns =
                "insert into behavior.trigger_execution (id, trigger_id, trigger_version, came_true_at, executed_at,"
                        + " subject, trigger_key, actions, context) values ('00000000-0000-0000-0000-00000000000";
        for (int i : new int[] {2, 1}) {
            execute(
                    url,
                    columns + i
                            + "', '00000000-0000-0000-0000-000000000007', 1, timestamp with time zone '2026-03-01 00:00:00+00',"
                            + " timestamp with time zone '2026-03-01 00:00:0" + i + "+00', 'lead:ada', 'call', '[]'"
                            + json
                            + ", '{}'" + json + ")");
        }
        assertThat(tables(url)).doesNotContain("trigger_execution_executed");

        try (JdbcStore store = store(url).build()) {
            List<UUID> found = new ArrayList<>();
            Instant begin = Instant.parse("2026-03-01T00:00:00Z");
            store.ledger().visitOutcomes(begin, begin.plusSeconds(3), outcome -> found.add(outcome.id()));
            assertThat(found).containsExactly(new UUID(0, 1), new UUID(0, 2));
        }
        assertThat(tables(url)).contains("trigger_execution_executed");
    }

    /**
     * A process that dies before any statement of a migration, and so after the one before it. H2 commits each statement that makes
     * a table by itself, and the next start goes on from there; PostgreSQL has all or nothing.
     */
    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void a_migration_that_dies_at_any_statement_is_finished_by_the_next(String product) throws Exception {
        Set<String> whole = null;
        int points = 0;
        boolean reached = true;
        while (reached) {
            points++;
            String url =
                    product.equals("h2") ? "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1" : postgres.url();
            drop(product, url);
            CrashPoints crash = CrashPoints.around(source(url)).crashAt(points, CrashPoints.Moment.BEFORE);
            try {
                JdbcStore.builder()
                        .dataSource(crash.dataSource())
                        .schema("behavior")
                        .build()
                        .close();
                reached = false;
            } catch (SimulatedCrash died) {
                if (product.equals("postgresql")) {
                    assertThat(crash.points()).hasSize(points);
                    assertThat(tables(url)).as("after point %d", points).isEmpty();
                }
            }
            try (JdbcStore next = store(url).build();
                    JdbcStore looking = store(url).migrate(false).build()) {
                assertThat(next.definitions().version())
                        .as("after point %d", points)
                        .isZero();
                assertThat(looking.subjects().nextDue()).isEmpty();
            }
            Set<String> made = tables(url);
            assertThat(made).as("after point %d", points).isEqualTo(whole == null ? made : whole);
            whole = made;
            if (product.equals("h2")) {
                execute(url, "shutdown");
            }
        }
        assertThat(points).as("points").isGreaterThan(40);
        assertThat(whole).contains("behavior_event", "behavioral_trigger.definition_key", "scheduled_action_status");
    }

    private static DataSource source(String url) {
        if (url.startsWith("jdbc:h2:")) {
            JdbcDataSource h2 = new JdbcDataSource();
            h2.setURL(url);
            return h2;
        }
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        return source;
    }

    /** The tables, columns and indexes that are there. */
    private static Set<String> tables(String url) throws SQLException {
        Set<String> found = new TreeSet<>();
        try (Connection connection = DriverManager.getConnection(url)) {
            DatabaseMetaData data = connection.getMetaData();
            String schema = url.startsWith("jdbc:h2:") ? "BEHAVIOR" : "behavior";
            try (ResultSet columns = data.getColumns(null, schema, "%", "%")) {
                while (columns.next()) {
                    String table = columns.getString("TABLE_NAME").toLowerCase(Locale.ROOT);
                    found.add(table);
                    found.add(table + "." + columns.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
                    if (found.add(table + " looked at")) {
                        addIndexes(data, schema, columns.getString("TABLE_NAME"), found);
                    }
                }
            }
        }
        return found;
    }

    private static void addIndexes(DatabaseMetaData data, String schema, String table, Set<String> found)
            throws SQLException {
        try (ResultSet indexes = data.getIndexInfo(null, schema, table, false, true)) {
            while (indexes.next()) {
                String index = String.valueOf(indexes.getString("INDEX_NAME")).toLowerCase(Locale.ROOT);
                found.add(
                        index.startsWith("primary_key") || index.startsWith("constraint") ? "key of " + table : index);
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
    @SuppressWarnings("NullAway") // what a caller without such a check can do
    void what_is_null_is_refused_by_name() {
        JdbcStoreBuilder builder = JdbcStore.builder();
        Map<String, ThrowingCallable> calls = Map.of(
                "schema", () -> builder.schema(null),
                "url", () -> builder.url(null),
                "dataSource", () -> builder.dataSource(null),
                "user", () -> builder.credentials(null, "secret"),
                "password", () -> builder.credentials("user", null),
                "timeout", () -> builder.timeout(null),
                "storeClock", () -> builder.storeClock(null));

        calls.forEach((name, call) -> assertThatThrownBy(call)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name + " must not be null"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"information_schema", "pg_catalog", "pg_toast"})
    void a_schema_of_the_databases_own_is_refused(String name) {
        assertThatThrownBy(() -> JdbcStore.builder().schema(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the database's own");
    }

    @ParameterizedTest
    @CsvSource({
        "preferQueryMode=simple, preferQueryMode=simple",
        "options=-c%20standard_conforming_strings=off, standard_conforming_strings=off",
        "options=-c%20array_nulls=off, array_nulls=off",
        "options=-c%20extra_float_digits=0, extra_float_digits=0"
    })
    void connections_to_postgresql_in_which_statements_or_numbers_mean_something_else_are_refused(
            String parameter, String named) {
        String url = postgres.url() + (postgres.url().contains("?") ? "&" : "?") + parameter;
        assertThatThrownBy(() -> JdbcStore.builder().url(url).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @ValueSource(ints = {42, 43, 63})
    void definitions_are_saved_and_heard_of_whatever_the_length_of_the_schemas_name(int length) {
        String channel = ChangeListener.channel("s".repeat(length));
        assertThat(channel).hasSizeLessThanOrEqualTo(63);
        assertThat(channel).isNotEqualTo(ChangeListener.channel("s".repeat(length - 1) + "t"));
        try (JdbcStore store = JdbcStore.builder()
                .url(postgres.url())
                .schema("s".repeat(length))
                .build()) {
            store.definitions()
                    .save(
                            new DefinitionRecord(
                                    DefinitionRecord.Kind.SEGMENT, UUID.randomUUID(), "one", 1, false, "{}"),
                            0);
            assertThat(store.definitions().version()).isOne();
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
