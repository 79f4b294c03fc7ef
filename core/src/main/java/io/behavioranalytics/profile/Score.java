package io.behavioranalytics.profile;

import io.behavioranalytics.condition.ProfileField;
import java.util.Locale;

/** A score made of decaying points; the conversion probability is not one of them. */
public enum Score {
    /** How much a subject does: every event type has points. */
    ENGAGEMENT(0, ProfileField.ENGAGEMENT_SCORE),
    /** How much a subject looks at what matters: content, high-value pages, return visits. */
    INTEREST(1, ProfileField.INTEREST_SCORE),
    /** How close a subject is to buying: quotes, applications, calls, bursts of activity. */
    INTENT(2, ProfileField.INTENT_SCORE);

    private final String json = name().toLowerCase(Locale.ROOT);
    private final int index;
    private final ProfileField field;

    Score(int index, ProfileField field) {
        this.index = index;
        this.field = field;
    }

    /**
     * The name used in JSON.
     *
     * @return lower case
     */
    public String json() {
        return json;
    }

    /**
     * The field of a profile that conditions read.
     *
     * @return the field
     */
    public ProfileField field() {
        return field;
    }

    /** The place of this score in arrays and in the written format. */
    int index() {
        return index;
    }
}
