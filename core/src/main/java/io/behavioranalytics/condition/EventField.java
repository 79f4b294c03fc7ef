package io.behavioranalytics.condition;

import io.behavioranalytics.event.EventView;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A field of an event that conditions may read, or the root of a path into its JSON. */
enum EventField {
    EVENT_TYPE("eventType", Kind.TEXT),
    CATEGORY("category", Kind.TEXT),
    SOURCE("source", Kind.TEXT),
    SESSION_ID("sessionId", Kind.TEXT),
    LEAD_ID("leadId", Kind.TEXT),
    USER_ID("userId", Kind.TEXT),
    VALUE("value", Kind.NUMBER),
    SEQUENCE("sequence", Kind.NUMBER),
    TIMESTAMP("timestamp", Kind.INSTANT),
    PROPERTIES("properties", Kind.JSON),
    CONTEXT("context", Kind.JSON),
    PAGE("page", Kind.JSON),
    METADATA("metadata", Kind.JSON);

    /** What a field holds; the kinds that are known beforehand let nonsense be refused when it is defined. */
    enum Kind {
        TEXT,
        NUMBER,
        INSTANT,
        /** Anything; the author adds a path. */
        JSON
    }

    private final String json;
    private final Kind kind;

    EventField(String json, Kind kind) {
        this.json = json;
        this.kind = kind;
    }

    String json() {
        return json;
    }

    Kind kind() {
        return kind;
    }

    static Optional<EventField> parse(String text) {
        for (EventField field : values()) {
            if (field.json.equals(text)) {
                return Optional.of(field);
            }
        }
        return Optional.empty();
    }

    /** The text of a field of kind TEXT, or null. */
    @Nullable
    String text(EventView event) {
        return switch (this) {
            case EVENT_TYPE -> event.type().name();
            case CATEGORY -> event.category().json();
            case SOURCE -> event.source();
            case SESSION_ID -> event.sessionId();
            case LEAD_ID -> event.leadId();
            case USER_ID -> event.userId();
            default -> throw new IllegalStateException(json + " is no text");
        };
    }

    /** The map that a path of a field of kind JSON begins in. */
    Map<String, @Nullable Object> map(EventView event) {
        return switch (this) {
            case PROPERTIES -> event.properties();
            case CONTEXT -> event.context();
            case PAGE -> event.page();
            case METADATA -> event.metadata();
            default -> throw new IllegalStateException(json + " is no map");
        };
    }
}
