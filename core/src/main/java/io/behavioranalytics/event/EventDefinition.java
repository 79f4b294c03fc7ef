package io.behavioranalytics.event;

import java.util.Map;

/**
 * What a catalog says about one type of event.
 *
 * @param type the type
 * @param category the category of events that name none themselves
 * @param points the engagement points of one event, 0 to 1,000
 * @param properties the declared properties; a declared one that an event has must be of its type, others are free
 */
public record EventDefinition(EventType type, Category category, int points, Map<String, PropertyType> properties) {
    /**
     * Copies the properties and checks the points.
     *
     * @throws IllegalArgumentException if the points are out of range
     */
    public EventDefinition {
        if (points < 0 || points > 1_000) {
            throw new IllegalArgumentException("points must be 0 to 1000: " + points);
        }
        properties = Map.copyOf(properties);
    }
}
