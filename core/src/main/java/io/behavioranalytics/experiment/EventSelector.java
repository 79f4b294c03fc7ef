package io.behavioranalytics.experiment;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.event.EventType;
import java.util.List;

/**
 * Which events a metric looks at.
 *
 * @param eventTypes one of these types, at least one
 * @param conditions what the event must meet, all of them; none for any event of the type
 */
public record EventSelector(List<EventType> eventTypes, List<Condition> conditions) {
    /** Copies the lists. */
    public EventSelector {
        eventTypes = List.copyOf(eventTypes);
        conditions = List.copyOf(conditions);
    }

    /**
     * Every event of some types.
     *
     * @param eventTypes the types
     * @return the selector
     */
    public static EventSelector of(EventType... eventTypes) {
        return new EventSelector(List.of(eventTypes), List.of());
    }
}
