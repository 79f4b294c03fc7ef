package io.behavioranalytics.jdbc;

import io.behavioranalytics.proof.SequenceTriggerAgreementContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Random lives under triggers that wait, on PostgreSQL. */
class PostgresSequenceTriggerAgreementTest extends SequenceTriggerAgreementContract {
    PostgresSequenceTriggerAgreementTest() {
        super(40);
    }

    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.postgres(storeClock);
    }
}
