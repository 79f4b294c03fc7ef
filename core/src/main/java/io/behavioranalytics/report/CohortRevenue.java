package io.behavioranalytics.report;

import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks what cohorts were worth at each age, as it was observed: the revenue of those who began in one period, summed up from the event that
 * began, itself included, to the end of each period behind it. Immutable.
 *
 * @param start which events begin; a subject is in the cohort of its first one ever, as far as the filter lets through
 * @param revenue which events are revenue, by their {@code value}
 * @param periods what the periods are
 * @param ages how many periods, the cohort's own among them, 1 to 1,000
 * @param filter whose events are seen; the events that begin have to lie in its range, which has to have a beginning, revenue does not
 */
public record CohortRevenue(EventChoice start, EventChoice revenue, Periods periods, int ages, ReportFilter filter)
        implements Question<CohortRevenueReport> {
    private static final int MOST_AGES = 1_000;

    /**
     * Checks the whole.
     *
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public CohortRevenue {
        List<Violation> faults = new ArrayList<>();
        EventMatcher.of(start, "start", faults);
        EventMatcher.of(revenue, "revenue", faults);
        if (ages < 1 || ages > MOST_AGES) {
            faults.add(new Violation("ages", "RANGE", "must be 1 to " + MOST_AGES + ": " + ages));
        }
        if (filter.from() == null) {
            faults.add(new Violation("filter.from", "REQUIRED", "is missing: cohorts have to begin somewhere"));
        } else if (faults.isEmpty() && filter.to() != null) {
            PeriodGrid.of(periods, filter.from(), filter.to(), ages, filter.zone());
        }
        if (!faults.isEmpty()) {
            throw new InvalidDefinitionException(faults);
        }
    }

    @Override
    public TimelineFold<CohortRevenueReport> fold(ReportTerms terms) {
        return new CohortRevenueFold(this, terms);
    }
}
