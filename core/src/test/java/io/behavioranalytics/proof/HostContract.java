package io.behavioranalytics.proof;

import io.behavioranalytics.Settings;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What holds of one host on any store. */
public abstract class HostContract {
    Host host;

    @BeforeEach
    void open() {
        host = new Host(Settings.defaults(), this::createStore);
    }

    /**
     * Makes an empty store.
     *
     * @param storeClock the clock of leases and rates
     * @return the store; it is closed after one test
     */
    protected abstract Store createStore(InstantSource storeClock);

    @AfterEach
    void close() {
        host.close();
    }
}
