package io.behavioranalytics.jdbc;

import io.behavioranalytics.json.Json;
import io.behavioranalytics.profile.BehaviorPattern;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.trigger.TriggerCause;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The causes of facts as JSON columns. */
final class Causes {
    private Causes() {}

    static String write(Cause cause) {
        return Json.write(map(cause));
    }

    static String write(TriggerCause cause) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        if (cause instanceof TriggerCause.Event event) {
            map.put("event", event.eventId().toString());
        } else if (cause instanceof TriggerCause.Absence absence) {
            map.put("absenceAfter", absence.eventId().toString());
        } else if (cause instanceof TriggerCause.Membership membership) {
            map.put("segment", membership.segmentKey());
            map.put("entered", membership.entered());
            map.put("cause", map(membership.cause()));
        } else if (cause instanceof TriggerCause.Pattern changed) {
            map.put("from", changed.from().json());
            map.put("to", changed.to().json());
            map.put("cause", map(changed.cause()));
        } else if (cause instanceof TriggerCause.Crossing crossing) {
            map.put("score", crossing.score());
            map.put("threshold", Json.fromDouble(crossing.threshold()));
            map.put("cause", map(crossing.cause()));
        }
        return Json.write(map);
    }

    private static Map<String, @Nullable Object> map(Cause cause) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        if (cause instanceof Cause.Event event) {
            map.put("event", event.eventId().toString());
        } else if (cause instanceof Cause.Definition definition) {
            map.put("definitionsVersion", definition.definitionsVersion());
        } else if (cause instanceof Cause.Calculation calculation) {
            map.put("demanded", calculation.demanded());
        } else {
            map.put("clock", true);
        }
        return map;
    }

    static Cause membershipCause(Map<?, ?> json) {
        if (json.get("event") instanceof String event) {
            return new Cause.Event(UUID.fromString(event));
        }
        if (json.get("definitionsVersion") instanceof Long version) {
            return new Cause.Definition(version);
        }
        if (json.get("demanded") instanceof Boolean demanded) {
            return new Cause.Calculation(demanded);
        }
        return new Cause.Clock();
    }

    private static BehaviorPattern pattern(String text) {
        return BehaviorPattern.valueOf(text.toUpperCase(Locale.ROOT));
    }

    static TriggerCause triggerCause(Map<?, ?> json) {
        if (json.get("event") instanceof String event) {
            return new TriggerCause.Event(UUID.fromString(event));
        }
        if (json.get("absenceAfter") instanceof String event) {
            return new TriggerCause.Absence(UUID.fromString(event));
        }
        if (json.get("segment") instanceof String segment && json.get("cause") instanceof Map<?, ?> cause) {
            return new TriggerCause.Membership(
                    segment, Boolean.TRUE.equals(json.get("entered")), membershipCause(cause));
        }
        if (json.get("from") instanceof String from
                && json.get("to") instanceof String to
                && json.get("cause") instanceof Map<?, ?> cause) {
            return new TriggerCause.Pattern(pattern(from), pattern(to), membershipCause(cause));
        }
        if (json.get("score") instanceof String score
                && json.get("threshold") instanceof Number threshold
                && json.get("cause") instanceof Map<?, ?> cause) {
            return new TriggerCause.Crossing(score, threshold.doubleValue(), membershipCause(cause));
        }
        throw new IllegalStateException("a stored firing has a cause that this code does not know");
    }
}
