package io.behavioranalytics.store;

import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Firings in the order of their decision instants, then of their ids. Called under the store's lock. */
final class ExecutionOrder {
    private static final UUID FIRST = new UUID(0, 0);

    /**
     * Where a firing stands.
     *
     * @param at its decision instant
     * @param id its id
     * @param number how many were committed before it, which decides nothing of the order
     */
    record Place(Instant at, UUID id, int number) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int order = at.compareTo(other.at);
            return order != 0 ? order : EventKey.compare(0, 0, id, 0, 0, other.id);
        }
    }

    /**
     * Some firings, one behind the other.
     *
     * @param executions the firings
     * @param last where the last of those that were looked at stands; null if there are none behind it
     */
    record Page(List<TriggerExecution> executions, @Nullable Place last) {}

    private final NavigableMap<Place, TriggerExecution> places = new TreeMap<>();

    void add(TriggerExecution execution) {
        places.put(new Place(execution.executedAt(), execution.id(), places.size()), execution);
    }

    int size() {
        return places.size();
    }

    void clear() {
        places.clear();
    }

    /**
     * Firings of a range.
     *
     * @param from the first instant
     * @param to the first instant that is left out
     * @param after what the page before ended with, or null for the first
     * @param known only those that were among so many of the first commits
     * @param limit how many are looked at at most, of whatever commit
     */
    Page page(Instant from, Instant to, @Nullable Place after, int known, int limit) {
        Place start = after == null ? new Place(from, FIRST, 0) : after;
        List<TriggerExecution> found = new ArrayList<>();
        int looked = 0;
        for (Map.Entry<Place, TriggerExecution> entry :
                places.tailMap(start, after == null).entrySet()) {
            Place place = entry.getKey();
            if (!place.at().isBefore(to)) {
                break;
            }
            if (place.number() < known) {
                found.add(entry.getValue());
            }
            if (++looked == limit) {
                return new Page(found, place);
            }
        }
        return new Page(found, null);
    }
}
