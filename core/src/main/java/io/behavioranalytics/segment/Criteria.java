package io.behavioranalytics.segment;

import io.behavioranalytics.condition.Condition;
import java.util.List;

/**
 * Who belongs to a segment: filters of several kinds and nested groups, joined by AND or OR.
 *
 * <p>Logic is three-valued: a clause that cannot be answered is unknown, its negation too, and unknown at the top does not
 * match. A group without any clause is refused.
 *
 * @param logicOperator how the clauses are joined
 * @param eventFilters how often one type of event happened
 * @param frequencyFilters how often several types together happened
 * @param timeFilters when the subject was there
 * @param profileConditions comparisons of profile fields
 * @param groups nested criteria
 * @param negate whether the joined answer is turned round
 */
public record Criteria(
        Logic logicOperator,
        List<EventFilter> eventFilters,
        List<FrequencyFilter> frequencyFilters,
        List<TimeFilter> timeFilters,
        List<Condition> profileConditions,
        List<Criteria> groups,
        boolean negate) {
    /** How clauses are joined. */
    public enum Logic {
        /** All must hold. */
        AND,
        /** One must hold. */
        OR
    }

    /** Copies the lists. */
    public Criteria {
        eventFilters = List.copyOf(eventFilters);
        frequencyFilters = List.copyOf(frequencyFilters);
        timeFilters = List.copyOf(timeFilters);
        profileConditions = List.copyOf(profileConditions);
        groups = List.copyOf(groups);
    }
}
