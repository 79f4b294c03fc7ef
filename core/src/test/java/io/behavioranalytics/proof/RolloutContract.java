package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.store.Store;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Definitions that change under live traffic, on several hosts that fail, told of one version at each instant (S16): for authors of
 * stores.
 *
 * <p>{@code -Dproof.rollout.seeds=2000} lives more lives, {@code -Dproof.rollout.seed=17} only that one.
 */
public abstract class RolloutContract {
    private final int lives;

    /**
     * Prepares the suite.
     *
     * @param lives how many lives are lived unless the system property says otherwise
     */
    protected RolloutContract(int lives) {
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
    void whoever_asks_is_answered_by_one_version_whatever_changes_and_fails_meanwhile() {
        AtomicInteger mixtures = new AtomicInteger();
        AtomicInteger deaths = new AtomicInteger();
        AtomicInteger followed = new AtomicInteger();
        Seeds.forEach("rollout", lives, seed -> {
            Store[] made = new Store[1];
            try {
                RolloutLife life = new RolloutLife(seed, clock -> made[0] = createStore(clock)).run();
                assertThat(life.answers).isPositive();
                mixtures.addAndGet(life.mixtures);
                deaths.addAndGet(life.deaths);
                followed.addAndGet(life.followed);
            } finally {
                made[0].close();
            }
        });

        if (Long.getLong("proof.rollout.seed") == null) {
            assertThat(mixtures.get())
                    .as("answers that a mixture of versions would have got wrong")
                    .isGreaterThan(lives);
            assertThat(followed.get())
                    .as("answers of segments that follow another which is calculated")
                    .isGreaterThan(lives);
            assertThat(deaths.get())
                    .as("recalculations that failed in their middle")
                    .isGreaterThan(lives / 2);
        }
    }
}
