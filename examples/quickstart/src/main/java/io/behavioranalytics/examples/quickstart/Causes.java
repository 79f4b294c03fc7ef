package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.trigger.TriggerCause;
import java.util.Map;
import java.util.UUID;

/** Says in words why something happened, by the lines of the input. */
final class Causes {
    private final Map<UUID, InputEvent> events;

    Causes(Map<UUID, InputEvent> events) {
        this.events = events;
    }

    String describe(TriggerCause cause) {
        if (cause instanceof TriggerCause.Event event) {
            return describe(event.eventId());
        } else if (cause instanceof TriggerCause.Absence absence) {
            return "nothing after " + describe(absence.eventId());
        }
        TriggerCause.Membership change = (TriggerCause.Membership) cause;
        return (change.entered() ? "entered " : "left ") + change.segmentKey() + " by " + describe(change.cause());
    }

    private String describe(Cause cause) {
        if (cause instanceof Cause.Event event) {
            return describe(event.eventId());
        }
        if (cause instanceof Cause.Calculation) {
            return "a calculation";
        }
        return cause instanceof Cause.Clock ? "the clock" : "a change of definitions";
    }

    private String describe(UUID eventId) {
        InputEvent event = events.get(eventId);
        return event == null ? "event " + eventId : event.type() + " in line " + event.line();
    }
}
