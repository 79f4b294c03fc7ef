package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.experiment.Exposure;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exposures in transactions of the host's, on H2: in memory they are joined, in a file they are not. */
class H2HostTransactionTest extends HostTransactionContract {
    private final String url = "jdbc:h2:mem:" + UUID.randomUUID();

    @TempDir
    Path folder;

    @Override
    String url() {
        return url;
    }

    @Override
    String waiting() {
        return "select count(*) from information_schema.sessions where executing_statement like 'merge into%experiment_exposure%'";
    }

    @Test
    void in_an_H2_file_where_transactions_write_in_turn_none_of_the_hosts_is_joined() throws SQLException {
        String file = "jdbc:h2:file:" + folder.resolve("behavior");
        Exposure exposure =
                new Exposure(UUID.randomUUID(), 1, 0, SubjectId.lead("ada"), "control", 1, -1, Instant.EPOCH);
        try (JdbcStore store = JdbcStore.builder().url(file).build();
                Connection connection = DriverManager.getConnection(file)) {
            connection.setAutoCommit(false);
            assertThatThrownBy(() -> store.ledger().expose(List.of(exposure), JdbcTransaction.of(connection)))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("an H2 file");
            connection.commit();
            assertThat(store.ledger().exposuresOf(List.of(exposure.subject()))).isEmpty();
            assertThat(store.ledger().expose(List.of(exposure))).hasSize(1);
        }
    }
}
