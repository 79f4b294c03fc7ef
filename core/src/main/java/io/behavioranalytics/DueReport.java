package io.behavioranalytics;

/**
 * What one {@link BehaviorAnalytics#runDue()} did.
 *
 * @param timers subjects decided again because their instant had come
 * @param done actions carried out
 * @param retried attempts that are to be repeated later
 * @param dead actions given up
 * @param skipped claims that were not carried out: the action was cancelled meanwhile, or another host took it over
 */
public record DueReport(long timers, long done, long retried, long dead, long skipped) {
    /** Nothing was due. */
    public static final DueReport NOTHING = new DueReport(0, 0, 0, 0, 0);

    /**
     * Tells whether nothing was done.
     *
     * @return true if every count is 0
     */
    public boolean isEmpty() {
        return equals(NOTHING);
    }

    /**
     * Adds the counts of another run.
     *
     * @param other the other run
     * @return the sums
     */
    public DueReport plus(DueReport other) {
        return new DueReport(
                timers + other.timers,
                done + other.done,
                retried + other.retried,
                dead + other.dead,
                skipped + other.skipped);
    }
}
