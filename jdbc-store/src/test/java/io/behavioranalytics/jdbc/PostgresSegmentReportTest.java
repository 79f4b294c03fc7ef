package io.behavioranalytics.jdbc;

import io.behavioranalytics.SegmentReportContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Segment reports, on PostgreSQL. */
class PostgresSegmentReportTest extends SegmentReportContract {
    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.postgres(storeClock);
    }
}
