package io.behavioranalytics.condition;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One comparison of a field with a value: data, never code.
 *
 * @param id the author's name for it, or null; kept, not interpreted
 * @param type the author's hint, or null; {@code behavior} makes a bare field a property of the causing event (S27)
 * @param field what is read, such as {@code properties.formCompletion} or {@code intentScore}
 * @param operator how it is compared
 * @param value what it is compared with: {@code String}, {@code Long}, {@code BigDecimal}, {@code Boolean}, an immutable
 *     {@code List} of such, or null for exists and not_exists; instants and durations are ISO-8601 text. Other numbers,
 *     {@code Instant}, {@code Duration} and {@code EventType} may be given and are turned into these.
 * @param negate whether the answer is turned round; unknown stays unknown
 */
public record Condition(
        @Nullable String id,
        @Nullable String type,
        String field,
        Operator operator,
        @Nullable Object value,
        boolean negate) {
    /**
     * Enough for the exact value of any double, and too few to cost anything; a definition that is saved has the fewer digits
     * that JSON may carry.
     */
    private static final int MAX_DIGITS = 1_100;

    private static final int MAX_EXPONENT = 400;

    /**
     * Brings the value into its one form: whole numbers that fit become {@code Long}, all others {@code BigDecimal} without
     * trailing zeros.
     *
     * @throws IllegalArgumentException if the value is, or contains, something that a condition cannot hold
     */
    public Condition {
        value = value == null ? null : normalized(value);
    }

    /**
     * A condition without id and type.
     *
     * @param field what is read
     * @param operator how it is compared
     * @param value what it is compared with
     * @return the condition
     * @throws IllegalArgumentException if the value is, or contains, something that a condition cannot hold
     */
    public static Condition of(String field, Operator operator, @Nullable Object value) {
        return new Condition(null, null, field, operator, value, false);
    }

    /**
     * The condition that is true where this one is false; unknown stays unknown.
     *
     * @return the opposite
     */
    public Condition negated() {
        return new Condition(id, type, field, operator, value, !negate);
    }

    /**
     * The field as its full name: in the conditions of a trigger, a bare name that is no field is, with the type {@code behavior}, that
     * of a property.
     *
     * @return such as {@code properties.formCompletion}
     */
    public String fullField() {
        boolean known = field.indexOf('.') >= 0
                || EventField.parse(field).isPresent()
                || ProfileField.parse(field).isPresent();
        return known || !"behavior".equals(type) ? field : EventField.PROPERTIES.json() + "." + field;
    }

    /**
     * Says what is compared, for people: {@code intentScore greater_than 80}.
     *
     * @return one line
     */
    public String words() {
        String text = field + " " + operator.json() + (value == null ? "" : " " + Json.write(value));
        return negate ? "not (" + text + ")" : text;
    }

    private static Object normalized(Object value) {
        if (value instanceof Collection<?> many) {
            List<Object> elements = new ArrayList<>(many.size());
            for (Object element : many) {
                if (element == null || element instanceof Collection<?>) {
                    throw new IllegalArgumentException("a list in a condition holds texts, numbers and booleans, found "
                            + (element == null ? "null" : "a list"));
                }
                elements.add(scalar(element));
            }
            return List.copyOf(elements);
        }
        return scalar(value);
    }

    private static Object scalar(Object value) {
        if (value instanceof String || value instanceof Long || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof BigDecimal decimal) {
            return number(decimal);
        }
        if (value instanceof BigInteger integer) {
            return number(new BigDecimal(integer));
        }
        if (value instanceof Double || value instanceof Float) {
            if (!Double.isFinite(((Number) value).doubleValue())) {
                throw new IllegalArgumentException("a number in a condition must be finite: " + value);
            }
            return value instanceof Float number ? Json.fromFloat(number) : Json.fromDouble((double) value);
        }
        if (value instanceof Instant || value instanceof Duration) {
            return value.toString();
        }
        if (value instanceof EventType type) {
            return type.name();
        }
        throw new IllegalArgumentException(
                "a condition compares with a text, number, boolean, instant, duration or a list of such, not with "
                        + value.getClass().getName());
    }

    private static Object number(BigDecimal decimal) {
        if (decimal.precision() > MAX_DIGITS || Math.abs((long) decimal.precision() - decimal.scale()) > MAX_EXPONENT) {
            throw new IllegalArgumentException("a number in a condition has at most " + MAX_DIGITS
                    + " digits and an exponent of at most " + MAX_EXPONENT);
        }
        return Json.number(decimal);
    }
}
