package io.behavioranalytics;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.json.Violation;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of one event.
 *
 * @param outcome what became of it
 * @param eventId the event's id, to be used again when the caller tries again; null only for an invalid event without one
 * @param event the stored event: the new one if accepted, the original if duplicate or conflict; else null
 * @param subject whose timeline it stands in, if accepted; else null
 * @param violations what is wrong with an invalid event, empty otherwise
 * @param reason why it was not accepted, for people; empty if it was
 */
public record TrackResult(
        Outcome outcome,
        @Nullable UUID eventId,
        @Nullable BehaviorEvent event,
        @Nullable SubjectId subject,
        List<Violation> violations,
        String reason) {
    /** What became of an event. */
    public enum Outcome {
        /** Durable, and everything decided that follows from it. */
        ACCEPTED,
        /** Stored before, under the same id with the same content; nothing was changed. */
        DUPLICATE,
        /** Another event is stored under this id; that one stays. */
        CONFLICT,
        /**
         * Not as events have to be; {@link TrackResult#violations()} says what is wrong. Without violations: the database refuses
         * it for good, as a constraint of the host's does; {@link TrackResult#reason()} says by which code.
         */
        INVALID,
        /** Refused for the time being: there is too much of this subject. */
        THROTTLED,
        /** Refused because consent is missing. */
        NO_CONSENT,
        /**
         * Not acknowledged: try again with the same id. Mostly nothing is stored; if the store failed in the middle of a commit
         * the event may be, and the second try is then answered as a duplicate.
         */
        RETRY_LATER
    }

    /** Copies the violations. */
    public TrackResult {
        violations = List.copyOf(violations);
    }

    /**
     * Tells whether the event is durable, now or since an earlier call.
     *
     * @return true for ACCEPTED and DUPLICATE
     */
    public boolean isDurable() {
        return outcome == Outcome.ACCEPTED || outcome == Outcome.DUPLICATE;
    }

    static TrackResult accepted(BehaviorEvent event, SubjectId subject) {
        return new TrackResult(Outcome.ACCEPTED, event.id(), event, subject, List.of(), "");
    }

    static TrackResult duplicate(BehaviorEvent original) {
        return new TrackResult(
                Outcome.DUPLICATE, original.id(), original, null, List.of(), "this event is stored already");
    }

    static TrackResult conflict(BehaviorEvent original) {
        return new TrackResult(
                Outcome.CONFLICT,
                original.id(),
                original,
                null,
                List.of(),
                "an event with other content is stored under this id");
    }

    static TrackResult invalid(@Nullable UUID id, List<Violation> violations, String reason) {
        return new TrackResult(Outcome.INVALID, id, null, null, violations, reason);
    }

    static TrackResult refused(Outcome outcome, UUID id, String reason) {
        return new TrackResult(outcome, id, null, null, List.of(), reason);
    }
}
