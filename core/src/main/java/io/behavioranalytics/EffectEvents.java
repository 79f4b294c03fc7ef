package io.behavioranalytics;

import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.InvalidEventException;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.trigger.CausalDepth;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;

/**
 * The events that core effects consist of. Each has an id that is derived from the action's key, so that a second attempt finds what the
 * first one did, and says how deep it is (S23).
 */
final class EffectEvents {
    private EffectEvents() {}

    /** Tracks an event, of which the type and what belongs to it is given, as the effect of an action. */
    static ActionResult track(
            TrackRequest.Builder event, ActionRequest request, Function<TrackRequest, TrackResult> tracking) {
        TrackResult result;
        try {
            result = tracking.apply(of(event, request));
        } catch (InvalidEventException invalid) {
            return ActionResult.failure(Objects.toString(invalid.getMessage(), "invalid"));
        }
        return switch (result.outcome()) {
            // A conflict is with what an earlier attempt tracked, before the session became a lead's.
            case ACCEPTED, DUPLICATE, CONFLICT -> ActionResult.success();
            default -> ActionResult.retry(result.outcome().name());
        };
    }

    private static TrackRequest of(TrackRequest.Builder event, ActionRequest request) {
        SubjectId subject = request.subject();
        if (subject.isLead()) {
            event.leadId(subject.value());
        } else {
            event.sessionId(subject.value());
        }
        if (request.parameters().get(CausalDepth.NAME) instanceof Number depth) {
            event.sequence(depth.longValue()); // behind its cause, should both be of the same instant
        }
        return event.id(idOf(request))
                .source("server")
                .metadata("trigger", request.triggerKey())
                .metadata("action", request.idempotencyKey().toString())
                .metadata(CausalDepth.NAME, request.parameters().get(CausalDepth.NAME))
                .build();
    }

    private static UUID idOf(ActionRequest request) {
        String name = request.type() + "|" + request.idempotencyKey();
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }
}
