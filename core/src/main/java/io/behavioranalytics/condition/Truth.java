package io.behavioranalytics.condition;

/** An answer of three-valued logic (Kleene's strong logic): true, false, or unknown. */
public enum Truth {
    /** It holds. */
    TRUE,
    /** It does not hold. */
    FALSE,
    /** The types do not allow an answer; does not match, and neither does its negation. */
    UNKNOWN;

    /**
     * Makes an answer of a boolean.
     *
     * @param value the boolean
     * @return TRUE or FALSE
     */
    public static Truth of(boolean value) {
        return value ? TRUE : FALSE;
    }

    /**
     * Negates; unknown stays unknown.
     *
     * @return the negation
     */
    public Truth not() {
        return this == TRUE ? FALSE : this == FALSE ? TRUE : UNKNOWN;
    }

    /**
     * Joins by AND: false wins over unknown, unknown over true.
     *
     * @param other the other answer
     * @return the conjunction
     */
    public Truth and(Truth other) {
        if (this == FALSE || other == FALSE) {
            return FALSE;
        }
        return this == TRUE && other == TRUE ? TRUE : UNKNOWN;
    }

    /**
     * Joins by OR: true wins over unknown, unknown over false.
     *
     * @param other the other answer
     * @return the disjunction
     */
    public Truth or(Truth other) {
        if (this == TRUE || other == TRUE) {
            return TRUE;
        }
        return this == FALSE && other == FALSE ? FALSE : UNKNOWN;
    }
}
