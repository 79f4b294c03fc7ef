package io.behavioranalytics.report;

import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks how much there is of something, interval by interval, or of a range as a whole. Immutable.
 *
 * @param series what is counted, 1 to 10; they are named A, B and so on
 * @param formula what is made of the first two of them, or null
 * @param interval how long each interval is, or null to tell the whole range alone
 * @param breakdown a field of the events by whose values the answer is split, or null
 * @param previous whether as many intervals right before are told beside, or without intervals as long a time right before
 * @param filter whose events are seen; they have to lie in its range, which has to have a beginning. The previous intervals are wholes.
 */
public record Trend(
        List<Series> series,
        @Nullable Formula formula,
        @Nullable CalendarInterval interval,
        @Nullable String breakdown,
        boolean previous,
        ReportFilter filter)
        implements Question<TrendReport> {
    private static final int MOST_SERIES = 10;

    /**
     * What is counted.
     *
     * @param event which events
     * @param measure what of them
     */
    public record Series(EventChoice event, Measure measure) {
        /** Checks that both are there. */
        public Series {
            Objects.requireNonNull(event, "event");
            Objects.requireNonNull(measure, "measure");
        }
    }

    /** What is counted of events. */
    public enum Measure {
        /** Each event. */
        TOTAL,
        /** Each subject that has one, once in each interval and once in all. */
        UNIQUES,
        /** Each visit that has one, once in each interval and once in all. */
        VISITS,
        /** The sum of their values. */
        VALUE
    }

    /** What is made of two series, interval by interval and of all. */
    public enum Formula {
        /** A + B. */
        SUM,
        /** A - B. */
        DIFFERENCE,
        /** A times B. */
        PRODUCT,
        /** A / B; nothing where B is 0. */
        RATIO
    }

    /**
     * Checks the whole.
     *
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public Trend {
        series = List.copyOf(series);
        List<Violation> faults = new ArrayList<>();
        if (series.isEmpty() || series.size() > MOST_SERIES) {
            faults.add(new Violation("series", "RANGE", "must be 1 to " + MOST_SERIES + ": " + series.size()));
        }
        for (int i = 0; i < series.size(); i++) {
            EventMatcher.of(series.get(i).event(), "series[" + i + "].event", faults);
        }
        if (formula != null && series.size() < 2) {
            faults.add(new Violation("formula", "RANGE", "needs two series: " + series.size()));
        }
        if (breakdown != null) {
            EventProperty.of(breakdown, "breakdown", faults);
        }
        IntervalRange.check(interval, 1, filter, faults);
        if (!faults.isEmpty()) {
            throw new InvalidDefinitionException(faults);
        }
    }

    /**
     * One series, without breakdown and previous intervals.
     *
     * @param event which events
     * @param measure what is counted of them
     * @param interval how long each interval is
     * @param filter whose events are seen, with the beginning of its range
     * @return the question
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public static Trend of(EventChoice event, Measure measure, CalendarInterval interval, ReportFilter filter) {
        return new Trend(List.of(new Series(event, measure)), null, interval, null, false, filter);
    }

    /**
     * One series of a range as a whole, without breakdown and the time before: such as the most frequent events, {@link #by} their type.
     *
     * @param event which events
     * @param measure what is counted of them
     * @param filter whose events are seen, with the beginning of its range
     * @return the question
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public static Trend whole(EventChoice event, Measure measure, ReportFilter filter) {
        return new Trend(List.of(new Series(event, measure)), null, null, null, false, filter);
    }

    /**
     * This trend split by the values of a field.
     *
     * @param field such as {@code properties.plan}
     * @return the question
     * @throws InvalidDefinitionException if it is no such field
     */
    public Trend by(String field) {
        return new Trend(series, formula, interval, field, previous, filter);
    }

    /**
     * This trend beside the intervals right before.
     *
     * @return the question
     */
    public Trend withPrevious() {
        return new Trend(series, formula, interval, breakdown, true, filter);
    }

    @Override
    public boolean readsOutlines() {
        return series.stream()
                        .allMatch(line -> line.event().isByType()
                                && (line.measure() == Measure.TOTAL || line.measure() == Measure.UNIQUES))
                && (breakdown == null || EventProperty.isInOutline(breakdown));
    }

    @Override
    public TimelineFold<TrendReport> fold(ReportTerms terms) {
        return new TrendFold(this, terms);
    }
}
