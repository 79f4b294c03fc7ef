package io.behavioranalytics.experiment;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.ConditionJson;
import io.behavioranalytics.condition.DefinitionJson;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.IsoTime;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonObject;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Metrics as JSON: {@code {name, kind, eventTypes, conditions?, field?, denominator?, steps?, delay?, within?, matureOnly?, lookback?,
 * cap?, goal?}}, strictly.
 */
final class MetricJson {
    private MetricJson() {}

    /** Reads a metric; after a fault, which is noted, one that stands in. */
    static Metric read(JsonObject object) {
        String name = object.text("name", ExperimentValidator.ID_LENGTH);
        if (!object.has("kind")) {
            object.violate("kind", "REQUIRED", "must be given: " + kinds());
        }
        Metric.Kind kind = object.optionalChoice("kind", Metric.Kind::parse, kinds());
        List<EventSelector> events = new ArrayList<>();
        List<String> fields = new ArrayList<>();
        if (kind == Metric.Kind.FUNNEL) {
            for (JsonObject step : object.objects("steps")) {
                events.add(selector(step));
                fields.add("");
                step.refuseUnknown();
            }
        } else {
            events.add(selector(object));
            fields.add(field(object, kind == Metric.Kind.SUM || kind == Metric.Kind.MEAN ? "value" : ""));
        }
        if (kind == Metric.Kind.RATIO) {
            JsonObject denominator = object.object("denominator");
            events.add(selector(denominator));
            fields.add(field(denominator, ""));
            denominator.refuseUnknown();
        }
        Duration delay = object.optionalDuration("delay", Duration.ZERO, Metric.MOST);
        Duration within = object.optionalDuration("within", Duration.ofSeconds(1), Metric.MOST);
        boolean matureOnly = object.bool("matureOnly", kind == Metric.Kind.RETENTION);
        Duration lookback = lookback(object, kind);
        Metric.Cap cap = cap(object.optionalObject("cap"));
        Metric.Goal goal = object.optionalChoice("goal", Metric.Goal::parse, "increase, decrease");
        object.refuseUnknown();
        return new Metric(
                name,
                kind == null ? Metric.Kind.PROPORTION : kind,
                events,
                fields,
                delay == null ? Duration.ZERO : delay,
                within,
                matureOnly,
                lookback,
                cap,
                goal == null ? Metric.Goal.INCREASE : goal);
    }

    private static String kinds() {
        return "proportion, mean, count, sum, ratio, retention, funnel";
    }

    private static String field(JsonObject object, String fallback) {
        String given = object.optionalText("field", 600);
        return given == null ? fallback : given;
    }

    private static EventSelector selector(JsonObject object) {
        List<EventType> types = DefinitionJson.eventTypes(object, "eventTypes");
        List<Condition> conditions = AllocationJson.conditions(object, "conditions");
        return new EventSelector(types, conditions);
    }

    private static @Nullable Duration lookback(JsonObject object, Metric.@Nullable Kind kind) {
        if ("none".equals(object.value("lookback"))) {
            return null;
        }
        Duration given = object.optionalDuration("lookback", Duration.ofSeconds(1), Metric.MOST);
        return given == null && kind != null && kind.hasBefore() ? Metric.DEFAULT_LOOKBACK : given;
    }

    private static Metric.@Nullable Cap cap(@Nullable JsonObject object) {
        if (object == null) {
            return null;
        }
        BigDecimal value = object.optionalDecimal("value");
        BigDecimal percentile = object.optionalDecimal("percentile");
        object.refuseUnknown();
        return new Metric.Cap(
                value == null ? null : (Double) value.doubleValue(),
                percentile == null ? null : (Double) percentile.doubleValue());
    }

    static Map<String, @Nullable Object> write(Metric metric) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("name", metric.name());
        object.put("kind", metric.kind().json());
        if (metric.kind() == Metric.Kind.FUNNEL) {
            object.put(
                    "steps",
                    metric.events().stream().map(step -> write(step, "")).toList());
        } else {
            object.putAll(write(metric.events().get(0), metric.fields().get(0)));
        }
        if (metric.kind() == Metric.Kind.RATIO) {
            object.put(
                    "denominator", write(metric.events().get(1), metric.fields().get(1)));
        }
        if (!metric.delay().isZero()) {
            object.put("delay", IsoTime.text(metric.delay()));
        }
        Duration within = metric.within();
        if (within != null) {
            object.put("within", IsoTime.text(within));
        }
        if (metric.matureOnly() != (metric.kind() == Metric.Kind.RETENTION)) {
            object.put("matureOnly", metric.matureOnly());
        }
        Duration lookback = metric.lookback();
        object.put("lookback", lookback == null ? "none" : IsoTime.text(lookback));
        Metric.Cap cap = metric.cap();
        if (cap != null) {
            Map<String, Object> written = new LinkedHashMap<>();
            if (cap.value() != null) {
                written.put("value", Json.fromDouble(cap.value()));
            }
            if (cap.percentile() != null) {
                written.put("percentile", Json.fromDouble(cap.percentile()));
            }
            object.put("cap", written);
        }
        object.put("goal", metric.goal().json());
        return object;
    }

    private static Map<String, @Nullable Object> write(EventSelector events, String field) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put(
                "eventTypes", events.eventTypes().stream().map(EventType::name).toList());
        if (!events.conditions().isEmpty()) {
            object.put(
                    "conditions",
                    events.conditions().stream().map(ConditionJson::write).toList());
        }
        if (!field.isEmpty()) {
            object.put("field", field);
        }
        return object;
    }
}
