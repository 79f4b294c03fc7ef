package io.behavioranalytics.jdbc;

import io.behavioranalytics.proof.ModerationAgreementContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Random lives under every rule of moderation on H2 in memory. */
class H2ModerationAgreementTest extends ModerationAgreementContract {
    H2ModerationAgreementTest() {
        super(60);
    }

    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.h2(storeClock);
    }
}
