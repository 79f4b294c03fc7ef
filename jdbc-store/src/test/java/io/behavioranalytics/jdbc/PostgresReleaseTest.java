package io.behavioranalytics.jdbc;

import io.behavioranalytics.proof.ReleaseContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** What is asked again when an action is due on PostgreSQL. */
class PostgresReleaseTest extends ReleaseContract {

    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.postgres(storeClock);
    }
}
