package io.behavioranalytics.proof;

import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Random lives under triggers that wait, in memory. */
class SequenceTriggerAgreementTest extends SequenceTriggerAgreementContract {
    SequenceTriggerAgreementTest() {
        super(3_000);
    }

    @Override
    protected Store createStore(InstantSource storeClock) {
        return new InMemoryStore(storeClock);
    }
}
