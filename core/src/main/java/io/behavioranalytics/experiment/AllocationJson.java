package io.behavioranalytics.experiment;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.ConditionJson;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.json.IsoTime;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonObject;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The allocation of an experiment as JSON, with weights in percent of at most two decimals. */
final class AllocationJson {
    private static final BigDecimal BASIS_POINTS_OF_PERCENT = BigDecimal.valueOf(100);

    /** Stands in for a condition whose faults are noted, so that the others keep their places. */
    private static final Condition UNREADABLE = Condition.of("unreadable", Operator.EXISTS, null);

    private final JsonObject object;
    private final boolean given;

    AllocationJson(JsonObject experiment) {
        JsonObject allocation = experiment.optionalObject("trafficAllocation");
        given = allocation != null;
        object = allocation == null ? experiment : allocation;
    }

    boolean hasVariants() {
        return given && object.has("variants");
    }

    List<JsonObject> variants() {
        return given ? object.objects("variants") : List.of();
    }

    Allocation read() {
        if (!given) {
            return Allocation.everybody();
        }
        int total = basisPoints(object, "total", Allocation.WHOLE);
        Allocation.Method method = object.optionalChoice(
                "allocationMethod", Allocation.Method::parse, "random, segment_based, behavior_based, adaptive");
        List<Band> bands = bands(object, "bands");
        Adaptive adaptive = adaptive(object.optionalObject("adaptive"));
        object.refuseUnknown();
        return new Allocation(total, method == null ? Allocation.Method.RANDOM : method, bands, adaptive);
    }

    private static Adaptive adaptive(@Nullable JsonObject object) {
        if (object == null) {
            return Adaptive.DEFAULTS;
        }
        int floor = basisPoints(object, "floor", Adaptive.DEFAULTS.floor());
        Duration every =
                object.optionalDuration("every", ExperimentValidator.LEAST_EVERY, ExperimentValidator.MOST_EVERY);
        int minUsers = (int) object.integer("minUsers", 1, 1_000_000, Adaptive.DEFAULTS.minUsers());
        object.refuseUnknown();
        return new Adaptive(floor, every == null ? Adaptive.DEFAULTS.every() : every, minUsers);
    }

    static List<Band> bands(JsonObject object, String name) {
        List<Band> bands = new ArrayList<>();
        for (JsonObject band : object.objects(name)) {
            String segment = band.optionalText("segment", ExperimentValidator.ID_LENGTH);
            List<Condition> conditions = conditions(band, "conditions");
            Map<String, Integer> weights = weights(band, "weights");
            band.refuseUnknown();
            bands.add(new Band(segment, conditions, weights));
        }
        return bands;
    }

    static List<Condition> conditions(JsonObject object, String name) {
        List<Condition> conditions = new ArrayList<>();
        for (JsonObject condition : object.objects(name)) {
            Condition read = ConditionJson.read(condition);
            conditions.add(read == null ? UNREADABLE : read);
        }
        return conditions;
    }

    /** Percent by variant id, as basis points. */
    static Map<String, Integer> weights(JsonObject object, String name) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        Object value = object.value(name);
        if (value instanceof Map<?, ?> map) {
            map.forEach((id, percent) -> weights.put(
                    String.valueOf(id),
                    basisPoints(percent, JsonPath.child(object.path(name), String.valueOf(id)), object.violations())));
        } else {
            object.violate(name, "REQUIRED", "must be given: percent by the ids of variants");
        }
        return weights;
    }

    static int basisPoints(JsonObject object, String name, int fallback) {
        Object value = object.value(name);
        return value == null ? fallback : basisPoints(value, object.path(name), object.violations());
    }

    private static int basisPoints(@Nullable Object value, String path, List<Violation> out) {
        if (!(value instanceof Number number)) {
            out.add(new Violation(path, "TYPE", "must be a number of percent, not " + Json.kind(value)));
            return 0;
        }
        BigDecimal points = new BigDecimal(number.toString()).multiply(BASIS_POINTS_OF_PERCENT);
        if (points.signum() < 0 || points.compareTo(BigDecimal.valueOf(Allocation.WHOLE)) > 0) {
            out.add(new Violation(path, "RANGE", "must be 0 to 100 percent"));
            return 0;
        }
        if (points.stripTrailingZeros().scale() > 0) {
            out.add(new Violation(path, "RANGE", "must be whole hundredths of a percent"));
            return 0;
        }
        return points.intValueExact();
    }

    static Map<String, @Nullable Object> write(Allocation allocation) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("total", percent(allocation.total()));
        object.put("allocationMethod", allocation.method().json());
        if (!allocation.bands().isEmpty()) {
            object.put(
                    "bands",
                    allocation.bands().stream().map(AllocationJson::write).toList());
        }
        if (!allocation.adaptive().equals(Adaptive.DEFAULTS)) {
            Map<String, Object> adaptive = new LinkedHashMap<>();
            adaptive.put("floor", percent(allocation.adaptive().floor()));
            adaptive.put("every", IsoTime.text(allocation.adaptive().every()));
            adaptive.put("minUsers", (long) allocation.adaptive().minUsers());
            object.put("adaptive", adaptive);
        }
        return object;
    }

    static Map<String, @Nullable Object> write(Band band) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        if (band.segment() != null) {
            object.put("segment", band.segment());
        }
        if (!band.conditions().isEmpty()) {
            object.put(
                    "conditions",
                    band.conditions().stream().map(ConditionJson::write).toList());
        }
        object.put("weights", weights(band.weights()));
        return object;
    }

    static Map<String, Object> weights(Map<String, Integer> weights) {
        Map<String, Object> object = new LinkedHashMap<>();
        weights.forEach((id, points) -> object.put(id, percent(points)));
        return object;
    }

    /** Basis points as a number of percent without trailing zeros. */
    static Object percent(int basisPoints) {
        return Json.number(BigDecimal.valueOf(basisPoints, 2));
    }
}
