package io.behavioranalytics.jdbc;

import io.behavioranalytics.proof.SimulationContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Simulated lives on PostgreSQL. */
class PostgresSimulationTest extends SimulationContract {
    PostgresSimulationTest() {
        super(15);
    }

    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.postgres(storeClock);
    }
}
