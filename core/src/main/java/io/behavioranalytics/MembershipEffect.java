package io.behavioranalytics;

import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.SafeText;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.trigger.SegmentEffects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The core effects {@code add_to_segment} and {@code remove_from_segment}: the same system events as the host's word (S10). */
final class MembershipEffect implements ActionExecutor {
    private final String type;
    private final Function<String, Optional<Segment>> segments;
    private final BiFunction<TrackRequest.Builder, ActionRequest, ActionResult> effects;

    /**
     * Makes one of the two.
     *
     * @param type which
     * @param segments finds a segment by its key or id
     * @param effects takes a system event as the effect of an action
     */
    MembershipEffect(
            String type,
            Function<String, Optional<Segment>> segments,
            BiFunction<TrackRequest.Builder, ActionRequest, ActionResult> effects) {
        this.type = type;
        this.segments = segments;
        this.effects = effects;
    }

    @Override
    public String type() {
        return type;
    }

    @Override
    public ActionResult execute(ActionRequest request) {
        String named = String.valueOf(request.parameters().get("segment"));
        Optional<Segment> segment = segments.apply(named);
        if (segment.isEmpty()) { // deleted since the trigger named it
            return ActionResult.failure("there is no segment '" + SafeText.escape(named, 64) + "'");
        }
        EventType word = type.equals(SegmentEffects.ADD) ? EventType.SEGMENT_JOINED : EventType.SEGMENT_LEFT;
        TrackRequest.Builder event = TrackRequest.builder(word)
                .property("segment", segment.get().id().toString());
        if (request.parameters().get("reason") instanceof String reason) {
            event.property("reason", reason);
        }
        return effects.apply(event, request);
    }
}
