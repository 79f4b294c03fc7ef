package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks what customers bought, and what a model expects them to buy: the beta-geometric/NBD model for how often ({@link BgNbd}), the
 * gamma-gamma model for how much ({@link GammaGamma}), both fitted to these customers. Immutable.
 *
 * <p>The purchases of one period are one purchase; the first period of a customer is left out of frequency and value.
 *
 * @param purchase which events are purchases; their {@code value} is what was paid, nothing if there is none
 * @param period what counts as one purchase: an hour, day, week or month of the filter's calendar
 * @param periodsPerUnit how many periods make a unit of time of the figures and models, such as 7 for weeks of days, 1 or more
 * @param horizon how far the model looks ahead, in units of time, more than 0
 * @param discount what a unit of time takes off what is bought in it, such as 0.002 for 0.2 % a week; 0 or more
 * @param calibrationEnd the last instant that the models know of, or null for the report's; what is bought behind it is told beside
 *     their expectation
 * @param customers the most customers that are told of one by one, those of the greatest predicted value; 0 to {@value #MOST_CUSTOMERS}
 * @param filter whose events are seen; purchases have to lie in its range
 */
public record LifetimeValue(
        EventChoice purchase,
        CalendarInterval period,
        int periodsPerUnit,
        double horizon,
        double discount,
        @Nullable Instant calibrationEnd,
        int customers,
        ReportFilter filter)
        implements Question<LifetimeValueReport> {
    /** The most customers that are told of one by one. */
    public static final int MOST_CUSTOMERS = 1_000_000;

    /**
     * Checks the whole.
     *
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public LifetimeValue {
        List<Violation> faults = new ArrayList<>();
        EventMatcher.of(purchase, "purchase", faults);
        if (periodsPerUnit < 1 || periodsPerUnit > 10_000) {
            faults.add(new Violation("periodsPerUnit", "RANGE", "must be 1 to 10000: " + periodsPerUnit));
        }
        if (!(horizon > 0) || horizon > 10_000) {
            faults.add(new Violation("horizon", "RANGE", "must be more than 0 and at most 10000: " + horizon));
        }
        if (!(discount >= 0) || discount > 1) {
            faults.add(new Violation("discount", "RANGE", "must be 0 to 1: " + discount));
        }
        if (customers < 0 || customers > MOST_CUSTOMERS) {
            faults.add(new Violation("customers", "RANGE", "must be 0 to " + MOST_CUSTOMERS + ": " + customers));
        }
        if (calibrationEnd != null && !ReportFilter.isInYears(calibrationEnd)) {
            faults.add(
                    new Violation("calibrationEnd", "RANGE", "must lie in the years 0001 to 9999: " + calibrationEnd));
        }
        if (!faults.isEmpty()) {
            throw new InvalidDefinitionException(faults);
        }
    }

    /**
     * Purchases by day, times in weeks, a year ahead, without a discount, up to the report's instant; the 1,000 best customers.
     *
     * @param purchase which events are purchases
     * @param filter whose events are seen
     * @return the question
     * @throws InvalidDefinitionException if a condition cannot be asked of an event
     */
    public static LifetimeValue of(EventChoice purchase, ReportFilter filter) {
        return new LifetimeValue(purchase, CalendarInterval.DAY, 7, 52, 0, null, 1_000, filter);
    }

    /**
     * This question with another horizon.
     *
     * @param units how far the model looks ahead
     * @param perUnit what a unit of time takes off
     * @return the question
     * @throws InvalidDefinitionException if one is out of range
     */
    public LifetimeValue ahead(double units, double perUnit) {
        return new LifetimeValue(purchase, period, periodsPerUnit, units, perUnit, calibrationEnd, customers, filter);
    }

    /**
     * This question with models that know nothing behind an instant.
     *
     * @param instant the last one that they know of
     * @return the question
     */
    public LifetimeValue calibratedTo(Instant instant) {
        return new LifetimeValue(purchase, period, periodsPerUnit, horizon, discount, instant, customers, filter);
    }

    @Override
    public TimelineFold<LifetimeValueReport> fold(ReportTerms terms) {
        return new LifetimeValueFold(this, Micros.of(terms.asOf()));
    }
}
