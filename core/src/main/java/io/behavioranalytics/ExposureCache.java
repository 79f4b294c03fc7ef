package io.behavioranalytics;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.store.Exposures;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The exposures of subjects as last seen. What it holds is true for ever, since a first exposure never changes; what it does not hold may
 * be there by now, which whoever records an exposure learns from the store. Thread-safe.
 */
final class ExposureCache {
    private static final int MOST_SUBJECTS = 100_000;

    private final Exposures store;
    private final Cache<SubjectId, List<Exposure>> cache;
    /** Who was exposed in a transaction that may be under way still: what is read of them may be outdated the next moment. */
    private final Cache<SubjectId, Boolean> unsettled;

    ExposureCache(Exposures store, Settings settings) {
        this.store = store;
        cache = cache(settings);
        unsettled = cache(settings);
    }

    private static <V> Cache<SubjectId, V> cache(Settings settings) {
        return Caffeine.newBuilder()
                .maximumSize(MOST_SUBJECTS)
                .expireAfterWrite(settings.cacheTtl())
                .executor(Runnable::run) // no thread, no common pool
                .build();
    }

    /** The exposures of a subject, from here or from the store. */
    List<Exposure> of(SubjectId subject) {
        List<Exposure> known = cache.getIfPresent(subject);
        if (known == null) {
            known = store.exposuresOf(List.of(subject)).getOrDefault(subject, List.of());
            cache.put(subject, known);
            if (unsettled.getIfPresent(subject) != null) {
                cache.invalidate(subject); // whoever marks it from here on does so too
            }
        }
        return known;
    }

    /** Is about to be exposed in a transaction of the host's: for a while nothing is kept of it, so that its end is seen. */
    void unsettled(SubjectId subject) {
        unsettled.put(subject, true);
        cache.invalidate(subject);
    }

    /** The first exposure that is the same one's as another, if it is known here. */
    @Nullable
    Exposure known(Exposure exposure) {
        List<Exposure> known = cache.getIfPresent(exposure.subject());
        if (known != null) {
            for (Exposure first : known) {
                if (isSame(first, exposure)) {
                    return first;
                }
            }
        }
        return null;
    }

    private static boolean isSame(Exposure first, Exposure exposure) {
        return first.bucketVersion() == exposure.bucketVersion()
                && first.experimentId().equals(exposure.experimentId());
    }

    /** Remembers what was stored; of a subject that is not known here only the next look tells all. */
    void stored(Exposure first) {
        cache.asMap().computeIfPresent(first.subject(), (subject, known) -> {
            if (known.stream().anyMatch(before -> isSame(before, first))) {
                return known;
            }
            List<Exposure> more = new ArrayList<>(known);
            more.add(first);
            return List.copyOf(more);
        });
    }
}
