package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The periods of a range: rows are those that begin in it, and as many columns follow each. Immutable. */
final class PeriodGrid {
    static final int MOST_CELLS = 10_000;

    private final long[] starts;
    private final int rows;
    private final long length;
    private final @Nullable CalendarInterval labels;
    private final int every;
    private final ZoneId zone;

    private PeriodGrid(
            long[] starts, int rows, long length, @Nullable CalendarInterval labels, int every, ZoneId zone) {
        this.starts = starts;
        this.rows = rows;
        this.length = length;
        this.labels = labels;
        this.every = every;
        this.zone = zone;
    }

    /**
     * @param columns how many periods are looked at, the cohort's own among them
     * @throws InvalidDefinitionException if there are too many
     */
    static PeriodGrid of(Periods periods, Instant from, Instant to, int columns, ZoneId zone) {
        long first = Micros.of(from);
        long end = Micros.of(to);
        if (periods instanceof Periods.Equal equal) {
            long length = Micros.of(equal.length());
            long origin = Micros.of(equal.start());
            long begin = origin + Math.floorDiv(first - origin, length) * length;
            long rows = Math.floorDiv(end - 1 - begin, length) + 1;
            check(rows, columns);
            long[] starts = new long[(int) rows + columns + 1];
            for (int i = 0; i < starts.length; i++) {
                starts[i] = begin + i * length;
            }
            return new PeriodGrid(starts, (int) rows, 0, null, 1, zone);
        }
        boolean rolling = periods instanceof Periods.Rolling;
        CalendarInterval interval =
                periods instanceof Periods.Rolling roll ? roll.cohorts() : ((Periods.Calendar) periods).interval();
        int every = periods instanceof Periods.Calendar calendar ? calendar.every() : 1;
        long[] starts = new long[16];
        int rows = 0;
        long at = interval.startOf(first, zone);
        int size = 0;
        while (at < end || size <= rows + columns) {
            if (at < end) {
                rows++;
                check(rows, columns);
            }
            if (size == starts.length) {
                starts = Arrays.copyOf(starts, size * 2);
            }
            starts[size++] = at;
            at = interval.next(at, every, zone);
        }
        long length = periods instanceof Periods.Rolling roll ? Micros.of(roll.length()) : 0;
        return new PeriodGrid(Arrays.copyOf(starts, size), rows, rolling ? length : 0, interval, every, zone);
    }

    private static void check(long rows, int columns) {
        if (rows > MOST_CELLS / columns) {
            throw new InvalidDefinitionException(List.of(new Violation(
                    "periods",
                    "RANGE",
                    "cohorts times periods must be at most " + MOST_CELLS + ": at least " + rows + " times "
                            + columns)));
        }
    }

    int rows() {
        return rows;
    }

    /** The cohort of an instant in the range. */
    int row(long micros) {
        return period(micros);
    }

    /** The period of the grid that an instant is in, -1 before the first; those behind the last count as the last. */
    private int period(long micros) {
        int found = Arrays.binarySearch(starts, micros);
        return found >= 0 ? found : -found - 2;
    }

    /**
     * How many periods behind its start an instant lies; at least as many as there are columns if it lies behind them.
     *
     * @param near a column that it is not before, looked at first
     */
    int column(int row, long start, long micros, int near) {
        if (length > 0) {
            return (int) Math.min(Integer.MAX_VALUE, (micros - start) / length);
        }
        for (int place = row + near; place < row + near + 3 && place < starts.length - 1; place++) {
            if (micros < starts[place + 1]) {
                return place - row;
            }
        }
        return period(micros) - row;
    }

    /** The first instant of the column behind this one, for who began at an instant; nothing is known behind the last column. */
    long columnEnd(int row, long start, int column) {
        return length > 0 ? Micros.plus(start, (column + 1L) * length) : starts[row + column + 1];
    }

    /** Where the period begins that holds an instant, in the grid or behind it; of rolling periods their number. */
    long periodOf(long start, long micros) {
        if (length > 0) {
            return (micros - start) / length;
        }
        int last = starts.length - 1;
        if (labels == null) {
            long step = starts[1] - starts[0];
            return starts[0] + Math.floorDiv(micros - starts[0], step) * step;
        }
        if (micros < starts[last]) {
            return starts[period(micros)];
        }
        if (every == 1) {
            return labels.startOf(micros, zone);
        }
        long at = starts[last];
        for (long next = labels.next(at, every, zone); next <= micros; next = labels.next(at, every, zone)) {
            at = next;
        }
        return at;
    }

    /** When a period has begun for the first of a cohort. */
    long begins(int row, int column) {
        return length > 0 ? starts[row] + column * length : starts[row + column];
    }

    /** When a period has ended for all of a cohort. */
    long ends(int row, int column) {
        return length > 0 ? starts[row + 1] + (column + 1) * length : starts[row + column + 1];
    }

    String label(int row) {
        return labels == null ? Micros.toInstant(starts[row]).toString() : labels.label(starts[row], zone);
    }
}
