package io.behavioranalytics.jdbc;

import io.behavioranalytics.DefinitionCorpusContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Bad definitions on H2 in memory. */
class H2DefinitionCorpusTest extends DefinitionCorpusContract {
    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.h2(storeClock);
    }
}
