package io.behavioranalytics.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeFormatTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource({
        "iso, 2026-03-13T10:21:14Z, 2026-03-13T10:21:14Z",
        "iso, 2026-03-13T10:21:14.123456+02:00, 2026-03-13T08:21:14.123456Z",
        "iso, 2026-03-13T10:21:14, 2026-03-13T09:21:14Z",
        "iso, 2026-03-13 10:21, 2026-03-13T09:21:00Z",
        "iso, 2026-03-13, 2026-03-12T23:00:00Z",
        "seconds, 1773397274, 2026-03-13T10:21:14Z",
        "seconds, 1773397274.25, 2026-03-13T10:21:14.250Z",
        "millis, 1773397274123, 2026-03-13T10:21:14.123Z",
        "millis, -1, 1969-12-31T23:59:59.999Z",
        "yyyyMMdd, 19970101, 1996-12-31T23:00:00Z",
        "yyyy-MM-dd HH:mm:ss, 2026-07-01 12:00:00, 2026-07-01T10:00:00Z",
        "dd/MMM/yyyy:HH:mm:ss Z, 13/Mar/2026:10:21:14 +0100, 2026-03-13T09:21:14Z",
    })
    void instants_are_read_in_many_forms(String format, String text, String instant) throws UnreadableException {
        assertThat(TimeFormat.of(format, BERLIN).parse(text)).isEqualTo(Instant.parse(instant));
    }

    @Test
    void of_a_local_time_that_happened_twice_the_first_is_taken() throws UnreadableException {
        assertThat(TimeFormat.of("iso", BERLIN).parse("2026-10-25T02:30:00"))
                .isEqualTo(Instant.parse("2026-10-25T00:30:00Z"));
    }

    @Test
    void a_local_time_that_never_happened_moves_on_by_the_gap() throws UnreadableException {
        assertThat(TimeFormat.of("yyyy-MM-dd HH:mm:ss", BERLIN).parse("2026-03-29 02:30:00"))
                .isEqualTo(Instant.parse("2026-03-29T01:30:00Z"));
    }

    @ParameterizedTest
    @CsvSource({
        "iso, 2026-02-30",
        "iso, 2026-03-13T24:00:00Z",
        "iso, 2026-03-13T23:59:60Z",
        "iso, 13.03.2026",
        "seconds, soon",
        "seconds, 1e30",
        "yyyyMMdd, 20260230",
        "yyyyMMdd, 2026-03-13",
        "HH:mm, 10:21"
    })
    void what_is_no_instant_is_refused_and_shown(String format, String text) {
        assertThatThrownBy(() -> TimeFormat.of(format, BERLIN).parse(text))
                .isInstanceOf(UnreadableException.class)
                .hasMessageStartingWith("no time of the form ")
                .hasMessageEndingWith("'" + text + "'");
    }

    @Test
    void a_malformed_pattern_is_an_error_of_the_command_line() {
        assertThatThrownBy(() -> TimeFormat.of("yyyy-bb", BERLIN))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("--time-format takes iso, seconds, millis or a pattern");
    }
}
