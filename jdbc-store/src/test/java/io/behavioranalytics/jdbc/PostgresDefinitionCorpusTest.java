package io.behavioranalytics.jdbc;

import io.behavioranalytics.DefinitionCorpusContract;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;

/** Bad definitions on PostgreSQL. */
class PostgresDefinitionCorpusTest extends DefinitionCorpusContract {
    @Override
    protected Store createStore(InstantSource storeClock) {
        return FreshStores.postgres(storeClock);
    }
}
