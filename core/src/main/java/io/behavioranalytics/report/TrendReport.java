package io.behavioranalytics.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link Trend}. Immutable.
 *
 * @param frame what data it is of
 * @param previous whether the intervals right before are told
 * @param breakdown the field by which it is split, or null
 * @param lines for each value of the breakdown, in their order and none last, one for each series and one for the formula
 */
public record TrendReport(
        ReportFrame frame, boolean previous, @Nullable String breakdown, List<Line> lines) implements Report {
    /** Copies the list. */
    public TrendReport {
        lines = List.copyOf(lines);
    }

    /**
     * A series, or what the formula makes.
     *
     * @param series A, B and so on, or {@code formula}
     * @param group the value of the breakdown, or null for none
     * @param total of the whole range: of uniques and visits each once
     * @param previous of the intervals before it, or of as long a time, or null if that was not asked
     * @param points one for each interval, in order; none if only the whole was asked for
     */
    public record Line(
            String series,
            @Nullable String group,
            @Nullable BigDecimal total,
            @Nullable BigDecimal previous,
            List<Point> points) {
        /** Copies the list. */
        public Line {
            points = List.copyOf(points);
        }
    }

    /**
     * An interval.
     *
     * @param date its first day or hour
     * @param value what was counted, or null where a formula has no answer
     * @param previous what was counted as many intervals before as the range has, or null if that was not asked
     */
    public record Point(
            String date,
            @Nullable BigDecimal value,
            @Nullable BigDecimal previous) {}

    @Override
    public List<ReportTable> tables() {
        List<List<@Nullable Object>> totals = new ArrayList<>();
        List<List<@Nullable Object>> points = new ArrayList<>();
        for (Line line : lines) {
            totals.add(row(line, null, line.total(), line.previous()));
            line.points().forEach(point -> points.add(row(line, point.date(), point.value(), point.previous())));
        }
        return List.of(
                new ReportTable("totals", columns(false), totals), new ReportTable("trend", columns(true), points));
    }

    private List<String> columns(boolean dated) {
        List<String> columns = new ArrayList<>(List.of("series"));
        if (breakdown != null) {
            columns.add("group");
        }
        if (dated) {
            columns.add("date");
        }
        columns.add("value");
        if (previous) {
            columns.add("previous");
        }
        return columns;
    }

    private List<@Nullable Object> row(
            Line line, @Nullable String date, @Nullable BigDecimal value, @Nullable BigDecimal before) {
        List<@Nullable Object> row = new ArrayList<>();
        row.add(line.series());
        if (breakdown != null) {
            row.add(line.group());
        }
        if (date != null) {
            row.add(date);
        }
        row.add(value);
        if (previous) {
            row.add(before);
        }
        return row;
    }
}
