package io.behavioranalytics.store;

import io.behavioranalytics.profile.BehaviorPattern;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.trigger.TriggerCause;
import java.util.Map;

/** What led to an entry, an exit or a firing, as the archive says it. */
final class CauseJson {
    private CauseJson() {}

    static Map<String, Object> write(Cause cause) {
        if (cause instanceof Cause.Event event) {
            return Map.of("event", event.eventId().toString());
        }
        if (cause instanceof Cause.Calculation calculation) {
            return Map.of("demanded", calculation.demanded());
        }
        return cause instanceof Cause.Definition definition
                ? Map.of("definitions", definition.definitionsVersion())
                : Map.of("clock", true);
    }

    static Cause read(ArchiveFields fields) {
        if (fields.has("event")) {
            return new Cause.Event(fields.id("event"));
        }
        if (fields.has("demanded")) {
            return new Cause.Calculation(fields.flag("demanded"));
        }
        return fields.has("definitions") ? new Cause.Definition(fields.number("definitions")) : new Cause.Clock();
    }

    static TriggerCause readTrigger(ArchiveFields fields) {
        if (fields.has("event")) {
            return new TriggerCause.Event(fields.id("event"));
        }
        if (fields.has("score")) {
            return new TriggerCause.Crossing(
                    fields.text("score"), fields.decimal("threshold"), read(fields.object("cause")));
        }
        if (fields.has("from")) {
            return new TriggerCause.Pattern(
                    fields.constant("from", BehaviorPattern.class),
                    fields.constant("to", BehaviorPattern.class),
                    read(fields.object("cause")));
        }
        return fields.has("absenceAfter")
                ? new TriggerCause.Absence(fields.id("absenceAfter"))
                : new TriggerCause.Membership(
                        fields.text("segment"), fields.flag("entered"), read(fields.object("cause")));
    }
}
