package io.behavioranalytics.decision;

import io.behavioranalytics.condition.ProfileField;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.profile.BehaviorPattern;
import io.behavioranalytics.profile.ProfileFold;
import io.behavioranalytics.profile.Score;
import io.behavioranalytics.trigger.TriggerEvent;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What triggers watch of one subject's profile: its pattern, and of scores on which side of a threshold they are. A score is high once
 * it has reached the upper bound, and low again once it is below the lower one: what lies between changes nothing. Part of the fold, for
 * which side it is on depends on the way the score took. Not thread-safe.
 */
final class Watches {
    /**
     * A threshold that a trigger watches.
     *
     * @param trigger whose
     * @param score which score, or null for the conversion probability
     * @param upper from here on it is high
     * @param lower below it is low again
     * @param rising whether the trigger waits for it to become high, else low
     */
    record Threshold(CompiledTrigger trigger, @Nullable Score score, double upper, double lower, boolean rising) {
        static Threshold of(CompiledTrigger trigger, TriggerEvent.ScoreCrossed event) {
            boolean up = event.direction() == TriggerEvent.Direction.UP;
            return new Threshold(
                    trigger,
                    score(event.score()),
                    up ? event.threshold() : event.rearm(),
                    up ? event.rearm() : event.threshold(),
                    up);
        }

        private static @Nullable Score score(ProfileField field) {
            return switch (field) {
                case ENGAGEMENT_SCORE -> Score.ENGAGEMENT;
                case INTEREST_SCORE -> Score.INTEREST;
                case INTENT_SCORE -> Score.INTENT;
                default -> null;
            };
        }

        String describe() {
            return trigger.trigger().id() + "|" + score + "|" + upper + "|" + lower;
        }

        double value(ProfileFold profile, long now) {
            return score == null ? profile.conversionProbability(now) : profile.score(score, now);
        }

        long nextChange(ProfileFold profile, long now, double bound) {
            return score == null
                    ? profile.nextChangeOfConversion(now, bound)
                    : profile.nextChangeOfScore(score, now, bound);
        }
    }

    private final List<Threshold> thresholds;
    private final boolean[] high;
    private final long[] since;
    private final long[] until;
    private final boolean watchesPattern;
    private BehaviorPattern pattern = BehaviorPattern.EXPLORING;
    private long patternSince = Micros.ALWAYS;
    private long patternUntil = Micros.NEVER;

    Watches(List<Threshold> thresholds, boolean watchesPattern) {
        this.thresholds = thresholds;
        this.watchesPattern = watchesPattern;
        high = new boolean[thresholds.size()];
        since = new long[thresholds.size()];
        until = new long[thresholds.size()];
        Arrays.fill(since, Micros.ALWAYS);
        Arrays.fill(until, Micros.NEVER);
    }

    /** A copy under equal thresholds of another plan. */
    Watches copy(List<Threshold> same) {
        Watches copy = new Watches(same, watchesPattern);
        System.arraycopy(high, 0, copy.high, 0, high.length);
        System.arraycopy(since, 0, copy.since, 0, since.length);
        System.arraycopy(until, 0, copy.until, 0, until.length);
        copy.pattern = pattern;
        copy.patternSince = patternSince;
        copy.patternUntil = patternUntil;
        return copy;
    }

    List<Threshold> thresholds() {
        return thresholds;
    }

    boolean isHigh(int place) {
        return high[place];
    }

    /** When a score came to the side on which it is, or {@link Micros#ALWAYS}. */
    long since(int place) {
        return since[place];
    }

    BehaviorPattern pattern() {
        return pattern;
    }

    long patternSince() {
        return patternSince;
    }

    /** The first instant at which time alone may change something. */
    long next() {
        long next = patternUntil;
        for (long flip : until) {
            next = Math.min(next, flip);
        }
        return next;
    }

    /** Takes in what time alone changes up to an instant. */
    void advance(ProfileFold profile, long to) {
        for (long at = next(); at <= to; at = next()) {
            look(profile, at);
        }
    }

    /** Looks at the profile as it is at an instant, up to which it was looked at already. */
    void look(ProfileFold profile, long now) {
        for (int i = 0; i < high.length; i++) {
            Threshold threshold = thresholds.get(i);
            double value = threshold.value(profile, now);
            boolean side = high[i] ? value >= threshold.lower() : value >= threshold.upper();
            if (side != high[i]) {
                high[i] = side;
                since[i] = now;
            }
            until[i] = threshold.nextChange(profile, now, high[i] ? threshold.lower() : threshold.upper());
        }
        if (watchesPattern) {
            BehaviorPattern found = profile.pattern(now);
            if (found != pattern) {
                pattern = found;
                patternSince = now;
            }
            patternUntil = profile.nextChangeOfPattern(now);
        }
    }

    long weight() {
        return 80 + 17L * high.length;
    }

    void writeTo(DataOutput out) throws IOException {
        for (int i = 0; i < high.length; i++) {
            out.writeBoolean(high[i]);
            out.writeLong(since[i]);
            out.writeLong(until[i]);
        }
        if (watchesPattern) {
            out.writeUTF(pattern.name());
            out.writeLong(patternSince);
            out.writeLong(patternUntil);
        }
    }

    static Watches readFrom(DataInput in, List<Threshold> thresholds, boolean watchesPattern) throws IOException {
        Watches read = new Watches(thresholds, watchesPattern);
        for (int i = 0; i < read.high.length; i++) {
            read.high[i] = in.readBoolean();
            read.since[i] = in.readLong();
            read.until[i] = in.readLong();
        }
        if (watchesPattern) {
            read.pattern = BehaviorPattern.valueOf(in.readUTF());
            read.patternSince = in.readLong();
            read.patternUntil = in.readLong();
        }
        return read;
    }
}
