package io.behavioranalytics.experiment;

import io.behavioranalytics.condition.ProfileFacts;
import io.behavioranalytics.condition.ProfileField;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.profile.Profile;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A profile as conditions read it. */
record ProfileView(Profile profile) implements ProfileFacts {
    @Override
    public long now() {
        return Micros.of(profile.asOf());
    }

    @Override
    public double number(ProfileField field) {
        return switch (field) {
            case TOTAL_EVENTS -> profile.totalEvents();
            case UNIQUE_EVENT_TYPES -> profile.uniqueEventTypes();
            case VISITS -> profile.visits();
            case TOTAL_TIME_SPENT -> profile.totalTimeSpent();
            case AVERAGE_SESSION_DURATION -> profile.averageSessionDuration();
            case ENGAGEMENT_SCORE -> profile.engagementScore();
            case INTEREST_SCORE -> profile.interestScore();
            case INTENT_SCORE -> profile.intentScore();
            case CONVERSION_PROBABILITY -> profile.conversionProbability();
            case PATTERN, FIRST_SEEN, LAST_ACTIVITY, SEGMENTS, TAGS -> Double.NaN;
        };
    }

    @Override
    public long instant(ProfileField field) {
        Instant instant = switch (field) {
            case FIRST_SEEN -> profile.firstSeen();
            case LAST_ACTIVITY -> profile.lastActivity();
            default -> null;
        };
        return instant == null ? Micros.ALWAYS : Micros.of(instant);
    }

    @Override
    public @Nullable String text(ProfileField field) {
        return field == ProfileField.PATTERN ? profile.behaviorPattern().json() : null;
    }

    @Override
    public Set<String> texts(ProfileField field) {
        return Set.copyOf(field == ProfileField.TAGS ? profile.tags() : profile.segments());
    }

    /** Nobody waits for a change: an assignment is for one instant. */
    @Override
    public long nextChange(ProfileField field, double bound) {
        return now();
    }
}
