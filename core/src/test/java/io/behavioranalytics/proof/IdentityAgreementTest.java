package io.behavioranalytics.proof;

import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Random lives of leads that share sessions, in memory. */
class IdentityAgreementTest extends IdentityAgreementContract {
    IdentityAgreementTest() {
        super(300);
    }

    @Override
    protected Store createStore(InstantSource storeClock) {
        return new InMemoryStore(storeClock);
    }
}
