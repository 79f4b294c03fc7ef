package io.behavioranalytics;

import io.behavioranalytics.store.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Watches for due actions that this host cannot run. Another host may be about to: so a warning is for those that wait for longer
 * than a minute, and comes once for as long as the types stay the same.
 */
final class Unhandled {
    private static final GuardedLog LOG = GuardedLog.of(Unhandled.class);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Ledger ledger;
    private final InstantSource clock;
    private final Set<String> types;
    private @Nullable Instant looked;
    private Set<String> warned = Set.of();

    Unhandled(Ledger ledger, InstantSource clock, Set<String> types) {
        this.ledger = ledger;
        this.clock = clock;
        this.types = Set.copyOf(types);
    }

    /** The due actions of types that this host has no executor for, counted. */
    SortedMap<String, Long> at(Instant now) {
        SortedMap<String, Long> waiting = new TreeMap<>(ledger.dueActions(now));
        waiting.keySet().removeAll(types);
        return waiting;
    }

    /** Looks again if a minute has passed; called by one thread. Returns the types that it warned of. */
    Set<String> watch() {
        Instant now = clock.instant();
        Instant last = looked;
        if (last != null && now.isBefore(last.plus(PATIENCE))) {
            return Set.of();
        }
        looked = now;
        SortedMap<String, Long> waiting = at(now.minus(PATIENCE));
        Set<String> fresh = new TreeSet<>(waiting.keySet());
        fresh.removeAll(warned);
        warned = Set.copyOf(waiting.keySet());
        if (!fresh.isEmpty()) {
            LOG.warn("due actions wait for executors that this host does not have: {}", waiting);
        }
        return fresh;
    }
}
