package io.behavioranalytics.proof;

import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Random lives under triggers that watch the profile, in memory. */
class WatchAgreementTest extends WatchAgreementContract {
    WatchAgreementTest() {
        super(60);
    }

    @Override
    protected Store createStore(InstantSource storeClock) {
        return new InMemoryStore(storeClock);
    }
}
