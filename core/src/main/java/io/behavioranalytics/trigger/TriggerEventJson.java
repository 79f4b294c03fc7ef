package io.behavioranalytics.trigger;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.ConditionJson;
import io.behavioranalytics.condition.DefinitionJson;
import io.behavioranalytics.condition.ProfileField;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.IsoTime;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonObject;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.profile.BehaviorPattern;
import io.behavioranalytics.segment.SequenceJson;
import io.behavioranalytics.segment.SequencePattern;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a trigger waits for, as JSON. */
final class TriggerEventJson {
    private static final Duration SHORTEST = Duration.ofNanos(1_000);

    private final JsonObject object;
    private final List<Violation> out;
    private final TriggerValidator validator;

    TriggerEventJson(JsonObject object, TriggerValidator validator) {
        this.object = object;
        this.out = object.violations();
        this.validator = validator;
    }

    @Nullable
    TriggerEvent read() {
        int faults = out.size();
        Object value = object.value("event");
        if (value == null) {
            object.violate(
                    "event",
                    "REQUIRED",
                    "must be given: an event type, segment_entered, segment_exited or {\"type\": …}");
            return null;
        }
        TriggerEvent event;
        if (value instanceof String word) {
            event = event(word, null);
        } else {
            JsonObject inner = object.optionalObject("event");
            if (inner == null) {
                return null;
            }
            String word = inner.text("type", 64);
            event = word.isEmpty() ? null : event(word, inner);
            if (event != null) {
                inner.refuseUnknown();
            }
        }
        if (event != null && out.size() == faults) {
            validator.event(event);
        }
        return out.size() > faults ? null : event;
    }

    private @Nullable TriggerEvent event(String word, @Nullable JsonObject inner) {
        switch (word) {
            case "segment_entered" -> {
                return new TriggerEvent.SegmentEntered(inner == null ? null : inner.optionalText("segment", 64));
            }
            case "segment_exited" -> {
                return new TriggerEvent.SegmentExited(inner == null ? null : inner.optionalText("segment", 64));
            }
            case "inactivity" -> {
                return inactivity(inner);
            }
            case "pattern_changed" -> {
                return inner == null
                        ? new TriggerEvent.PatternChanged(null, null)
                        : new TriggerEvent.PatternChanged(pattern(inner, "from"), pattern(inner, "to"));
            }
            case "score_crossed" -> {
                return crossing(inner);
            }
            case "sequence" -> {
                return sequence(inner);
            }
            default -> {
                if (!EventType.isName(word)) {
                    object.violate(
                            "event",
                            "TYPE",
                            JsonPath.quote(word)
                                    + " is neither an event type nor segment_entered, segment_exited, pattern_changed, score_crossed, inactivity,"
                                    + " sequence");
                    return null;
                }
                return new TriggerEvent.Happened(EventType.of(word));
            }
        }
    }

    private static @Nullable BehaviorPattern pattern(JsonObject inner, String name) {
        return inner.optionalChoice(
                name,
                text -> Stream.of(BehaviorPattern.values())
                        .filter(pattern ->
                                pattern.json().equals(text) || pattern.name().equals(text))
                        .findFirst(),
                "high_intent, at_risk, qualified_interest, researching, exploring");
    }

    private @Nullable TriggerEvent crossing(@Nullable JsonObject inner) {
        if (inner == null) {
            object.violate(
                    "event",
                    "REQUIRED",
                    "score_crossed needs an object: {\"type\":\"score_crossed\",\"score\":\"intentScore\",\"threshold\":70}");
            return null;
        }
        int faults = out.size();
        ProfileField score = inner.optionalChoice(
                "score",
                text -> ProfileField.parse(text).filter(TriggerEvent.ScoreCrossed.SCORES::contains),
                "engagementScore, interestScore, intentScore, conversionProbability");
        TriggerEvent.Direction direction = inner.optionalChoice(
                "direction",
                text -> Stream.of(TriggerEvent.Direction.values())
                        .filter(one -> one.json().equals(text) || one.name().equals(text))
                        .findFirst(),
                "up, down");
        BigDecimal threshold = inner.optionalDecimal("threshold");
        BigDecimal rearm = inner.optionalDecimal("rearm");
        if (score == null && out.size() == faults) {
            inner.violate("score", "REQUIRED", "must be given: the name of a score");
        }
        if (threshold == null && out.size() == faults) {
            inner.violate("threshold", "REQUIRED", "must be given: a number between 0 and 100");
        }
        if (score == null || threshold == null || out.size() > faults) {
            return null;
        }
        double at = threshold.doubleValue();
        try {
            return new TriggerEvent.ScoreCrossed(
                    score,
                    direction == null ? TriggerEvent.Direction.UP : direction,
                    at,
                    rearm == null ? at : rearm.doubleValue());
        } catch (IllegalArgumentException e) {
            inner.violate("threshold", "RANGE", String.valueOf(e.getMessage()));
            return null;
        }
    }

