package io.behavioranalytics.jdbc;

import io.behavioranalytics.proof.RehearsedHistoryContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;
import java.util.UUID;

/** Histories on H2 in memory. */
class H2RehearsedHistoryTest extends RehearsedHistoryContract {
    @Override
    protected Store createStore(InstantSource storeClock) {
        return JdbcStore.builder()
                .url("jdbc:h2:mem:" + UUID.randomUUID())
                .connections(2)
                .storeClock(storeClock)
                .build();
    }

    @Override
    protected int lives() {
        return 4;
    }
}
