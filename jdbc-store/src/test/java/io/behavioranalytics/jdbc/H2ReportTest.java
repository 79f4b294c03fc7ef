package io.behavioranalytics.jdbc;

import io.behavioranalytics.proof.ReportContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;
import java.util.UUID;

/** Reports of H2 in memory. */
class H2ReportTest extends ReportContract {
    @Override
    protected Store createStore(InstantSource storeClock) {
        return JdbcStore.builder()
                .url("jdbc:h2:mem:" + UUID.randomUUID())
                .connections(2)
                .storeClock(storeClock)
                .build();
    }

    @Override
    protected boolean packs() {
        return true;
    }
}
