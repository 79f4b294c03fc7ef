package io.behavioranalytics.statistics;

/** Why data cannot answer a question. */
public enum Shortage {
    /** An arm has fewer observations than the method needs, most often two. */
    TOO_FEW_OBSERVATIONS,
    /** The observations do not vary: none or all converted, or all have the same value. */
    NO_VARIANCE,
    /** What was observed before the experiment does not vary, or there is none of it: it explains nothing. */
    NO_COVARIATE,
    /** A relative effect is asked for, and the control's mean is zero, or cannot be told from zero. */
    NO_BASELINE,
    /** No value within the range looked at has the property asked for; for instance, no sample size reaches the power. */
    OUT_OF_REACH,
    /** The numbers are so large or so small that the answer is beyond what a double can say. */
    NOT_REPRESENTABLE
}
