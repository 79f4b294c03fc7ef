package io.behavioranalytics.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.json.InvalidDefinitionException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {
    @ParameterizedTest
    @CsvSource({
        "America/New_York, 2026-03-07T00:00:00Z",
        "America/New_York, 2026-10-31T00:00:00Z",
        "Europe/Berlin, 2026-03-28T00:00:00Z",
        "Europe/Berlin, 2026-10-24T00:00:00Z",
        "Australia/Lord_Howe, 2026-04-04T00:00:00Z",
        "Australia/Lord_Howe, 2026-10-03T00:00:00Z",
        "Asia/Kathmandu, 2026-03-28T00:00:00Z"
    })
    void a_time_of_the_day_is_what_the_clocks_show_through_both_changes(String zone, Instant from) {
        for (DayOfWeek weekday : new DayOfWeek[] {null, DayOfWeek.SUNDAY}) {
            for (LocalTime at : new LocalTime[] {LocalTime.MIDNIGHT, LocalTime.of(1, 45), LocalTime.of(2, 15)}) {
                Schedule schedule = new Schedule.Daily(at, weekday, ZoneId.of(zone));
                for (int minute = 0; minute < 3 * 24 * 60; minute += 7) {
                    Instant instant = from.plus(Duration.ofMinutes(minute));
                    long last = schedule.latest(Micros.of(instant));
                    assertThat(Micros.toInstant(last))
                            .as("%s %s at %s", zone, schedule, instant)
                            .isEqualTo(NaiveSchedule.last(schedule, instant));
                    long next = schedule.next(last + 1);
                    assertThat(next).isGreaterThan(Micros.of(instant));
                    assertThat(schedule.latest(next)).isEqualTo(next);
                    assertThat(schedule.latest(next - 1)).isEqualTo(last);
                    assertThat(schedule.next(last)).isEqualTo(last);
                }
            }
        }
    }

    @Test
    void a_period_begins_with_its_first_instant_or_in_1970() {
        Schedule plain = new Schedule.Every(Duration.ofHours(6), null);
        Instant noon = Instant.parse("2026-03-01T12:00:00Z");
        assertThat(plain.latest(Micros.of(noon))).isEqualTo(Micros.of(noon));
        assertThat(plain.latest(Micros.of(noon) - 1)).isEqualTo(Micros.of(noon.minusSeconds(6 * 3_600)));
        assertThat(plain.next(Micros.of(noon) + 1)).isEqualTo(Micros.of(noon.plusSeconds(6 * 3_600)));

        Schedule from = new Schedule.Every(Duration.ofDays(7), noon);
        assertThat(from.latest(Micros.of(noon) - 1)).isEqualTo(Micros.ALWAYS);
        assertThat(from.next(Micros.of(noon) - 1)).isEqualTo(Micros.of(noon));
        assertThat(from.next(Micros.of(noon) + 1)).isEqualTo(Micros.of(noon.plus(Duration.ofDays(7))));
    }

    @Test
    void instants_beyond_all_calendars_have_an_answer() {
        Schedule daily = new Schedule.Daily(LocalTime.NOON, null, ZoneId.of("UTC"));
        assertThat(daily.next(Micros.NEVER)).isEqualTo(Micros.NEVER);
        assertThat(daily.latest(Micros.ALWAYS)).isEqualTo(Micros.ALWAYS);
        assertThat(daily.next(Micros.NEVER - 1)).isEqualTo(Micros.NEVER);
        Schedule every = new Schedule.Every(Duration.ofDays(1), null);
        assertThat(every.latest(Micros.ALWAYS)).isEqualTo(Micros.ALWAYS);
        assertThat(every.next(Micros.NEVER)).isEqualTo(Micros.NEVER);
    }

    @Test
    void a_wrong_schedule_is_refused_with_what_is_accepted() {
        for (String wrong : new String[] {
            "{\"every\": \"PT0S\"}", "{\"every\": \"-PT1H\"}", "{\"every\": \"PT59S\"}",
                    "{\"every\": \"PT1H\", \"at\": \"03:00\"}",
            "{}", "{\"at\": \"24:00\", \"zone\": \"UTC\"}", "{\"at\": \"03:00\"}",
                    "{\"at\": \"03:00\", \"zone\": \"Mars/Base\"}",
            "{\"at\": \"03:00\", \"zone\": \"UTC\", \"weekday\": \"someday\"}"
        }) {
            assertThatThrownBy(() -> define(wrong))
                    .as(wrong)
                    .isInstanceOf(InvalidDefinitionException.class)
                    .hasMessageContaining("schedule");
        }
        assertThatThrownBy(() -> SegmentDraft.fromJson("""
                {"name": "x", "schedule": {"every": "PT1H"}, "criteria": {"eventFilters": [{"eventType": "page_view"}]}}
                """))
                .hasMessageContaining("only a behavioral segment has a schedule");
    }

    private static void define(String schedule) {
        SegmentDraft.fromJson("""
                {"name": "Viewers", "type": "behavioral", "schedule": %s,
                 "criteria": {"eventFilters": [{"eventType": "page_view", "minFrequency": 2}]}}
                """.formatted(schedule));
    }
}
