package io.behavioranalytics.jdbc;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An event as a store gets it, a page view on the web unless something else is said. */
final class EventBuilder {
    private final UUID id;
    private final Instant timestamp;
    private @Nullable String session;
    private @Nullable String lead;
    private long sequence;
    private EventType type = EventType.PAGE_VIEW;
    private String source = "web";
    private Map<String, @Nullable Object> page = Map.of();
    private Map<String, @Nullable Object> properties = Map.of();
    private @Nullable Double value;

    private EventBuilder(UUID id, Instant timestamp) {
        this.id = id;
        this.timestamp = timestamp;
    }

    static EventBuilder event(UUID id, Instant timestamp) {
        return new EventBuilder(id, timestamp);
    }

    EventBuilder session(@Nullable String sessionId) {
        session = sessionId;
        return this;
    }

    EventBuilder lead(@Nullable String leadId) {
        lead = leadId;
        return this;
    }

    EventBuilder sequence(long number) {
        sequence = number;
        return this;
    }

    EventBuilder type(EventType eventType) {
        type = eventType;
        return this;
    }

    EventBuilder source(String name) {
        source = name;
        return this;
    }

    EventBuilder page(String name, Object content) {
        page = Map.of(name, content);
        return this;
    }

    EventBuilder property(String name, Object content) {
        properties = Map.of(name, content);
        return this;
    }

    EventBuilder value(double number) {
        value = number;
        return this;
    }

    BehaviorEvent build() {
        return new BehaviorEvent(
                id,
                session,
                lead,
                null,
                sequence,
                type,
                Category.ENGAGEMENT,
                timestamp,
                source,
                page,
                properties,
                Map.of(),
                value,
                Map.of(),
                false);
    }
}
