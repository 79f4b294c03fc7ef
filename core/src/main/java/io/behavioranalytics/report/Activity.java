package io.behavioranalytics.report;

import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks what happened in a range at a glance: events by type, subjects, engagement and conversion by day. The part of a dashboard that
 * timelines tell. Immutable.
 *
 * @param conversions which events are conversions
 * @param top the most types of event that are told, 1 to 1,000
 * @param filter whose events are seen; they count if they lie in its range, which has to have a beginning
 */
public record Activity(EventChoice conversions, int top, ReportFilter filter) implements Question<ActivityReport> {
    private static final int MOST_TYPES = 1_000;

    /**
     * Checks the whole.
     *
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public Activity {
        List<Violation> faults = new ArrayList<>();
        EventMatcher.of(conversions, "conversions", faults);
        if (top < 1 || top > MOST_TYPES) {
            faults.add(new Violation("top", "RANGE", "must be 1 to " + MOST_TYPES + ": " + top));
        }
        IntervalRange.check(CalendarInterval.DAY, 1, filter, faults);
        if (!faults.isEmpty()) {
            throw new InvalidDefinitionException(faults);
        }
    }

    /**
     * The ten most frequent types; conversions are events of the category {@code conversion}.
     *
     * @param filter whose events are seen, with the beginning of its range
     * @return the question
     * @throws InvalidDefinitionException if the range has no beginning, or more than 10,000 days
     */
    public static Activity of(ReportFilter filter) {
        return new Activity(EventChoice.any().where("category", Operator.EQUALS, "conversion"), 10, filter);
    }

    @Override
    public TimelineFold<ActivityReport> fold(ReportTerms terms) {
        return new ActivityFold(this, terms);
    }
}
