package io.behavioranalytics.jdbc;

import io.behavioranalytics.MembershipEffectContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Actions that add to segments and remove from them on H2 in memory. */
class H2MembershipEffectTest extends MembershipEffectContract {

    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.h2(storeClock);
    }
}
