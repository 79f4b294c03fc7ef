package io.behavioranalytics.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventCatalog;
import io.behavioranalytics.event.EventLimits;
import io.behavioranalytics.event.EventNormalizer;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.profile.ScoringModel;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CheckpointsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int EVENTS = 20_000;

    private final Plan plan = Plan.compile(
            1,
            List.of(),
            List.of(),
            new DecisionSettings(
                    ScoringModel.defaults(), Retention.unlimited(), Duration.ofHours(1), Duration.ofHours(24)));

    @Test
    void from_any_place_the_way_back_to_a_checkpoint_is_at_most_as_long_as_the_way_to_the_newest() {
        Checkpoints checkpoints = afterEveryEvent();

        for (int place = 1; place <= EVENTS; place += 7) {
            SubjectFold found = checkpoints.before(micros(place), micros(place) - 1);
            long folded = found == null ? 0 : found.events();

            assertThat(place - folded)
                    .as("events to fold again from the checkpoint before event %d", place)
                    .isBetween(1L, EVENTS - place + 2L * Checkpoints.SPACING);
        }
    }

    @Test
    void few_checkpoints_stay() {
        assertThat(afterEveryEvent().folds()).hasSizeBetween(10, 24);
    }

    /** A decision after each event, as live traffic makes them. */
    private Checkpoints afterEveryEvent() {
        EventNormalizer normalizer =
                new EventNormalizer(EventCatalog.builtIn(), EventLimits.defaults(), Retention.unlimited());
        SubjectFold fold = new SubjectFold(plan);
        Checkpoints checkpoints = Checkpoints.NONE;
        for (int place = 1; place <= EVENTS; place++) {
            BehaviorEvent event = normalizer.normalize(
                    TrackRequest.builder("page_view")
                            .leadId("lead-1")
                            .id(new UUID(0x4000L, Long.MIN_VALUE + place))
                            .timestamp(Micros.toInstant(micros(place)))
                            .build(),
                    START.plus(Duration.ofDays(1)),
                    UUID::randomUUID,
                    false);
            Checkpoints.Builder builder = new Checkpoints.Builder(checkpoints, fold);
            fold.apply(event, new BitSet(), (rule, start) -> {});
            builder.offer(fold);
            checkpoints = builder.build();
        }
        return checkpoints;
    }

    private static long micros(int place) {
        return Micros.of(START.plusSeconds(place));
    }
}
