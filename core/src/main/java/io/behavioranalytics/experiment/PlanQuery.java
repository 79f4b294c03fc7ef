package io.behavioranalytics.experiment;

import java.time.Duration;

/**
 * What an experiment is planned for.
 *
 * @param lift the relative lift that is to be found, above 0 and at most 10: 0.1 is ten percent
 * @param power how likely it is to be found if it is there, between 0 and 1
 * @param alpha the level of the two-sided fixed-horizon test, above 0 and at most 0.5
 * @param history how far back the host's own users are looked at, 1 to 400 days
 */
public record PlanQuery(double lift, double power, double alpha, Duration history) {
    private static final double MOST_LIFT = 10;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public PlanQuery {
        if (!(lift > 0 && lift <= MOST_LIFT)) {
            throw new IllegalArgumentException("lift must be above 0 and at most 10: " + lift);
        }
        if (!(power > 0 && power < 1)) {
            throw new IllegalArgumentException("power must be between 0 and 1: " + power);
        }
        if (!(alpha > 0 && alpha <= 0.5)) {
            throw new IllegalArgumentException("alpha must be above 0 and at most 0.5: " + alpha);
        }
        if (history.compareTo(Duration.ofDays(1)) < 0 || history.compareTo(Duration.ofDays(400)) > 0) {
            throw new IllegalArgumentException("history must be 1 to 400 days: " + history);
        }
    }

    /**
     * A lift to be found with a power of 80 % at the level 0.05, planned by the last 28 days.
     *
     * @param lift the relative lift
     * @return the query
     */
    public static PlanQuery of(double lift) {
        return new PlanQuery(lift, 0.8, 0.05, Duration.ofDays(28));
    }
}
