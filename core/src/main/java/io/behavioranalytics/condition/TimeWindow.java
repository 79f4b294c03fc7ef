package io.behavioranalytics.condition;

import io.behavioranalytics.event.Micros;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;

/**
 * The span of time in which a filter looks; one function decides "in the window" for live, batch and reports alike (S4).
 *
 * <p>Windows answer for events that are visible, so not later than now. All of them are monotone: an earlier event never
 * leaves later than a later one.
 */
public sealed interface TimeWindow {
    /** All time, within the retention. */
    record AllTime() implements TimeWindow {
        @Override
        public boolean contains(long micros, long now) {
            return true;
        }

        @Override
        public long leavesAt(long micros) {
            return Micros.NEVER;
        }
    }

    /**
     * From start (included) to end (excluded).
     *
     * @param start first instant of the window
     * @param end first instant after the window
     */
    record Absolute(Instant start, Instant end) implements TimeWindow {
        @Override
        public boolean contains(long micros, long now) {
            return micros >= Micros.of(start) && micros < Micros.of(end);
        }

        @Override
        public long leavesAt(long micros) {
            return Micros.NEVER;
        }
    }

    /**
     * The last span before now: (now − last, now].
     *
     * @param last the window's length, positive; a day is 24 hours
     */
    record Rolling(Duration last) implements TimeWindow {
        @Override
        public boolean contains(long micros, long now) {
            return leavesAt(micros) > now;
        }

        @Override
        public long leavesAt(long micros) {
            return Micros.plus(micros, span(last));
        }

        private static long span(Duration duration) {
            return Math.addExact(Math.multiplyExact(duration.getSeconds(), 1_000_000L), duration.getNano() / 1_000);
        }
    }

    /**
     * The last calendar days, weeks (from Monday) or months in a zone, the current one included.
     *
     * @param unit what is counted
     * @param count how many, at least 1; 1 is the current day, week or month alone
     * @param zone whose calendar
     */
    record Calendar(Unit unit, int count, ZoneId zone) implements TimeWindow {
        /** A unit of the calendar. */
        public enum Unit {
            /** Days from local midnight. */
            DAYS,
            /** Weeks from Monday. */
            WEEKS,
            /** Months from the first. */
            MONTHS
        }

        @Override
        public boolean contains(long micros, long now) {
            return leavesAt(micros) > now;
        }

        @Override
        public long leavesAt(long micros) {
            LocalDate date = Micros.toInstant(micros).atZone(zone).toLocalDate();
            LocalDate leaves = switch (unit) {
                case DAYS -> date.plusDays(count);
                case WEEKS ->
                    date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                            .plusWeeks(count);
                case MONTHS -> date.withDayOfMonth(1).plusMonths(count);
            };
            return Micros.of(leaves.atStartOfDay(zone).toInstant());
        }
    }

    /**
     * Tells whether a visible event lies in the window.
     *
     * @param micros the event's timestamp, not after now
     * @param now the instant of the question
     * @return true if it does
     */
    boolean contains(long micros, long now);

    /**
     * The first instant at which an event that was in the window is no longer in it.
     *
     * @param micros the event's timestamp
     * @return micros, or {@link Micros#NEVER}
     */
    long leavesAt(long micros);
}
