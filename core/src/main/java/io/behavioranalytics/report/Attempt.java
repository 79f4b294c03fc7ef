package io.behavioranalytics.report;

import java.util.Arrays;

/** A way through the steps of a funnel: for each step its event's place in the {@link FunnelEvents}. Immutable. */
final class Attempt {
    private final int depth;
    private final int[] places;

    /**
     * @param depth the required steps done, or in any order the steps done; at least 1
     * @param places for each step a place, or -1; not changed any more
     */
    Attempt(int depth, int[] places) {
        this.depth = depth;
        this.places = places;
    }

    int depth() {
        return depth;
    }

    int start() {
        return places[0];
    }

    /** The place of a step's event, or -1. */
    int place(int step) {
        return places[step];
    }

    int last() {
        return Arrays.stream(places).max().orElseThrow();
    }

    /** The places of its events, in order. */
    int[] inOrder() {
        return Arrays.stream(places).filter(place -> place >= 0).sorted().toArray();
    }
}
