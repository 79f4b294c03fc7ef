package io.behavioranalytics.report;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.event.EventType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which events are meant: any of some types, those that meet all conditions. Immutable.
 *
 * @param types the types; empty for any type
 * @param where what an event must meet; one for which a condition cannot be answered is not meant
 */
public record EventChoice(Set<EventType> types, List<Condition> where) {
    /** Copies types and conditions. */
    public EventChoice {
        types = java.util.Collections.unmodifiableSet(new LinkedHashSet<>(types));
        where = List.copyOf(where);
    }

    /**
     * Events of any of some types.
     *
     * @param types at least one
     * @return the selector
     * @throws IllegalArgumentException if none is named
     */
    public static EventChoice of(EventType... types) {
        if (types.length == 0) {
            throw new IllegalArgumentException("name at least one event type, or select any()");
        }
        return new EventChoice(new LinkedHashSet<>(List.of(types)), List.of());
    }

    /**
     * Every event.
     *
     * @return the selector
     */
    public static EventChoice any() {
        return new EventChoice(Set.of(), List.of());
    }

    /**
     * Those of them that meet one condition more.
     *
     * @param field a field of the event, such as {@code properties.plan}
     * @param operator how it is compared
     * @param value what it is compared with, see {@link Condition}
     * @return the selector
     * @throws IllegalArgumentException if a condition cannot hold the value
     */
    public EventChoice where(String field, Operator operator, @Nullable Object value) {
        List<Condition> more = new ArrayList<>(where);
        more.add(Condition.of(field, operator, value));
        return new EventChoice(types, more);
    }

    /**
     * The selection for people: {@code form_submit where value greater_than 10}.
     *
     * @return one line
     */
    public String words() {
        String named = types.isEmpty()
                ? "any event"
                : types.stream().map(EventType::name).collect(Collectors.joining(" or "));
        return where.isEmpty()
                ? named
                : named + " where " + where.stream().map(Condition::words).collect(Collectors.joining(" and "));
    }

    /** Whether the event's type is all that it asks for. */
    boolean isByType() {
        return where.isEmpty();
    }
}
