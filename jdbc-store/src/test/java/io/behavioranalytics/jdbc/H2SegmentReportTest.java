package io.behavioranalytics.jdbc;

import io.behavioranalytics.SegmentReportContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Segment reports, on H2 in memory. */
class H2SegmentReportTest extends SegmentReportContract {
    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.h2(storeClock);
    }
}
