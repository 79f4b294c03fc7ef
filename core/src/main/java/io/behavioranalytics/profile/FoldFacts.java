package io.behavioranalytics.profile;

import io.behavioranalytics.condition.ProfileFacts;
import io.behavioranalytics.condition.ProfileField;
import io.behavioranalytics.event.Micros;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A fold at one instant, as conditions read it; what costs arithmetic is computed once. */
final class FoldFacts implements ProfileFacts {
    private final ProfileFold fold;
    private final long now;
    private final Set<String> segments;

    private double engagement = Double.NaN;
    private double interest = Double.NaN;
    private double intent = Double.NaN;
    private double conversion = Double.NaN;

    FoldFacts(ProfileFold fold, long now, Set<String> segments) {
        this.fold = fold;
        this.now = now;
        this.segments = segments;
    }

    @Override
    public long now() {
        return now;
    }

    @Override
    public double number(ProfileField field) {
        return switch (field) {
            case TOTAL_EVENTS -> fold.totalEvents();
            case UNIQUE_EVENT_TYPES -> fold.uniqueEventTypes();
            case VISITS -> fold.visits();
            case TOTAL_TIME_SPENT -> fold.timeSpentSeconds();
            case AVERAGE_SESSION_DURATION -> fold.averageVisitSeconds();
            case ENGAGEMENT_SCORE -> {
                if (Double.isNaN(engagement)) {
                    engagement = fold.score(Score.ENGAGEMENT, now);
                }
                yield engagement;
            }
            case INTEREST_SCORE -> {
                if (Double.isNaN(interest)) {
                    interest = fold.score(Score.INTEREST, now);
                }
                yield interest;
            }
            case INTENT_SCORE -> {
                if (Double.isNaN(intent)) {
                    intent = fold.score(Score.INTENT, now);
                }
                yield intent;
            }
            case CONVERSION_PROBABILITY -> {
                if (Double.isNaN(conversion)) {
                    conversion = fold.conversionProbability(now);
                }
                yield conversion;
            }
            case PATTERN, FIRST_SEEN, LAST_ACTIVITY, SEGMENTS, TAGS -> throw notOfKind(field, "a number");
        };
    }

    @Override
    public long instant(ProfileField field) {
        return switch (field) {
            case FIRST_SEEN -> fold.firstMicros();
            case LAST_ACTIVITY -> fold.lastMicros();
            default -> throw notOfKind(field, "an instant");
        };
    }

    @Override
    public @Nullable String text(ProfileField field) {
        if (field != ProfileField.PATTERN) {
            throw notOfKind(field, "a text");
        }
        return fold.pattern(now).json();
    }

    @Override
    public Set<String> texts(ProfileField field) {
        return switch (field) {
            case SEGMENTS -> segments;
            case TAGS -> fold.tags();
            default -> throw notOfKind(field, "a set of texts");
        };
    }

    @Override
    public long nextChange(ProfileField field, double bound) {
        return switch (field) {
            case ENGAGEMENT_SCORE -> fold.nextChangeOfScore(Score.ENGAGEMENT, now, bound);
            case INTEREST_SCORE -> fold.nextChangeOfScore(Score.INTEREST, now, bound);
            case INTENT_SCORE -> fold.nextChangeOfScore(Score.INTENT, now, bound);
            case CONVERSION_PROBABILITY -> fold.nextChangeOfConversion(now, bound);
            case PATTERN -> fold.nextChangeOfPattern(now);
            // Counts, visits, instants and tags change by events, segments by decisions: never by time alone.
            default -> Micros.NEVER;
        };
    }

    private static IllegalArgumentException notOfKind(ProfileField field, String kind) {
        return new IllegalArgumentException(field.json() + " is not " + kind);
    }
}
