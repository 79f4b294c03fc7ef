package io.behavioranalytics.jdbc;

import io.behavioranalytics.jdbc.postgres.Databases;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreContract;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;

/** The contract on PostgreSQL in a database whose texts are compared byte by byte. */
class PostgresPlainCollationContractTest extends StoreContract {
    private static final TestDatabase DATABASE = PostgresServer.shared().freshDatabase(Databases.COLLATION_C);
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
