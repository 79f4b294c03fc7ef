package io.behavioranalytics.store;

import java.time.InstantSource;

/** The store in memory keeps the contract. */
class InMemoryStoreTest extends StoreContract {
    @Override
    protected Store createStore(InstantSource storeClock) {
        return new InMemoryStore(storeClock);
    }
}
