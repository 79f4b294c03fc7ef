package io.behavioranalytics.event;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who caused an event and by what way; neighbors in a timeline mostly share one.
 *
 * @param sessionId the session, or null
 * @param leadId the lead that the caller named, or null
 * @param userId the host's user, or null
 * @param source where it came from
 */
record EventOrigin(
        @Nullable String sessionId,
        @Nullable String leadId,
        @Nullable String userId,
        String source) {

    boolean isOf(EventView event) {
        return Objects.equals(sessionId, event.sessionId())
                && Objects.equals(leadId, event.leadId())
                && Objects.equals(userId, event.userId())
                && source.equals(event.source());
    }

    /** An event's origin, made of a neighbor's texts where they are equal. */
    static EventOrigin of(EventView event, @Nullable EventOrigin near) {
        if (near == null) {
            return new EventOrigin(event.sessionId(), event.leadId(), event.userId(), event.source());
        }
        return new EventOrigin(
                share(event.sessionId(), near.sessionId),
                share(event.leadId(), near.leadId),
                share(event.userId(), near.userId),
                near.source.equals(event.source()) ? near.source : event.source());
    }

    private static @Nullable String share(@Nullable String text, @Nullable String known) {
        return known != null && known.equals(text) ? known : text;
    }
}
