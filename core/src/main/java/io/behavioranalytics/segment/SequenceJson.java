package io.behavioranalytics.segment;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.ConditionJson;
import io.behavioranalytics.condition.DefinitionJson;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.IsoTime;
import io.behavioranalytics.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Patterns of events as JSON: {@code steps}, {@code within} and {@code strict} of an object that may hold more. */
public final class SequenceJson {
    private SequenceJson() {}

    /**
     * Reads a pattern; whether it makes sense is checked by {@link SequencePattern#check}.
     *
     * @param object the object with its fields; faults are noted in its list
     * @return the pattern, without what was faulty
     */
    public static SequencePattern read(JsonObject object) {
        if (!object.has("steps")) {
            object.violate("steps", "REQUIRED", "must be given: the steps in order");
        }
        List<SequencePattern.Step> steps = new ArrayList<>();
        for (JsonObject step : object.objects("steps")) {
            steps.add(step(step));
        }
        Duration within = duration(object, "within");
        return new SequencePattern(steps, within, object.bool("strict", false));
    }

    private static SequencePattern.Step step(JsonObject object) {
        EventType type = object.has("eventType") ? DefinitionJson.eventType(object, "eventType") : null;
        List<Condition> conditions = new ArrayList<>();
        for (JsonObject condition : object.objects("conditions")) {
            Condition read = ConditionJson.read(condition);
            if (read != null) {
                conditions.add(read);
            }
        }
        boolean negate = object.bool("negate", false);
        SequencePattern.Step step = new SequencePattern.Step(
                type,
                conditions,
                negate,
                duration(object, "minGap"),
                duration(object, "maxGap"),
                duration(object, "within"));
        object.refuseUnknown();
        return step;
    }

    private static @Nullable Duration duration(JsonObject object, String name) {
        return object.optionalDuration(name, Duration.ZERO, TimeWindow.MAX_LENGTH);
    }

    /**
     * Puts a pattern's fields into an object.
     *
     * @param pattern any pattern
     * @param object receives them; reading it again yields an equal pattern
     */
    public static void write(SequencePattern pattern, Map<String, @Nullable Object> object) {
        object.put("steps", pattern.steps().stream().map(SequenceJson::write).toList());
        put(object, "within", pattern.within());
        if (pattern.strict()) {
            object.put("strict", true);
        }
    }

    private static Map<String, @Nullable Object> write(SequencePattern.Step step) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        if (step.eventType() != null) {
            object.put("eventType", step.eventType().name());
        }
        if (!step.conditions().isEmpty()) {
            object.put(
                    "conditions",
                    step.conditions().stream().map(ConditionJson::write).toList());
        }
        if (step.negate()) {
            object.put("negate", true);
        }
        put(object, "minGap", step.minGap());
        put(object, "maxGap", step.maxGap());
        put(object, "within", step.within());
        return object;
    }

    private static void put(Map<String, @Nullable Object> object, String name, @Nullable Duration duration) {
        if (duration != null) {
            object.put(name, IsoTime.text(duration));
        }
    }
}
