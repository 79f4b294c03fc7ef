package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.report.CohortRetention.Beginning;
import io.behavioranalytics.report.CohortRetention.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Answers a {@link CohortRetention}, subject by subject. */
final class RetentionFold implements TimelineFold<RetentionReport> {
    private static final long BEGINS = 1;
    private static final long RETURNS = 2;

    private final CohortRetention retention;
    private final long asOf;
    private final long from;
    private final long to;
    private final PeriodGrid grid;
    private final SelectorMasks masks;
    private final int depth;
    private final int[] firsts;
    private final int[] lasts;
    private final long[] sizes;
    private final long[][] returned;

    /** For each cohort when the subject began in it. */
    private final long[] began;

    /** For each cohort which of the subject's returns is the first behind its beginning, or -1. */
    private final int[] behind;

    /** The cohorts that the subject began in. */
    private final int[] rows;

    private int rowCount;

    /** The places of the subject's returns, unless every event is one. */
    private int[] places = new int[64];

    /** Returns of one cohort in each period. */
    private final int[] returns;

    RetentionFold(CohortRetention retention, ReportTerms terms) {
        this.retention = retention;
        asOf = Micros.of(terms.asOf());
        ReportFilter filter = retention.filter();
        from = Micros.of(Objects.requireNonNull(filter.from()));
        to = filter.to() == null ? Math.max(asOf, from) + 1 : Micros.of(filter.to());
        depth = retention.depth();
        grid = PeriodGrid.of(retention.periods(), Micros.toInstant(from), Micros.toInstant(to), depth, filter.zone());
        masks = new SelectorMasks(List.of(retention.start(), retention.returning()));
        sizes = new long[grid.rows()];
        returned = new long[grid.rows()][retention.columns().size()];
        firsts = retention.columns().stream().mapToInt(Column::first).toArray();
        lasts = retention.columns().stream().mapToInt(Column::last).toArray();
        began = new long[grid.rows()];
        behind = new int[grid.rows()];
        Arrays.fill(behind, -1);
        rows = new int[grid.rows()];
        returns = new int[depth];
    }

    @Override
    public long fetch(Timeline timeline) {
        return masks.meanEverything() ? timeline.fetchInstants() : TimelineFold.super.fetch(timeline);
    }

    @Override
    public void accumulate(SubjectHistory history) {
        rowCount = 0;
        boolean all = masks.meanEverything();
        int count = all && retention.beginning() == Beginning.FIRST_TIME ? beginFirst(history) : begin(history, all);
        for (int i = 0; i < rowCount; i++) {
            int row = rows[i];
            sizes[row]++;
            if (behind[row] < count) {
                count(history, row, all, count);
            }
            behind[row] = -1;
        }
    }

    /** Where every event begins and returns the first one begins; returns the number of returns. */
    private int beginFirst(SubjectHistory history) {
        begin(history.micros(0), 1);
        return history.size();
    }

    /** Notes beginnings and returns; returns the number of returns. */
    private int begin(SubjectHistory history, boolean all) {
        int size = history.size();
        if (places.length < size) {
            places = new int[size * 2];
        }
        boolean begins = true;
        int count = 0;
        for (int i = 0; i < size; i++) {
            long fits = all ? BEGINS | RETURNS : masks.of(history, i);
            if ((fits & RETURNS) != 0) {
                places[count++] = i;
            }
            if ((fits & BEGINS) != 0 && begins) {
                begin(history.micros(i), count);
                begins = retention.beginning() == Beginning.RECURRING;
            }
        }
        return count;
    }

    private void begin(long at, int next) {
        if (at >= from && at < to) {
            int row = grid.row(at);
            if (behind[row] < 0) {
                behind[row] = next;
                began[row] = at;
                rows[rowCount++] = row;
            }
        }
    }

    private void count(SubjectHistory history, int row, boolean all, int count) {
        Arrays.fill(returns, 0);
        boolean later = false;
        int next = behind[row];
        int column = 0;
        while (next < count) {
            long at = history.micros(all ? next : places[next]);
            column = grid.column(row, began[row], at, column);
            if (column >= depth) {
                later = retention.leastReturns() == 1 || comesLater(history, row, next, all, count);
                break;
            }
            int first = next;
            next = end(history, next, grid.columnEnd(row, began[row], column), all, count);
            returns[column] += next - first;
        }
        for (int k = 0; k < firsts.length; k++) {
            boolean came = lasts[k] == Column.NO_END && later;
            for (int p = firsts[k]; p <= Math.min(lasts[k], depth - 1) && !came; p++) {
                came = returns[p] >= retention.leastReturns();
            }
            returned[row][k] += came ? 1 : 0;
        }
    }

    /** The first return from one on that is not before an instant. */
    private int end(SubjectHistory history, int from, long instant, boolean all, int count) {
        if (all) {
            return history.lowerBound(from, instant);
        }
        int next = from;
        while (next < count && history.micros(places[next]) < instant) {
            next++;
        }
        return next;
    }

    /** Whether one of the periods behind the last column has enough returns. */
    private boolean comesLater(SubjectHistory history, int row, int from, boolean all, int count) {
        int inPeriod = 0;
        long period = Micros.ALWAYS;
        for (int next = from; next < count; next++) {
            long of = grid.periodOf(began[row], history.micros(all ? next : places[next]));
            inPeriod = of == period ? inPeriod + 1 : 1;
            period = of;
            if (inPeriod >= retention.leastReturns()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void merge(TimelineFold<RetentionReport> other) {
        RetentionFold more = (RetentionFold) other;
        for (int row = 0; row < sizes.length; row++) {
            sizes[row] += more.sizes[row];
            for (int k = 0; k < returned[row].length; k++) {
                returned[row][k] += more.returned[row][k];
            }
        }
    }

    @Override
    public RetentionReport result(ReportFrame frame) {
        int columns = retention.columns().size();
        List<RetentionReport.Cohort> cohorts = new ArrayList<>();
        for (int row = 0; row < sizes.length; row++) {
            List<RetentionReport.@Nullable Cell> cells = new ArrayList<>();
            for (int k = 0; k < columns; k++) {
                Column column = retention.columns().get(k);
                int last = column.last() == Column.NO_END ? column.first() : column.last();
                cells.add(
                        grid.begins(row, column.first()) > asOf
                                ? null
                                : new RetentionReport.Cell(returned[row][k], grid.ends(row, last) <= asOf));
            }
            cohorts.add(new RetentionReport.Cohort(grid.label(row), sizes[row], cells));
        }
        return new RetentionReport(
                frame, retention.columns().stream().map(Column::label).toList(), cohorts);
    }
}
