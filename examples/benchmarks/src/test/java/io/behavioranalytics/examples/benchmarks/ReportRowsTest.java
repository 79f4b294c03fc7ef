package io.behavioranalytics.examples.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.behavioranalytics.examples.benchmarks.ReportAnswers.Asked;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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

    /** The first rows of the very rows whose ten million come to {@code a199828fa8689674}, as each run of the benchmark checks. */
    @Test
    void rows_and_answers_are_those_that_were_counted_before() {
        assertThat(rows.checksum()).isEqualTo(0x0bb97f8bb0b9cd36L);
        assertThat(rows.bumps).isZero();
        try (PrimitiveScan scan = new PrimitiveScan(rows)) {
            assertThat(scan.answer(Asked.FUNNEL)).containsExactly(13_053L, 164L, 0L, 0L);
            assertThat(scan.answer(Asked.RETENTION)).startsWith(739L, 82L, 83L, 58L, 47L, 50L, 53L, 41L, 31L, 36L);
            assertThat(scan.answer(Asked.TOP)).startsWith(14_959L, 5_999L, 6_034L, 1_454L, 3_441L, 2_110L, 1_442L);
            assertThat(scan.answer(Asked.DAILY)).startsWith(44L, 77L, 77L, 126L, 137L, 138L, 190L, 185L, 236L, 207L);
        }
    }

    @Test
    void the_model_that_is_fitted_for_its_time_finds_what_the_customers_were_drawn_from() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new ModelFit(3_000).run(new PrintStream(bytes, true, StandardCharsets.UTF_8));

        String line = bytes.toString(StandardCharsets.UTF_8)
                .lines()
                .skip(2)
                .findFirst()
                .orElseThrow();
        String[] row = line.split("\\s*\\|\\s*", -1);
        assertThat(row[1]).isEqualTo("3,000");
        assertThat(Double.parseDouble(row[3])).isCloseTo(1, within(0.1));
        assertThat(Double.parseDouble(row[4])).isCloseTo(5, within(0.5));
        assertThat(Double.parseDouble(row[5])).isCloseTo(1, within(0.3));
        assertThat(Double.parseDouble(row[6])).isCloseTo(2.5, within(0.8));
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
