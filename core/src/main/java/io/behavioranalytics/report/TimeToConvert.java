package io.behavioranalytics.report;

import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks how long a funnel's attempts take from one step to another, as a distribution. Immutable.
 *
 * @param funnel the funnel, whose attempts count as there; its breakdown, trend and leads are not asked
 * @param fromStep the step from which on it counts, from 1
 * @param toStep the step until which it counts, behind {@code fromStep}; attempts that did both are told
 * @param bins into how many stretches the times are put, 1 to 1,000, or null for the cube root of their number, rounded up
 */
public record TimeToConvert(
        Funnel funnel, int fromStep, int toStep, @Nullable Integer bins) implements Question<TimeToConvertReport> {
    private static final int MOST_BINS = 1_000;

    /**
     * Checks the whole.
     *
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public TimeToConvert {
        List<Violation> faults = new ArrayList<>();
        int size = funnel.steps().size();
        if (fromStep < 1 || toStep <= fromStep || toStep > size) {
            faults.add(new Violation(
                    "toStep",
                    "RANGE",
                    "must be a step of 2 to " + size + " behind the first one: from " + fromStep + " to " + toStep));
        }
        if (bins != null && (bins < 1 || bins > MOST_BINS)) {
            faults.add(new Violation("bins", "RANGE", "must be 1 to " + MOST_BINS + ": " + bins));
        }
        if (!faults.isEmpty()) {
            throw new InvalidDefinitionException(faults);
        }
    }

    @Override
    public ReportFilter filter() {
        return funnel.filter();
    }

    @Override
    public boolean readsOutlines() {
        return funnel.readsOutlines();
    }

    @Override
    public TimelineFold<TimeToConvertReport> fold(ReportTerms terms) {
        return new TimeToConvertFold(this, terms);
    }
}
