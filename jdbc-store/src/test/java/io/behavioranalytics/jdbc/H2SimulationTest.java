package io.behavioranalytics.jdbc;

import io.behavioranalytics.proof.SimulationContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;
import java.util.UUID;

/** Simulated lives on H2 in memory. */
class H2SimulationTest extends SimulationContract {
    @Override
    protected Store createStore(InstantSource storeClock) {
        return JdbcStore.builder()
                .url("jdbc:h2:mem:" + UUID.randomUUID())
                .connections(2)
                .storeClock(storeClock)
                .build();
    }
}
