package io.behavioranalytics.condition;

import io.behavioranalytics.event.Micros;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The span of time in which a filter looks; one function decides "in the window" for live, batch and reports alike (S4).
 *
 * <p>Windows answer for events that are visible, so not later than now. All of them are monotone: an earlier event never
 * leaves later than a later one.
 */
public sealed interface TimeWindow {
    /** The longest rolling or calendar window. */
    Duration MAX_LENGTH = Duration.ofDays(3_650);

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
        /**
         * Truncates both to microseconds and checks their order.
         *
         * @throws IllegalArgumentException if start is not before end
         */
        public Absolute {
            start = Micros.toInstant(Micros.of(start));
            end = Micros.toInstant(Micros.of(end));
            if (!start.isBefore(end)) {
                throw new IllegalArgumentException("start must be before end: " + start + ", " + end);
            }
        }

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
     * @param last the window's length in whole microseconds, positive, at most 3,650 days; a day is 24 hours
     */
    record Rolling(Duration last) implements TimeWindow {
        /**
         * Truncates the length to microseconds and checks it.
         *
         * @throws IllegalArgumentException if it is not positive, or more than 3,650 days
         */
        public Rolling {
            last = last.truncatedTo(ChronoUnit.MICROS);
            if (last.isZero() || last.isNegative() || last.compareTo(MAX_LENGTH) > 0) {
                throw new IllegalArgumentException("last must be positive and at most 3,650 days: " + last);
            }
        }

        @Override
        public boolean contains(long micros, long now) {
            return leavesAt(micros) > now;
        }

        @Override
        public long leavesAt(long micros) {
            return Micros.plus(micros, InstantText.micros(last));
        }
    }

    /**
     * The last calendar days, weeks (from Monday) or months in a zone, the current one included.
     *
     * <p>A day begins at its local midnight, or where the clocks skip midnight at that instant. Where they are set back across
     * midnight it begins at the last midnight: what happens before that belongs to the day before, though the clock shows the next
     * date for a while. A day that the zone skipped counts as a day.
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
            MONTHS;

            /**
             * The greatest number of them that a window may have.
             *
             * @return about ten years of them
             */
            public int most() {
                return switch (this) {
                    case DAYS -> 3_650;
                    case WEEKS -> 521;
                    case MONTHS -> 120;
                };
            }
        }

        /**
         * Checks the count.
         *
         * @throws IllegalArgumentException if it is not 1 to {@link Unit#most()}
         */
        public Calendar {
            if (count < 1 || count > unit.most()) {
                throw new IllegalArgumentException("count must be 1 to " + unit.most() + ": " + count);
            }
        }

        @Override
        public boolean contains(long micros, long now) {
            return leavesAt(micros) > now;
        }

        @Override
        public long leavesAt(long micros) {
            LocalDate date = LocalDays.dayOf(micros, zone);
            LocalDate leaves = switch (unit) {
                case DAYS -> date.plusDays(count);
                case WEEKS ->
                    date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                            .plusWeeks(count);
                case MONTHS -> date.withDayOfMonth(1).plusMonths(count);
            };
            return Micros.of(LocalDays.start(leaves, zone));
        }
    }

    /**
     * All time, within the retention.
     *
     * @return the window
     */
    static TimeWindow allTime() {
        return new AllTime();
    }

    /**
     * From one instant to another.
     *
     * @param start first instant of the window
     * @param end first instant after it
     * @return the window
     * @throws IllegalArgumentException if start is not before end
     */
    static TimeWindow between(Instant start, Instant end) {
        return new Absolute(start, end);
    }

    /**
     * The last span before now.
     *
     * @param last positive, at most 3,650 days; a day is 24 hours
     * @return the window
     * @throws IllegalArgumentException if it is not
     */
    static TimeWindow last(Duration last) {
        return new Rolling(last);
    }

    /**
     * Today and the calendar days before it.
     *
     * @param count how many, 1 to 3,650; 1 is today alone
     * @param zone whose calendar
     * @return the window
     * @throws IllegalArgumentException if the count is out of range
     */
    static TimeWindow lastDays(int count, ZoneId zone) {
        return new Calendar(Calendar.Unit.DAYS, count, zone);
    }

    /**
     * This calendar week, from Monday, and those before it.
     *
     * @param count how many, 1 to 521; 1 is this week alone
     * @param zone whose calendar
     * @return the window
     * @throws IllegalArgumentException if the count is out of range
     */
    static TimeWindow lastWeeks(int count, ZoneId zone) {
        return new Calendar(Calendar.Unit.WEEKS, count, zone);
    }

    /**
     * This calendar month and those before it.
     *
     * @param count how many, 1 to 120; 1 is this month alone
     * @param zone whose calendar
     * @return the window
     * @throws IllegalArgumentException if the count is out of range
     */
    static TimeWindow lastMonths(int count, ZoneId zone) {
        return new Calendar(Calendar.Unit.MONTHS, count, zone);
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

    /**
     * The window for people, such as {@code in the last P7D}.
     *
     * @return words that follow a noun
     */
    default String words() {
        if (this instanceof Absolute absolute) {
            return "from " + absolute.start() + " until " + absolute.end();
        }
        if (this instanceof Rolling rolling) {
            return "in the last " + rolling.last();
        }
        if (this instanceof Calendar calendar) {
            return "in the last " + calendar.count() + " "
                    + calendar.unit().name().toLowerCase(Locale.ROOT) + " in " + calendar.zone();
        }
        return "at any time";
    }

    /**
     * Instants beside the borders of the window, none of them behind now: where an answer about it turns.
     *
     * @param now the instant of the question
     * @return a few instants, such as the first that is inside and the last before it
     */
    default List<Instant> bordersUntil(long now) {
        List<Instant> borders = new ArrayList<>();
        borders.add(Micros.toInstant(now));
        if (this instanceof Absolute absolute) {
            for (Instant border : List.of(absolute.start(), absolute.end())) {
                borders.add(border);
                borders.add(border.minus(1, ChronoUnit.MICROS));
            }
        } else if (leavesAt(now) != Micros.NEVER) {
            // Monotone: what happened up to some instant has left by now, what happened later has not.
            long out = now - InstantText.micros(MAX_LENGTH) - InstantText.micros(Duration.ofDays(400));
            long in = now;
            while (in - out > 1) {
                long middle = out + (in - out) / 2;
                if (contains(middle, now)) {
                    in = middle;
                } else {
                    out = middle;
                }
            }
            borders.add(Micros.toInstant(in));
            borders.add(Micros.toInstant(out));
        }
        borders.removeIf(border -> Micros.of(border) > now);
        return borders;
    }
}
