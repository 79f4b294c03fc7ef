package io.behavioranalytics.condition;

import java.util.Locale;
import java.util.Optional;

/** How a field is compared with a value; the JSON name is the constant's name in lower case. */
public enum Operator {
    /** The field equals the value. */
    EQUALS,
    /** The field is missing or differs from the value. */
    NOT_EQUALS,
    /** The field is above the value. */
    GREATER_THAN,
    /** The field is the value or above. */
    GREATER_OR_EQUAL,
    /** The field is below the value. */
    LESS_THAN,
    /** The field is the value or below. */
    LESS_OR_EQUAL,
    /** The field lies between two values, both included. */
    BETWEEN,
    /** The field equals one of the values. */
    IN,
    /** The field is missing or equals none of the values. */
    NOT_IN,
    /** The text contains the value, or the list has it as an element. */
    CONTAINS,
    /** The field is missing, or the text does not contain the value, or the list does not have it. */
    NOT_CONTAINS,
    /** The text starts with the value. */
    STARTS_WITH,
    /** The text ends with the value. */
    ENDS_WITH,
    /** The field is there and not null. */
    EXISTS,
    /** The field is missing or null. */
    NOT_EXISTS,
    /** Some part of the text matches the RE2 pattern. */
    MATCHES,
    /** The instant lies before the value. */
    BEFORE,
    /** The instant lies after the value. */
    AFTER,
    /** The instant lies in the span (reference − value, reference]. */
    WITHIN_LAST;

    private final String json = name().toLowerCase(Locale.ROOT);

    /**
     * The name used in JSON.
     *
     * @return lower case
     */
    public String json() {
        return json;
    }

    /**
     * What the operator answers for a missing field (DESIGN: conditions).
     *
     * @return true for not_exists, not_equals, not_in and not_contains; false for all others
     */
    public boolean holdsForMissing() {
        return this == NOT_EXISTS || this == NOT_EQUALS || this == NOT_IN || this == NOT_CONTAINS;
    }

    /**
     * Reads a JSON name, in lower or upper case.
     *
     * @param text any text
     * @return the operator, or empty if there is none of that name
     */
    public static Optional<Operator> parse(String text) {
        for (Operator operator : values()) {
            if (operator.json.equals(text) || operator.name().equals(text)) {
                return Optional.of(operator);
            }
        }
        return Optional.empty();
    }
}
