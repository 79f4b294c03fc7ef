package io.behavioranalytics.jdbc;

import io.behavioranalytics.CoreEffectContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Actions that say something of their subject, on H2 in memory. */
class H2CoreEffectTest extends CoreEffectContract {
    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.h2(storeClock);
    }
}
