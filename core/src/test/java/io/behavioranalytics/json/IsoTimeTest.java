package io.behavioranalytics.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IsoTimeTest {
    @Test
    void it_agrees_with_the_platform_on_what_both_read() {
        SplittableRandom random = new SplittableRandom(3);
        long from = Instant.parse("0001-01-02T00:00:00Z").getEpochSecond();
        long to = Instant.parse("9999-12-30T00:00:00Z").getEpochSecond();
        for (int i = 0; i < 20_000; i++) {
            Instant instant = Instant.ofEpochSecond(
                    random.nextLong(from, to), random.nextBoolean() ? 0 : random.nextInt(1_000_000_000));
            OffsetDateTime there = instant.atOffset(ZoneOffset.ofTotalSeconds(random.nextInt(-1_080, 1_081) * 60));
            assertThat(IsoTime.parse(there.toString())).as(there.toString()).isEqualTo(instant);
            assertThat(IsoTime.parse(instant.toString())).isEqualTo(instant);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "2026-11-21T10:00:00",
                "2026-11-21t10:00:00z",
                "2026-11-21T10:00:60Z",
                "2026-11-21T24:00:00Z",
                "2026-13-01T00:00:00Z",
                "2026-00-01T00:00:00Z",
                "2026-01-00T00:00:00Z",
                "2100-02-29T00:00:00Z",
                "2026-11-21T10:00:00.Z",
                "2026-11-21T10:00:00+18:01",
                "2026-11-21T10:00:00+1:00",
                "2026-11-21T1:00:00Z",
                "2026-11-21T10:00:00ZZ",
                "2026-11-21T10:00:00 Z",
                "20261121T100000Z",
                "2026-W47-6T10:00:00Z",
                "-001-11-21T10:00:00Z",
                "+2026-11-21T10:00:00Z",
                "2026-11-21T10:60Z",
                "0000-01-01T00:00:00Z"
            })
    void everything_else_is_refused(String text) {
        assertThat(IsoTime.parse(text)).isNull();
    }
}
