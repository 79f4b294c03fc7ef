package io.behavioranalytics.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link Lifecycle}. Immutable.
 *
 * @param frame what data it is of
 * @param lines one for each interval, in order
 */
public record LifecycleReport(ReportFrame frame, List<Line> lines) implements Report {
    /** Copies the list. */
    public LifecycleReport {
        lines = List.copyOf(lines);
    }

    /**
     * The subjects of an interval.
     *
     * @param date the interval, by its first day or hour
     * @param created who is new
     * @param returning who was active in the interval before, too
     * @param resurrecting who was active before that
     * @param dormant who was active in the interval before and is not in this one
     * @param complete whether the interval has passed
     */
    public record Line(String date, long created, long returning, long resurrecting, long dormant, boolean complete) {}

    @Override
    public List<ReportTable> tables() {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (Line line : lines) {
            rows.add(FunnelReport.cells(
                    line.date(),
                    line.created(),
                    line.returning(),
                    line.resurrecting(),
                    line.dormant(),
                    line.complete()));
        }
        return List.of(new ReportTable(
                "lifecycle", List.of("date", "new", "returning", "resurrecting", "dormant", "complete"), rows));
    }
}
