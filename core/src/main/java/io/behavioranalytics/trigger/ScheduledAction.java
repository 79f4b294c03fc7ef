package io.behavioranalytics.trigger;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.event.SubjectId;
import java.time.Instant;
import java.util.UUID;

/**
 * An action that waits to be carried out; its id is the idempotency key of all attempts.
 *
 * @param id the idempotency key, derived from the execution and the action's place
 * @param executionId the firing that it belongs to
 * @param triggerId the trigger
 * @param triggerKey its key
 * @param subject for whom
 * @param action what to do
 * @param cause why the trigger fired, for people
 * @param priority the trigger's priority
 * @param dueAt when to do it
 */
public record ScheduledAction(
        UUID id,
        UUID executionId,
        UUID triggerId,
        String triggerKey,
        SubjectId subject,
        Action action,
        String cause,
        int priority,
        Instant dueAt) {}
