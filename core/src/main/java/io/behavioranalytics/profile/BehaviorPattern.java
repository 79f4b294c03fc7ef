package io.behavioranalytics.profile;

import java.util.Locale;

/** The pattern of a subject's behaviour: the first whose rule holds. */
public enum BehaviorPattern {
    /** An application was completed or a quote requested within 7 days. */
    HIGH_INTENT,
    /** No event for 14 days, or a form abandoned within 7 days and none submitted since. */
    AT_RISK,
    /** At least 2 form events and at least 2 content events within 30 days. */
    QUALIFIED_INTEREST,
    /** At least 3 searches, filters, downloads or views of high-value pages within 14 days. */
    RESEARCHING,
    /** None of the others. */
    EXPLORING;

    private final String json = name().toLowerCase(Locale.ROOT);

    /**
     * The name used in JSON and SQL.
     *
     * @return lower case
     */
    public String json() {
        return json;
    }
}
