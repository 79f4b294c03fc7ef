package io.behavioranalytics.jdbc;

import io.behavioranalytics.BehavioralSegmentContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Behavioral segments, on H2 in memory. */
class H2BehavioralSegmentTest extends BehavioralSegmentContract {
    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.h2(storeClock);
    }
}
