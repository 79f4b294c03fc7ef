package io.behavioranalytics.event;

import io.behavioranalytics.json.IsoTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The type that a catalog declares for a property of an event. */
public enum PropertyType {
    /** Text. */
    TEXT,
    /** A number, whole or not. */
    NUMBER,
    /** A whole number of 64 bits. */
    INTEGER,
    /** True or false. */
    BOOLEAN,
    /** An ISO-8601 instant with offset, as text. */
    INSTANT,
    /** A list of anything. */
    LIST,
    /** An object with names of its own. */
    OBJECT;

    /**
     * Tells whether a normalized value is of this type; null is of every type.
     *
     * @param value as the normalizer leaves it
     * @return true if it fits
     */
    boolean accepts(@Nullable Object value) {
        if (value == null) {
            return true;
        }
        return switch (this) {
            case TEXT -> value instanceof String;
            case NUMBER -> value instanceof Number;
            case INTEGER -> value instanceof Long;
            case BOOLEAN -> value instanceof Boolean;
            case INSTANT -> value instanceof String text && IsoTime.parse(text) != null;
            case LIST -> value instanceof List;
            case OBJECT -> value instanceof Map;
        };
    }
}
