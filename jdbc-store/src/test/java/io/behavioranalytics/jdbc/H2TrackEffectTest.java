package io.behavioranalytics.jdbc;

import io.behavioranalytics.proof.TrackEffectContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Actions that track events on H2 in memory. */
class H2TrackEffectTest extends TrackEffectContract {

    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.h2(storeClock);
    }
}
