package io.behavioranalytics.statistics;

/** On which side of the null hypothesis the effect is looked for. */
public enum Alternative {
    /** On both sides. */
    TWO_SIDED,
    /** The treatment is above the control: the interval has a lower end only. */
    GREATER,
    /** The treatment is below the control: the interval has an upper end only. */
    LESS;

    /** The part of alpha that lies beyond one end of the interval. */
    double tail(double alpha) {
        return this == TWO_SIDED ? alpha / 2 : alpha;
    }
}
