package io.behavioranalytics.experiment;

import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the host says of a subject at the moment of assigning, read as the properties of an event that never was. */
record Attributes(Map<String, @Nullable Object> properties, long micros) implements EventView {
    private static final UUID NONE = new UUID(0, 0);

    @Override
    public UUID id() {
        return NONE;
    }

    @Override
    public long sequence() {
        return 0;
    }

    @Override
    public EventType type() {
        return EventType.PAGE_VIEW;
    }

    @Override
    public Category category() {
        return Category.ENGAGEMENT;
    }

    @Override
    public @Nullable String sessionId() {
        return null;
    }

    @Override
    public @Nullable String leadId() {
        return null;
    }

    @Override
    public @Nullable String userId() {
        return null;
    }

    @Override
    public String source() {
        return "server";
    }

    @Override
    public @Nullable Double value() {
        return null;
    }

    @Override
    public Map<String, @Nullable Object> page() {
        return Map.of();
    }

    @Override
    public Map<String, @Nullable Object> context() {
        return Map.of();
    }

    @Override
    public Map<String, @Nullable Object> metadata() {
        return Map.of();
    }

    @Override
    public boolean imported() {
        return false;
    }
}
