package io.behavioranalytics.experiment;

import java.time.Duration;

/**
 * How the weights of an adaptive experiment follow its results.
 *
 * @param floor what each variant keeps at least, in basis points, 1 to 5,000; all floors together at most 10,000
 * @param every how long weights stand at least, 15 minutes to 30 days
 * @param minUsers how many exposed users every variant must have before weights move, 1 to 1,000,000
 */
public record Adaptive(int floor, Duration every, int minUsers) {
    /** One percent, a day, a hundred users. */
    public static final Adaptive DEFAULTS = new Adaptive(100, Duration.ofDays(1), 100);
}
