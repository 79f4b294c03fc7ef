package io.behavioranalytics.segment;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.event.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a field of some events comes to, all of them taken together, compared with a number: {@code sum of value >= 500}.
 *
 * <p>An event without the field is left out. One whose conditions are unknown, or whose field holds what cannot be aggregated
 * (text where numbers are added), is a "maybe": the answer is unknown if the maybes decide, and for {@link Aggregation#SUM} and
 * {@link Aggregation#AVG}, which any of them could make anything, as long as there is one in the window. Sums and averages are exact.
 * The count and the sum of nothing are 0; the average, the least and the greatest of nothing are missing, as a field is.
 *
 * @param aggregation what is made of the field
 * @param field a field of the events, such as {@code value} or {@code properties.amount}; null for a count of events
 * @param eventTypes the types of event, empty for all
 * @param conditions what each event must meet, all of them
 * @param operator equals, not_equals, greater_than, greater_or_equal, less_than, less_or_equal or between
 * @param value what it is compared with: a number, or for between two, the lower first
 * @param timeRange where to look
 * @param negate whether the answer is turned round
 */
public record AggregationFilter(
        Aggregation aggregation,
        @Nullable String field,
        List<EventType> eventTypes,
        List<Condition> conditions,
        Operator operator,
        @Nullable Object value,
        TimeWindow timeRange,
        boolean negate) {
    /** The largest number of different values that a filter may ask for. */
    public static final int MAX_DISTINCT = 1_000;

    /** What is made of the field of many events. */
    public enum Aggregation {
        /** How many events have the field, or without a field how many events there are. */
        COUNT,
        /** The numbers added up. */
        SUM,
        /** Their sum divided by how many there are. */
        AVG,
        /** The least number. */
        MIN,
        /** The greatest number. */
        MAX,
        /** How many different texts, numbers and booleans there are. */
        DISTINCT;

        private final String json = name().toLowerCase(Locale.ROOT);

        /**
         * The name used in JSON.
         *
         * @return lower case
         */
        public String json() {
            return json;
        }

        /**
         * Reads a JSON name, in lower or upper case.
         *
         * @param text any text
         * @return the aggregation, or empty if there is none of that name
         */
        public static Optional<Aggregation> parse(String text) {
            for (Aggregation aggregation : values()) {
                if (aggregation.json.equals(text) || aggregation.name().equals(text)) {
                    return Optional.of(aggregation);
                }
            }
            return Optional.empty();
        }
    }

    /**
     * Copies the lists and brings the value into its one form, as {@link Condition} does.
     *
     * @throws IllegalArgumentException if a condition could not hold the value
     */
    public AggregationFilter {
        eventTypes = List.copyOf(eventTypes);
        conditions = List.copyOf(conditions);
        value = Condition.of("value", operator, value).value();
    }

    /**
     * An aggregation of a field of all events, at any time.
     *
     * @param aggregation what is made of the field
     * @param field a field of the events
     * @param operator how it is compared
     * @param value what it is compared with
     * @return the filter
     * @throws IllegalArgumentException if a condition could not hold the value
     */
    public static AggregationFilter of(Aggregation aggregation, String field, Operator operator, Object value) {
        return new AggregationFilter(
                aggregation, field, List.of(), List.of(), operator, value, new TimeWindow.AllTime(), false);
    }

    /**
     * This filter over events of some types alone.
     *
     * @param types the types
     * @return the filter
     */
    public AggregationFilter over(EventType... types) {
        return new AggregationFilter(
                aggregation, field, List.of(types), conditions, operator, value, timeRange, negate);
    }

    /**
     * This filter over events that meet one condition more.
     *
     * @param name a field of the event
     * @param comparison how it is compared
     * @param operand what it is compared with
     * @return the filter
     * @throws IllegalArgumentException if a condition cannot hold the value
     */
    public AggregationFilter where(String name, Operator comparison, @Nullable Object operand) {
        List<Condition> more = new ArrayList<>(conditions);
        more.add(Condition.of(name, comparison, operand));
        return new AggregationFilter(aggregation, field, eventTypes, more, operator, value, timeRange, negate);
    }

    /**
     * This filter in another window.
     *
     * @param window where to look
     * @return the filter
     */
    public AggregationFilter in(TimeWindow window) {
        return new AggregationFilter(aggregation, field, eventTypes, conditions, operator, value, window, negate);
    }

    /**
     * The filter that is true where this one is false.
     *
     * @return the opposite
     */
    public AggregationFilter negated() {
        return new AggregationFilter(aggregation, field, eventTypes, conditions, operator, value, timeRange, !negate);
    }
}
