package io.behavioranalytics.action;

import io.behavioranalytics.event.SubjectId;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to carry out an action.
 *
 * @param idempotencyKey the same for every attempt; hand it to whatever carries out the effect
 * @param type the executor's type
 * @param subject whom it is for
 * @param leadId the lead's id, or null for a session without a lead
 * @param parameters the action's parameters
 * @param attempt 1 for the first
 * @param triggerKey the trigger that asks for it
 * @param executionId the firing that it belongs to
 * @param cause why the trigger fired, for people
 * @param scheduledFor when it was to be done
 * @param deadline when the attempt is interrupted, on the injected clock
 */
public record ActionRequest(
        UUID idempotencyKey,
        String type,
        SubjectId subject,
        @Nullable String leadId,
        Map<String, @Nullable Object> parameters,
        int attempt,
        String triggerKey,
        UUID executionId,
        String cause,
        Instant scheduledFor,
        Instant deadline) {
    /** Copies the parameters. */
    public ActionRequest {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
}
