package io.behavioranalytics.jdbc;

import io.behavioranalytics.DefinitionFolderContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Folders of definitions, on H2 in memory. */
class H2DefinitionFolderTest extends DefinitionFolderContract {
    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.h2(storeClock);
    }
}
