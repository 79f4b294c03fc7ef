package io.behavioranalytics.jdbc;

import io.behavioranalytics.proof.WatchAgreementContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Random lives under triggers that watch the profile, on PostgreSQL. */
class PostgresWatchAgreementTest extends WatchAgreementContract {
    PostgresWatchAgreementTest() {
        super(12);
    }

    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.postgres(storeClock);
    }
}
