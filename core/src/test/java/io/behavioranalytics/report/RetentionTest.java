package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.json.InvalidDefinitionException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static final Instant FROM = Instant.parse("2026-03-28T00:00:00Z");

    @Test
    void C71_a_range_is_needed_and_cells_are_at_most_10_000() {
        refused(ReportFilter.everything(), Periods.calendar(CalendarInterval.DAY), 5, "filter.from: is missing");
        refused(
                ReportFilter.everything().between(FROM, FROM.plus(Duration.ofDays(36_525))),
                new Periods.Equal(FROM, Duration.ofMinutes(1)),
                5,
                "periods: cohorts times periods must be at most 10000");
        refused(
                ReportFilter.everything().between(FROM, FROM.plus(Duration.ofDays(36_525))),
                Periods.calendar(CalendarInterval.HOUR),
                5,
                "periods: cohorts times periods must be at most 10000");
        refused(
                ReportFilter.everything().between(FROM, FROM.plusSeconds(1)),
                Periods.rollingDays(),
                0,
                "columns: must be 1 to");
        assertThatThrownBy(() -> new Periods.Rolling(Duration.ZERO, CalendarInterval.DAY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a period must be a microsecond to 3650 days long: PT0S");
        assertThatThrownBy(() -> new Periods.Calendar(CalendarInterval.DAY, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void C71_a_range_without_an_end_is_checked_when_it_is_asked() {
        CohortRetention open = CohortRetention.on(
                EventChoice.any(),
                EventChoice.any(),
                new Periods.Equal(FROM, Duration.ofMinutes(1)),
                5,
                new ReportFilter(
                        null, ReportFilter.Membership.NOW, List.of(), FROM, null, ZoneId.of("UTC"), null, false));
        assertThatThrownBy(() -> new Histories().run(open, FROM.plus(Duration.ofDays(99))))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("cohorts times periods must be at most 10000");
    }

    @Test
    void a_day_on_which_the_clocks_change_has_23_hours() {
        Histories histories = new Histories()
                .add("lead", "2026-03-29T00:30:00Z", "a")
                .add("lead", "2026-03-29T22:30:00Z", "a"); // 30 minutes into Monday in Berlin
        RetentionReport report = histories.run(
                CohortRetention.on(
                        EventChoice.any(),
                        EventChoice.any(),
                        Periods.calendar(CalendarInterval.DAY),
                        2,
                        ReportFilter.everything()
                                .in(ZoneId.of("Europe/Berlin"))
                                .between(Instant.parse("2026-03-28T23:00:00Z"), Instant.parse("2026-03-29T22:00:00Z"))),
                Instant.parse("2026-04-02T00:00:00Z"));

        assertThat(report.cohorts()).hasSize(1);
        assertThat(report.cohorts().get(0).begin()).isEqualTo("2026-03-29");
        assertThat(report.cohorts().get(0).cells())
                .containsExactly(new RetentionReport.Cell(0, true), new RetentionReport.Cell(1, true));
    }

    @Test
    void means_leave_incomplete_cells_out() {
        Histories histories = new Histories()
                .add("one", "2026-03-01T00:00:00Z", "a")
                .add("one", "2026-03-02T00:00:00Z", "a")
                .add("two", "2026-03-01T00:00:00Z", "a")
                .add("two", "2026-03-02T00:00:00Z", "a")
                .add("three", "2026-03-02T00:00:00Z", "a")
                .add("four", "2026-03-03T00:00:00Z", "a");
        RetentionReport report = histories.run(
                CohortRetention.on(
                        EventChoice.any(),
                        EventChoice.any(),
                        Periods.calendar(CalendarInterval.DAY),
                        2,
                        ReportFilter.everything()
                                .between(Instant.parse("2026-03-01T00:00:00Z"), Instant.parse("2026-03-04T00:00:00Z"))),
                Instant.parse("2026-03-04T12:00:00Z"));

        assertThat(report.mean(1)).isEqualTo(new RetentionReport.Mean(2, 0.5, 2.0 / 3));
        assertThat(report.cohorts().get(2).cells().get(1)).isEqualTo(new RetentionReport.Cell(0, false));
        assertThat(report.table("rates").toCsv()).contains("2026-03-03,1,0.0 %,0.0 %*");
    }

    private static void refused(ReportFilter filter, Periods periods, int count, String message) {
        assertThatThrownBy(() -> CohortRetention.on(EventChoice.any(), EventChoice.any(), periods, count, filter))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining(message);
    }
}
