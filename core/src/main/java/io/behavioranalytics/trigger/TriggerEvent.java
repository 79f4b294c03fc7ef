package io.behavioranalytics.trigger;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.event.EventType;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a trigger waits for. In JSON a text (an event type, {@code segment_entered}) or an object with {@code type}. */
public sealed interface TriggerEvent {
    /** The words in JSON that name kinds of trigger, now or in a later version, and so no event type. */
    Set<String> RESERVED =
            Set.of("segment_entered", "segment_exited", "inactivity", "pattern_changed", "score_crossed", "sequence");

    /** The longest time that {@link Inactivity} waits. */
    Duration MAX_WITHIN = Duration.ofDays(400);

    /**
     * An event of a type.
     *
     * @param eventType the type
     */
    record Happened(EventType eventType) implements TriggerEvent {
        /**
         * Refuses the words that name other kinds of trigger.
         *
         * @throws IllegalArgumentException if the type is one of them
         */
        public Happened {
            if (RESERVED.contains(eventType.name())) {
                throw new IllegalArgumentException(eventType + " names a kind of trigger, not an event type");
            }
        }
    }

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
     * @param within how long in whole microseconds, positive, at most 400 days
     */
    record Inactivity(
            @Nullable EventType after, List<Condition> afterConditions, List<EventType> unless, Duration within)
            implements TriggerEvent {
        /**
         * Copies the lists, truncates the time to microseconds and checks it.
         *
         * @throws IllegalArgumentException if the time is not positive, or more than 400 days
         */
        public Inactivity {
            afterConditions = List.copyOf(afterConditions);
            unless = List.copyOf(unless);
            within = within.truncatedTo(ChronoUnit.MICROS);
            if (within.isZero() || within.isNegative() || within.compareTo(MAX_WITHIN) > 0) {
                throw new IllegalArgumentException("within must be positive and at most 400 days: " + within);
            }
        }
    }
}
