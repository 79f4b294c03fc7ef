package io.behavioranalytics.trigger;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.ProfileField;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.profile.BehaviorPattern;
import io.behavioranalytics.segment.SequencePattern;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
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
     * The behavior pattern became another. JSON {@code pattern_changed}.
     *
     * @param from the pattern before, or null for any
     * @param to the pattern after, or null for any
     */
    record PatternChanged(
            @Nullable BehaviorPattern from, @Nullable BehaviorPattern to) implements TriggerEvent {
        /**
         * Tells whether a change is waited for.
         *
         * @param before the pattern before
         * @param after the pattern after, another
         * @return true if so
         */
        public boolean matches(BehaviorPattern before, BehaviorPattern after) {
            return (from == null || from == before) && (to == null || to == after);
        }
    }

    /** Which way a score crosses. */
    enum Direction {
        /** It reaches the threshold. */
        UP,
        /** It falls below the threshold. */
        DOWN;

        /**
         * The name used in JSON.
         *
         * @return lower case
         */
        public String json() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A score crossed a threshold, by an event or by decay alone. It does so again only after it was beyond the level of re-arming, so
     * that a score that wavers about the threshold comes true once. JSON {@code score_crossed}.
     *
     * @param score one of {@link #SCORES}
     * @param direction up: the score is at least the threshold; down: it is less
     * @param threshold more than 0, less than 100
     * @param rearm up: it comes true again once the score was less than this, at most the threshold; down: once it was at least this, at
     *     least the threshold
     */
    record ScoreCrossed(ProfileField score, Direction direction, double threshold, double rearm)
            implements TriggerEvent {
        /** The fields that may be watched. */
        public static final Set<ProfileField> SCORES = Collections.unmodifiableSet(EnumSet.of(
                ProfileField.ENGAGEMENT_SCORE,
                ProfileField.INTEREST_SCORE,
                ProfileField.INTENT_SCORE,
                ProfileField.CONVERSION_PROBABILITY));

        /**
         * Checks the field and the numbers.
         *
         * @throws IllegalArgumentException if the field is no score or a number is out of range
         */
        public ScoreCrossed {
            if (!SCORES.contains(score)) {
                throw new IllegalArgumentException(score.json() + " is no score");
            }
            boolean beyond = direction == Direction.UP ? rearm <= threshold : rearm >= threshold;
            if (!(threshold > 0 && threshold < 100 && rearm > 0 && rearm < 100 && beyond)) {
                throw new IllegalArgumentException(
                        "threshold and rearm must be between 0 and 100, rearm not above the threshold going up and not below it"
                                + " going down: " + threshold + ", " + rearm);
            }
        }
    }

    /**
     * An event completed a sequence (S14), at most once by each event; or, if the last step is negated, its event stayed away for that
     * step's time. JSON {@code sequence}.
     *
     * @param pattern the steps, and how far apart their events may lie
     */
    record Sequence(SequencePattern pattern) implements TriggerEvent {
        /**
         * Tells whether it comes true only once the event of a negated last step has stayed away.
         *
         * @return true if the last step is negated
         */
        public boolean waits() {
            List<SequencePattern.Step> steps = pattern.steps();
            return !steps.isEmpty() && steps.get(steps.size() - 1).negate();
        }
    }

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
