package io.behavioranalytics.store;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * How many actions a store has.
 *
 * @param byStatus a number for every status; a status that is not given has none
 * @param waiting by the type of their executor, the pending actions that are due; types that have any
 */
public record ActionCounts(Map<ActionStatus, Long> byStatus, Map<String, Long> waiting) {
    /** Copies the maps, and gives every status its number. */
    public ActionCounts {
        Map<ActionStatus, Long> all = new EnumMap<>(ActionStatus.class);
        for (ActionStatus status : ActionStatus.values()) {
            all.put(status, byStatus.getOrDefault(status, 0L));
        }
        byStatus = Collections.unmodifiableMap(all);
        waiting = Map.copyOf(waiting);
    }
}
