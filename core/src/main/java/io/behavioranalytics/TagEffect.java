package io.behavioranalytics;

import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import java.util.function.BiFunction;

/** The core effect {@code tag_lead}: the same system event as the host's word (S10). */
final class TagEffect implements ActionExecutor {
    static final String TYPE = "tag_lead";

    private final BiFunction<TrackRequest.Builder, ActionRequest, ActionResult> effects;

    /**
     * Makes the effect.
     *
     * @param effects takes a system event as the effect of an action
     */
    TagEffect(BiFunction<TrackRequest.Builder, ActionRequest, ActionResult> effects) {
        this.effects = effects;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public ActionResult execute(ActionRequest request) {
        return effects.apply(
                TrackRequest.builder(EventType.TAG_ADDED)
                        .property("tag", request.parameters().get("tag")),
                request);
    }
}
