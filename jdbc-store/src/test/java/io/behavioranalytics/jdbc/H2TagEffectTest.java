package io.behavioranalytics.jdbc;

import io.behavioranalytics.TagEffectContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Actions that tag leads on H2 in memory. */
class H2TagEffectTest extends TagEffectContract {
    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.h2(storeClock);
    }
}
