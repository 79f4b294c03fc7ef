package io.behavioranalytics.proof;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventBuilder;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.SequencePattern;
import io.behavioranalytics.segment.SequencePattern.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Patterns of a few steps, and events of so few types that they often meet them. */
final class RandomSequences {
    static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    static final List<EventType> TYPES = List.of(EventType.PAGE_VIEW, EventType.FORM_START, EventType.FORM_SUBMIT);

    private RandomSequences() {}

    /**
     * An event of lead a.
     *
     * @param random decides
     * @param after how long after the start
     * @return the event
     */
    static BehaviorEvent event(SplittableRandom random, Duration after) {
        Map<String, Object> properties = switch (random.nextInt(4)) {
            case 0 -> Map.of();
            case 1 -> Map.of("n", "text");
            default -> Map.of("n", (long) random.nextInt(3));
        };
        return EventBuilder.event(new UUID(random.nextLong(), random.nextLong()), START.plus(after))
                .lead("a")
                .type(TYPES.get(random.nextInt(TYPES.size())))
                .category(random.nextInt(10) == 0 ? Category.CONTENT : Category.ENGAGEMENT)
                .properties(properties)
                .build();
    }

    /**
     * A pattern whose last step takes an event.
     *
     * @param random decides
     * @return the pattern
     */
    static SequencePattern pattern(SplittableRandom random) {
        List<Step> steps = new ArrayList<>();
        int taking = 1 + random.nextInt(4);
        for (int i = 0; i < taking; i++) {
            for (int no = random.nextInt(5) - 3; i > 0 && no > 0; no--) {
                steps.add(new Step(type(random), conditions(random), true, null, null, null));
            }
            Duration least = i == 0 || random.nextInt(3) > 0 ? null : Duration.ofMinutes(random.nextInt(5));
            Duration most = i == 0 || random.nextInt(3) > 0
                    ? null
                    : Duration.ofMinutes(random.nextInt(6)).plus(least == null ? Duration.ZERO : least);
            steps.add(new Step(type(random), conditions(random), false, least, most, null));
        }
        Duration within = random.nextInt(3) == 0 ? Duration.ofMinutes(1 + random.nextInt(12)) : null;
        return new SequencePattern(steps, within, random.nextInt(5) == 0);
    }

    /**
     * A pattern that may be saved, whose last step may be something that stays away.
     *
     * @param random decides
     * @return the pattern
     */
    static SequencePattern valid(SplittableRandom random) {
        while (true) {
            SequencePattern some = pattern(random);
            List<Step> steps = new ArrayList<>(some.steps());
            if (random.nextInt(3) == 0) {
                steps.add(new Step(
                        steps.get(random.nextInt(steps.size())).eventType(),
                        List.of(),
                        true,
                        null,
                        null,
                        Duration.ofMinutes(random.nextInt(1, 40))));
            }
            SequencePattern pattern = new SequencePattern(steps, some.within(), some.strict());
            List<Violation> faults = new ArrayList<>();
            pattern.check("event", type -> true, faults);
            if (faults.isEmpty()) {
                return pattern;
            }
        }
    }

    /** A type, or null for any. */
    private static @Nullable EventType type(SplittableRandom random) {
        return random.nextInt(8) == 0 ? null : TYPES.get(random.nextInt(TYPES.size()));
    }

    private static List<Condition> conditions(SplittableRandom random) {
        return random.nextInt(4) > 0
                ? List.of()
                : List.of(Condition.of("properties.n", Operator.GREATER_THAN, (long) random.nextInt(2)));
    }
}
