package io.behavioranalytics.segment;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.event.EventType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How often events of one type that meet all conditions happened in a window.
 *
 * <p>An event for which the conditions are unknown counts as "maybe": the filter is unknown if the maybes decide.
 *
 * @param eventType the type
 * @param minFrequency least number of events, 0 to {@value #MAX_COUNT}
 * @param maxFrequency greatest number of events, not below the least; null for any number; 0 means "never"
 * @param conditions what each counted event must meet, all of them
 * @param timeRange where to look
 * @param negate whether the answer is turned round
 */
public record EventFilter(
        EventType eventType,
        int minFrequency,
        @Nullable Integer maxFrequency,
        List<Condition> conditions,
        TimeWindow timeRange,
        boolean negate) {
    /** The largest count that a filter may name. */
    public static final int MAX_COUNT = 10_000;

    /** Copies the conditions. */
    public EventFilter {
        conditions = List.copyOf(conditions);
    }

    /**
     * At least so many events of a type, at any time.
     *
     * @param eventType the type
     * @param minFrequency least number
     * @return the filter
     */
    public static EventFilter atLeast(EventType eventType, int minFrequency) {
        return new EventFilter(eventType, minFrequency, null, List.of(), new TimeWindow.AllTime(), false);
    }
}
