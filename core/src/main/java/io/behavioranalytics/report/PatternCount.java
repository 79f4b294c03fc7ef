package io.behavioranalytics.report;

import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks how many subjects have events that follow a pattern, and how often: matches that do not overlap, each found as early as it can
 * be. Immutable.
 *
 * @param conditions what the pattern's numbers mean, 1 to 32
 * @param pattern the pattern, which names none but these
 * @param examples of how many subjects the first match is told, or as far as it came, 0 to 10,000
 * @param filter whose events are seen; all of them have to lie in its range
 */
public record PatternCount(List<EventChoice> conditions, EventPattern pattern, int examples, ReportFilter filter)
        implements Question<PatternCountReport> {
    private static final int MOST_CONDITIONS = 32;
    private static final int MOST_EXAMPLES = 10_000;

    /**
     * Checks the whole.
     *
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public PatternCount {
        conditions = List.copyOf(conditions);
        List<Violation> faults = new ArrayList<>();
        if (conditions.isEmpty() || conditions.size() > MOST_CONDITIONS) {
            faults.add(
                    new Violation("conditions", "RANGE", "must be 1 to " + MOST_CONDITIONS + ": " + conditions.size()));
        }
        for (int i = 0; i < conditions.size(); i++) {
            EventMatcher.of(conditions.get(i), "conditions[" + i + "]", faults);
        }
        for (EventPattern.Part part : pattern.parts()) {
            if (part instanceof EventPattern.Meets meets && meets.condition() > conditions.size()) {
                faults.add(new Violation(
                        "pattern", "RANGE", "names condition " + meets.condition() + " of " + conditions.size()));
            }
        }
        if (examples < 0 || examples > MOST_EXAMPLES) {
            faults.add(new Violation("examples", "RANGE", "must be 0 to " + MOST_EXAMPLES + ": " + examples));
        }
        if (!faults.isEmpty()) {
            throw new InvalidDefinitionException(faults);
        }
    }

    @Override
    public boolean readsOutlines() {
        return conditions.stream().allMatch(EventChoice::isByType);
    }

    @Override
    public TimelineFold<PatternCountReport> fold(ReportTerms terms) {
        return new PatternCountFold(this);
    }
}
