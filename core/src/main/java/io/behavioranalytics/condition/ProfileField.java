package io.behavioranalytics.condition;

import java.util.Optional;

/** A field of a profile that conditions may read; the JSON name stands beside each. */
public enum ProfileField {
    /** Number of visible events. */
    TOTAL_EVENTS("totalEvents", Kind.NUMBER),
    /** Number of different event types. */
    UNIQUE_EVENT_TYPES("uniqueEventTypes", Kind.NUMBER),
    /** Number of visits. */
    VISITS("visits", Kind.NUMBER),
    /** Seconds spent in all visits. */
    TOTAL_TIME_SPENT("totalTimeSpent", Kind.NUMBER),
    /** Mean seconds of a visit. */
    AVERAGE_SESSION_DURATION("averageSessionDuration", Kind.NUMBER),
    /** Engagement score, 0 to 100. */
    ENGAGEMENT_SCORE("engagementScore", Kind.NUMBER),
    /** Interest score, 0 to 100. */
    INTEREST_SCORE("interestScore", Kind.NUMBER),
    /** Intent score, 0 to 100. */
    INTENT_SCORE("intentScore", Kind.NUMBER),
    /** Conversion probability, 0 to 100. */
    CONVERSION_PROBABILITY("conversionProbability", Kind.NUMBER),
    /** The behaviour pattern's JSON name. */
    PATTERN("pattern", Kind.TEXT),
    /** When the first visible event happened. */
    FIRST_SEEN("firstSeen", Kind.INSTANT),
    /** When the last visible event happened. */
    LAST_ACTIVITY("lastActivity", Kind.INSTANT),
    /** The keys of the segments that the subject is in. */
    SEGMENTS("segments", Kind.TEXTS);

    /** The kind of value that a field holds. */
    public enum Kind {
        /** A number. */
        NUMBER,
        /** A text. */
        TEXT,
        /** An instant. */
        INSTANT,
        /** A set of texts. */
        TEXTS
    }

    private final String json;
    private final Kind kind;

    ProfileField(String json, Kind kind) {
        this.json = json;
        this.kind = kind;
    }

    /**
     * The name used in conditions.
     *
     * @return camel case
     */
    public String json() {
        return json;
    }

    /**
     * The kind of value.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Finds a field by its name; {@code behaviorPattern} is another name of {@code pattern}.
     *
     * @param text any text
     * @return the field, or empty if there is none of that name
     */
    public static Optional<ProfileField> parse(String text) {
        if (text.equals("behaviorPattern")) {
            return Optional.of(PATTERN);
        }
        for (ProfileField field : values()) {
            if (field.json.equals(text)) {
                return Optional.of(field);
            }
        }
        return Optional.empty();
    }
}
