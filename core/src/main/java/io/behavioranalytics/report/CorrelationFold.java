package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.math3.distribution.NormalDistribution;

/** Answers a {@link Correlation}, subject by subject. */
final class CorrelationFold implements TimelineFold<CorrelationReport> {
    private static final int MOST_VALUES = 10_000;

    private final Correlation question;
    private final EventProperty property;
    private final SelectorMasks masks;
    private final long window;
    private final long from;
    private final long to;
    private long began;
    private long converted;

    /** By value: who had it and converted, who had it and did not. */
    private final NavigableMap<String, long[]> byValue = new TreeMap<>();

    CorrelationFold(Correlation question) {
        this.question = question;
        property = EventProperty.of(question.field(), "", new ArrayList<>());
        masks = new SelectorMasks(List.of(question.start(), question.conversion()));
        window = Micros.of(question.window());
        ReportFilter filter = question.filter();
        from = filter.from() == null ? Micros.ALWAYS : Micros.of(filter.from());
        to = filter.to() == null ? Micros.NEVER : Micros.of(filter.to());
    }

    @Override
    public void accumulate(SubjectHistory history) {
        int start = -1;
        for (int i = 0; i < history.size() && start < 0; i++) {
            long at = history.micros(i);
            start = at >= from && at < to && (masks.of(history, i) & 1) != 0 ? i : -1;
        }
        if (start < 0) {
            return;
        }
        long end = Micros.plus(history.micros(start), window);
        Set<String> had = new HashSet<>();
        boolean converts = false;
        for (int i = start + 1; i < history.size() && history.micros(i) <= end && !converts; i++) {
            converts = (masks.of(history, i) & 2) != 0;
            if (!converts) {
                String value = property.of(history.view(i));
                if (value != null) {
                    had.add(value);
                }
            }
        }
        began++;
        converted += converts ? 1 : 0;
        for (String value : had) {
            cells(value)[converts ? 0 : 1]++;
        }
    }

    private long[] cells(String value) {
        long[] cells = byValue.computeIfAbsent(value, unknown -> new long[2]);
        if (byValue.size() > MOST_VALUES) {
            throw new ReportLimitException("the correlation would be of more than " + MOST_VALUES + " values");
        }
        return cells;
    }

    @Override
    public void merge(TimelineFold<CorrelationReport> other) {
        CorrelationFold more = (CorrelationFold) other;
        began += more.began;
        converted += more.converted;
        more.byValue.forEach((value, counts) -> {
            long[] cells = cells(value);
            cells[0] += counts[0];
            cells[1] += counts[1];
        });
    }

    @Override
    public CorrelationReport result(ReportFrame frame) {
        // By the lower tail: the upper one rounds to 1 where the confidence is next to 1.
        double z = -new NormalDistribution().inverseCumulativeProbability((1 - question.confidence()) / 2);
        List<CorrelationReport.Line> lines = new ArrayList<>();
        byValue.forEach((value, cells) -> {
            if (cells[0] + cells[1] >= question.least()) {
                lines.add(line(value, cells[0], cells[1], z));
            }
        });
        lines.sort(Comparator.comparing((CorrelationReport.Line line) -> -Math.abs(Math.log(line.oddsRatio())))
                .thenComparing(CorrelationReport.Line::value));
        return new CorrelationReport(frame, began, converted, question.confidence(), lines);
    }

    /** The odds ratio with Woolf's interval (1955); with half a subject more in each cell if one is empty (Haldane 1956, Anscombe 1956). */
    private CorrelationReport.Line line(String value, long with, long withOthers, double z) {
        long without = converted - with;
        long withoutOthers = began - converted - withOthers;
        double more = with == 0 || withOthers == 0 || without == 0 || withoutOthers == 0 ? 0.5 : 0;
        double a = with + more;
        double b = withOthers + more;
        double c = without + more;
        double d = withoutOthers + more;
        double log = Math.log(a * d / (b * c));
        double half = z * Math.sqrt(1 / a + 1 / b + 1 / c + 1 / d);
        return new CorrelationReport.Line(
                value,
                with,
                withOthers,
                without,
                withoutOthers,
                Math.exp(log),
                Math.exp(log - half),
                Math.exp(log + half));
    }
}
