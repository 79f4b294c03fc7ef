package io.behavioranalytics.examples.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.examples.benchmarks.ReportAnswers.Asked;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportRowsTest {
    private static final int EVENTS = 50_000;

    private final ReportRows rows = new ReportRows(EVENTS);

    @Test
    void rows_stand_lead_by_lead_in_order_of_time() {
        assertThat(rows.first[ReportRows.LEADS]).isEqualTo(EVENTS);
        for (int lead = 0; lead < ReportRows.LEADS; lead++) {
            for (int i = rows.first[lead] + 1; i < rows.first[lead + 1]; i++) {
                assertThat(rows.millis[i]).isGreaterThan(rows.millis[i - 1]);
            }
        }
    }

    @Test
    void a_report_answers_as_the_scan_of_primitive_arrays_does() {
        try (PrimitiveScan scan = new PrimitiveScan(rows);
                LibraryReports reports = LibraryReports.inMemory(rows)) {
            for (Asked asked : Asked.values()) {
                List<Long> expected = scan.answer(asked);
                assertThat(expected).anyMatch(number -> number > 0);
                assertThat(reports.answer(asked)).as(asked.name()).isEqualTo(expected);
            }
        }
    }
}
