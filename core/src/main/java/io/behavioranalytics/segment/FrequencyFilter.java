package io.behavioranalytics.segment;

import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.event.EventType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many events of several types together happened in a window.
 *
 * @param eventTypes the types, at least one
 * @param minCount least number of events, 0 to {@value EventFilter#MAX_COUNT}
 * @param maxCount greatest number of events, not below the least; null for any number
 * @param timeRange where to look
 * @param negate whether the answer is turned round
 */
public record FrequencyFilter(
        List<EventType> eventTypes, int minCount, @Nullable Integer maxCount, TimeWindow timeRange, boolean negate) {
    /** Copies the types. */
    public FrequencyFilter {
        eventTypes = List.copyOf(eventTypes);
    }
}
