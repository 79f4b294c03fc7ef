package io.behavioranalytics;

import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.InvalidEventException;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.trigger.CausalDepth;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;

/**
 * The core effect {@code track_event}: what it does is an event of the subject's. The event's id is derived from the action's key, so
 * that a second attempt finds what the first one did.
 */
final class TrackEffect implements ActionExecutor {
    static final String TYPE = "track_event";

    private final Function<TrackRequest, TrackResult> tracking;

    TrackEffect(Function<TrackRequest, TrackResult> tracking) {
        this.tracking = tracking;
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public ActionResult execute(ActionRequest request) {
        TrackResult result;
        try {
            result = tracking.apply(event(request));
        } catch (InvalidEventException invalid) {
            return ActionResult.failure(Objects.toString(invalid.getMessage(), "invalid"));
        }
        return switch (result.outcome()) {
            // A conflict is with what an earlier attempt tracked, before the session became a lead's.
            case ACCEPTED, DUPLICATE, CONFLICT -> ActionResult.success();
            default -> ActionResult.retry(result.outcome().name());
        };
    }

    private static TrackRequest event(ActionRequest request) {
        Map<String, ?> parameters = request.parameters();
        TrackRequest.Builder event = TrackRequest.builder(EventType.of(String.valueOf(parameters.get("eventType"))))
                .id(idOf(request.idempotencyKey()))
                .source("server")
                .metadata("trigger", request.triggerKey())
                .metadata("action", request.idempotencyKey().toString())
                .metadata(CausalDepth.NAME, parameters.get(CausalDepth.NAME));
        SubjectId subject = request.subject();
        if (subject.isLead()) {
            event.leadId(subject.value());
        } else {
            event.sessionId(subject.value());
        }
        if (parameters.get("properties") instanceof Map<?, ?> properties) {
            properties.forEach((name, value) -> event.property(String.valueOf(name), value));
        }
        if (parameters.get("value") instanceof Number value) {
            event.value(new BigDecimal(value.toString()).doubleValue());
        }
        return event.build();
    }

    static UUID idOf(UUID idempotencyKey) {
        return UUID.nameUUIDFromBytes(("track_event|" + idempotencyKey).getBytes(StandardCharsets.UTF_8));
    }
}
