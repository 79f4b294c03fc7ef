package io.behavioranalytics.report;

import io.behavioranalytics.condition.LocalDays;
import io.behavioranalytics.event.Micros;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAdjusters;
import java.util.Objects;

/**
 * A stretch of a calendar: an hour, day, week or month of a zone. Days begin as {@link LocalDays} says, so a day on which the clocks
 * change has 23 or 25 hours; an hour is a full hour of UTC, so that clocks that change by half an hour split none.
 *
 * @param unit which stretch
 * @param weekStart the day on which weeks begin
 */
public record CalendarInterval(Unit unit, DayOfWeek weekStart) {
    private static final long HOUR_MICROS = 3_600_000_000L;

    /** An hour. */
    public static final CalendarInterval HOUR = new CalendarInterval(Unit.HOUR, DayOfWeek.MONDAY);
    /** A day. */
    public static final CalendarInterval DAY = new CalendarInterval(Unit.DAY, DayOfWeek.MONDAY);
    /** A week from Monday to Sunday. */
    public static final CalendarInterval WEEK = new CalendarInterval(Unit.WEEK, DayOfWeek.MONDAY);
    /** A month. */
    public static final CalendarInterval MONTH = new CalendarInterval(Unit.MONTH, DayOfWeek.MONDAY);

    /** The stretches there are. */
    public enum Unit {
        /** A full hour of UTC. */
        HOUR,
        /** A day of the calendar. */
        DAY,
        /** Seven days of the calendar. */
        WEEK,
        /** A month of the calendar. */
        MONTH
    }

    /** Checks that both are there. */
    public CalendarInterval {
        Objects.requireNonNull(unit, "unit");
        Objects.requireNonNull(weekStart, "weekStart");
    }

    /**
     * A week that begins on a day.
     *
     * @param first the first day
     * @return the interval
     */
    public static CalendarInterval weekFrom(DayOfWeek first) {
        return new CalendarInterval(Unit.WEEK, first);
    }

    /** Where the interval that holds an instant begins. */
    long startOf(long micros, ZoneId zone) {
        if (unit == Unit.HOUR) {
            return Math.floorDiv(micros, HOUR_MICROS) * HOUR_MICROS;
        }
        return start(dayOf(micros, zone), zone);
    }

    /** Where the interval behind one begins; {@link Micros#NEVER} if that is later than can be told. */
    long next(long start, int many, ZoneId zone) {
        return switch (unit) {
            case HOUR -> Micros.plus(start, many * HOUR_MICROS);
            case DAY -> start(dayOf(start, zone).plusDays(many), zone);
            case WEEK -> start(dayOf(start, zone).plusWeeks(many), zone);
            case MONTH -> start(dayOf(start, zone).plusMonths(many), zone);
        };
    }

    /** The first day of the interval that holds an instant. */
    private LocalDate dayOf(long micros, ZoneId zone) {
        LocalDate day = LocalDays.dayOf(micros, zone);
        return switch (unit) {
            case HOUR, DAY -> day;
            case WEEK -> day.with(TemporalAdjusters.previousOrSame(weekStart));
            case MONTH -> day.withDayOfMonth(1);
        };
    }

    /** The number of the interval that holds an instant: neighbors have neighboring numbers. */
    long number(long micros, ZoneId zone) {
        if (unit == Unit.HOUR) {
            return Math.floorDiv(micros, HOUR_MICROS);
        }
        LocalDate day = dayOf(micros, zone);
        return switch (unit) {
            case MONTH -> day.getYear() * 12L + day.getMonthValue();
            case WEEK -> Math.floorDiv(day.toEpochDay() - weekStart.getValue(), 7);
            default -> day.toEpochDay();
        };
    }

    private static long start(LocalDate day, ZoneId zone) {
        return Micros.ofAny(LocalDays.start(day, zone));
    }

    /** The name of the interval that begins at an instant: its day, or its hour. */
    String label(long start, ZoneId zone) {
        if (unit == Unit.HOUR) {
            ZonedDateTime local = Micros.toInstant(start).atZone(zone);
            // Seconds are written where there are some: once offsets had them.
            return local.toLocalDateTime() + local.getOffset().getId();
        }
        return dayOf(start, zone).toString();
    }
}
