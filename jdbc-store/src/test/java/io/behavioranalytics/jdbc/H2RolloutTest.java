package io.behavioranalytics.jdbc;

import io.behavioranalytics.proof.RolloutContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;
import java.util.UUID;

/** Changes of definitions on H2 in memory. */
class H2RolloutTest extends RolloutContract {
    H2RolloutTest() {
        super(10);
    }

    @Override
    protected Store createStore(InstantSource storeClock) {
        return JdbcStore.builder()
                .url("jdbc:h2:mem:" + UUID.randomUUID())
                .connections(2)
                .storeClock(storeClock)
                .build();
    }
}
