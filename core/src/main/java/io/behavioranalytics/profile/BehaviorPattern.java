package io.behavioranalytics.profile;

import java.util.Locale;

/**
 * The pattern of a subject's behavior: the first whose rule holds; a subject without events is exploring.
 *
 * <p>"Within d" is the window (now − d, now]: an event leaves it at the instant d after it.
 */
public enum BehaviorPattern {
    /** An application was completed or a quote requested within 7 days. */
    HIGH_INTENT,
    /** No event within 14 days, or a form abandoned within 7 days and no form submitted after it. */
    AT_RISK,
    /**
     * At least 2 form events (form_start, form_submit, form_abandon) and at least 2 events of the category content within 30
     * days.
     */
    QUALIFIED_INTEREST,
    /** At least 3 searches, filters, downloads or views of high-value pages, in any mix, within 14 days. */
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
