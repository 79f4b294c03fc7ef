package io.behavioranalytics.event;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One event after normalisation: what is read back equals this, in every store.
 *
 * <p>Instances come from the {@link EventNormalizer}; a store restores them as they were. Immutable.
 *
 * @param id the idempotency key
 * @param sessionId the session, or null; at least one of session and lead is there
 * @param leadId the lead that the caller named, or null
 * @param userId the host's user, or null
 * @param sequence the caller's tie-breaker, 0 unless given
 * @param type what happened
 * @param category the kind of interaction
 * @param timestamp when it happened, whole microseconds
 * @param source where it came from
 * @param page the page's fields
 * @param properties what is special to this event
 * @param context the circumstances
 * @param value a finite number, or null
 * @param metadata the host's remarks
 * @param imported whether it came by an import of history
 */
public record BehaviorEvent(
        UUID id,
        @Nullable String sessionId,
        @Nullable String leadId,
        @Nullable String userId,
        long sequence,
        EventType type,
        Category category,
        Instant timestamp,
        String source,
        Map<String, @Nullable Object> page,
        Map<String, @Nullable Object> properties,
        Map<String, @Nullable Object> context,
        @Nullable Double value,
        Map<String, @Nullable Object> metadata,
        boolean imported)
        implements EventView {

    /** Wraps the maps so that they cannot be changed; their contents come immutable from the normaliser. */
    public BehaviorEvent {
        page = freeze(page);
        properties = freeze(properties);
        context = freeze(context);
        metadata = freeze(metadata);
    }

    private static Map<String, @Nullable Object> freeze(Map<String, @Nullable Object> map) {
        return map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    @Override
    public long micros() {
        return Micros.of(timestamp);
    }
}
