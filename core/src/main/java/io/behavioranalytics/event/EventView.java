package io.behavioranalytics.event;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a decision may read of one event; a {@link BehaviorEvent} is one, and so is a place in a {@link Timeline}.
 *
 * <p>Values inside the maps are {@code String}, {@code Long}, {@code BigDecimal}, {@code Boolean}, {@code null}, {@code
 * List} or {@code Map} of the same, as the normaliser leaves them.
 */
public interface EventView {
    /**
     * The event's id.
     *
     * @return the id
     */
    UUID id();

    /**
     * When it happened.
     *
     * @return the timestamp in {@link Micros}
     */
    long micros();

    /**
     * The caller's tie-breaker among events of one instant.
     *
     * @return the sequence, 0 unless given
     */
    long sequence();

    /**
     * What happened.
     *
     * @return the type
     */
    EventType type();

    /**
     * The kind of interaction.
     *
     * @return the category
     */
    Category category();

    /**
     * The session it happened in.
     *
     * @return the session's id, or null
     */
    @Nullable
    String sessionId();

    /**
     * The lead that the caller named; null for an anonymous event, also after its session was linked.
     *
     * @return the lead's id, or null
     */
    @Nullable
    String leadId();

    /**
     * The host's user.
     *
     * @return the user's id, or null
     */
    @Nullable
    String userId();

    /**
     * Where it came from, such as {@code web}.
     *
     * @return the source
     */
    String source();

    /**
     * The numeric value.
     *
     * @return a finite number, or null
     */
    @Nullable
    Double value();

    /**
     * The page: {@code url}, {@code title}, {@code referrer}.
     *
     * @return the page's fields, empty if there is none
     */
    Map<String, @Nullable Object> page();

    /**
     * What is special to this event.
     *
     * @return the properties
     */
    Map<String, @Nullable Object> properties();

    /**
     * The circumstances: user agent, device, country and the like.
     *
     * @return the context
     */
    Map<String, @Nullable Object> context();

    /**
     * The host's own remarks.
     *
     * @return the metadata
     */
    Map<String, @Nullable Object> metadata();

    /**
     * Tells whether it came by an import of history, which fires nothing.
     *
     * @return true if imported
     */
    boolean imported();

    /**
     * The event's place in the total order.
     *
     * @return the key
     */
    default EventKey key() {
        return new EventKey(micros(), sequence(), id());
    }
}
