package io.behavioranalytics.jdbc;

import io.behavioranalytics.DefinitionFolderContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Folders of definitions, on PostgreSQL. */
class PostgresDefinitionFolderTest extends DefinitionFolderContract {
    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.postgres(storeClock);
    }
}
