package io.behavioranalytics.jdbc;

import io.behavioranalytics.proof.ExperimentContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;
import java.util.UUID;

/** Whole experiments on H2 in memory. */
class H2ExperimentTest extends ExperimentContract {
    @Override
    protected Store createStore(InstantSource storeClock) {
        return JdbcStore.builder()
                .url("jdbc:h2:mem:" + UUID.randomUUID())
                .connections(2)
                .storeClock(storeClock)
                .build();
    }
}
