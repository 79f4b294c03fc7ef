package io.behavioranalytics.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.segment.MembershipChange;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentGrowthTest {
    private static final String TO = "2026-03-10T12:00:00Z";

    private final List<MembershipChange> changes = new ArrayList<>();

    private void change(String lead, boolean entered, String at) {
        Instant instant = Instant.parse(at);
        changes.add(new MembershipChange(
                new UUID(0, 1), "buyers", 1, SubjectId.lead(lead), entered, instant, instant, new Cause.Clock()));
    }

    /** The lines of the table, their blanks made one. */
    private List<String> lines(String from, String to) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SegmentGrowth(List.of("buyers"), ZoneOffset.UTC)
                .table(changes, Instant.parse(from), Instant.parse(to))
                .print(new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.strip().replaceAll(" +", " "))
                .toList();
    }

    @ParameterizedTest(name = "from {0}: {1}")
    @CsvSource({
        "2026-03-08T12:00:00Z, end of day, 3",
        "2026-02-10T12:00:00Z, end of week, 5",
        "2025-10-10T12:00:00Z, end of month, 6",
        "2022-12-10T12:00:00Z, end of month, 40",
        "2017-03-10T12:00:00Z, end of quarter, 37",
        "1990-03-10T12:00:00Z, end of year, 37",
        "1970-01-01T00:00:00Z, end of 2 years, 29",
        "1900-01-01T00:00:00Z, end of 5 years, 26",
        "1500-01-01T00:00:00Z, end of 20 years, 27",
        "0001-01-01T00:00:00Z, end of 100 years, 21"
    })
    void a_table_has_few_rows_however_long_the_time_is(String from, String title, int rows) {
        change("a", true, from);
        change("b", true, "2026-03-10T10:00:00Z");

        List<String> lines = lines(from, TO);

        assertThat(lines.get(0)).isEqualTo(title + " buyers");
        assertThat(lines).hasSize(1 + rows);
        assertThat(lines.get(1)).endsWith(rows == 1 ? " 2" : " 1");
        assertThat(lines.get(rows)).isEqualTo("2026-03-10 2");
    }

    @Test
    void an_odd_date_far_ahead_makes_no_long_table_either() {
        change("a", true, "2026-03-10T10:00:00Z");
        change("b", true, "9999-12-31T00:00:00Z");

        assertThat(lines("2026-03-10T00:00:00Z", "9999-12-31T00:00:01Z"))
                .hasSizeLessThanOrEqualTo(42)
                .first()
                .isEqualTo("end of 200 years buyers");
    }

    @Test
    void years_and_quarters_end_where_they_do_in_the_calendar() {
        change("a", true, "2019-05-01T00:00:00Z");
        change("b", true, "2019-06-30T23:59:59Z");
        change("a", false, "2019-07-01T00:00:00Z");

        assertThat(lines("2019-05-01T00:00:00Z", TO))
                .startsWith("end of quarter buyers", "2019-06-30 2", "2019-09-30 1", "2019-12-31 1");
        assertThat(lines("1990-05-01T00:00:00Z", TO)).startsWith("end of year buyers", "1990-12-31 0");
    }
}
