package io.behavioranalytics.segment;

import io.behavioranalytics.condition.TimeWindow;

/**
 * Events one after the other within a window; every assigned event lies in it.
 *
 * @param pattern the steps and their constraints
 * @param timeRange where to look; an event that is forbidden behind the last one counts wherever it lies
 * @param negate whether the answer is turned round
 */
public record SequenceFilter(SequencePattern pattern, TimeWindow timeRange, boolean negate) {
    /**
     * A sequence at any time.
     *
     * @param pattern the steps and their constraints
     * @return the filter
     */
    public static SequenceFilter of(SequencePattern pattern) {
        return new SequenceFilter(pattern, new TimeWindow.AllTime(), false);
    }

    /**
     * This filter in another window.
     *
     * @param window where to look
     * @return the filter
     */
    public SequenceFilter in(TimeWindow window) {
        return new SequenceFilter(pattern, window, negate);
    }

    /**
     * The filter that is true where this one is false.
     *
     * @return the opposite
     */
    public SequenceFilter negated() {
        return new SequenceFilter(pattern, timeRange, !negate);
    }
}
