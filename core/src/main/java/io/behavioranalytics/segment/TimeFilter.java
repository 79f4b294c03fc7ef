package io.behavioranalytics.segment;

import io.behavioranalytics.condition.TimeWindow;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** When the subject was there; the JSON field {@code type} names the kind. */
public sealed interface TimeFilter {
    /**
     * The first event lies in a window; false for a subject without events. JSON {@code first_seen}.
     *
     * @param timeRange the window
     * @param negate whether the answer is turned round
     */
    record FirstSeen(TimeWindow timeRange, boolean negate) implements TimeFilter {}

    /**
     * The last event lies in a window; false for a subject without events. JSON {@code last_seen}.
     *
     * @param timeRange the window
     * @param negate whether the answer is turned round
     */
    record LastSeen(TimeWindow timeRange, boolean negate) implements TimeFilter {}

    /**
     * Number of calendar days with an event in a window. JSON {@code active_days}.
     *
     * @param minDays least number of days, 0 to {@value EventFilter#MAX_COUNT}
     * @param maxDays greatest number of days, or null
     * @param timeRange the window; a day counts while its last event is in it
     * @param zone whose calendar
     * @param negate whether the answer is turned round
     */
    record ActiveDays(int minDays, @Nullable Integer maxDays, TimeWindow timeRange, ZoneId zone, boolean negate)
            implements TimeFilter {
        /**
         * Checks the counts.
         *
         * @throws IllegalArgumentException if one is out of range, or the greatest is below the least
         */
        public ActiveDays {
            EventFilter.checkCounts(minDays, maxDays);
        }
    }

    /**
     * No event in (now − duration, now]. JSON {@code inactive_for}.
     *
     * @param duration how long in whole microseconds, positive, at most 3,650 days
     * @param negate whether the answer is turned round
     */
    record InactiveFor(Duration duration, boolean negate) implements TimeFilter {
        /**
         * Truncates the duration to microseconds and checks it.
         *
         * @throws IllegalArgumentException if it is not positive, or more than 3,650 days
         */
        public InactiveFor {
            duration = new TimeWindow.Rolling(duration).last();
        }
    }

    /**
     * Number of events at certain hours and weekdays of a zone. JSON {@code local_time}.
     *
     * @param fromHour first local hour, 0 to 23
     * @param toHour first local hour that is outside again, 0 to 24; not above {@code fromHour} means across midnight
     * @param weekdays the days, by the event's local date; empty for all
     * @param zone whose clock
     * @param minCount least number of events, 0 to {@value EventFilter#MAX_COUNT}
     * @param maxCount greatest number of events, or null
     * @param timeRange the window
     * @param negate whether the answer is turned round
     */
    record LocalTime(
            int fromHour,
            int toHour,
            List<DayOfWeek> weekdays,
            ZoneId zone,
            int minCount,
            @Nullable Integer maxCount,
            TimeWindow timeRange,
            boolean negate)
            implements TimeFilter {
        /**
         * Copies the days and checks hours and counts.
         *
         * @throws IllegalArgumentException if an hour or a count is out of range, or the greatest count below the least
         */
        public LocalTime {
            weekdays = List.copyOf(weekdays);
            if (fromHour < 0 || fromHour > 23 || toHour < 0 || toHour > 24) {
                throw new IllegalArgumentException(
                        "fromHour must be 0 to 23 and toHour 0 to 24: " + fromHour + ", " + toHour);
            }
            EventFilter.checkCounts(minCount, maxCount);
        }
    }

    /**
     * Whether the answer is turned round.
     *
     * @return true if negated
     */
    boolean negate();

    /**
     * The filter that is true where this one is false.
     *
     * @return the opposite
     */
    default TimeFilter negated() {
        if (this instanceof FirstSeen first) {
            return new FirstSeen(first.timeRange(), !first.negate());
        }
        if (this instanceof LastSeen last) {
            return new LastSeen(last.timeRange(), !last.negate());
        }
        if (this instanceof ActiveDays days) {
            return new ActiveDays(days.minDays(), days.maxDays(), days.timeRange(), days.zone(), !days.negate());
        }
        if (this instanceof InactiveFor inactive) {
            return new InactiveFor(inactive.duration(), !inactive.negate());
        }
        LocalTime local = (LocalTime) this;
        return new LocalTime(
                local.fromHour(),
                local.toHour(),
                local.weekdays(),
                local.zone(),
                local.minCount(),
                local.maxCount(),
                local.timeRange(),
                !local.negate());
    }
}
