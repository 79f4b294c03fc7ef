package io.behavioranalytics;

import io.behavioranalytics.decision.Release;
import io.behavioranalytics.store.StoreException;
import io.behavioranalytics.trigger.ScheduledAction;

/**
 * Asks before an action is begun whether it still may be: its trigger may have been switched off, it may have expired, it may be quiet
 * where the lead is, or a condition may no longer hold. Thread-safe.
 */
final class Clearance {
    private final Pipeline pipeline;
    private final DefinitionsCache definitions;

    Clearance(Pipeline pipeline, DefinitionsCache definitions) {
        this.pipeline = pipeline;
        this.definitions = definitions;
    }

    /**
     * The answer; a cancellation is durable.
     *
     * @throws StoreException if it could not be found out
     */
    Release of(ScheduledAction action) {
        DefinitionsCache.Defined defined = definitions.current();
        if (!defined.decider().plan().asksBeforeRelease(action)) {
            return new Release.Go();
        }
        if (!defined.decider().plan().isActive(action.triggerId())) {
            // Another host may have just defined it or switched it on.
            defined = definitions.newest();
            if (defined.leftOut().contains(action.triggerId())
                    || !defined.decider().plan().asksBeforeRelease(action)) {
                return new Release.Go();
            }
        }
        return pipeline.release(action);
    }
}
