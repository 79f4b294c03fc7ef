package io.behavioranalytics.report;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** What the periods of a retention or a cohort table are. */
public sealed interface Periods {
    /**
     * Intervals of the calendar; a cohort is one of them, and period k is the k-th behind it.
     *
     * @param interval which
     * @param every how many of them make a period, 1 or more, counted from the one in which the range begins
     */
    record Calendar(CalendarInterval interval, int every) implements Periods {
        /**
         * Checks the number.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        public Calendar {
            Objects.requireNonNull(interval, "interval");
            if (every < 1) {
                throw new IllegalArgumentException("a period must be at least one interval: " + every);
            }
        }
    }

    /**
     * Equal stretches of time from an instant on; a cohort is one of them, and period k is the k-th behind it.
     *
     * @param start where the first one begins
     * @param length how long each is, positive
     */
    record Equal(Instant start, Duration length) implements Periods {
        /**
         * Checks both.
         *
         * @throws IllegalArgumentException if the length is not a microsecond to 3,650 days, or the start does not lie in the years 0001 to 9999
         */
        public Equal {
            ReportFilter.check("start", Objects.requireNonNull(start, "start"));
            check(length);
        }
    }

    /**
     * Equal stretches of time from each subject's own start on, such as 24 hours; a cohort is an interval of the calendar.
     *
     * @param length how long each is, positive
     * @param cohorts the intervals of the cohorts
     */
    record Rolling(Duration length, CalendarInterval cohorts) implements Periods {
        /**
         * Checks the length.
         *
         * @throws IllegalArgumentException if it is not a microsecond to 3,650 days
         */
        public Rolling {
            Objects.requireNonNull(cohorts, "cohorts");
            check(length);
        }
    }

    /**
     * Days, weeks or months of the calendar.
     *
     * @param interval which
     * @return the periods
     */
    static Periods calendar(CalendarInterval interval) {
        return new Calendar(interval, 1);
    }

    /**
     * Periods of 24 hours from each subject's start; cohorts by day.
     *
     * @return the periods
     */
    static Periods rollingDays() {
        return new Rolling(Duration.ofDays(1), CalendarInterval.DAY);
    }

    private static void check(Duration length) {
        if (length.compareTo(Duration.ofNanos(1_000)) < 0 || length.compareTo(Duration.ofDays(3_650)) > 0) {
            throw new IllegalArgumentException("a period must be a microsecond to 3650 days long: " + length);
        }
    }
}
