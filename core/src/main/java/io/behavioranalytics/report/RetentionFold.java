package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
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
    private final long[] sizes;
    private final long[][] returned;

    /** For each cohort the place of the subject's event that began in it, or -1. */
    private final int[] begun;

    /** What each event of the subject is. */
    private byte[] fits = new byte[64];

    /** Returns of one cohort in each period, with those behind the last in one more. */
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
        begun = new int[grid.rows()];
        returns = new int[depth + 1];
    }

    @Override
    public void accumulate(SubjectHistory history) {
        Arrays.fill(begun, -1);
        if (fits.length < history.size()) {
            fits = new byte[history.size() * 2];
        }
        int size = history.size();
        int cohorts = 0;
        int last = -1;
        boolean first = true;
        for (int i = 0; i < size; i++) {
            fits[i] = (byte) masks.of(history, i);
            if ((fits[i] & BEGINS) != 0 && (first || retention.beginning() == Beginning.RECURRING)) {
                long at = history.micros(i);
                if (at >= from && at < to) {
                    int row = grid.row(at);
                    if (begun[row] < 0) {
                        begun[row] = i;
                        cohorts++;
                    }
                }
                first = false;
            }
            last = (fits[i] & RETURNS) != 0 ? i : last;
        }
        for (int row = 0; row < begun.length && cohorts > 0; row++) {
            if (begun[row] >= 0) {
                cohorts--;
                sizes[row]++;
                if (last > begun[row]) {
                    count(history, row, last);
                }
            }
        }
    }

    private void count(SubjectHistory history, int row, int last) {
        int start = begun[row];
        long began = history.micros(start);
        Arrays.fill(returns, 0);
        boolean behind = false;
        int inPeriod = 0;
        long period = Micros.ALWAYS;
        int column = -1;
        long end = Micros.ALWAYS;
        for (int i = start + 1; i <= last; i++) {
            if ((fits[i] & RETURNS) != 0) {
                long at = history.micros(i);
                if (at >= end) {
                    column = grid.column(row, began, at);
                    end = column < depth ? grid.columnEnd(row, began, column) : Micros.ALWAYS;
                }
                if (column < depth) {
                    returns[column]++;
                } else if (retention.leastReturns() == 1) {
                    behind = true;
                    break;
                } else {
                    long of = grid.periodOf(began, history.micros(i));
                    inPeriod = of == period ? inPeriod + 1 : 1;
                    period = of;
                    behind |= inPeriod >= retention.leastReturns();
                }
            }
        }
        for (int k = 0; k < returned[row].length; k++) {
            Column wanted = retention.columns().get(k);
            boolean came = wanted.last() == Column.NO_END && behind;
            for (int p = wanted.first(); p <= Math.min(wanted.last(), depth - 1) && !came; p++) {
                came = returns[p] >= retention.leastReturns();
            }
            returned[row][k] += came ? 1 : 0;
        }
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
