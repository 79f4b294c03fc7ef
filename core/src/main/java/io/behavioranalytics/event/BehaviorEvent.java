package io.behavioranalytics.event;

import io.behavioranalytics.json.FrozenMap;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One event after normalization: what is read back equals this, in every store.
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

    /** Freezes the maps, whose contents come immutable from the normalizer, and truncates the timestamp to microseconds. */
    public BehaviorEvent {
        timestamp = timestamp.truncatedTo(ChronoUnit.MICROS);
        page = FrozenMap.copyOf(page);
        properties = FrozenMap.copyOf(properties);
        context = FrozenMap.copyOf(context);
        metadata = FrozenMap.copyOf(metadata);
    }

    /**
     * This event at another instant.
     *
     * @param instant when it is supposed to happen
     * @return the event, of the same id
     */
    public BehaviorEvent at(Instant instant) {
        return new BehaviorEvent(
                id,
                sessionId,
                leadId,
                userId,
                sequence,
                type,
                category,
                instant,
                source,
                page,
                properties,
                context,
                value,
                metadata,
                imported);
    }

    /**
     * This event as if it had not come by an import of history.
     *
     * @return the event, which may fire triggers
     */
    public BehaviorEvent live() {
        return imported
                ? new BehaviorEvent(
                        id,
                        sessionId,
                        leadId,
                        userId,
                        sequence,
                        type,
                        category,
                        timestamp,
                        source,
                        page,
                        properties,
                        context,
                        value,
                        metadata,
                        false)
                : this;
    }

    @Override
    public long micros() {
        return Micros.of(timestamp);
    }

    /** Names the event without showing what it holds: this may end in a log. */
    @Override
    public String toString() {
        return "BehaviorEvent[" + id + " " + type + " at " + timestamp + "]";
    }
}
