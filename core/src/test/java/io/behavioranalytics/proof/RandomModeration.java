package io.behavioranalytics.proof;

import io.behavioranalytics.profile.BehaviorPattern;
import io.behavioranalytics.trigger.Cap;
import io.behavioranalytics.trigger.Moderation;
import io.behavioranalytics.trigger.QuietHours;
import io.behavioranalytics.trigger.Recheck;
import io.behavioranalytics.trigger.TriggerEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Random rules of moderation, narrow enough to bite within some days. */
final class RandomModeration {
    private static final List<String> CHANNELS = List.of("email", "sms");

    private final SplittableRandom random;
    private final Instant start;

    RandomModeration(SplittableRandom random, Instant start) {
        this.random = random;
        this.start = start;
    }

    /** Rules around an instant; half of the time none. */
    Moderation rules() {
        if (random.nextBoolean()) {
            return Moderation.NONE;
        }
        boolean span = random.nextBoolean();
        Instant begin = random.nextInt(6) == 0 ? start.plus(hours(30)) : null;
        Instant first = (begin == null ? start : begin).plusSeconds(60); // what ends before it begins is refused
        return new Moderation(
                random.nextInt(4) == 0 ? 1 + random.nextInt(5) : null,
                begin,
                random.nextInt(6) == 0 ? first.plus(hours(200)) : null,
                !span && random.nextInt(4) == 0 ? first.plus(hours(200)) : null,
                span && random.nextInt(3) == 0 ? hours(40).plusMinutes(4) : null,
                caps(2, true),
                random.nextInt(3) == 0 ? quietHours() : random.nextInt(3) == 0 ? QuietHours.NONE : null,
                random.nextBoolean()
                        ? Recheck.AT_TRIGGER
                        : List.of(Recheck.values()).get(random.nextInt(3)),
                group());
    }

    /** What a trigger may watch of the profile; or something else. */
    TriggerEvent orWatch(TriggerEvent other) {
        List<BehaviorPattern> patterns = List.of(BehaviorPattern.values());
        return switch (random.nextInt(4)) {
            case 0 ->
                new TriggerEvent.PatternChanged(
                        random.nextBoolean() ? null : patterns.get(random.nextInt(patterns.size())),
                        random.nextBoolean() ? null : patterns.get(random.nextInt(patterns.size())));
            case 1, 2 -> {
                boolean up = random.nextBoolean();
                int threshold = 10 + random.nextInt(80);
                int rearm = Math.max(1, Math.min(99, threshold + (up ? -1 : 1) * random.nextInt(20)));
                yield new TriggerEvent.ScoreCrossed(
                        List.copyOf(TriggerEvent.ScoreCrossed.SCORES).get(random.nextInt(4)),
                        up ? TriggerEvent.Direction.UP : TriggerEvent.Direction.DOWN,
                        threshold,
                        rearm);
            }
            default -> other;
        };
    }

    private Duration hours(int most) {
        return Duration.ofMinutes(random.nextInt(60 * most));
    }

    private @Nullable String group() {
        return random.nextInt(3) > 0 ? "g" : null;
    }

    List<Cap> caps(int most, boolean narrow) {
        List<Cap> caps = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            int max = 1 + random.nextInt(narrow ? 3 : 6);
            Cap cap = random.nextBoolean()
                    ? Cap.rolling(max, Duration.ofMinutes(1 + random.nextInt(60 * 72)))
                    : Cap.per(List.of(Cap.Calendar.values()).get(random.nextInt(3)), max);
            caps.add(random.nextInt(3) == 0 ? cap.on(CHANNELS.get(random.nextInt(2))) : cap);
        }
        return caps;
    }

    QuietHours quietHours() {
        LocalTime from = LocalTime.of(random.nextInt(24), random.nextInt(4) * 15);
        return new QuietHours(from, from.plusMinutes(15 + random.nextInt(90) * 15L));
    }
}
