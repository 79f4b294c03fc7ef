package io.behavioranalytics.condition;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.json.IsoTime;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InstantTextTest {
    @Test
    void it_reads_exactly_what_the_edge_reads() {
        String[] templates = {
            "2026-02-28T23:59:59Z", "2024-02-29T00:00:00.123456789+05:30", "1900-02-29T12:00:00Z", "2026-01-01T00:00Z",
            "2026-12-31T23:59:60Z", "2026-06-15T24:00:00Z", "0001-01-01T00:00:00-18:00",
                    "9999-12-31T23:59:59.999999+18:00",
            "2026-03-01T09:30:00.1", "2026-03-01T09:30+02:00", "2026-13-01T00:00:00Z", "2026-03-01T09:30:00.Z",
        };
        String alphabet = "0123456789-+:.TZtz ";
        int readable = 0;
        for (long seed = 0; seed < 100_000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder(templates[random.nextInt(templates.length)]);
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                int at = random.nextInt(text.length());
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                switch (random.nextInt(4)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, c);
                    default -> text.setCharAt(at, c);
                }
            }
            Instant expected = IsoTime.parse(text.toString());
            long found = InstantText.micros(text.toString());
            assertThat(found)
                    .as("seed %s: %s", seed, text)
                    .isEqualTo(expected == null ? InstantText.UNREADABLE : Micros.of(expected));
            readable += expected == null ? 0 : 1;
        }
        assertThat(readable).isBetween(10_000, 80_000);
    }
}
