package io.behavioranalytics.condition;

import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonObject;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Conditions as JSON: {@code {id?, type?, field, operator, value?, negate?}}, strictly. */
public final class ConditionJson {
    private static final int ID_LENGTH = 128;
    private static final int TYPE_LENGTH = 64;
    private static final int FIELD_LENGTH = 600;

    private ConditionJson() {}

    /**
     * Reads a condition; whether its field exists and its value suits is checked by {@link CompiledCondition#compile}.
     *
     * @param object the JSON object; faults are noted in its list
     * @return the condition, or null after a fault
     */
    public static @Nullable Condition read(JsonObject object) {
        int faults = object.violations().size();
        String id = object.optionalText("id", ID_LENGTH);
        String type = object.optionalText("type", TYPE_LENGTH);
        String field = object.text("field", FIELD_LENGTH);
        Operator operator = operator(object);
        Object value = object.value("value");
        checkValue(object, value);
        boolean negate = object.bool("negate", false);
        object.refuseUnknown();
        if (operator == null || object.violations().size() > faults) {
            return null;
        }
        try {
            return new Condition(id, type, field, operator, value, negate);
        } catch (IllegalArgumentException e) {
            object.violate("value", "RANGE", String.valueOf(e.getMessage()));
            return null;
        }
    }

    /**
     * Reads what something is compared with: {@code operator} and {@code value} of an object that holds more.
     *
     * @param object the JSON object; faults are noted in its list
     * @return a condition of no field with both, or null after a fault
     */
    public static @Nullable Condition comparison(JsonObject object) {
        int faults = object.violations().size();
        Operator operator = operator(object);
        Object value = object.value("value");
        checkValue(object, value);
        if (operator == null || object.violations().size() > faults) {
            return null;
        }
        try {
            return new Condition(null, null, "", operator, value, false);
        } catch (IllegalArgumentException e) {
            object.violate("value", "RANGE", String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static @Nullable Operator operator(JsonObject object) {
        String text = object.text("operator", ID_LENGTH);
        Optional<Operator> operator = Operator.parse(text);
        if (operator.isEmpty() && !text.isEmpty()) {
            String accepted = Stream.of(Operator.values()).map(Operator::json).collect(Collectors.joining(", "));
            object.violate(
                    "operator", "OPERATOR", "there is no operator " + JsonPath.quote(text) + "; one of " + accepted);
        }
        return operator.orElse(null);
    }

    private static void checkValue(JsonObject object, @Nullable Object value) {
        if (value instanceof Map) {
            object.violate("value", "TYPE", "must be text, a number, true, false or a list of such, not an object");
        }
        if (value instanceof List<?> many) {
            for (int i = 0; i < many.size(); i++) {
                Object element = many.get(i);
                if (element == null || element instanceof Map || element instanceof List) {
                    object.violations()
                            .add(new Violation(
                                    JsonPath.element(object.path("value"), i),
                                    "TYPE",
                                    "must be text, a number, true or false, not " + Json.kind(element)));
                }
            }
        }
    }

    /**
     * Writes a condition.
     *
     * @param condition any condition
     * @return its JSON object; reading it again yields an equal condition
     */
    public static Map<String, @Nullable Object> write(Condition condition) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        if (condition.id() != null) {
            object.put("id", condition.id());
        }
        if (condition.type() != null) {
            object.put("type", condition.type());
        }
        object.put("field", condition.field());
        object.put("operator", condition.operator().json());
        if (condition.value() != null) {
            object.put("value", condition.value());
        }
        if (condition.negate()) {
            object.put("negate", true);
        }
        return object;
    }
}
