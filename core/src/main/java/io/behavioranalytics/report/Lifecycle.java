package io.behavioranalytics.report;

import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks, interval by interval, how many are new, return, come back after a pause, or have gone. Immutable.
 *
 * <p>Active is who has an event of activity in the interval. Of them <em>new</em> is whose creation lies in it, else <em>returning</em> who
 * was active in the interval before, else <em>resurrecting</em>; <em>dormant</em> is who was active in the interval before and is not now.
 *
 * @param activity which events are activity
 * @param creation which events create a subject: its first one ever, in the range or before; normally any event
 * @param interval how long each interval is
 * @param every how many of the calendar's intervals make one, 1 or more, counted from the one in which the range begins
 * @param filter whose events are seen; its range, which has to have a beginning, says which intervals are told, as wholes
 */
public record Lifecycle(
        EventChoice activity, EventChoice creation, CalendarInterval interval, int every, ReportFilter filter)
        implements Question<LifecycleReport> {
    /**
     * Checks the whole.
     *
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public Lifecycle {
        List<Violation> faults = new ArrayList<>();
        EventMatcher.of(activity, "activity", faults);
        EventMatcher.of(creation, "creation", faults);
        IntervalRange.check(interval, every, filter, faults);
        if (!faults.isEmpty()) {
            throw new InvalidDefinitionException(faults);
        }
    }

    /**
     * Where a subject's first event creates it.
     *
     * @param activity which events are activity
     * @param interval how long each interval is
     * @param filter whose events are seen, with the beginning of its range
     * @return the question
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public static Lifecycle of(EventChoice activity, CalendarInterval interval, ReportFilter filter) {
        return new Lifecycle(activity, EventChoice.any(), interval, 1, filter);
    }

    @Override
    public boolean readsOutlines() {
        return activity.isByType() && creation.isByType();
    }

    @Override
    public TimelineFold<LifecycleReport> fold(ReportTerms terms) {
        return new LifecycleFold(this, terms);
    }
}
