package io.behavioranalytics.jdbc;

import io.behavioranalytics.MembershipEffectContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Actions that add to segments and remove from them on PostgreSQL. */
class PostgresMembershipEffectTest extends MembershipEffectContract {

    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.postgres(storeClock);
    }
}
