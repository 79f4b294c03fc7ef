package io.behavioranalytics.jdbc;

import io.behavioranalytics.proof.ReleaseContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** What is asked again when an action is due on H2 in memory. */
class H2ReleaseTest extends ReleaseContract {

    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.h2(storeClock);
    }
}
