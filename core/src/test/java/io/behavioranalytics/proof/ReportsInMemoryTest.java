package io.behavioranalytics.proof;

import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Reports of the store in memory. */
class ReportsInMemoryTest extends ReportContract {
    @Override
    protected Store createStore(InstantSource storeClock) {
        return new InMemoryStore();
    }
}
