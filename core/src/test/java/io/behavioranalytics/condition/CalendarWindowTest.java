package io.behavioranalytics.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.behavioranalytics.condition.TimeWindow.Calendar;
import io.behavioranalytics.event.Micros;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calendar windows around changes of a zone's offset, against a look at the local date of every minute (bad-input C27). */
class CalendarWindowTest {
    private static final int MINUTE = 60_000_000;
    private static final int DAYS = 6;
    private static final int MINUTES = DAYS * 24 * 60;

    /** The days of a zone, minute by minute, as the clock on the wall tells them. */
    private static final class Wall {
        final long begin;
        final LocalDate[] shown = new LocalDate[MINUTES];
        /** The earliest date that the clock shows from the minute on: what is still to come is not over. */
        final LocalDate[] day = new LocalDate[MINUTES];

        Wall(Instant middle, ZoneId zone) {
            Instant first = middle.truncatedTo(ChronoUnit.MINUTES).minus(DAYS / 2, ChronoUnit.DAYS);
            begin = Micros.of(first);
            for (int i = 0; i < MINUTES; i++) {
                shown[i] = LocalDate.ofInstant(first.plusSeconds(60L * i), zone);
            }
            LocalDate earliest = LocalDate.MAX;
            for (int i = MINUTES - 1; i >= 0; i--) {
                earliest = shown[i].isBefore(earliest) ? shown[i] : earliest;
                day[i] = earliest;
            }
        }

        long micros(int minute) {
            return begin + (long) minute * MINUTE;
        }

        /** The first minute whose day is not before a date; {@link #MINUTES} if it lies behind. */
        int start(LocalDate date) {
            for (int i = 0; i < MINUTES; i++) {
                if (!day[i].isBefore(date)) {
                    return i;
                }
            }
            return MINUTES;
        }
    }

    @ParameterizedTest
    @CsvSource({
        // From 00:01 back to 23:01 of the day before.
        "America/St_Johns, 2010-11-07T02:31:00Z, 1",
        "America/St_Johns, 2006-10-29T02:31:00Z, 1",
        "America/Goose_Bay, 2010-11-07T03:01:00Z, 1",
        "America/Moncton, 2005-10-30T03:01:00Z, 1",
        // From 02:00 back to 23:00.
        "Antarctica/Casey, 2010-03-04T15:00:00Z, 120",
        // Midnight does not exist.
        "America/Sao_Paulo, 2018-11-04T03:00:00Z, 0",
        "Asia/Beirut, 2024-03-30T22:00:00Z, 0",
        "Africa/Cairo, 2024-04-25T22:00:00Z, 0",
        // Midnight back to 23:00: it comes once, later.
        "America/Sao_Paulo, 2018-02-18T02:00:00Z, 0",
        "Asia/Beirut, 2024-10-26T21:00:00Z, 0",
        // 01:00 back to midnight: it comes twice, and the date once.
        "America/Havana, 2024-11-03T05:00:00Z, 0",
        // A day that does not exist, and one that came twice.
        "Pacific/Apia, 2011-12-30T10:00:00Z, 0",
        "Pacific/Kwajalein, 1993-08-21T12:00:00Z, 0",
        "America/New_York, 2025-03-09T07:00:00Z, 0",
        "America/New_York, 2025-11-02T06:00:00Z, 0",
        "Australia/Lord_Howe, 2025-04-05T15:00:00Z, 0",
        "Asia/Kathmandu, 2025-04-05T15:00:00Z, 0",
    })
    void every_minute_is_in_the_window_of_its_day_and_leaves_it_where_the_day_ends(
            String zoneId, Instant change, int minutesOfTheDayBefore) {
        ZoneId zone = ZoneId.of(zoneId);
        Wall wall = new Wall(change, zone);
        int other = 0;
        for (int i = 0; i < MINUTES; i++) {
            other += wall.day[i].equals(wall.shown[i]) ? 0 : 1;
        }
        assertThat(other).as("minutes that count for the day before").isEqualTo(minutesOfTheDayBefore);

        for (int count = 1; count <= 2; count++) {
            for (Calendar.Unit unit : Calendar.Unit.values()) {
                Calendar window = new Calendar(unit, count, zone);
                long before = Micros.ALWAYS;
                LocalDate known = null;
                int leaves = 0;
                for (int i = 0; i < MINUTES; i++) {
                    LocalDate behind = behind(wall.day[i], unit, count);
                    if (!behind.equals(known)) {
                        known = behind;
                        leaves = wall.start(behind);
                    }
                    // An instant within the minute, and the minute itself.
                    long micros = wall.micros(i);
                    long leavesAt = window.leavesAt(micros);
                    boolean right =
                            leaves < MINUTES ? leavesAt == wall.micros(leaves) : leavesAt >= wall.micros(MINUTES - 1);
                    boolean monotone = leavesAt > micros + MINUTE - 1 && leavesAt >= before;
                    before = leavesAt;
                    // Plain code: an assertion object for each of some millions would take longer than all else.
                    if (!right || !monotone || window.leavesAt(micros + MINUTE - 1) != leavesAt) {
                        fail(
                                "what happened in %s at %s left the last %d %s at %s",
                                zone, Micros.toInstant(micros), count, unit, Micros.toInstant(leavesAt));
                    }
                }
            }
        }
        agreesWithTheDefinition(wall, zone);
    }

