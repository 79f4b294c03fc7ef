package io.behavioranalytics.segment;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The order in which segments that refer to each other are answered: what is referred to first (S15). */
public final class SegmentOrder {
    private final Map<String, Segment> byReference = new HashMap<>();
    private final Set<UUID> done = new HashSet<>();
    private final List<Step> path = new ArrayList<>();
    private final Set<UUID> onPath = new HashSet<>();
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

    /** A segment on the path, and what it refers to that was not looked at yet. */
    private record Step(Segment segment, Iterator<String> references) {
        Step(Segment segment) {
            this(segment, segment.criteria().references().iterator());
        }
    }

    /** Depth first, without recursion: a chain of segments may be longer than a thread's stack is deep. */
    private void visit(Segment first) {
        if (done.contains(first.id())) {
            return;
        }
        begin(first);
        while (!path.isEmpty()) {
            Step step = path.get(path.size() - 1);
            if (!step.references().hasNext()) {
                path.remove(path.size() - 1);
                onPath.remove(step.segment().id());
                done.add(step.segment().id());
                sorted.add(step.segment());
                continue;
            }
            Segment other = byReference.get(step.references().next());
            if (other != null && onPath.contains(other.id())) {
                noteCycle(other);
            } else if (other != null && !done.contains(other.id())) {
                begin(other);
            }
        }
    }

    private void begin(Segment segment) {
        path.add(new Step(segment));
        onPath.add(segment.id());
    }

    private void noteCycle(Segment back) {
        if (cycle.isEmpty()) {
            List<String> keys = new ArrayList<>();
            for (Step step : path) {
                if (!keys.isEmpty() || step.segment().id().equals(back.id())) {
                    keys.add(step.segment().key());
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
