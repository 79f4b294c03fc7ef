package io.behavioranalytics.jdbc;

import io.behavioranalytics.proof.WatchAgreementContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Random lives under triggers that watch the profile, on H2 in memory. */
class H2WatchAgreementTest extends WatchAgreementContract {
    H2WatchAgreementTest() {
        super(15);
    }

    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.h2(storeClock);
    }
}
