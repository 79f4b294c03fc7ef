package io.behavioranalytics.segment;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.event.EventType;
import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a counter counts; two filters with equal keys share one counter.
 *
 * @param types the types of event, empty for all
 * @param conditions what each event must meet
 * @param window where it looks
 * @param hours the local hours, or null for all
 * @param daysOf the zone whose days are counted instead of events, or null
 */
record CounterKey(
        List<EventType> types,
        List<Condition> conditions,
        TimeWindow window,
        @Nullable LocalHours hours,
        @Nullable ZoneId daysOf) {
    /** The local hours and weekdays at which an event counts. */
    record LocalHours(int fromHour, int toHour, List<DayOfWeek> weekdays, ZoneId zone) {}

    /** A text that differs whenever the conditions do, their ids aside; what a value is belongs to it. */
    static String describe(List<Condition> conditions) {
        List<String> parts = new ArrayList<>();
        for (Condition condition : conditions) {
            parts.add(condition.field()
                    + ' '
                    + condition.operator()
                    + ' '
                    + condition.type()
                    + ' '
                    + condition.negate()
                    + ' '
                    + describe(condition.value()));
        }
        return parts.toString();
    }

    private static String describe(@Nullable Object value) {
        if (value instanceof List<?> list) {
            List<String> parts = new ArrayList<>();
            for (Object item : list) {
                parts.add(describe(item));
            }
            return parts.toString();
        }
        if (value == null) {
            return "null";
        }
        String text = value.toString();
        return value.getClass().getSimpleName() + ':' + text.length() + ':' + text;
    }
}
