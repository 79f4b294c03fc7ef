package io.behavioranalytics.jdbc;

import io.behavioranalytics.TagEffectContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Actions that tag leads on PostgreSQL. */
class PostgresTagEffectTest extends TagEffectContract {
    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.postgres(storeClock);
    }
}
