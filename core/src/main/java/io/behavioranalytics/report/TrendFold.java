package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Answers a {@link Trend}, subject by subject. */
final class TrendFold implements TimelineFold<TrendReport> {
    private static final int MOST_CELLS = 1_000_000;

    private final Trend question;
    private final IntervalRange range;
    private final int width;
    private final SelectorMasks masks;
    private final @Nullable EventProperty property;
    private final Visits visits;
    private final boolean byVisit;
    private final long from;
    private final long to;
    private final NavigableMap<Group, BigDecimal[][]> groups =
            new TreeMap<>(Comparator.comparing(Group::value, Comparator.nullsLast(Comparator.naturalOrder())));
    private final Set<Once> seen = new HashSet<>();

    /** A value of the breakdown, null for none. */
    private record Group(@Nullable String value) {}

    /** What counts once. */
    private record Once(Group group, int series, int place, int visit) {}

    TrendFold(Trend question, ReportTerms terms) {
        this.question = question;
        int before = question.previous() ? Integer.MAX_VALUE : 0;
        range = IntervalRange.of(question.interval(), 1, question.filter(), terms.asOf(), before);
        // The intervals, those before them, and all of each.
        width = range.before() + range.size() + 2;
        masks = new SelectorMasks(
                question.series().stream().map(Trend.Series::event).toList());
        String breakdown = question.breakdown();
        property = breakdown == null ? null : EventProperty.of(breakdown, "", new ArrayList<>());
        visits = new Visits(terms.sessionTimeout());
        byVisit = question.series().stream().anyMatch(series -> series.measure() == Trend.Measure.VISITS);
        ReportFilter filter = question.filter();
        from = Micros.of(Objects.requireNonNull(filter.from()));
        to = filter.to() == null ? Micros.NEVER : Micros.of(filter.to());
    }

    @Override
    public void accumulate(SubjectHistory history) {
        seen.clear();
        if (byVisit) {
            visits.read(history);
        }
        for (int i = 0; i < history.size(); i++) {
            long at = history.micros(i);
            int interval = range.of(at);
            boolean now = interval >= 0 && at >= from && at < to;
            boolean earlier = interval < 0 && interval != Integer.MIN_VALUE;
            long fits = now || earlier ? masks.of(history, i) : 0;
            if (fits != 0) {
                Group group = new Group(property == null ? null : property.of(history.view(i)));
                for (; fits != 0; fits &= fits - 1) {
                    int series = Long.numberOfTrailingZeros(fits);
                    count(history, i, group, series, range.before() + interval);
                    count(history, i, group, series, now ? width - 1 : width - 2);
                }
            }
        }
    }

    private void count(SubjectHistory history, int index, Group group, int series, int place) {
        BigDecimal more = switch (question.series().get(series).measure()) {
            case TOTAL -> BigDecimal.ONE;
            case UNIQUES -> once(new Once(group, series, place, 0));
            case VISITS -> once(new Once(group, series, place, visits.visit(index)));
            case VALUE -> {
                Double value = history.view(index).value();
                yield value == null ? BigDecimal.ZERO : BigDecimal.valueOf(value);
            }
        };
        BigDecimal[] cells = cells(group)[series];
        cells[place] = cells[place].add(more);
    }

    private BigDecimal once(Once once) {
        return seen.add(once) ? BigDecimal.ONE : BigDecimal.ZERO;
    }

    private BigDecimal[][] cells(Group group) {
        BigDecimal[][] cells = groups.get(group);
        if (cells == null) {
            if ((groups.size() + 1L) * width * question.series().size() > MOST_CELLS) {
                throw new ReportLimitException("the trend would have more than " + MOST_CELLS
                        + " cells of values, intervals and series: " + (groups.size() + 1) + " values so far");
            }
            cells = new BigDecimal[question.series().size()][width];
            for (BigDecimal[] row : cells) {
                Arrays.fill(row, BigDecimal.ZERO);
            }
            groups.put(group, cells);
        }
        return cells;
    }

    @Override
    public void merge(TimelineFold<TrendReport> other) {
        ((TrendFold) other).groups.forEach((group, more) -> {
            BigDecimal[][] cells = cells(group);
            for (int series = 0; series < more.length; series++) {
                for (int place = 0; place < width; place++) {
                    cells[series][place] = cells[series][place].add(more[series][place]);
                }
            }
        });
    }

    @Override
    public TrendReport result(ReportFrame frame) {
        if (property == null) {
            cells(new Group(null)); // of nobody's events there is a line, too
        }
        List<TrendReport.Line> lines = new ArrayList<>();
        groups.forEach((group, cells) -> {
            for (int series = 0; series < cells.length; series++) {
                BigDecimal[] row = cells[series];
                lines.add(line(String.valueOf((char) ('A' + series)), group, place -> row[place]));
            }
            Trend.Formula formula = question.formula();
            if (formula != null) {
                lines.add(line("formula", group, place -> made(formula, cells[0][place], cells[1][place])));
            }
        });
        return new TrendReport(frame, question.previous(), question.breakdown(), lines);
    }

    /** The value at a place. */
    private interface Values {
        @Nullable
        BigDecimal at(int place);
    }

    private TrendReport.Line line(String name, Group group, Values values) {
        List<TrendReport.Point> points = new ArrayList<>();
        for (int i = 0; i < range.size(); i++) {
            points.add(new TrendReport.Point(
                    range.label(i),
                    plain(values.at(range.before() + i)),
                    question.previous() ? plain(values.at(range.before() + i - range.size())) : null));
        }
        return new TrendReport.Line(
                name,
                group.value(),
                plain(values.at(width - 1)),
                question.previous() ? plain(values.at(width - 2)) : null,
                points);
    }

    private static @Nullable BigDecimal plain(@Nullable BigDecimal value) {
        return value == null ? null : CohortRevenueFold.plain(value);
    }

    private static @Nullable BigDecimal made(Trend.Formula formula, BigDecimal a, BigDecimal b) {
        return switch (formula) {
            case SUM -> a.add(b);
            case DIFFERENCE -> a.subtract(b);
            case PRODUCT -> a.multiply(b);
            case RATIO -> b.signum() == 0 ? null : a.divide(b, MathContext.DECIMAL64);
        };
    }
}
