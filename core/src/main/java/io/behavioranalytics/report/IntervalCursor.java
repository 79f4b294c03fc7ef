package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import java.time.ZoneId;

/** Finds the interval of one instant after another, quickly while they lie in the same one. Not thread-safe. */
final class IntervalCursor {
    private final CalendarInterval interval;
    private final ZoneId zone;
    private long start = Micros.NEVER;
    private long end = Micros.ALWAYS;

    IntervalCursor(CalendarInterval interval, ZoneId zone) {
        this.interval = interval;
        this.zone = zone;
    }

    /** Where the interval that holds an instant begins. */
    long startOf(long micros) {
        if (micros < start || micros >= end) {
            start = interval.startOf(micros, zone);
            end = interval.next(start, 1, zone);
        }
        return start;
    }
}
