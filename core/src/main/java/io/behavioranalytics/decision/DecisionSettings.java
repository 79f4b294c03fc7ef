package io.behavioranalytics.decision;

import io.behavioranalytics.event.Retention;
import io.behavioranalytics.profile.ScoringModel;
import java.time.Duration;

/**
 * What a decision depends on beside the timeline, the definitions and the clock.
 *
 * @param scoring how scores, visits and patterns are computed
 * @param retention how long events are visible (S7)
 * @param maxEventAge how long ago a trigger may have come true by a late event and still fire (S18)
 * @param maxLateness how long ago a trigger may have come true by the clock and still fire, when no host ran (S18)
 */
public record DecisionSettings(ScoringModel scoring, Retention retention, Duration maxEventAge, Duration maxLateness) {
    /**
     * Checks the ages.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public DecisionSettings {
        if (maxEventAge.isNegative() || maxLateness.isNegative()) {
            throw new IllegalArgumentException(
                    "maxEventAge and maxLateness must not be negative: " + maxEventAge + ", " + maxLateness);
        }
    }
}
