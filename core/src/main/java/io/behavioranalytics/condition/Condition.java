package io.behavioranalytics.condition;

import org.jspecify.annotations.Nullable;

/**
 * One comparison of a field with a value: data, never code.
 *
 * @param id the author's name for it, or null; kept, not interpreted
 * @param type the author's hint, or null; {@code behavior} makes a bare field a property of the causing event (S27)
 * @param field what is read, such as {@code properties.formCompletion} or {@code intentScore}
 * @param operator how it is compared
 * @param value what it is compared with: {@code String}, {@code Long}, {@code BigDecimal}, {@code Boolean}, an immutable
 *     {@code List} of such, or null for exists and not_exists; instants and durations are ISO-8601 text
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
     * A condition without id and type.
     *
     * @param field what is read
     * @param operator how it is compared
     * @param value what it is compared with
     * @return the condition
     */
    public static Condition of(String field, Operator operator, @Nullable Object value) {
        return new Condition(null, null, field, operator, value, false);
    }
}
