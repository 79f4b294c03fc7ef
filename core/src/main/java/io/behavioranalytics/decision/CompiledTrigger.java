package io.behavioranalytics.decision;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.ProfileFacts;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.trigger.Trigger;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A trigger ready to be asked.
 *
 * @param trigger the definition
 * @param conditions its conditions, compiled
 * @param everybody whether no target segment is needed
 * @param targets the places of the target segments in the plan
 * @param cancelOn the types of event that cancel what is pending
 * @param activeFrom {@link Micros}
 */
record CompiledTrigger(
        Trigger trigger,
        List<CompiledCondition> conditions,
        boolean everybody,
        BitSet targets,
        Set<EventType> cancelOn,
        long activeFrom) {

    boolean isActive() {
        return trigger.status() == Trigger.Status.ACTIVE;
    }

    boolean targets(BitSet members) {
        return everybody || targets.intersects(members);
    }

    /**
     * Whether all conditions hold.
     *
     * @param cause the causing event, or null if there is none
     * @param eventAlreadyTested true if the conditions on the event were tested when it happened
     */
    boolean holds(@Nullable EventView cause, boolean eventAlreadyTested, ProfileFacts facts) {
        return test(cause, eventAlreadyTested, facts) == Truth.TRUE;
    }

    /** The conditions together: false if one is false, else unknown if one is unknown. */
    Truth test(@Nullable EventView cause, boolean eventAlreadyTested, ProfileFacts facts) {
        Truth all = Truth.TRUE;
        for (CompiledCondition condition : conditions) {
            if (eventAlreadyTested && condition.readsEvent()) {
                continue;
            }
            all = all.and(condition.test(cause, facts));
            if (all == Truth.FALSE) {
                return all;
            }
        }
        return all;
    }

    /** Whether the conditions on the causing event alone hold, those on the profile left aside. */
    boolean admits(EventView cause) {
        for (CompiledCondition condition : conditions) {
            if (condition.readsEvent() && condition.test(cause, null) != Truth.TRUE) {
                return false;
            }
        }
        return true;
    }
}
