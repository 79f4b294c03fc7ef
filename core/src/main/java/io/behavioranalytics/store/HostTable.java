package io.behavioranalytics.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The hosts of a store in memory: several facades of one process. */
final class HostTable implements Hosts {
    private record Entry(HostRecord host, Instant until) {}

    private final Gate gate;
    private final InstantSource clock;
    private final Map<UUID, Entry> entries = new HashMap<>();

    HostTable(Gate gate, InstantSource clock) {
        this.gate = gate;
        this.clock = clock;
    }

    @Override
    public String enter(UUID instance, String name, Set<String> executors, Duration life) {
        Arguments.life(life);
        return gate.inside(() -> {
            Instant now = clock.instant();
            forget(now);
            Entry before = entries.get(instance);
            String own = before != null ? before.host.name() : isTaken(name) ? another(name, instance) : name;
            entries.put(instance, new Entry(new HostRecord(own, now, executors), now.plus(life)));
            return own;
        });
    }

    private void forget(Instant now) {
        entries.values().removeIf(entry -> !entry.until.isAfter(now));
    }

    private boolean isTaken(String name) {
        return entries.values().stream().anyMatch(entry -> entry.host.name().equals(name));
    }

    private static String another(String name, UUID instance) {
        return name + "-" + instance;
    }

    @Override
    public void leave(UUID instance) {
        gate.inside(() -> entries.remove(instance) != null);
    }

    @Override
    public List<HostRecord> living() {
        return gate.inside(() -> {
            forget(clock.instant());
            return entries.values().stream()
                    .map(Entry::host)
                    .sorted(Comparator.comparing(HostRecord::name))
                    .toList();
        });
    }

    /** This process's clock is the host's own. */
    @Override
    public Optional<Instant> now() {
        gate.check();
        return Optional.empty();
    }
}
