package io.behavioranalytics.statistics;

/** On which scale the difference of two arms is told. */
public enum EffectScale {
    /** Treatment minus control, in the metric's own unit. */
    ABSOLUTE,
    /**
     * The lift: that difference over the absolute value of the control's mean, whose own uncertainty is part of the interval (delta
     * method). The convention of GrowthBook.
     */
    RELATIVE,
    /**
     * The same lift, with the control's mean taken as a known number: the absolute effect and its interval are only divided by it. The
     * convention of Spotify's confidence; its interval is too short when the control's mean is uncertain.
     */
    RELATIVE_TO_FIXED_CONTROL
}
