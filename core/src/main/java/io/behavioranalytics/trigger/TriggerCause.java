package io.behavioranalytics.trigger;

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
     * The absence of what should have followed an event.
     *
     * @param eventId the event that nothing followed
     */
    record Absence(UUID eventId) implements TriggerCause {}
}
