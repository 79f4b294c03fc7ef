package io.behavioranalytics.proof;

import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** In memory. */
class TrackEffectTest extends TrackEffectContract {
    @Override
    protected Store createStore(InstantSource storeClock) {
        return new InMemoryStore(storeClock);
    }
}
