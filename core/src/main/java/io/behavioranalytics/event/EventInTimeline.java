package io.behavioranalytics.event;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A place of a timeline as an event; the maps are decoded when the first of them is asked for. */
final class EventInTimeline implements EventView {
    private final EventColumns columns;
    private final int place;

    // Two threads may both decode it; what they get is immutable and equal.
    private @Nullable EventBody body;

    EventInTimeline(EventColumns columns, int place) {
        this.columns = columns;
        this.place = place;
    }

    private EventBody body() {
        EventBody decoded = body;
        if (decoded == null) {
            decoded = columns.body(place);
            body = decoded;
        }
        return decoded;
    }

    BehaviorEvent event() {
        return new BehaviorEvent(
                id(),
                sessionId(),
                leadId(),
                userId(),
                sequence(),
                type(),
                category(),
                Micros.toInstant(micros()),
                source(),
                page(),
                properties(),
                context(),
                value(),
                metadata(),
                imported());
    }

    @Override
    public UUID id() {
        return columns.id(place);
    }

    @Override
    public long micros() {
        return columns.micros(place);
    }

    @Override
    public long sequence() {
        return columns.sequence(place);
    }

    @Override
    public EventType type() {
        return columns.type(place);
    }

    @Override
    public Category category() {
        return columns.category(place);
    }

    @Override
    public @Nullable String sessionId() {
        return columns.origin(place).sessionId();
    }

    @Override
    public @Nullable String leadId() {
        return columns.origin(place).leadId();
    }

    @Override
    public @Nullable String userId() {
        return columns.origin(place).userId();
    }

    @Override
    public String source() {
        return columns.origin(place).source();
    }

    @Override
    public @Nullable Double value() {
        return columns.value(place);
    }

    @Override
    public Map<String, @Nullable Object> page() {
        return body().page();
    }

    @Override
    public Map<String, @Nullable Object> properties() {
        return body().properties();
    }

    @Override
    public Map<String, @Nullable Object> context() {
        return body().context();
    }

    @Override
    public Map<String, @Nullable Object> metadata() {
        return body().metadata();
    }

    @Override
    public boolean imported() {
        return columns.imported(place);
    }

    @Override
    public String toString() {
        return "event " + id() + " (" + type() + ")";
    }
}
