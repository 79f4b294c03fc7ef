package io.behavioranalytics.segment;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Schedules read off the clocks, minute by minute: for tests. */
public final class NaiveSchedule {
    private record Day(LocalDate date, LocalTime at, ZoneId zone) {}

    private static final Map<Day, Instant> KNOWN = new HashMap<>();

    private NaiveSchedule() {}

    /**
     * The last instant of a schedule at or before another.
     *
     * @param schedule any schedule
     * @param at the other
     * @return the instant, or null if there is none
     */
    public static @Nullable Instant last(Schedule schedule, Instant at) {
        if (schedule instanceof Schedule.Every every) {
            return last(every, at);
        }
        Schedule.Daily daily = (Schedule.Daily) schedule;
        LocalDate today = at.atZone(daily.zone()).toLocalDate();
        Instant last = null;
        for (LocalDate date = today.minusDays(9); !date.isAfter(today.plusDays(1)); date = date.plusDays(1)) {
            DayOfWeek only = daily.weekday();
            Instant instant = on(date, daily.at(), daily.zone());
            if ((only == null || date.getDayOfWeek() == only) && !instant.isAfter(at)) {
                last = instant;
            }
        }
        return last;
    }

    private static @Nullable Instant last(Schedule.Every every, Instant at) {
        Instant from = every.from();
        if (from != null && at.isBefore(from)) {
            return null;
        }
        Instant last = from == null ? Instant.EPOCH : from;
        while (!last.plus(every.period()).isAfter(at)) {
            last = last.plus(every.period());
        }
        while (last.isAfter(at)) {
            last = last.minus(every.period());
        }
        return last;
    }

    /** The first instant of a date at which the clocks show a time, or a later one. */
    static synchronized Instant on(LocalDate date, LocalTime at, ZoneId zone) {
        return KNOWN.computeIfAbsent(new Day(date, at, zone), day -> {
            LocalDateTime wanted = date.atTime(at);
            Instant instant = wanted.minusHours(16).toInstant(ZoneOffset.UTC);
            while (instant.atZone(zone).toLocalDateTime().isBefore(wanted)) {
                instant = instant.plus(Duration.ofMinutes(1));
            }
            return instant;
        });
    }
}
