package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreContract;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/**
 * Whole simulated lives of several hosts on one store, as {@link StoreContract} tells single calls: for authors of stores.
 *
 * <p>{@code -Dproof.hosts.seeds=2000} lives more of them, {@code -Dproof.hosts.seed=17} only that one.
 */
public abstract class SimulationContract {
    private final int lives;

    /** Prepares the suite with 40 lives. */
    protected SimulationContract() {
        this(40);
    }

    /**
     * Prepares the suite.
     *
     * @param lives how many lives are lived unless the system property says otherwise
     */
    protected SimulationContract(int lives) {
        this.lives = lives;
    }

    /**
     * Makes an empty store.
     *
     * @param storeClock the clock of leases and rates
     * @return the store; it is closed after one life
     */
    protected abstract Store createStore(InstantSource storeClock);

    @Test
    void whatever_fails_the_hosts_lead_the_same_life_on_this_store_as_in_memory() {
        Seeds.forEach("hosts", lives, seed -> {
            Journal expected = new Simulation(seed).run().journal;
            Store[] made = new Store[1];
            try {
                Journal journal = new Simulation(seed, clock -> made[0] = createStore(clock)).run().journal;
                assertThat(journal.lines()).isEqualTo(expected.lines());
            } finally {
                made[0].close();
            }
        });
    }
}
