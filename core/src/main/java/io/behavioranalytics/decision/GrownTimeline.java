package io.behavioranalytics.decision;

import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Timeline;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/**
 * A stored timeline, from some place on, with a few more events at their places, as one list. Nothing of the timeline is copied: a
 * million events are looked at one by one and not kept.
 */
final class GrownTimeline extends AbstractList<EventView> implements RandomAccess {
    private final Timeline timeline;
    private final int first;
    private final EventView[] added;
    /** The places of what was added, in this list. */
    private final int[] places;

    /**
     * Joins.
     *
     * @param first the place of the first event in the timeline that belongs to the list
     * @param added more events, in order, none of them before the first
     */
    GrownTimeline(Timeline timeline, int first, List<? extends EventView> added) {
        this.timeline = timeline;
        this.first = first;
        this.added = added.toArray(EventView[]::new);
        this.places = new int[this.added.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = Math.max(first, timeline.lowerBound(this.added[i].key())) - first + i;
        }
    }

    @Override
    public EventView get(int index) {
        int found = Arrays.binarySearch(places, index);
        return found >= 0 ? added[found] : timeline.view(first + index + found + 1);
    }

    @Override
    public int size() {
        return timeline.size() - first + added.length;
    }
}
