package io.behavioranalytics.jdbc;

import io.behavioranalytics.proof.ModerationAgreementContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Random lives under every rule of moderation on PostgreSQL. */
class PostgresModerationAgreementTest extends ModerationAgreementContract {
    PostgresModerationAgreementTest() {
        super(40);
    }

    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.postgres(storeClock);
    }
}
