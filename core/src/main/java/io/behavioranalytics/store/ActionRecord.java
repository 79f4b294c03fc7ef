package io.behavioranalytics.store;

import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.ScheduledAction;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A scheduled action and where it stands.
 *
 * @param action the action
 * @param status where it stands
 * @param attempts claims since it was scheduled or requeued
 * @param notBefore when it may be claimed next
 * @param settledAt when it was done, dead or cancelled, else null
 * @param lastError the error of the last attempt that failed, or null; at most 1,024 characters
 * @param cancellation why it was cancelled, or null
 */
public record ActionRecord(
        ScheduledAction action,
        ActionStatus status,
        int attempts,
        Instant notBefore,
        @Nullable Instant settledAt,
        @Nullable String lastError,
        Cancellation.@Nullable Reason cancellation) {}
