package io.behavioranalytics.trigger;

import java.util.Locale;

/**
 * When a trigger's target segments and its conditions on the profile have to hold. Conditions on the causing event are asked when it
 * happens in any case, for an event does not change.
 */
public enum Recheck {
    /** When it comes true. */
    AT_TRIGGER,
    /** When an action is about to be carried out. */
    AT_EXECUTION,
    /** Both times. */
    BOTH;

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
     * Tells whether they have to hold when it comes true.
     *
     * @return true if so
     */
    public boolean atTrigger() {
        return this != AT_EXECUTION;
    }

    /**
     * Tells whether they have to hold when an action is about to be carried out.
     *
     * @return true if so
     */
    public boolean atExecution() {
        return this != AT_TRIGGER;
    }
}
