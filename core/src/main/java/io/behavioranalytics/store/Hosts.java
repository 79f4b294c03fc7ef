package io.behavioranalytics.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The hosts that carry out the actions of a store, so that each knows what the others are able to. Thread-safe.
 *
 * <p>A host lives as long as it says so: each entry holds for a while on the store's clock (S6), and is gone after it. Nothing
 * that is decided or claimed depends on an entry.
 */
public interface Hosts {
    /**
     * A host that lives.
     *
     * @param name its name, which no other living host has
     * @param lastSeen when it last entered, by the store's clock
     * @param executors the types of action that it carries out
     */
    record HostRecord(String name, Instant lastSeen, Set<String> executors) {
        /** Copies the types. */
        public HostRecord {
            executors = Set.copyOf(executors);
        }
    }

    /**
     * Enters a host; one that has entered before says by it that it still lives, and keeps its name.
     *
     * @param instance tells this start of a host from any other
     * @param name the name that it wants, 1 to 64 characters
     * @param executors the types of action that it carries out
     * @param life how long it counts as living from now on, positive
     * @return the name that it has: the one it wants, unless another that lives has it; then the same with an addition
     * @throws IllegalArgumentException if the life is not positive
     */
    String enter(UUID instance, String name, Set<String> executors, Duration life);

    /**
     * Takes a host out; one that is not there is no fault.
     *
     * @param instance which start of a host
     */
    void leave(UUID instance);

    /**
     * The hosts that live.
     *
     * @return by their names
     */
    List<HostRecord> living();

    /**
     * The instant of the clock that leases and the rate run on, if hosts share it and it is not their own: a host whose clock is far
     * from it corrects itself (S6). A store inside one process has none.
     *
     * @return the instant, or empty if there is no such clock
     */
    Optional<Instant> now();
}
