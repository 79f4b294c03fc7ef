package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DialectTest {
    @TempDir
    Path folder;

    @Test
    void h2_is_known_and_its_commits_are_made_durable_at_once() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + folder.resolve("db"))) {
            assertThat(writeDelay(connection)).isEqualTo("500");
            Dialect dialect = Dialect.of(connection);
            assertThat(dialect).isEqualTo(Dialect.H2);
            dialect.makeDurable(connection);
            assertThat(writeDelay(connection)).isEqualTo("0");
        }
    }

    @Test
    void a_version_that_is_too_old_is_refused_by_name_and_number() {
        Dialect.H2.requireVersion(2, 4);
        Dialect.POSTGRESQL.requireVersion(17, 10);
        assertThatThrownBy(() -> Dialect.H2.requireVersion(2, 3)).hasMessageContaining("H2 2.4 or later, this is 2.3");
        assertThatThrownBy(() -> Dialect.POSTGRESQL.requireVersion(12, 22))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PostgreSQL 13.0 or later, this is 12.22");
    }

    private static String writeDelay(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS WHERE SETTING_NAME = 'WRITE_DELAY'")) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
