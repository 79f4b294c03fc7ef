package io.behavioranalytics.jdbc;

import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.proof.ExperimentContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;

/** Whole experiments on PostgreSQL, each in a schema of its own. */
class PostgresExperimentTest extends ExperimentContract {
    private static final TestDatabase DATABASE = PostgresServer.shared().freshDatabase();
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    @Override
    protected Store createStore(InstantSource storeClock) {
        return JdbcStore.builder()
                .url(DATABASE.url())
                .schema("experiments_" + SCHEMAS.incrementAndGet())
                .connections(2)
                .storeClock(storeClock)
                .build();
    }
}