    private @Nullable TriggerEvent sequence(@Nullable JsonObject inner) {
        if (inner == null) {
            object.violate(
                    "event",
                    "REQUIRED",
                    "sequence needs an object: {\"type\":\"sequence\",\"steps\":[{\"eventType\":…},…]}");
            return null;
        }
        int faults = out.size();
        SequencePattern pattern = SequenceJson.read(inner);
        return out.size() > faults ? null : new TriggerEvent.Sequence(pattern);
    }

    private @Nullable TriggerEvent inactivity(@Nullable JsonObject inner) {
        if (inner == null) {
            object.violate(
                    "event",
                    "REQUIRED",
                    "inactivity needs an object: {\"type\":\"inactivity\",\"after\":…,\"unless\":[…],\"within\":\"PT30M\"}");
            return null;
        }
        EventType after = inner.has("after") ? DefinitionJson.eventType(inner, "after") : null;
        // Checked by the validator with the whole event, so that nothing is said twice.
        List<Condition> afterConditions = new ArrayList<>();
        for (JsonObject condition : inner.objects("afterConditions")) {
            Condition read = ConditionJson.read(condition);
            if (read != null) {
                afterConditions.add(read);
            }
        }
        List<EventType> unless = DefinitionJson.eventTypes(inner, "unless");
        if (!inner.has("within")) {
            inner.violate("within", "REQUIRED", "must be given: an ISO-8601 duration such as PT30M");
            return null;
        }
        Duration within = inner.optionalDuration("within", SHORTEST, TriggerEvent.MAX_WITHIN);
        return within == null ? null : new TriggerEvent.Inactivity(after, afterConditions, unless, within);
    }

    static Object write(TriggerEvent event) {
        if (event instanceof TriggerEvent.Happened happened) {
            return happened.eventType().name();
        }
        Map<String, @Nullable Object> written = new LinkedHashMap<>();
        if (event instanceof TriggerEvent.SegmentEntered entered) {
            return membership("segment_entered", entered.segment());
        } else if (event instanceof TriggerEvent.SegmentExited exited) {
            return membership("segment_exited", exited.segment());
        } else if (event instanceof TriggerEvent.PatternChanged changed) {
            BehaviorPattern from = changed.from();
            BehaviorPattern to = changed.to();
            if (from == null && to == null) {
                return "pattern_changed";
            }
            written.put("type", "pattern_changed");
            if (from != null) {
                written.put("from", from.json());
            }
            if (to != null) {
                written.put("to", to.json());
            }
        } else if (event instanceof TriggerEvent.ScoreCrossed crossed) {
            written.put("type", "score_crossed");
            written.put("score", crossed.score().json());
            written.put("direction", crossed.direction().json());
            written.put("threshold", Json.fromDouble(crossed.threshold()));
            written.put("rearm", Json.fromDouble(crossed.rearm()));
        } else if (event instanceof TriggerEvent.Inactivity inactivity) {
            written.put("type", "inactivity");
            EventType after = inactivity.after();
            if (after != null) {
                written.put("after", after.name());
            }
            if (!inactivity.afterConditions().isEmpty()) {
                written.put(
                        "afterConditions",
                        inactivity.afterConditions().stream()
                                .map(ConditionJson::write)
                                .toList());
            }
            if (!inactivity.unless().isEmpty()) {
                written.put(
                        "unless",
                        inactivity.unless().stream().map(EventType::name).toList());
            }
            written.put("within", IsoTime.text(inactivity.within()));
        } else if (event instanceof TriggerEvent.Sequence sequence) {
            written.put("type", "sequence");
            SequenceJson.write(sequence.pattern(), written);
        }
        return written;
    }

    private static Object membership(String word, @Nullable String segment) {
        if (segment == null) {
            return word;
        }
        Map<String, @Nullable Object> written = new LinkedHashMap<>();
        written.put("type", word);
        written.put("segment", segment);
        return written;
    }
}
