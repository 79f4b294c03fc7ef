package io.behavioranalytics.store;

import io.behavioranalytics.event.EventKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The definitions of a store in memory, every version kept. */
final class DefinitionTable implements Definitions {
    private record Identity(DefinitionRecord.Kind kind, UUID id) {}

    private static final Comparator<Identity> ORDER =
            Comparator.comparing(Identity::kind).thenComparing((a, b) -> EventKey.compare(0, 0, a.id, 0, 0, b.id));

    private final Gate gate;
    private final Map<Identity, List<DefinitionRecord>> versions = new LinkedHashMap<>();
    private long version;
    private long decidingVersion;

    DefinitionTable(Gate gate) {
        this.gate = gate;
    }

    @Override
    public Snapshot load() {
        return gate.inside(() -> new Snapshot(
                version,
                decidingVersion,
                versions.values().stream()
                        .map(DefinitionTable::newest)
                        .filter(record -> !record.deleted())
                        .toList()));
    }

    @Override
    public List<DefinitionRecord> history(DefinitionRecord.Kind kind, UUID id) {
        return gate.inside(() -> List.copyOf(versions.getOrDefault(new Identity(kind, id), List.of())));
    }

    @Override
    public long version() {
        return gate.inside(() -> version);
    }

    @Override
    public boolean saveAll(List<DefinitionRecord> records, long expectedVersion) {
        return gate.inside(() -> {
            if (expectedVersion != version) {
                return false;
            }
            List<List<DefinitionRecord>> longer = new ArrayList<>();
            try {
                for (DefinitionRecord record : records) {
                    check(record);
                    List<DefinitionRecord> same = versions.computeIfAbsent(
                            new Identity(record.kind(), record.id()), identity -> new ArrayList<>(1));
                    same.add(record);
                    longer.add(same);
                }
            } catch (IllegalArgumentException refused) {
                longer.forEach(same -> same.remove(same.size() - 1));
                versions.values().removeIf(List::isEmpty);
                throw refused;
            }
            for (DefinitionRecord record : records) {
                version++;
                decidingVersion = record.kind().decides() ? version : decidingVersion;
            }
            return true;
        });
    }

    /** Everything, in the order of an archive; called under the store's lock. */
    List<ArchiveRecord> archived() {
        List<ArchiveRecord> records = new ArrayList<>();
        records.add(new ArchiveRecord.Whole(version));
        versions.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(ORDER))
                .flatMap(entry -> entry.getValue().stream())
                .forEach(record -> records.add(new ArchiveRecord.Defined(record)));
        return records;
    }

    /** Puts a version in that an archive brings; called under the store's lock. */
    void restore(DefinitionRecord record) {
        List<DefinitionRecord> older =
                versions.computeIfAbsent(new Identity(record.kind(), record.id()), identity -> new ArrayList<>(1));
        if (record.version() != older.size() + 1) {
            throw new IllegalArgumentException(record.kind().json() + " " + record.id() + " has version "
                    + record.version() + " where version " + (older.size() + 1) + " is expected");
        }
        older.add(record);
    }

    void restoreVersion(long whole) {
        version = whole;
        decidingVersion = whole;
    }

    boolean isEmpty() {
        return version == 0 && versions.isEmpty();
    }

    void clear() {
        version = 0;
        decidingVersion = 0;
        versions.clear();
    }

    private void check(DefinitionRecord record) {
        List<DefinitionRecord> older = versions.get(new Identity(record.kind(), record.id()));
        long next = older == null ? 1 : newest(older).version() + 1;
        if (record.version() != next) {
            throw new IllegalArgumentException(record.kind().json() + " '" + record.key()
                    + "' must be saved as version " + next + ": " + record.version());
        }
        boolean taken = !record.deleted()
                && versions.values().stream()
                        .map(DefinitionTable::newest)
                        .anyMatch(other -> !other.deleted()
                                && other.kind() == record.kind()
                                && other.key().equals(record.key())
                                && !other.id().equals(record.id()));
        if (taken) {
            throw new IllegalArgumentException(
                    "there is another " + record.kind().json() + " with the key '" + record.key() + "'");
        }
    }

    private static DefinitionRecord newest(List<DefinitionRecord> versions) {
        return versions.get(versions.size() - 1);
    }
}
