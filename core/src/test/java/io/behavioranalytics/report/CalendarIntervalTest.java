package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.condition.LocalDays;
import io.behavioranalytics.event.Micros;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CalendarIntervalTest {
    private static final List<ZoneId> ZONES = List.of(
            ZoneId.of("Europe/Berlin"),
            ZoneId.of("Australia/Lord_Howe"),
            ZoneId.of("America/St_Johns"),
            ZoneId.of("America/Sao_Paulo"),
            ZoneId.of("Africa/Monrovia"),
            ZoneId.of("-18:00"));

    @Test
    void an_interval_begins_where_the_one_before_ends_and_neighbors_have_neighboring_numbers() {
        for (int seed = 1; seed <= 20_000; seed++) {
            Random random = new Random(seed);
            CalendarInterval interval = ReportKinds.interval(random);
            ZoneId zone = ZONES.get(random.nextInt(ZONES.size()));
            long at = Micros.of(Instant.parse("1960-01-01T00:00:00Z")
                    .plusNanos(1_000L * random.nextLong(Micros.of(Duration.ofDays(26_000)))));
            long start = interval.startOf(at, zone);
            long end = interval.next(start, 1, zone);
            String name = "seed " + seed + ", " + interval + " in " + zone + " at " + Micros.toInstant(at);

            assertThat(at).as(name).isBetween(start, end - 1);
            assertThat(interval.startOf(start, zone)).as(name).isEqualTo(start);
            assertThat(interval.startOf(end - 1, zone)).as(name).isEqualTo(start);
            assertThat(interval.startOf(end, zone)).as(name).isEqualTo(end);
            assertThat(interval.next(end, -1, zone)).as(name).isEqualTo(start);
            long number = interval.number(at, zone);
            assertThat(interval.number(start, zone)).as(name).isEqualTo(number);
            assertThat(interval.number(end - 1, zone)).as(name).isEqualTo(number);
            assertThat(interval.number(end, zone)).as(name).isEqualTo(number + 1);
            assertThat(interval.number(start - 1, zone)).as(name).isEqualTo(number - 1);
            check(name, interval, LocalDays.dayOf(start, zone));
        }
    }

    private static void check(String name, CalendarInterval interval, LocalDate first) {
        switch (interval.unit()) {
            case WEEK -> assertThat(first.getDayOfWeek()).as(name).isEqualTo(interval.weekStart());
            case MONTH -> assertThat(first.getDayOfMonth()).as(name).isEqualTo(1);
            default -> {}
        }
    }

    @Test
    void purchases_of_a_week_are_one_whatever_day_it_begins_on() {
        for (DayOfWeek first : DayOfWeek.values()) {
            // Monday, 2 March 2026, and each day of the two weeks behind it.
            for (int day = 1; day <= 14; day++) {
                LocalDate began = LocalDate.of(2026, 3, 2);
                LocalDate again = began.plusDays(day);
                LocalDate week = began;
                while (week.getDayOfWeek() != first) {
                    week = week.minusDays(1);
                }
                Histories histories =
                        new Histories().add("ada", began + "T10:00:00Z", "a").add("ada", again + "T10:00:00Z", "a");
                LifetimeValue question = new LifetimeValue(
                        EventChoice.any(),
                        CalendarInterval.weekFrom(first),
                        1,
                        1,
                        0,
                        null,
                        9,
                        ReportFilter.everything());

                PurchaseSummary summary = histories
                        .run(question, Instant.parse("2026-04-01T00:00:00Z"))
                        .best()
                        .get(0)
                        .known();

                long weeks = (again.toEpochDay() - week.toEpochDay()) / 7;
                assertThat(summary.frequency()).as("%s %s", first, again).isEqualTo(weeks == 0 ? 0 : 1);
                assertThat(summary.recency()).as("%s %s", first, again).isEqualTo((double) weeks);
            }
        }
    }
}
