package io.behavioranalytics.report;

import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Asks how many come back: of those who begin in one period, how many return in the periods behind it. Immutable.
 *
 * @param start which events begin
 * @param returning which events are a return
 * @param beginning who is in a cohort
 * @param periods what the periods are
 * @param columns which periods are asked for: column 0 is the cohort's own, in which only an event behind the one that began counts
 * @param leastReturns how many returning events within one period make a return, 1 or more
 * @param filter whose events are seen; events that begin have to lie in its range, which has to have a beginning, returns do not
 */
public record CohortRetention(
        EventChoice start,
        EventChoice returning,
        Beginning beginning,
        Periods periods,
        List<Column> columns,
        int leastReturns,
        ReportFilter filter)
        implements Question<RetentionReport> {
    private static final int MOST_PERIODS = 1_000;

    /** Who is in a cohort. */
    public enum Beginning {
        /** Those whose first event ever that begins lies in it; so nobody is in two. */
        FIRST_TIME,
        /** Those who have an event that begins in it, so a subject may be in many. */
        RECURRING
    }

    /**
     * The periods in which a return counts.
     *
     * @param first the first of them, 0 or more
     * @param last the last of them, not before the first; {@value #NO_END} for no end
     */
    public record Column(int first, int last) {
        /** The last period of a column without an end: up to the report's instant. */
        public static final int NO_END = Integer.MAX_VALUE;

        /**
         * Checks the order.
         *
         * @throws IllegalArgumentException if the first is negative or behind the last
         */
        public Column {
            if (first < 0 || last < first) {
                throw new IllegalArgumentException(
                        "a column must go from a period of 0 or more to one not before it: " + first + ", " + last);
            }
        }

        String label() {
            return first == last ? "period" + first : last == NO_END ? "from" + first : "period" + first + "to" + last;
        }
    }

    /**
     * Checks the whole.
     *
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public CohortRetention {
        columns = List.copyOf(columns);
        Objects.requireNonNull(beginning, "beginning");
        Objects.requireNonNull(periods, "periods");
        List<Violation> faults = new ArrayList<>();
        EventMatcher.of(start, "start", faults);
        EventMatcher.of(returning, "returning", faults);
        if (columns.isEmpty() || columns.size() > MOST_PERIODS || depth(columns) > MOST_PERIODS) {
            faults.add(new Violation(
                    "columns", "RANGE", "must be 1 to " + MOST_PERIODS + ", of periods below that: " + columns.size()));
        }
        if (leastReturns < 1) {
            faults.add(new Violation("leastReturns", "RANGE", "must be 1 or more: " + leastReturns));
        }
        Instant from = filter.from();
        if (from == null) {
            faults.add(new Violation("filter.from", "REQUIRED", "is missing: cohorts have to begin somewhere"));
        } else if (faults.isEmpty() && filter.to() != null) {
            PeriodGrid.of(periods, from, filter.to(), depth(columns), filter.zone());
        }
        if (!faults.isEmpty()) {
            throw new InvalidDefinitionException(faults);
        }
    }

    private static int depth(List<Column> columns) {
        int depth = 0;
        for (Column column : columns) {
            depth = Math.max(depth, (column.last() == Column.NO_END ? column.first() : column.last()) + 1);
        }
        return depth;
    }

    /** How many periods are looked at. */
    int depth() {
        return depth(columns);
    }

    /**
     * Returns in each period by itself.
     *
     * @param start which events begin
     * @param returning which events are a return
     * @param periods what the periods are
     * @param count how many periods, the cohort's own among them
     * @param filter whose events are seen, with the beginning of its range
     * @return a retention of those who begin for the first time
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public static CohortRetention on(
            EventChoice start, EventChoice returning, Periods periods, int count, ReportFilter filter) {
        List<Column> columns = new ArrayList<>();
        for (int k = 0; k < Math.min(count, MOST_PERIODS + 1); k++) {
            columns.add(new Column(k, k));
        }
        return new CohortRetention(start, returning, Beginning.FIRST_TIME, periods, columns, 1, filter);
    }

    /**
     * This retention with returns that count for each period and all before it.
     *
     * @return the retention
     */
    public CohortRetention orAfter() {
        return bracketed(columns.stream()
                .map(column -> new Column(column.first(), Column.NO_END))
                .toList());
    }

    /**
     * This retention with other columns.
     *
     * @param brackets the periods of each
     * @return the retention
     * @throws InvalidDefinitionException if there are none, or too many
     */
    public CohortRetention bracketed(List<Column> brackets) {
        return new CohortRetention(start, returning, beginning, periods, brackets, leastReturns, filter);
    }

    /**
     * This retention with everybody in each cohort in which they begin.
     *
     * @return the retention
     */
    public CohortRetention recurring() {
        return new CohortRetention(start, returning, Beginning.RECURRING, periods, columns, leastReturns, filter);
    }

    /**
     * This retention with returns of several events.
     *
     * @param least within one period
     * @return the retention
     * @throws InvalidDefinitionException if it is less than 1
     */
    public CohortRetention atLeast(int least) {
        return new CohortRetention(start, returning, beginning, periods, columns, least, filter);
    }

    @Override
    public boolean readsOutlines() {
        return start.isByType() && returning.isByType();
    }

    @Override
    public TimelineFold<RetentionReport> fold(ReportTerms terms) {
        return new RetentionFold(this, terms);
    }
}
