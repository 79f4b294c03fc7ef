package io.behavioranalytics.condition;

import io.behavioranalytics.event.Micros;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;

/**
 * The calendar days of a zone as stretches of time, each of which is whole: a day begins once, and ends where the next begins.
 *
 * <p>A day begins at the last instant at which the local date becomes it. That is its midnight, or where the clocks skip midnight the
 * instant at which they do. Only where clocks are set back across midnight does the date come twice: what happens between the first
 * and the last midnight counts for the day before, which is not over yet. A day that a zone skipped is empty.
 */
public final class LocalDays {
    private LocalDays() {}

    /**
     * The instant at which a day begins.
     *
     * @param day the local date
     * @param zone where
     * @return the instant
     */
    public static Instant start(LocalDate day, ZoneId zone) {
        LocalDateTime midnight = day.atStartOfDay();
        ZoneOffsetTransition change = zone.getRules().getTransition(midnight);
        if (change == null) {
            return midnight.atZone(zone).toInstant();
        }
        if (change.isGap()) {
            return change.getInstant();
        }
        boolean comesAgain = change.getDateTimeAfter().toLocalDate().isBefore(day);
        return midnight.toInstant(comesAgain ? change.getOffsetAfter() : change.getOffsetBefore());
    }

    /**
     * The day that an instant lies in: its local date, or the day before if the clocks will be set back into that.
     *
     * @param micros the instant
     * @param zone where
     * @return the day
     */
    public static LocalDate dayOf(long micros, ZoneId zone) {
        Instant instant = Micros.toInstant(micros);
        LocalDate day = instant.atZone(zone).toLocalDate();
        while (instant.isBefore(start(day, zone))) {
            day = day.minusDays(1);
        }
        return day;
    }
}
