package io.behavioranalytics.jdbc;

import io.behavioranalytics.proof.SequenceTriggerAgreementContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Random lives under triggers that wait, on H2 in memory. */
class H2SequenceTriggerAgreementTest extends SequenceTriggerAgreementContract {
    H2SequenceTriggerAgreementTest() {
        super(60);
    }

    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.h2(storeClock);
    }
}
