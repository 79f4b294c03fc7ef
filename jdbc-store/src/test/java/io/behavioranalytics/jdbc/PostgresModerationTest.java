package io.behavioranalytics.jdbc;

import io.behavioranalytics.proof.ModerationContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Caps, quiet hours, dates and groups on PostgreSQL. */
class PostgresModerationTest extends ModerationContract {

    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.postgres(storeClock);
    }
}
