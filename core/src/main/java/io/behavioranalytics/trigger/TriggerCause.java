package io.behavioranalytics.trigger;

import io.behavioranalytics.profile.BehaviorPattern;
import io.behavioranalytics.segment.Cause;
import java.util.UUID;

/** Why a trigger came true. */
public sealed interface TriggerCause {
    /**
     * An event.
     *
     * @param eventId the event
     */
    record Event(UUID eventId) implements TriggerCause {}

    /**
     * A change of membership.
     *
     * @param segmentKey the segment
     * @param entered true for an entry, false for an exit
     * @param cause why the membership changed
     */
    record Membership(String segmentKey, boolean entered, Cause cause) implements TriggerCause {}

    /**
     * A change of the behavior pattern.
     *
     * @param from the pattern before
     * @param to the pattern after
     * @param cause what changed it
     */
    record Pattern(BehaviorPattern from, BehaviorPattern to, Cause cause) implements TriggerCause {}

    /**
     * A score that crossed a threshold.
     *
     * @param score the field's JSON name
     * @param threshold the threshold
     * @param cause what moved it
     */
    record Crossing(String score, double threshold, Cause cause) implements TriggerCause {}

    /**
     * The absence of what should have followed an event.
     *
     * @param eventId the event that nothing followed
     */
    record Absence(UUID eventId) implements TriggerCause {}
}
