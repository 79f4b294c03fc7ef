package io.behavioranalytics.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link Stickiness}. Immutable.
 *
 * @param frame what data it is of
 * @param lines one for each number of intervals, from 1 to all
 */
public record StickinessReport(ReportFrame frame, List<Line> lines) implements Report {
    /** Copies the list. */
    public StickinessReport {
        lines = List.copyOf(lines);
    }

    /**
     * The subjects of a number of intervals.
     *
     * @param intervals the number
     * @param exactly who were active in so many
     * @param orMore who were active in so many or more
     */
    public record Line(int intervals, long exactly, long orMore) {}

    @Override
    public List<ReportTable> tables() {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        lines.forEach(line -> rows.add(FunnelReport.cells((long) line.intervals(), line.exactly(), line.orMore())));
        return List.of(new ReportTable("stickiness", List.of("intervals", "exactly", "orMore"), rows));
    }
}
