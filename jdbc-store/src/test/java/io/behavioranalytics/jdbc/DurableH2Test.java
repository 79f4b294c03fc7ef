package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.store.DefinitionRecord;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The store sees to it that H2 writes a commit before it is acknowledged, or refuses a database where it cannot. */
@Timeout(300)
class DurableH2Test {
    @TempDir
    Path folder;

    private String url() {
        return "jdbc:h2:file:" + folder.resolve("db-" + UUID.randomUUID());
    }

    private static String delay(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet delay = statement.executeQuery("select setting_value from information_schema.settings"
                        + " where setting_name = 'WRITE_DELAY'")) {
            assertThat(delay.next()).isTrue();
            return delay.getString(1);
        }
    }

    @Test
    void a_database_of_the_stores_own_pool_writes_at_once() throws SQLException {
        String url = url();
        try (JdbcStore store = JdbcStore.builder().url(url).build();
                Connection connection = DriverManager.getConnection(url)) {
            assertThat(store.definitions().version()).isZero();
            assertThat(delay(connection)).isEqualTo("0");
        }
    }

    @Test
    void a_database_behind_the_hosts_own_connections_writes_at_once_and_after_a_restart_still() throws SQLException {
        String url = url();
        JdbcConnectionPool pool = JdbcConnectionPool.create(url, "sa", "");
        try (Connection before = pool.getConnection()) {
            assertThat(delay(before)).isEqualTo("500");
            try (JdbcStore store = JdbcStore.builder().dataSource(pool).build()) {
                assertThat(store.definitions().version()).isZero();
                assertThat(delay(before)).isEqualTo("0");
            }
        } finally {
            pool.dispose();
        }
        try (Connection again = DriverManager.getConnection(url, "sa", "")) {
            assertThat(delay(again)).isEqualTo("0");
        }
    }

    @Test
    void a_commit_is_in_the_file_at_once_also_after_the_database_was_closed_and_opened_by_somebody_else()
            throws SQLException, IOException {
        String name = "db-" + UUID.randomUUID();
        JdbcDataSource each = new JdbcDataSource(); // opens a connection, and closes it, for each transaction
        each.setURL("jdbc:h2:file:" + folder.resolve(name));
        each.setUser("sa");
        try (JdbcStore store = JdbcStore.builder().dataSource(each).build()) {
            UUID id = UUID.randomUUID();
            try (Connection somebody = each.getConnection()) {
                // What H2 says of its delay now is what was set before; what it does is what every file begins with.
                assertThat(somebody.isValid(1)).isTrue();
                store.definitions().save(new DefinitionRecord(Kind.SEGMENT, id, "one", 1, false, "{}"), 0);
                Files.copy(folder.resolve(name + ".mv.db"), folder.resolve("killed.mv.db"));
            }
        }
        try (JdbcStore found = JdbcStore.builder()
                .url("jdbc:h2:file:" + folder.resolve("killed"))
                .credentials("sa", "")
                .build()) {
            assertThat(found.definitions().version()).isOne();
        }
    }

    @Test
    void connections_that_switch_the_delay_on_again_are_refused() {
        String url = url() + ";WRITE_DELAY=250";
        JdbcDataSource ours = new JdbcDataSource();
        ours.setURL(url);
        ours.setUser("sa");

        assertThatThrownBy(() ->
                        JdbcStore.builder().url(url() + ";WRITE_DELAY=250").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("WRITE_DELAY other than 0");
        assertThatThrownBy(() -> JdbcStore.builder().dataSource(ours).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("WRITE_DELAY other than 0");
    }

    @Test
    void connections_that_switch_it_off_themselves_are_welcome() {
        try (JdbcStore store = JdbcStore.builder().url(url() + ";WRITE_DELAY=0").build()) {
            assertThat(store.definitions().version()).isZero();
        }
    }

    @Test
    void a_user_without_the_rights_to_switch_it_off_is_told_what_the_store_needs() throws SQLException {
        String url = url();
        try (Connection administrator = DriverManager.getConnection(url, "sa", "");
                Statement statement = administrator.createStatement()) {
            statement.execute("create user app password ''");
            statement.execute("create schema behavior authorization app");
            statement.execute("alter user app admin false");

            assertThatThrownBy(() -> JdbcStore.builder()
                            .url(url)
                            .credentials("app", "")
                            .schema("behavior")
                            .build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("sets WRITE_DELAY 0")
                    .hasMessageContaining("a user with admin rights");
        }
    }
}
