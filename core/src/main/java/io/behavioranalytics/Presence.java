package io.behavioranalytics;

import io.behavioranalytics.store.Hosts;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;

/**
 * This host among those that carry out a store's actions. It enters when it first looks for actions, says that it lives three times
 * in each life, and leaves when it is closed. That the store does not answer is no harm: the next time it may.
 */
final class Presence {
    private static final GuardedLog LOG = GuardedLog.of(Presence.class);

    private final Store store;
    private final UUID instance;
    private final Set<String> executors;
    private final Duration life;
    private volatile String name;
    private volatile boolean entered;
    private long next;

    Presence(Store store, UUID instance, String name, Set<String> executors, Duration life) {
        this.store = store;
        this.instance = instance;
        this.name = name;
        this.executors = Set.copyOf(executors);
        this.life = life;
    }

    /** The name of this host: the one it was given, with an addition if another host that lives has that one. */
    String name() {
        return name;
    }

    /** Whether some host that lives carries out a type of action, this one included whether it has entered or not. */
    boolean isCarriedOut(String type) {
        return executors.contains(type)
                || store.hosts().living().stream()
                        .anyMatch(host -> host.executors().contains(type));
    }

    /** Says that this host lives, if it is time to. */
    synchronized void show() {
        long now = System.nanoTime();
        if (entered && now - next < 0) {
            return;
        }
        next = now + life.toNanos() / 3;
        try {
            Hosts hosts = store.hosts();
            String given = hosts.enter(instance, name, executors, life);
            if (!given.equals(name)) {
                LOG.warn("another host is called {}, this one is {} now", name, given);
                name = given;
            }
            entered = true;
        } catch (StoreException failed) {
            LOG.debug("this host could not be entered: {}", failed.getMessage());
        }
    }

    void leave() {
        if (entered) {
            try {
                store.hosts().leave(instance);
            } catch (StoreException | IllegalStateException gone) {
                LOG.debug("this host could not be taken out: {}", gone.getMessage());
            }
        }
    }
}
