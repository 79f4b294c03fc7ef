package io.behavioranalytics.jdbc;

import io.behavioranalytics.proof.ModerationContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Caps, quiet hours, dates and groups on H2 in memory. */
class H2ModerationTest extends ModerationContract {

    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.h2(storeClock);
    }
}
