package io.behavioranalytics.decision;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.ProfileFacts;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.trigger.QuietHours;
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
 * @param start the first instant of its dates, {@link Micros}
 * @param end the first instant behind its dates, {@link Micros}
 * @param quietHours its own, else the setting's
 * @param caps all caps that may count its actions, the settings' ones included
 */
record CompiledTrigger(
        Trigger trigger,
        List<CompiledCondition> conditions,
        boolean everybody,
        BitSet targets,
        Set<EventType> cancelOn,
        long activeFrom,
        long start,
        long end,
        QuietHours quietHours,
        List<Reservations.Rule> caps) {

    boolean isActive() {
        return trigger.status() == Trigger.Status.ACTIVE;
    }

    boolean targets(BitSet members) {
        return everybody || targets.intersects(members);
    }

    /** Whether its target segments are asked when it comes true. */
    boolean isTargetAtTrigger(BitSet members) {
        return !trigger.moderation().recheck().atTrigger() || targets(members);
    }

    /**
     * Whether all conditions hold that are asked when it comes true.
     *
     * @param cause the causing event, or null if there is none
     * @param eventAlreadyTested true if the conditions on the event were tested when it happened
     */
    boolean holds(@Nullable EventView cause, boolean eventAlreadyTested, ProfileFacts facts) {
        return test(cause, eventAlreadyTested, facts) == Truth.TRUE;
    }

    /** The conditions that are asked when it comes true: false if one is false, else unknown if one is unknown. */
    Truth test(@Nullable EventView cause, boolean eventAlreadyTested, ProfileFacts facts) {
        boolean asksProfile = trigger.moderation().recheck().atTrigger();
        Truth all = Truth.TRUE;
        for (CompiledCondition condition : conditions) {
            if (condition.readsEvent() ? !eventAlreadyTested : asksProfile) {
                all = all.and(condition.test(cause, facts));
                if (all == Truth.FALSE) {
                    return all;
                }
            }
        }
        return all;
    }

    /** Whether target segments and conditions on the profile hold, now that an action is about to be carried out. */
    boolean holdsAtExecution(BitSet members, ProfileFacts facts) {
        if (!targets(members)) {
            return false;
        }
        for (CompiledCondition condition : conditions) {
            if (!condition.readsEvent() && condition.test(null, facts) != Truth.TRUE) {
                return false;
            }
        }
        return true;
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
