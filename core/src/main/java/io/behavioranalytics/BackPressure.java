package io.behavioranalytics;

import java.time.Duration;

/** What a call does that finds the intake full; an event is never dropped in silence. */
public sealed interface BackPressure {
    /** Answers {@link TrackResult.Outcome#RETRY_LATER} at once. */
    record Reject() implements BackPressure {}

    /**
     * Waits for room, and answers {@link TrackResult.Outcome#RETRY_LATER} if there is none in time. Holds for calls that wait
     * for their result; {@code trackAsync} waits for room as well.
     *
     * @param atMost the longest wait, positive
     */
    record Block(Duration atMost) implements BackPressure {
        /**
         * Checks the wait.
         *
         * @throws IllegalArgumentException if it is not positive, or more than an hour
         */
        public Block {
            if (atMost.isNegative() || atMost.isZero() || atMost.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException("the wait must be positive and at most PT1H: " + atMost);
            }
        }
    }

    /**
     * Answers RETRY_LATER at once.
     *
     * @return the policy
     */
    static BackPressure reject() {
        return new Reject();
    }

    /**
     * Waits for room.
     *
     * @param atMost the longest wait, positive, at most an hour
     * @return the policy
     * @throws IllegalArgumentException if the wait is out of range
     */
    static BackPressure block(Duration atMost) {
        return new Block(atMost);
    }
}
