package io.behavioranalytics.jdbc;

import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import org.junit.jupiter.api.AfterEach;

/** Exposures in transactions of the host's, on PostgreSQL. */
class PostgresHostTransactionTest extends HostTransactionContract {
    private final TestDatabase database = PostgresServer.shared().freshDatabase();

    @AfterEach
    void drop() {
        database.close();
    }

    @Override
    String url() {
        return database.url();
    }

    @Override
    String waiting() {
        return "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    }
}
