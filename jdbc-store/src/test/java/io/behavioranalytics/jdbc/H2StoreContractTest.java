package io.behavioranalytics.jdbc;

import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreContract;
import java.time.InstantSource;
import java.util.UUID;

/** The contract on H2 in memory. */
class H2StoreContractTest extends StoreContract {
    @Override
    protected Store createStore(InstantSource storeClock) {
        return JdbcStore.builder()
                .url("jdbc:h2:mem:" + UUID.randomUUID())
                .connections(4)
                .storeClock(storeClock)
                .build();
    }
}
