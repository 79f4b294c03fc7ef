package io.behavioranalytics.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link Correlation}. Immutable.
 *
 * @param frame what data it is of
 * @param began who began
 * @param converted who of them converted within the window
 * @param confidence of the intervals
 * @param lines one for each value, that farthest from an odds ratio of 1 first
 */
public record CorrelationReport(ReportFrame frame, long began, long converted, double confidence, List<Line> lines)
        implements Report {
    /** Copies the list. */
    public CorrelationReport {
        lines = List.copyOf(lines);
    }

    /**
     * A value, and how it goes with conversion.
     *
     * @param value the value
     * @param withConverted who had it before they converted
     * @param withOthers who had it and did not convert
     * @param withoutConverted who converted without it
     * @param withoutOthers who neither had it nor converted
     * @param oddsRatio the odds to convert of those who had it by the odds of those who had not; with half a subject more in each of the
     *     four if one is 0
     * @param low the lower end of its interval
     * @param high the upper end of its interval
     */
    public record Line(
            String value,
            long withConverted,
            long withOthers,
            long withoutConverted,
            long withoutOthers,
            double oddsRatio,
            double low,
            double high) {
        /**
         * Whether the interval leaves 1 out.
         *
         * @return true if it does
         */
        public boolean isClear() {
            return low > 1 || high < 1;
        }
    }

    @Override
    public List<ReportTable> tables() {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (Line line : lines) {
            rows.add(FunnelReport.cells(
                    line.value(),
                    line.withConverted(),
                    line.withOthers(),
                    line.withoutConverted(),
                    line.withoutOthers(),
                    line.oddsRatio(),
                    line.low(),
                    line.high(),
                    line.isClear()));
        }
        return List.of(
                new ReportTable(
                        "conversion",
                        List.of("began", "converted", "confidence"),
                        List.of(FunnelReport.cells(began, converted, confidence))),
                new ReportTable(
                        "correlation",
                        List.of(
                                "value",
                                "withConverted",
                                "withOthers",
                                "withoutConverted",
                                "withoutOthers",
                                "oddsRatio",
                                "low",
                                "high",
                                "clear"),
                        rows));
    }
}
