package io.behavioranalytics.report;

import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks which events go with conversion. Of all who began, those who converted within the window are held against the others: how many
 * of each had an event of a type behind the one that began and before they converted, or before the window had passed. Going with
 * conversion is not causing it. Immutable.
 *
 * @param start which events begin: a subject's first one in the range
 * @param conversion which events convert, behind the one that began
 * @param window the longest time between them, its end included, 1 microsecond to 3,650 days
 * @param field whose values are held against conversion, such as {@code eventType} or {@code properties.plan}
 * @param confidence of the interval of the odds ratio, more than 0 and less than 1
 * @param least how many subjects must have had an event of a value for it to be told, 1 or more
 * @param filter whose events are seen; the events that begin have to lie in its range
 */
public record Correlation(
        EventChoice start,
        EventChoice conversion,
        Duration window,
        String field,
        double confidence,
        int least,
        ReportFilter filter)
        implements Question<CorrelationReport> {
    /**
     * Checks the whole.
     *
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public Correlation {
        List<Violation> faults = new ArrayList<>();
        EventMatcher.of(start, "start", faults);
        EventMatcher.of(conversion, "conversion", faults);
        EventProperty.of(field, "field", faults);
        if (window.compareTo(Duration.ofNanos(1_000)) < 0 || window.compareTo(Funnel.LONGEST_WINDOW) > 0) {
            faults.add(new Violation(
                    "window", "RANGE", "must be 1 microsecond to " + Funnel.LONGEST_WINDOW + ": " + window));
        }
        if (!(confidence > 0 && confidence < 1)) {
            faults.add(new Violation("confidence", "RANGE", "must be more than 0 and less than 1: " + confidence));
        }
        if (least < 1) {
            faults.add(new Violation("least", "RANGE", "must be 1 or more: " + least));
        }
        if (!faults.isEmpty()) {
            throw new InvalidDefinitionException(faults);
        }
    }

    /**
     * Types of events, intervals of 95 %, those that ten subjects had.
     *
     * @param start which events begin
     * @param conversion which events convert
     * @param window the longest time between them
     * @param filter whose events are seen
     * @return the question
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public static Correlation of(EventChoice start, EventChoice conversion, Duration window, ReportFilter filter) {
        return new Correlation(start, conversion, window, "eventType", 0.95, 10, filter);
    }

    @Override
    public TimelineFold<CorrelationReport> fold(ReportTerms terms) {
        return new CorrelationFold(this);
    }
}
