package io.behavioranalytics.jdbc;

import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.proof.RolloutContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;

/** Changes of definitions on PostgreSQL, each life in a schema of its own. */
class PostgresRolloutTest extends RolloutContract {
    private static final TestDatabase DATABASE = PostgresServer.shared().freshDatabase();
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    PostgresRolloutTest() {
        super(6);
    }

    @Override
    protected Store createStore(InstantSource storeClock) {
        return JdbcStore.builder()
                .url(DATABASE.url())
                .schema("rollout_" + SCHEMAS.incrementAndGet())
                .connections(2)
                .storeClock(storeClock)
                .build();
    }
}
