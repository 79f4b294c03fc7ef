package io.behavioranalytics.store;

import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.experiment.Exposure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;

/** The exposures of a store in memory. Called under the store's lock. */
final class ExposureTable {
    /** No subject stands before it. */
    private static final SubjectId LEAST = SubjectId.lead("\0");
    /** No session stands before it, and every lead does. */
    private static final SubjectId FIRST_SESSION = SubjectId.session("\0");

    /** As databases compare ids. */
    private static final Comparator<Exposure> BY_EXPERIMENT =
            (one, other) -> EventKey.compare(0, 0, one.experimentId(), 0, 0, other.experimentId());

    private static final Comparator<Exposure> FIRST =
            BY_EXPERIMENT.thenComparingInt(Exposure::bucketVersion).thenComparing(Exposure::subject);
    private static final Comparator<Exposure> CROSSED = FIRST.thenComparing(Exposure::variant);

    private final NavigableMap<Exposure, Exposure> first = new TreeMap<>(FIRST);
    private final NavigableMap<Exposure, Exposure> crossed = new TreeMap<>(CROSSED);
    private final Map<SubjectId, List<Exposure>> bySubject = new HashMap<>();

    List<Exposures.Recorded> expose(List<Exposure> exposures) {
        List<Exposures.Recorded> recorded = new ArrayList<>(exposures.size());
        for (Exposure exposure : exposures) {
            Exposure before = first.putIfAbsent(exposure, exposure);
            if (before == null) {
                index(exposure);
            } else if (!before.variant().equals(exposure.variant())) {
                crossed.putIfAbsent(exposure, exposure);
            }
            recorded.add(new Exposures.Recorded(before == null ? exposure : before, before == null));
        }
        return recorded;
    }

    private void index(Exposure exposure) {
        List<Exposure> own = bySubject.computeIfAbsent(exposure.subject(), subject -> new ArrayList<>(1));
        own.add(exposure);
        own.sort(FIRST);
    }

    Map<SubjectId, List<Exposure>> of(Collection<SubjectId> subjects) {
        Map<SubjectId, List<Exposure>> found = new LinkedHashMap<>();
        for (SubjectId subject : subjects) {
            List<Exposure> own = bySubject.get(subject);
            if (own != null) {
                found.put(subject, List.copyOf(own));
            }
        }
        return found;
    }

    boolean hasSessions(UUID experimentId, int bucketVersion) {
        Exposure before = new Exposure(experimentId, 0, bucketVersion, FIRST_SESSION, "", 0, 0, Instant.EPOCH);
        Exposure next = first.ceilingKey(before);
        return next != null && next.experimentId().equals(experimentId) && next.bucketVersion() == bucketVersion;
    }

    List<Exposure> of(UUID experimentId, int bucketVersion) {
        return within(first, experimentId, bucketVersion);
    }

    List<Exposure> crossovers(UUID experimentId, int bucketVersion) {
        return within(crossed, experimentId, bucketVersion);
    }

    private static List<Exposure> within(NavigableMap<Exposure, Exposure> all, UUID experimentId, int bucketVersion) {
        Exposure before = new Exposure(experimentId, 0, bucketVersion, LEAST, "", 0, 0, Instant.EPOCH);
        List<Exposure> found = new ArrayList<>();
        for (Exposure exposure : all.tailMap(before).values()) {
            if (!exposure.experimentId().equals(experimentId) || exposure.bucketVersion() != bucketVersion) {
                break;
            }
            found.add(exposure);
        }
        return found;
    }

    /** Everything, in the order of an archive. */
    List<ArchiveRecord> archived() {
        List<ArchiveRecord> records = new ArrayList<>();
        first.values().forEach(exposure -> records.add(new ArchiveRecord.Exposed(exposure)));
        crossed.values().forEach(exposure -> records.add(new ArchiveRecord.Crossed(exposure)));
        return records;
    }

    void restore(Exposure exposure) {
        if (first.putIfAbsent(exposure, exposure) != null) {
            throw new IllegalArgumentException("an exposure of an archive stands there twice");
        }
        index(exposure);
    }

    void restoreCrossed(Exposure exposure) {
        if (crossed.putIfAbsent(exposure, exposure) != null) {
            throw new IllegalArgumentException("a crossover of an archive stands there twice");
        }
    }

    boolean isEmpty() {
        return first.isEmpty() && crossed.isEmpty();
    }

    void clear() {
        first.clear();
        crossed.clear();
        bySubject.clear();
    }
}
