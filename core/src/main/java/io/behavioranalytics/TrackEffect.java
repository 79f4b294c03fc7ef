package io.behavioranalytics;

import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import java.math.BigDecimal;
import java.util.Map;
import java.util.function.BiFunction;

/** The core effect {@code track_event}: what it does is an event of the subject's. */
final class TrackEffect implements ActionExecutor {
    static final String TYPE = "track_event";

    private final BiFunction<TrackRequest.Builder, ActionRequest, ActionResult> effects;

    /**
     * Makes the effect.
     *
     * @param effects tracks an event as the effect of an action
     */
    TrackEffect(BiFunction<TrackRequest.Builder, ActionRequest, ActionResult> effects) {
        this.effects = effects;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public ActionResult execute(ActionRequest request) {
        return effects.apply(event(request.parameters()), request);
    }

    private static TrackRequest.Builder event(Map<String, ?> parameters) {
        TrackRequest.Builder event = TrackRequest.builder(EventType.of(String.valueOf(parameters.get("eventType"))));
        if (parameters.get("properties") instanceof Map<?, ?> properties) {
            properties.forEach((name, value) -> event.property(String.valueOf(name), value));
        }
        if (parameters.get("value") instanceof Number value) {
            event.value(new BigDecimal(value.toString()).doubleValue());
        }
        return event;
    }
}
