package io.behavioranalytics.decision;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An inactivity trigger's question: after A, no B within a span (S5).
 *
 * @param trigger whose
 * @param after the type of A, or null for any
 * @param afterConditions what A must meet
 * @param unless the types of B, empty for any
 * @param within microseconds
 */
record InactivityRule(
        CompiledTrigger trigger,
        @Nullable EventType after,
        List<CompiledCondition> afterConditions,
        Set<EventType> unless,
        long within)
        implements AbsenceRule {

    @Override
    public boolean isPreventedBy(EventView event) {
        return unless.isEmpty() || unless.contains(event.type());
    }

    @Override
    public boolean startsWith(EventView event) {
        if (after != null && !after.equals(event.type())) {
            return false;
        }
        for (CompiledCondition condition : afterConditions) {
            if (condition.test(event, null) != Truth.TRUE) {
                return false;
            }
        }
        return trigger.admits(event);
    }

    @Override
    public String describe() {
        return trigger.trigger().id() + "|" + trigger.trigger().event() + "|"
                + trigger.trigger().conditions();
    }
}
