package io.behavioranalytics.segment;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.event.EventType;
import java.util.ArrayList;
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

    /**
     * Copies the conditions and checks the counts.
     *
     * @throws IllegalArgumentException if a count is out of range, or the greatest is below the least
     */
    public EventFilter {
        conditions = List.copyOf(conditions);
        checkCounts(minFrequency, maxFrequency);
    }

    static void checkCounts(int min, @Nullable Integer max) {
        if (min < 0 || min > MAX_COUNT || (max != null && (max < min || max > MAX_COUNT))) {
            throw new IllegalArgumentException(
                    "counts must be 0 to " + MAX_COUNT + ", the least not above the greatest: " + min + ", " + max);
        }
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

    /**
     * No event of a type, at any time.
     *
     * @param eventType the type
     * @return the filter
     */
    public static EventFilter never(EventType eventType) {
        return new EventFilter(eventType, 0, 0, List.of(), new TimeWindow.AllTime(), false);
    }

    /**
     * This filter with an upper bound.
     *
     * @param max greatest number of events
     * @return the filter
     * @throws IllegalArgumentException if it is out of range or below the least
     */
    public EventFilter atMost(int max) {
        return new EventFilter(eventType, minFrequency, max, conditions, timeRange, negate);
    }

    /**
     * This filter, counting only events that meet one condition more.
     *
     * @param condition on fields of the event
     * @return the filter
     */
    public EventFilter where(Condition condition) {
        List<Condition> more = new ArrayList<>(conditions);
        more.add(condition);
        return new EventFilter(eventType, minFrequency, maxFrequency, more, timeRange, negate);
    }

    /**
     * This filter, counting only events that meet one condition more.
     *
     * @param field a field of the event, such as {@code properties.plan}
     * @param operator how it is compared
     * @param value what it is compared with, see {@link Condition}
     * @return the filter
     * @throws IllegalArgumentException if a condition cannot hold the value
     */
    public EventFilter where(String field, Operator operator, @Nullable Object value) {
        return where(Condition.of(field, operator, value));
    }

    /**
     * This filter in another window.
     *
     * @param window where to look
     * @return the filter
     */
    public EventFilter in(TimeWindow window) {
        return new EventFilter(eventType, minFrequency, maxFrequency, conditions, window, negate);
    }

    /**
     * The filter that is true where this one is false.
     *
     * @return the opposite
     */
    public EventFilter negated() {
        return new EventFilter(eventType, minFrequency, maxFrequency, conditions, timeRange, !negate);
    }
}
