package io.behavioranalytics.jdbc.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.jdbc.postgres.CrashPoints.Kind;
import io.behavioranalytics.jdbc.postgres.CrashPoints.Moment;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;

@Timeout(300)
class CrashPointsTest {
    abstract static class OnEachDatabase {
        abstract DataSource freshTable() throws SQLException;

        @Test
        void every_point_of_a_transaction_crashes_once_and_the_rows_are_all_there_or_none() throws SQLException {
            for (Moment moment : Moment.values()) {
                int reached = 0;
                while (true) {
                    DataSource real = freshTable();
                    CrashPoints points = CrashPoints.around(real).crashAt(reached + 1L, moment);
                    try {
                        insertTwo(points.dataSource());
                    } catch (SimulatedCrash e) {
                        assertThat(e).hasMessage(moment + " point " + (reached + 1));
                    }
                    boolean committed =
                            points.count(Kind.COMMIT) == 1 && (points.faultsThrown() == 0 || moment == Moment.AFTER);
                    assertThat(count(real)).isEqualTo(committed ? 2 : 0);
                    assertThat(points.openConnections()).isZero();
                    if (points.faultsThrown() == 0) {
                        break;
                    }
                    reached++;
                }
                assertThat(reached).isEqualTo(3);
            }
        }

        @Test
        void after_a_crash_nothing_reaches_the_database() throws SQLException {
            DataSource real = freshTable();
            CrashPoints points = CrashPoints.around(real).crashAt(1, Moment.BEFORE);
            DataSource source = points.dataSource();
            try (Connection bystander = source.getConnection();
                    Connection connection = source.getConnection()) {
                bystander.setAutoCommit(false);
                assertThat(points.openConnections()).isEqualTo(2);
                assertThatThrownBy(() -> execute(connection, "INSERT INTO noted VALUES (1)"))
                        .isInstanceOf(SimulatedCrash.class);
                assertThatThrownBy(() -> execute(connection, "INSERT INTO noted VALUES (1)"))
                        .isInstanceOf(SimulatedCrash.class);
                assertThatThrownBy(bystander::commit).isInstanceOf(SimulatedCrash.class);
                assertThatThrownBy(bystander::rollback).isInstanceOf(SimulatedCrash.class);
                assertThatThrownBy(source::getConnection).isInstanceOf(SimulatedCrash.class);
            }
            assertThat(points.openConnections()).isZero();
            assertThat(points.mostOpenConnections()).isEqualTo(2);
            assertThat(count(real)).isZero();
        }

        @Test
        void a_planted_state_comes_once_and_a_lost_connection_is_lost() throws SQLException {
            DataSource real = freshTable();
            CrashPoints points =
                    CrashPoints.around(real).failAt(3, Moment.BEFORE, "40001").failAt(6, Moment.AFTER, "08006");
            assertThatThrownBy(() -> insertTwo(points.dataSource()))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
            assertThat(count(real)).isZero();
            assertThat(points.count(Kind.ROLLBACK)).isZero();
            assertThatThrownBy(() -> insertTwo(points.dataSource()))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08006"));
            assertThat(count(real)).isEqualTo(2);
            assertThat(points.faultsThrown()).isEqualTo(2);
        }

        @Test
        void sql_is_recorded_and_values_are_not_in_it() throws SQLException {
            CrashPoints points = CrashPoints.around(freshTable());
            try (Connection connection = points.dataSource().getConnection();
                    PreparedStatement insert = connection.prepareStatement("INSERT INTO noted VALUES (?)");
                    Statement batch = connection.createStatement()) {
                insert.setInt(1, 4_711);
                insert.addBatch();
                insert.executeBatch();
                batch.addBatch("INSERT INTO noted VALUES (1)");
                batch.addBatch("INSERT INTO noted VALUES (2)");
                batch.executeBatch();
                assertThat(batch.getConnection()).isSameAs(connection);
            }
            assertThat(points.sql())
                    .containsExactly(
                            "INSERT INTO noted VALUES (?)",
                            "INSERT INTO noted VALUES (1);\nINSERT INTO noted VALUES (2)")
                    .noneMatch(sql -> sql.contains("4711"));
            assertThat(points.points()).extracting(CrashPoints.Point::number).containsExactly(1L, 2L);
        }

        @Test
        void a_database_error_is_what_it_was() throws SQLException {
            CrashPoints points = CrashPoints.around(freshTable());
            try (Connection connection = points.dataSource().getConnection()) {
                execute(connection, "INSERT INTO noted VALUES (1)");
                assertThatThrownBy(() -> execute(connection, "INSERT INTO noted VALUES (1)"))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("23505"));
            }
        }

        private static void insertTwo(DataSource source) throws SQLException {
            try (Connection connection = source.getConnection()) {
                connection.setAutoCommit(false);
                execute(connection, "INSERT INTO noted VALUES (1)");
                execute(connection, "INSERT INTO noted VALUES (2)");
                connection.commit();
            }
        }
    }

    @Nested
    class OnH2 extends OnEachDatabase {
        @Override
        DataSource freshTable() throws SQLException {
            JdbcDataSource source = new JdbcDataSource();
            source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
            return withTable(source);
        }
    }

    @Nested
    class OnPostgres extends OnEachDatabase {
        @Override
        DataSource freshTable() throws SQLException {
            return withTable(PostgresServer.shared().freshSchema().dataSource());
        }

        @Test
        void a_copy_counts_at_its_begin_and_its_end() throws Exception {
            for (int point = 1; point <= 2; point++) {
                for (Moment moment : Moment.values()) {
                    DataSource real = freshTable();
                    CrashPoints points = CrashPoints.around(real).crashAt(point, moment);
                    assertThatThrownBy(() -> copy(points.dataSource())).isInstanceOf(SimulatedCrash.class);
                    assertThat(count(real)).isEqualTo(point == 2 && moment == Moment.AFTER ? 2 : 0);
                }
            }
            DataSource real = freshTable();
            CrashPoints points = CrashPoints.around(real).crashAt(3, Moment.BEFORE);
            copy(points.dataSource());
            assertThat(points.count(Kind.COPY)).isEqualTo(2);
            assertThat(points.sql()).containsExactly("COPY noted FROM STDIN");
            assertThat(count(real)).isEqualTo(2);
        }

        private static void copy(DataSource source) throws Exception {
            try (Connection connection = source.getConnection()) {
                connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn("COPY noted FROM STDIN", new StringReader("1\n2\n"));
            }
        }
    }

    private static DataSource withTable(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection()) {
            execute(connection, "CREATE TABLE noted (id INT PRIMARY KEY)");
        }
        return source;
    }

    private static int count(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM noted")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
