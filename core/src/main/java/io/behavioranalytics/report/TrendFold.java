package io.behavioranalytics.report;

import io.behavioranalytics.event.EventTypes;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.Timeline;
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
    private static final int MOST_TALLIES = 4_000;

    /** The places of one interval, with none before. */
    private static final int ONE_INTERVAL = 3;

    private final Trend question;
    private final IntervalRange range;
    private final int width;
    private final Trend.Measure[] measures;
    private final SelectorMasks masks;
    private final @Nullable EventProperty property;
    private final Visits visits;
    private final boolean byVisit;
    private final long from;
    private final long to;
    private final NavigableMap<Group, Cells> groups =
            new TreeMap<>(Comparator.comparing(Group::value, Comparator.nullsLast(Comparator.naturalOrder())));
    private final Set<Once> seen = new HashSet<>();
    private final boolean byType;

    /** Whether every event counts, in no series more often than once for each event or subject. */
    private final boolean wholesale;

    /** By type and wholesale: for each place events by the numbers of their types, until they are put into the groups. */
    private final long[] @Nullable [] tallies;

    /** What those numbers mean. */
    private @Nullable EventTypes types;

    /** The groups of those types, as far as they were asked for. */
    private final @Nullable Cells[] ofTypes = new @Nullable Cells[EventTypes.UNLISTED];

    private @Nullable Cells ofAll;

    /** The number of the subject that is taken in, from 1 on. */
    private long subject;

    /** A value of the breakdown, null for none. */
    private record Group(@Nullable String value) {}

    /** A visit, which counts once. */
    private record Once(Cells cells, int series, int place, int visit) {}

    /** What a group comes to, for each series by place; amounts are not whole, everything else is. */
    private static final class Cells {
        private final long[][] counts;
        private final BigDecimal[][] amounts;

        /** The subject that was counted there last. */
        private final long[][] last;

        Cells(List<Trend.Series> series, int width) {
            counts = new long[series.size()][];
            amounts = new BigDecimal[series.size()][];
            last = new long[series.size()][];
            for (int k = 0; k < counts.length; k++) {
                Trend.Measure measure = series.get(k).measure();
                counts[k] = new long[measure == Trend.Measure.VALUE ? 0 : width];
                amounts[k] = new BigDecimal[measure == Trend.Measure.VALUE ? width : 0];
                last[k] = new long[measure == Trend.Measure.UNIQUES ? width : 0];
                Arrays.fill(amounts[k], BigDecimal.ZERO);
            }
        }

        /** Counts a subject once. */
        void once(int series, int place, long subject) {
            if (last[series][place] != subject) {
                last[series][place] = subject;
                counts[series][place]++;
            }
        }

        void merge(Cells more) {
            for (int k = 0; k < counts.length; k++) {
                for (int place = 0; place < counts[k].length; place++) {
                    counts[k][place] += more.counts[k][place];
                }
                for (int place = 0; place < amounts[k].length; place++) {
                    amounts[k][place] = amounts[k][place].add(more.amounts[k][place]);
                }
            }
        }

        BigDecimal at(int series, int place) {
            return amounts[series].length > 0 ? amounts[series][place] : BigDecimal.valueOf(counts[series][place]);
        }
    }

    TrendFold(Trend question, ReportTerms terms) {
        this.question = question;
        CalendarInterval interval = question.interval();
        int before = question.previous() ? Integer.MAX_VALUE : 0;
        range = interval == null
                ? IntervalRange.whole(question.filter(), terms.asOf(), question.previous())
                : IntervalRange.of(interval, 1, question.filter(), terms.asOf(), before);
        // The intervals, those before them, and all of each.
        width = range.before() + range.size() + 2;
        masks = new SelectorMasks(
                question.series().stream().map(Trend.Series::event).toList());
        String breakdown = question.breakdown();
        property = breakdown == null ? null : EventProperty.of(breakdown, "", new ArrayList<>());
        byType = "eventType".equals(breakdown);
        measures = question.series().stream().map(Trend.Series::measure).toArray(Trend.Measure[]::new);
        visits = new Visits(terms.sessionTimeout());
        byVisit = question.series().stream().anyMatch(series -> series.measure() == Trend.Measure.VISITS);
        wholesale = masks.meanEverything()
                && (property == null || (byType && width <= MOST_TALLIES))
                && question.series().stream()
                        .allMatch(series -> series.measure() == Trend.Measure.TOTAL
                                || (series.measure() == Trend.Measure.UNIQUES && !byType));
        tallies = new long[wholesale && byType ? width : 0] @Nullable [];
        ReportFilter filter = question.filter();
        from = Micros.of(Objects.requireNonNull(filter.from()));
        to = filter.to() == null ? Micros.NEVER : Micros.of(filter.to());
    }

    @Override
    public long fetch(Timeline timeline) {
        long types = wholesale && !byType ? 0 : timeline.fetchTypes();
        // Of a range as a whole nobody looks for the ends of intervals: mostly all events lie in it, as the first and
        // the last tell.
        return types + (wholesale && width == ONE_INTERVAL ? timeline.micros(0) : timeline.fetchInstants());
    }

    @Override
    public void accumulate(SubjectHistory history) {
        seen.clear();
        if (byVisit) {
            visits.read(history);
        }
        subject++;
        int size = history.size();
        int interval = Integer.MIN_VALUE;
        for (int i = 0; i < size; ) {
            long at = history.micros(i);
            interval = range.of(at, interval);
            long end = interval == Integer.MIN_VALUE ? range.next(at) : range.end(interval);
            boolean now = interval >= 0 && at >= from && at < to;
            if (interval >= 0 && at < from) {
                end = from;
            } else if (now) {
                end = Math.min(end, to);
            }
            int next = end == Micros.NEVER ? size : history.lowerBound(i, end);
            if (now || (interval < 0 && interval != Integer.MIN_VALUE)) {
                int place = range.before() + interval;
                int whole = now ? width - 1 : width - 2;
                if (wholesale) {
                    countAll(history, i, next, place, whole);
                } else {
                    count(history, i, next, place, whole);
                }
            }
            i = next;
        }
    }

    private void count(SubjectHistory history, int begin, int end, int place, int whole) {
        for (int i = begin; i < end; i++) {
            long fits = masks.of(history, i);
            if (fits != 0) {
                Cells cells = cells(history, i);
                for (; fits != 0; fits &= fits - 1) {
                    int series = Long.numberOfTrailingZeros(fits);
                    count(history, i, cells, series, place);
                    count(history, i, cells, series, whole);
                }
            }
        }
    }

    /** Counts events that lie side by side without looking at each. */
    private void countAll(SubjectHistory history, int begin, int end, int place, int whole) {
        if (property == null) {
            Cells cells = cells(history, begin);
            for (int series = 0; series < measures.length; series++) {
                if (measures[series] == Trend.Measure.TOTAL) {
                    cells.counts[series][place] += end - begin;
                    cells.counts[series][whole] += end - begin;
                } else {
                    cells.once(series, place, subject);
                    cells.once(series, whole, subject);
                }
            }
            return;
        }
        turn(history.types());
        long[] tally = tallies[place];
        if (tally == null) {
            tally = new long[EventTypes.UNLISTED + 1];
            tallies[place] = tally;
        }
        history.countTypes(begin, end, tally);
        for (int i = begin; tally[EventTypes.UNLISTED] > 0; i++) {
            if (history.typeNumber(i) == EventTypes.UNLISTED) {
                tally[EventTypes.UNLISTED]--;
                add(cells(history, i), place, 1);
            }
        }
    }

    private void turn(EventTypes known) {
        if (types != known) {
            settle();
            Arrays.fill(ofTypes, null);
            types = known;
        }
    }

    /** Puts into the groups what was only counted by numbers. */
    private void settle() {
        EventTypes known = types;
        for (int place = 0; known != null && place < tallies.length; place++) {
            long[] tally = tallies[place];
            for (int number = 0; tally != null && number < known.size(); number++) {
                if (tally[number] > 0) {
                    add(cells(new Group(known.type(number).name())), place, tally[number]);
                    tally[number] = 0;
                }
            }
        }
    }

    private void add(Cells cells, int place, long events) {
        int whole = place < range.before() ? width - 2 : width - 1;
        for (long[] counts : cells.counts) {
            counts[place] += events;
            counts[whole] += events;
        }
    }

    private Cells cells(SubjectHistory history, int index) {
        if (property == null) {
            Cells all = ofAll;
            if (all == null) {
                all = cells(new Group(null));
                ofAll = all;
            }
            return all;
        }
        int number = byType ? history.typeNumber(index) : EventTypes.UNLISTED;
        if (number == EventTypes.UNLISTED) {
            return cells(new Group(property.of(history.view(index))));
        }
        turn(history.types());
        Cells known = ofTypes[number];
        if (known == null) {
            known = cells(new Group(history.type(index).name()));
            ofTypes[number] = known;
        }
        return known;
    }

    private void count(SubjectHistory history, int index, Cells cells, int series, int place) {
        switch (measures[series]) {
            case TOTAL -> cells.counts[series][place]++;
            case UNIQUES -> cells.once(series, place, subject);
            case VISITS -> {
                if (seen.add(new Once(cells, series, place, visits.visit(index)))) {
                    cells.counts[series][place]++;
                }
            }
            case VALUE -> {
                Double value = history.view(index).value();
                if (value != null) {
                    BigDecimal[] amounts = cells.amounts[series];
                    amounts[place] = amounts[place].add(BigDecimal.valueOf(value));
                }
            }
        }
    }

    private Cells cells(Group group) {
        Cells cells = groups.get(group);
        if (cells == null) {
            if ((groups.size() + 1L) * width * question.series().size() > MOST_CELLS) {
                throw new ReportLimitException("the trend would have more than " + MOST_CELLS
                        + " cells of values, intervals and series: " + (groups.size() + 1) + " values so far");
            }
            cells = new Cells(question.series(), width);
            groups.put(group, cells);
        }
        return cells;
    }

    @Override
    public void merge(TimelineFold<TrendReport> other) {
        settle();
        TrendFold others = (TrendFold) other;
        others.settle();
        others.groups.forEach((group, more) -> cells(group).merge(more));
    }

    @Override
    public TrendReport result(ReportFrame frame) {
        settle();
        if (property == null) {
            cells(new Group(null)); // of nobody's events there is a line, too
        }
        List<TrendReport.Line> lines = new ArrayList<>();
        groups.forEach((group, cells) -> {
            for (int series = 0; series < measures.length; series++) {
                int of = series;
                lines.add(line(String.valueOf((char) ('A' + series)), group, place -> cells.at(of, place)));
            }
            Trend.Formula formula = question.formula();
            if (formula != null) {
                lines.add(line("formula", group, place -> made(formula, cells.at(0, place), cells.at(1, place))));
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
        for (int i = 0; i < range.size() && question.interval() != null; i++) {
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
