package io.behavioranalytics.jdbc;

import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.proof.ReportContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;

/** Reports of PostgreSQL, each life in a schema of its own. */
class PostgresReportTest extends ReportContract {
    private static final TestDatabase DATABASE = PostgresServer.shared().freshDatabase();
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    @Override
    protected Store createStore(InstantSource storeClock) {
        return JdbcStore.builder()
                .url(DATABASE.url())
                .schema("reports_" + SCHEMAS.incrementAndGet())
                .connections(2)
                .storeClock(storeClock)
                .build();
    }

    @Override
    protected boolean packs() {
        return true;
    }
}
