package io.behavioranalytics.jdbc;

import io.behavioranalytics.CoreEffectContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Actions that say something of their subject, on PostgreSQL. */
class PostgresCoreEffectTest extends CoreEffectContract {
    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.postgres(storeClock);
    }
}
