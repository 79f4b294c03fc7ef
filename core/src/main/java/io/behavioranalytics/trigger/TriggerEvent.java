package io.behavioranalytics.trigger;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.event.EventType;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a trigger waits for. In JSON a text (an event type, {@code segment_entered}) or an object with {@code type}. */
public sealed interface TriggerEvent {
    /**
     * An event of a type.
     *
     * @param eventType the type
     */
    record Happened(EventType eventType) implements TriggerEvent {}

    /**
     * The subject entered a segment. JSON {@code segment_entered}.
     *
     * @param segment the segment's key or id, or null for any
     */
    record SegmentEntered(@Nullable String segment) implements TriggerEvent {}

    /**
     * The subject left a segment. JSON {@code segment_exited}.
     *
     * @param segment the segment's key or id, or null for any
     */
    record SegmentExited(@Nullable String segment) implements TriggerEvent {}

    /**
     * After an event, none of some others came for a while (S5): decided at A + within, looked for in (A, A + within]; each
     * A is its own instance. JSON {@code inactivity}.
     *
     * @param after the type of A, or null for any event
     * @param afterConditions what A must meet, all of them
     * @param unless the types that prevent it; empty for any event
     * @param within how long, positive, at most 400 days
     */
    record Inactivity(
            @Nullable EventType after, List<Condition> afterConditions, List<EventType> unless, Duration within)
            implements TriggerEvent {
        /** Copies the lists. */
        public Inactivity {
            afterConditions = List.copyOf(afterConditions);
            unless = List.copyOf(unless);
        }
    }
}
