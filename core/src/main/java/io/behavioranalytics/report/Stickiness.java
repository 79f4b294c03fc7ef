package io.behavioranalytics.report;

import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks in how many intervals of a range subjects are active: how many in exactly one, in two, and so on. Immutable.
 *
 * @param activity which events are activity
 * @param interval how long each interval is
 * @param every how many of the calendar's intervals make one, 1 or more, counted from the one in which the range begins
 * @param least the least events of activity that make an interval active, 1 or more
 * @param most the most events of activity that make an interval active, not below the least, or null for any number
 * @param filter whose events are seen; its range, which has to have a beginning, says which intervals count, as wholes
 */
public record Stickiness(
        EventChoice activity,
        CalendarInterval interval,
        int every,
        int least,
        @Nullable Integer most,
        ReportFilter filter)
        implements Question<StickinessReport> {
    /**
     * Checks the whole.
     *
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public Stickiness {
        List<Violation> faults = new ArrayList<>();
        EventMatcher.of(activity, "activity", faults);
        IntervalRange.check(interval, every, filter, faults);
        if (least < 1 || (most != null && most < least)) {
            faults.add(new Violation(
                    "least", "RANGE", "must be 1 or more and not above the most: " + least + ", " + most));
        }
        if (!faults.isEmpty()) {
            throw new InvalidDefinitionException(faults);
        }
    }

    /**
     * Where one event makes an interval active.
     *
     * @param activity which events are activity
     * @param interval how long each interval is
     * @param filter whose events are seen, with the beginning of its range
     * @return the question
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public static Stickiness of(EventChoice activity, CalendarInterval interval, ReportFilter filter) {
        return new Stickiness(activity, interval, 1, 1, null, filter);
    }

    @Override
    public boolean readsOutlines() {
        return activity.isByType();
    }

    @Override
    public TimelineFold<StickinessReport> fold(ReportTerms terms) {
        return new StickinessFold(this, terms);
    }
}
