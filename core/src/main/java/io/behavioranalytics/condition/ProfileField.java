package io.behavioranalytics.condition;

import java.util.List;
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
    SEGMENTS("segments", Kind.TEXTS),
    /** The tags that the host or a trigger has put on the subject. */
    TAGS("tags", Kind.TEXTS);

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

    /** Up to here doubles tell whole numbers apart. */
    private static final double MOST = 0x1p53;

    private static final List<String> PATTERNS =
            List.of("high_intent", "at_risk", "qualified_interest", "researching", "exploring");

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

    /** Whether the field could have a value: whole numbers from 0 on, or from 0 to 100 for what is a score. */
    boolean holds(double value) {
        boolean score = this == ENGAGEMENT_SCORE
                || this == INTEREST_SCORE
                || this == INTENT_SCORE
                || this == CONVERSION_PROBABILITY;
        return value >= 0 && (score ? value <= 100 : value == Math.rint(value) && value <= MOST);
    }

    /**
     * The texts that a field of kind TEXT may have.
     *
     * @return all of them, empty for other kinds
     */
    public List<String> texts() {
        return this == PATTERN ? PATTERNS : List.of();
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
