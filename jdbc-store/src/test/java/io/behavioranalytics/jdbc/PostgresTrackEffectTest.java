package io.behavioranalytics.jdbc;

import io.behavioranalytics.proof.TrackEffectContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Actions that track events on PostgreSQL. */
class PostgresTrackEffectTest extends TrackEffectContract {

    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.postgres(storeClock);
    }
}
