package io.behavioranalytics;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.behavioranalytics.decision.SubjectSnapshot;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects.Projection;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Subjects as last seen, bounded by their bytes. What it holds may be behind the store: the version that a commit expects tells,
 * and a stale subject is dropped and read anew. Thread-safe.
 */
final class SubjectCache {
    private static final GuardedLog LOG = GuardedLog.of(SubjectCache.class);

    private final Store store;
    private final Cache<SubjectId, SubjectSnapshot> cache;
    private final Counters counters;

    SubjectCache(Store store, Settings settings, Counters counters) {
        this.store = store;
        this.counters = counters;
        cache = Caffeine.newBuilder()
                .maximumWeight(settings.cacheBytes())
                .weigher((SubjectId id, SubjectSnapshot snapshot) -> (int) Math.min(
                        Integer.MAX_VALUE, snapshot.weight() + 2L * id.value().length()))
                .expireAfterAccess(settings.cacheTtl())
                .executor(task -> {}) // no thread, no common pool: see settle()
                .build();
    }

    /**
     * The snapshots of some subjects, from here or from the store by one read.
     *
     * @return one for each, of version 0 for those that do not exist; one that is damaged is left out, and logged
     */
    Map<SubjectId, SubjectSnapshot> load(Collection<SubjectId> ids) {
        Map<SubjectId, SubjectSnapshot> found = new LinkedHashMap<>();
        Set<SubjectId> missing = new LinkedHashSet<>();
        for (SubjectId id : ids) {
            SubjectSnapshot snapshot = cache.getIfPresent(id);
            if (snapshot == null) {
                missing.add(id);
            } else {
                found.put(id, snapshot);
            }
        }
        counters.cacheHits.add(found.size());
        counters.cacheMisses.add(missing.size());
        if (missing.isEmpty()) {
            return found;
        }
        read(missing, Projection.STATE).forEach((id, snapshot) -> {
            found.put(id, snapshot);
            if (snapshot.version() > 0) {
                put(id, snapshot);
            }
        });
        settle();
        return found;
    }

    /** The snapshots of some subjects, read from the store and not kept; one that is damaged is left out, and logged. */
    Map<SubjectId, SubjectSnapshot> read(Collection<SubjectId> ids, Projection projection) {
        Map<SubjectId, SubjectSnapshot> found = new LinkedHashMap<>();
        if (!ids.isEmpty()) {
            for (SubjectRecord loaded : store.subjects().load(ids, projection).values()) {
                try {
                    found.put(loaded.subject(), snapshot(loaded, projection));
                } catch (RuntimeException damaged) {
                    LOG.error("{} of version {} cannot be read", loaded.subject(), loaded.version(), damaged);
                }
            }
        }
        return found;
    }

    /** What a record says, made ready for deciding. */
    static SubjectSnapshot snapshot(SubjectRecord loaded, Projection projection) {
        boolean complete = projection == Projection.TIMELINE || loaded.state() == null;
        return SubjectSnapshot.of(
                loaded.subject(), loaded.version(), loaded.state(), loaded.links(), loaded.timeline(), complete);
    }

    /** Keeps a snapshot, unless a newer one is here. */
    void put(SubjectId id, SubjectSnapshot snapshot) {
        cache.asMap().merge(id, snapshot, (old, fresh) -> old.version() > fresh.version() ? old : fresh);
    }

    /**
     * Does the cache's housekeeping, on the thread that caused it: once for many changes, which costs a fraction of once for each.
     * Should nobody call it, the cache does it itself every few hundred changes.
     */
    void settle() {
        cache.cleanUp();
    }

    void drop(Collection<SubjectId> ids) {
        cache.invalidateAll(ids);
    }

    /** For tests: what is held of a subject. */
    @Nullable
    SubjectSnapshot peek(SubjectId id) {
        return cache.getIfPresent(id);
    }
}
