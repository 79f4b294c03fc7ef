package io.behavioranalytics.action;

import io.behavioranalytics.json.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a trigger wants done: the type of an executor, its parameters and a delay.
 *
 * @param id the author's name for it, or null
 * @param type the executor's type, such as {@code send_email}; JSON {@code action}
 * @param parameters what the executor is told, plain JSON values, at most 16 KiB as JSON
 * @param delay how long after the firing in whole microseconds, 0 to 400 days
 */
public record Action(@Nullable String id, String type, Map<String, @Nullable Object> parameters, Duration delay) {
    /** The longest delay. */
    public static final Duration MAX_DELAY = Duration.ofDays(400);

    /** The largest size of the parameters, in bytes of JSON. */
    public static final int MAX_PARAMETERS = 16_384;

    private static final int MAX_DEPTH = 16;

    /**
     * Copies the parameters, all the way down, and brings numbers into their one form.
     *
     * @throws IllegalArgumentException if the parameters hold anything but JSON values or are nested more than 16 deep, or
     *     the delay is out of range
     */
    public Action {
        parameters = object(parameters, 0);
        delay = delay.truncatedTo(ChronoUnit.MICROS);
        if (delay.isNegative() || delay.compareTo(MAX_DELAY) > 0) {
            throw new IllegalArgumentException("delay must be 0 to " + MAX_DELAY.toDays() + " days: " + delay);
        }
    }

    /**
     * An action without a name, at once.
     *
     * @param type the executor's type
     * @param parameters what the executor is told
     * @return the action
     * @throws IllegalArgumentException if the parameters hold anything but JSON values
     */
    public static Action of(String type, Map<String, ?> parameters) {
        return new Action(null, type, new LinkedHashMap<>(parameters), Duration.ZERO);
    }

    /**
     * This action, later.
     *
     * @param delay how long after the firing
     * @return the action
     * @throws IllegalArgumentException if the delay is out of range
     */
    public Action after(Duration delay) {
        return new Action(id, type, parameters, delay);
    }

    private static Map<String, @Nullable Object> object(Map<?, ?> map, int depth) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String name)) {
                throw new IllegalArgumentException("the names of parameters are texts");
            }
            copy.put(name, value(entry.getValue(), depth + 1));
        }
        return Collections.unmodifiableMap(copy);
    }

    private static @Nullable Object value(@Nullable Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("parameters may be nested at most " + MAX_DEPTH + " deep");
        }
        if (value == null || value instanceof String || value instanceof Boolean || value instanceof Long) {
            return value;
        }
        if (value instanceof BigDecimal decimal) {
            return Json.number(decimal);
        }
        if (value instanceof BigInteger integer) {
            return Json.number(new BigDecimal(integer));
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof Double number) {
            return Json.fromDouble(number);
        }
        if (value instanceof Float number) {
            return Json.fromFloat(number);
        }
        if (value instanceof Map<?, ?> map) {
            return object(map, depth);
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>(list.size());
            for (Object element : list) {
                copy.add(value(element, depth + 1));
            }
            return Collections.unmodifiableList(copy);
        }
        throw new IllegalArgumentException("parameters hold texts, numbers, booleans, lists, objects and null, not "
                + value.getClass().getName());
    }
}