    /** The window of today and the days before it, for random pairs of an event and a question. */
    private static void agreesWithTheDefinition(Wall wall, ZoneId zone) {
        SplittableRandom random = new SplittableRandom(27);
        for (int round = 0; round < 5_000; round++) {
            int asked = random.nextInt(MINUTES);
            int happened = Math.max(0, asked - random.nextInt(random.nextBoolean() ? 120 : 4_000));
            int count = 1 + random.nextInt(3);
            for (Calendar.Unit unit : Calendar.Unit.values()) {
                LocalDate first = first(wall.day[asked], unit, count);
                boolean inside = new Calendar(unit, count, zone)
                        .contains(wall.micros(happened) + random.nextInt(MINUTE / 2), wall.micros(asked) + MINUTE - 1);
                if (inside == wall.day[happened].isBefore(first)) {
                    fail(
                            "in %s at %s, asked at %s, in the last %d %s: %s",
                            zone,
                            Micros.toInstant(wall.micros(happened)),
                            Micros.toInstant(wall.micros(asked)),
                            count,
                            unit,
                            inside);
                }
            }
        }
    }

    private static LocalDate first(LocalDate today, Calendar.Unit unit, int count) {
        return switch (unit) {
            case DAYS -> today.minusDays(count - 1L);
            case WEEKS -> monday(today).minusWeeks(count - 1L);
            case MONTHS -> today.withDayOfMonth(1).minusMonths(count - 1L);
        };
    }

    private static LocalDate behind(LocalDate day, Calendar.Unit unit, int count) {
        return switch (unit) {
            case DAYS -> day.plusDays(count);
            case WEEKS -> monday(day).plusWeeks(count);
            case MONTHS -> day.withDayOfMonth(1).plusMonths(count);
        };
    }

    private static LocalDate monday(LocalDate day) {
        LocalDate monday = day;
        while (monday.getDayOfWeek() != DayOfWeek.MONDAY) {
            monday = monday.minusDays(1);
        }
        return monday;
    }

    @Test
    void the_minute_before_the_clocks_are_set_back_across_midnight_belongs_to_the_day_before() {
        ZoneId zone = ZoneId.of("America/St_Johns");
        TimeWindow today = TimeWindow.lastDays(1, zone);
        long lastMidnight = Micros.of(Instant.parse("2010-11-07T03:30:00Z"));

        // 00:00:30 of the 7th, then 23:30 of the 6th.
        assertThat(today.leavesAt(Micros.of(Instant.parse("2010-11-07T02:30:30Z"))))
                .isEqualTo(lastMidnight);
        assertThat(today.leavesAt(Micros.of(Instant.parse("2010-11-07T03:00:00Z"))))
                .isEqualTo(lastMidnight);
    }

    @Test
    void a_skipped_day_counts_and_is_empty() {
        ZoneId zone = ZoneId.of("Pacific/Apia");
        long lastOfThe29th = Micros.of(Instant.parse("2011-12-30T10:00:00Z")) - 1;

        assertThat(TimeWindow.lastDays(1, zone).leavesAt(lastOfThe29th)).isEqualTo(lastOfThe29th + 1);
        assertThat(TimeWindow.lastDays(2, zone).leavesAt(lastOfThe29th)).isEqualTo(lastOfThe29th + 1);
        assertThat(TimeWindow.lastDays(3, zone).leavesAt(lastOfThe29th))
                .isEqualTo(Micros.of(Instant.parse("2011-12-31T10:00:00Z")));
    }
}
