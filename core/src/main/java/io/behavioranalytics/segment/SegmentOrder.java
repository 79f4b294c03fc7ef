package io.behavioranalytics.segment;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The order in which segments that refer to each other are answered: what is referred to first (S15). */
public final class SegmentOrder {
    private final Map<String, Segment> byReference = new HashMap<>();
    private final Set<UUID> done = new HashSet<>();
    private final LinkedHashSet<Segment> path = new LinkedHashSet<>();
    private final List<Segment> sorted = new ArrayList<>();
    private List<String> cycle = List.of();

    private SegmentOrder(Collection<Segment> segments) {
        List<Segment> byId = new ArrayList<>(segments);
        byId.sort(Comparator.comparing(Segment::id));
        for (Segment segment : byId) {
            byReference.put(segment.key(), segment);
            byReference.put(segment.id().toString(), segment);
        }
        byId.forEach(this::visit);
    }

    private void visit(Segment segment) {
        if (done.contains(segment.id())) {
            return;
        }
        path.add(segment);
        for (String reference : segment.criteria().references()) {
            Segment other = byReference.get(reference);
            if (other != null && path.contains(other)) {
                noteCycle(other);
            } else if (other != null) {
                visit(other);
            }
        }
        path.remove(segment);
        done.add(segment.id());
        sorted.add(segment);
    }

    private void noteCycle(Segment back) {
        if (cycle.isEmpty()) {
            List<String> keys = new ArrayList<>();
            for (Segment segment : path) {
                if (!keys.isEmpty() || segment.equals(back)) {
                    keys.add(segment.key());
                }
            }
            keys.add(back.key());
            cycle = List.copyOf(keys);
        }
    }

    /**
     * Sorts segments.
     *
     * @param segments any segments
     * @return the same, each behind all that it refers to, by their ids where that does not matter; of a cycle one reference is not heeded
     */
    public static List<Segment> sorted(Collection<Segment> segments) {
        return List.copyOf(new SegmentOrder(segments).sorted);
    }

    /**
     * Finds segments that refer to each other in a circle.
     *
     * @param segments any segments
     * @return the keys on the way round, the first one also at the end; empty if there is no circle
     */
    public static List<String> cycle(Collection<Segment> segments) {
        return new SegmentOrder(segments).cycle;
    }
}
