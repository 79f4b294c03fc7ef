package io.behavioranalytics.event;

import java.util.Locale;
import java.util.Optional;

/** The kind of interaction that an event type belongs to. */
public enum Category {
    /** Looking around. */
    ENGAGEMENT,
    /** Consuming content. */
    CONTENT,
    /** Showing interest to buy. */
    INTENT,
    /** Buying. */
    CONVERSION,
    /** Talking to us. */
    COMMUNICATION,
    /** Reserved for what the host sets (S10): in the timeline, never in totals, visits, scores or reports. */
    SYSTEM;

    private final String json = name().toLowerCase(Locale.ROOT);

    /**
     * The name used in JSON and SQL.
     *
     * @return lower case
     */
    public String json() {
        return json;
    }

    /**
     * Reads a JSON name, in lower or upper case.
     *
     * @param text any text
     * @return the category, or empty if there is none of that name
     */
    public static Optional<Category> parse(String text) {
        for (Category category : values()) {
            if (category.json.equals(text) || category.name().equals(text)) {
                return Optional.of(category);
            }
        }
        return Optional.empty();
    }
}
