package io.behavioranalytics.jdbc;

import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** Empty stores for contracts that are held on H2 and on PostgreSQL. */
final class FreshStores {
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private FreshStores() {}

    /** A store in a database of its own, which goes with it. */
    static Store h2(InstantSource storeClock) {
        return JdbcStore.builder()
                .url("jdbc:h2:mem:" + UUID.randomUUID())
                .connections(2)
                .storeClock(storeClock)
                .build();
    }

    /** A store in a schema of its own. */
    static Store postgres(InstantSource storeClock) {
        return JdbcStore.builder()
                .url(Shared.DATABASE.url())
                .schema("fresh_" + SCHEMAS.incrementAndGet())
                .connections(2)
                .storeClock(storeClock)
                .build();
    }

    /** Started by the first who needs it. */
    private static final class Shared {
        static final TestDatabase DATABASE = PostgresServer.shared().freshDatabase();
    }
}
