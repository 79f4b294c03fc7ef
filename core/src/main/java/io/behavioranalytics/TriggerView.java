package io.behavioranalytics;

import io.behavioranalytics.trigger.Trigger;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A trigger and what it did, by the facts: firings of all its versions.
 *
 * @param trigger the newest version
 * @param triggerCount how often it fired
 * @param lastTriggered when the newest of these firings was decided, or null if it never fired
 */
public record TriggerView(
        Trigger trigger, long triggerCount, @Nullable Instant lastTriggered) {}
