package io.behavioranalytics.action;

import io.behavioranalytics.event.SubjectId;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
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
 * @param stale answers {@link #isStale()}, on any thread
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
        Instant deadline,
        BooleanSupplier stale) {
    /** Copies the parameters. */
    public ActionRequest {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /**
     * Makes an attempt that is never stale, for tests of executors.
     *
     * @param idempotencyKey the same for every attempt
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
    public ActionRequest(
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
        this(
                idempotencyKey,
                type,
                subject,
                leadId,
                parameters,
                attempt,
                triggerKey,
                executionId,
                cause,
                scheduledFor,
                deadline,
                () -> false);
    }

    /**
     * Tells whether this attempt has lost its lease, or may have: another host may be at the same action, or have done it; then
     * what this attempt comes to is discarded. That happens to a host that stood still, or that could not reach the store, for
     * longer than the lease, and to an attempt past its deadline. To be asked before an effect that cannot be taken back; an
     * attempt that said so once stays stale.
     *
     * @return true if it is better to end without any further effect
     */
    public boolean isStale() {
        return stale.getAsBoolean();
    }
}
