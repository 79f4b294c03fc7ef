package io.behavioranalytics.jdbc;

import io.behavioranalytics.BehavioralSegmentContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Behavioral segments, on PostgreSQL. */
class PostgresBehavioralSegmentTest extends BehavioralSegmentContract {
    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.postgres(storeClock);
    }
}
