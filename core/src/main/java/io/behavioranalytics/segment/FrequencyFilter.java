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
    /**
     * Copies the types and checks the counts.
     *
     * @throws IllegalArgumentException if there is no type, a count is out of range, or the greatest is below the least
     */
    public FrequencyFilter {
        eventTypes = List.copyOf(eventTypes);
        if (eventTypes.isEmpty()) {
            throw new IllegalArgumentException("a frequency filter counts at least one event type");
        }
        EventFilter.checkCounts(minCount, maxCount);
    }

    /**
     * At least so many events of some types together, at any time.
     *
     * @param minCount least number
     * @param eventTypes the types, at least one
     * @return the filter
     * @throws IllegalArgumentException if there is no type or the number is out of range
     */
    public static FrequencyFilter atLeast(int minCount, EventType... eventTypes) {
        return new FrequencyFilter(List.of(eventTypes), minCount, null, new TimeWindow.AllTime(), false);
    }

    /**
     * This filter with an upper bound.
     *
     * @param max greatest number of events
     * @return the filter
     * @throws IllegalArgumentException if it is out of range or below the least
     */
    public FrequencyFilter atMost(int max) {
        return new FrequencyFilter(eventTypes, minCount, max, timeRange, negate);
    }

    /**
     * This filter in another window.
     *
     * @param window where to look
     * @return the filter
     */
    public FrequencyFilter in(TimeWindow window) {
        return new FrequencyFilter(eventTypes, minCount, maxCount, window, negate);
    }

    /**
     * The filter that is true where this one is false.
     *
     * @return the opposite
     */
    public FrequencyFilter negated() {
        return new FrequencyFilter(eventTypes, minCount, maxCount, timeRange, !negate);
    }
}
