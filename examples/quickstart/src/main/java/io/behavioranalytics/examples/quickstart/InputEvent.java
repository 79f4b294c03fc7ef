package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One event as the input has it.
 *
 * @param line the number of its line
 * @param text the line itself
 * @param timestamp when it happened
 * @param type what happened
 * @param leadId the lead that the line names, or null
 * @param sessionId the session, or null
 * @param value the numeric value, or null
 * @param id the id that the line names, or null
 * @param request what the library is asked to track, but for the id
 */
record InputEvent(
        long line,
        String text,
        Instant timestamp,
        EventType type,
        @Nullable String leadId,
        @Nullable String sessionId,
        @Nullable Double value,
        @Nullable UUID id,
        TrackRequest.Builder request) {}
