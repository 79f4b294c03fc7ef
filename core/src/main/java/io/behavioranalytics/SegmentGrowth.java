package io.behavioranalytics;

import java.time.LocalDate;
import java.util.List;

/**
 * How a segment grew, day by day, by what was decided on each.
 *
 * @param days without a gap, in order
 */
public record SegmentGrowth(List<Day> days) {
    /**
     * One local day.
     *
     * @param date which
     * @param entries how many entries were decided on it
     * @param exits how many exits were decided on it
     * @param members how many were members when it ended
     */
    public record Day(LocalDate date, long entries, long exits, long members) {
        /**
         * Entries without exits.
         *
         * @return negative if the segment shrank
         */
        public long net() {
            return entries - exits;
        }
    }

    /** Copies the days. */
    public SegmentGrowth {
        days = List.copyOf(days);
    }
}
