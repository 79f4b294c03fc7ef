package io.behavioranalytics.segment;

import io.behavioranalytics.event.EventType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which of some things an event of a type is to be shown to, and which segments ask each of them. Immutable. */
final class ByType {
    private final Map<EventType, int[]> ofType;
    private final int[] ofAnyType;
    private final int[][] segments;

    private ByType(Map<EventType, int[]> ofType, int[] ofAnyType, int[][] segments) {
        this.ofType = ofType; // asked at every event, faster than Map.copyOf
        this.ofAnyType = ofAnyType;
        this.segments = segments;
    }

    /**
     * Makes the index.
     *
     * @param types the types of each thing, empty for all
     * @param segments the places of the segments that ask each
     */
    static ByType of(List<? extends Collection<EventType>> types, List<Set<Integer>> segments) {
        Set<EventType> named = new LinkedHashSet<>();
        types.forEach(named::addAll);
        Map<EventType, int[]> ofType = new HashMap<>();
        for (EventType type : named) {
            ofType.put(type, places(types, type));
        }
        int[] ofAnyType = CriteriaCompiler.array(any(types));
        int[][] places = segments.stream().map(CriteriaCompiler::array).toArray(int[][]::new);
        return new ByType(ofType, ofAnyType, places);
    }

    private static int[] places(List<? extends Collection<EventType>> types, EventType type) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            if (types.get(i).isEmpty() || types.get(i).contains(type)) {
                found.add(i);
            }
        }
        return CriteriaCompiler.array(found);
    }

    private static List<Integer> any(List<? extends Collection<EventType>> types) {
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            if (types.get(i).isEmpty()) {
                found.add(i);
            }
        }
        return found;
    }

    /** The places of what an event of a type is shown to. */
    int[] of(EventType type) {
        int[] typed = ofType.get(type);
        return typed == null ? ofAnyType : typed;
    }

    /** Sets the places of the segments that ask one of the things. */
    void mark(int place, BitSet affected) {
        for (int segment : segments[place]) {
            affected.set(segment);
        }
    }
}
