package io.behavioranalytics;

import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.trigger.ScheduledAction;
import java.time.Duration;

/** Carries out the effect of an action once more, as a host does that took over from one that died behind the effect. */
public final class EffectAgain {
    private final BehaviorAnalytics analytics;

    /** For the facade of the second host. */
    public EffectAgain(BehaviorAnalytics analytics) {
        this.analytics = analytics;
    }

    /** Whether the second attempt is taken for done. */
    public boolean track(ScheduledAction action) {
        ActionRequest request = new ActionRequest(
                action.id(),
                action.action().type(),
                action.subject(),
                action.subject().value(),
                action.action().parameters(),
                2,
                action.triggerKey(),
                action.executionId(),
                action.cause(),
                action.dueAt(),
                action.dueAt().plus(Duration.ofSeconds(30)));
        TrackEffect effect = new TrackEffect((event, of) -> EffectEvents.track(event, of, analytics::track));
        return effect.execute(request) instanceof ActionResult.Success;
    }
}
