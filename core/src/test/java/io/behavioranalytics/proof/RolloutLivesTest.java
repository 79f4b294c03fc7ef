package io.behavioranalytics.proof;

import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;
import org.junit.jupiter.api.Timeout;

/** Changes of definitions in memory. */
@Timeout(300)
class RolloutLivesTest extends RolloutContract {
    RolloutLivesTest() {
        super(100);
    }

    @Override
    protected Store createStore(InstantSource storeClock) {
        return new InMemoryStore(storeClock);
    }
}
