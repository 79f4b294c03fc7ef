package io.behavioranalytics;

import java.util.List;

/**
 * What came of an import of history.
 *
 * @param accepted events that are durable now
 * @param duplicates events that were stored before
 * @param refused events that were not taken, for whatever reason
 * @param problems the first {@value #MOST_PROBLEMS} of those
 */
public record ImportResult(long accepted, long duplicates, long refused, List<Problem> problems) {
    /** The most problems that are kept. */
    public static final int MOST_PROBLEMS = 100;

    /**
     * An event that was not taken.
     *
     * @param index its place in the input, 0 for the first
     * @param result why
     */
    public record Problem(long index, TrackResult result) {}

    /** Copies the problems. */
    public ImportResult {
        problems = List.copyOf(problems);
    }
}
