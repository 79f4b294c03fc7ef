package io.behavioranalytics.jdbc;

import io.behavioranalytics.proof.IdentityAgreementContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Random lives of leads that share sessions, on H2 in memory. */
class H2IdentityAgreementTest extends IdentityAgreementContract {
    H2IdentityAgreementTest() {
        super(25);
    }

    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.h2(storeClock);
    }
}
