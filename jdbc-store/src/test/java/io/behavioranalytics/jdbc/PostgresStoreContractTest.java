package io.behavioranalytics.jdbc;

import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreContract;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;

/** The contract on PostgreSQL, each test in a schema of its own. */
class PostgresStoreContractTest extends StoreContract {
    private static final TestDatabase DATABASE = PostgresServer.shared().freshDatabase();
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    @Override
    protected Store createStore(InstantSource storeClock) {
        return JdbcStore.builder()
                .url(DATABASE.url())
                .schema("contract_" + SCHEMAS.incrementAndGet())
                .connections(10)
                .storeClock(storeClock)
                .build();
    }
}
