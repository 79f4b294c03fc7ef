package io.behavioranalytics.report;

import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Asks how a segment grew, period by period, by the entries and exits that were decided (S17). It is no {@link Question}, for it reads
 * no timelines. Immutable.
 *
 * @param segment key or id of the segment
 * @param interval how long each period is
 * @param every how many of the calendar's intervals make one, 1 or more, counted from the one in which the range begins
 * @param filter the range, which has to have a beginning and says which periods count, as wholes; the calendar, the instant, and whether
 *     sessions count. It has neither a segment nor conditions
 */
public record MembershipGrowth(String segment, CalendarInterval interval, int every, ReportFilter filter) {
    /**
     * Checks the whole.
     *
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public MembershipGrowth {
        Objects.requireNonNull(segment, "segment");
        List<Violation> faults = new ArrayList<>();
        IntervalRange.check(interval, every, filter, faults);
        if (filter.segment() != null) {
            faults.add(
                    new Violation("filter.segment", "UNSUPPORTED", "entries and exits have no segment but their own"));
        }
        if (!filter.where().isEmpty()) {
            faults.add(new Violation("filter.where", "UNSUPPORTED", "entries and exits are no events to ask of"));
        }
        if (!faults.isEmpty()) {
            throw new InvalidDefinitionException(faults);
        }
    }

    /**
     * Period after period.
     *
     * @param segment key or id of the segment
     * @param interval how long each is
     * @param filter the range, the calendar and the instant
     * @return the question
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public static MembershipGrowth of(String segment, CalendarInterval interval, ReportFilter filter) {
        return new MembershipGrowth(segment, interval, 1, filter);
    }
}
