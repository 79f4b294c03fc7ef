package io.behavioranalytics.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** S21: quiet hours end at the first instant that is no longer quiet, across midnight and wherever the clocks are changed. */
class QuietHoursTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    static Stream<Arguments> changes() {
        return Stream.of(
                Arguments.of("America/New_York", "2025-03-09T07:00:00Z"),
                Arguments.of("America/New_York", "2025-11-02T06:00:00Z"),
                Arguments.of("Europe/Berlin", "2025-03-30T01:00:00Z"),
                Arguments.of("Europe/Berlin", "2025-10-26T01:00:00Z"),
                Arguments.of("Australia/Lord_Howe", "2025-04-05T15:00:00Z"),
                Arguments.of("Australia/Lord_Howe", "2025-10-04T15:30:00Z"),
                Arguments.of("America/Havana", "2025-03-09T05:00:00Z"),
                Arguments.of("Asia/Kathmandu", "2025-06-01T00:00:00Z"));
    }

    /** Every quarter of an hour of three days, with quiet hours that begin and end at every quarter of an hour around the change. */
    @ParameterizedTest
    @MethodSource("changes")
    void the_end_is_the_one_that_a_walk_minute_by_minute_finds(String zoneId, String change) {
        ZoneId zone = ZoneId.of(zoneId);
        Instant middle = Instant.parse(change);
        SplittableRandom random = new SplittableRandom(zoneId.hashCode());
        for (int round = 0; round < 400; round++) {
            LocalTime from = LocalTime.of(random.nextInt(24), random.nextInt(4) * 15);
            QuietHours hours = new QuietHours(from, from.plusMinutes(1 + random.nextInt(1_439)));
            Instant at = middle.minus(36, ChronoUnit.HOURS)
                    .plus(random.nextInt(72 * 60), ChronoUnit.MINUTES)
                    .plus(random.nextInt(2) * (long) random.nextInt(60_000_000), ChronoUnit.MICROS);

            assertThat(hours.endFrom(at, zone))
                    .as("%s from %s in %s", hours, at, zone)
                    .isEqualTo(walk(hours, at, zone));
        }
    }

    /** By the definition, and in no other way: whole minutes of the clock on the wall, one after another. */
    private static Instant walk(QuietHours hours, Instant at, ZoneId zone) {
        Instant next = at;
        while (isQuiet(hours, next, zone)) {
            next = next.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
        }
        return next;
    }

    private static boolean isQuiet(QuietHours hours, Instant at, ZoneId zone) {
        LocalTime wall = at.atZone(zone).toLocalTime();
        int minute = wall.getHour() * 60 + wall.getMinute();
        for (int quiet = hours.from().getHour() * 60 + hours.from().getMinute(); ; quiet = (quiet + 1) % 1_440) {
            if (quiet == hours.to().getHour() * 60 + hours.to().getMinute()) {
                return false;
            }
            if (quiet == minute) {
                return true;
            }
        }
    }

    @Test
    void where_the_clocks_jump_over_the_end_they_end_with_the_jump() {
        QuietHours hours = QuietHours.parse("22:00-02:30");

        assertThat(hours.endFrom(Instant.parse("2025-03-29T22:00:00Z"), BERLIN)).isEqualTo("2025-03-30T01:00:00Z");
    }

    @Test
    void an_hour_that_comes_twice_is_quiet_twice() {
        QuietHours hours = QuietHours.parse("22:00-02:30");

        assertThat(hours.endFrom(Instant.parse("2025-10-26T00:10:00Z"), BERLIN)).isEqualTo("2025-10-26T00:30:00Z");
        assertThat(hours.endFrom(Instant.parse("2025-10-26T00:45:00Z"), BERLIN)).isEqualTo("2025-10-26T00:45:00Z");
        assertThat(hours.endFrom(Instant.parse("2025-10-26T01:10:00Z"), BERLIN)).isEqualTo("2025-10-26T01:30:00Z");
    }

    @ParameterizedTest
    @CsvSource({
        "2025-06-01T20:00:00Z, 2025-06-02T06:00:00Z",
        "2025-06-01T19:59:59.999999Z, 2025-06-01T19:59:59.999999Z",
        "2025-06-02T05:59:59.999999Z, 2025-06-02T06:00:00Z",
        "2025-06-02T06:00:00Z, 2025-06-02T06:00:00Z"
    })
    void they_go_across_midnight_and_are_half_open(Instant at, Instant end) {
        assertThat(QuietHours.parse("22:00-08:00").endFrom(at, BERLIN)).isEqualTo(end);
    }

    @Test
    void none_is_never_quiet() {
        Instant midnight = Instant.parse("2025-06-01T22:00:00Z");

        assertThat(QuietHours.NONE.endFrom(midnight, BERLIN)).isEqualTo(midnight);
    }

    @Test
    void a_text_that_names_no_two_times_is_refused() {
        for (String text :
                List.of("", "22:00", "22:00-", "22-8", "22:00-24:00", "8:00-9:00", "08:00-08:00", "22:00–08:00")) {
            assertThatThrownBy(() -> QuietHours.parse(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'");
        }
    }
}
