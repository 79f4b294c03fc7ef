package io.behavioranalytics.trigger;

import io.behavioranalytics.event.SubjectId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One firing of a trigger: a fact, never retracted (S18).
 *
 * @param id derived from trigger, subject and cause, so that one cause cannot fire a trigger twice
 * @param triggerId the trigger
 * @param triggerKey its key
 * @param triggerVersion the version that decided
 * @param subject for whom
 * @param leadId the lead's id, or null for a session without a lead
 * @param cameTrueAt when it came true in the subject's timeline
 * @param executedAt the decision instant
 * @param cause why
 * @param actions the ids of the actions scheduled by it
 */
public record TriggerExecution(
        UUID id,
        UUID triggerId,
        String triggerKey,
        long triggerVersion,
        SubjectId subject,
        @Nullable String leadId,
        Instant cameTrueAt,
        Instant executedAt,
        TriggerCause cause,
        List<UUID> actions) {
    /** Copies the ids. */
    public TriggerExecution {
        actions = List.copyOf(actions);
    }
}
