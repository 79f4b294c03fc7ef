package io.behavioranalytics.decision;

import io.behavioranalytics.event.Retention;
import io.behavioranalytics.profile.ScoringModel;
import io.behavioranalytics.trigger.Cap;
import io.behavioranalytics.trigger.QuietHours;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;

/**
 * What a decision depends on beside the timeline, the definitions and the clock.
 *
 * @param scoring how scores, visits and patterns are computed
 * @param retention how long events are visible (S7)
 * @param maxEventAge how long ago a trigger may have come true by a late event and still fire (S18)
 * @param maxLateness how long ago a trigger may have come true by the clock and still fire, when no host ran (S18)
 * @param caps the most actions that reach a subject in a stretch of time, those of all triggers together (S20)
 * @param quietHours the quiet hours of triggers that name none (S21)
 * @param zone the zone of subjects of whom none is known
 */
public record DecisionSettings(
        ScoringModel scoring,
        Retention retention,
        Duration maxEventAge,
        Duration maxLateness,
        List<Cap> caps,
        QuietHours quietHours,
        ZoneId zone) {
    /**
     * Checks the ages and copies the list.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public DecisionSettings {
        caps = List.copyOf(caps);
        if (maxEventAge.isNegative() || maxLateness.isNegative()) {
            throw new IllegalArgumentException(
                    "maxEventAge and maxLateness must not be negative: " + maxEventAge + ", " + maxLateness);
        }
    }

    /**
     * Settings without caps and quiet hours.
     *
     * @param scoring how scores, visits and patterns are computed
     * @param retention how long events are visible (S7)
     * @param maxEventAge how long ago a trigger may have come true by a late event and still fire (S18)
     * @param maxLateness how long ago a trigger may have come true by the clock and still fire, when no host ran (S18)
     * @throws IllegalArgumentException if an age is negative
     */
    public DecisionSettings(ScoringModel scoring, Retention retention, Duration maxEventAge, Duration maxLateness) {
        this(scoring, retention, maxEventAge, maxLateness, List.of(), QuietHours.NONE, ZoneOffset.UTC);
    }
}
