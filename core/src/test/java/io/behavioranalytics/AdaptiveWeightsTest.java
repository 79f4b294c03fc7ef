package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.experiment.Adaptive;
import io.behavioranalytics.experiment.Allocation;
import io.behavioranalytics.experiment.Assignment;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.proof.AnExperiment;
import io.behavioranalytics.store.InMemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Weights of an adaptive experiment that follow its results. */
class AdaptiveWeightsTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final InMemoryStore store = new InMemoryStore(now::get);
    private final BehaviorAnalytics analytics =
            BehaviorAnalytics.builder().store(store).clock(now::get).build();

    @AfterEach
    void close() {
        analytics.close();
        store.close();
    }

    private static TrackRequest event(EventType type, int lead, Instant at) {
        return TrackRequest.builder(type)
                .leadId("lead-" + lead)
                .sessionId("s-" + lead)
                .timestamp(at)
                .build();
    }

    @Test
    void adaptive_weights_follow_the_results_from_phase_to_phase_and_keep_the_floor() {
        Experiment first = analytics
                .experiments()
                .create(AnExperiment.named("Test")
                        .allocation(new Allocation(
                                10_000,
                                Allocation.Method.ADAPTIVE,
                                List.of(),
                                new Adaptive(500, Duration.ofHours(6), 100)))
                        .status(Experiment.Status.RUNNING)
                        .build());
        assertThat(analytics.experiments().rebalance("test")).as("too early").isEmpty();
        Instant due = START.plus(Duration.ofHours(6));
        now.set(due);
        assertThat(analytics.experiments().rebalance("test"))
                .as("too few users")
                .isEmpty();
        SplittableRandom random = new SplittableRandom(3);
        List<TrackRequest> requests = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            Assignment assignment = analytics.experiments().assign("test", "lead-" + i);
            analytics.experiments().expose(assignment);
            if (random.nextDouble() < (assignment.variant().isControl() ? 0.2 : 0.3)) {
                requests.add(event(EventType.APPLICATION_COMPLETE, i, due));
            }
        }
        analytics.trackAll(requests);
        Experiment second = analytics.experiments().rebalance("test").orElseThrow();
        assertThat(second.phases()).hasSize(2);
        assertThat(second.seed()).isEqualTo(first.seed());
        assertThat(second.phase().weights().get("control")).isEqualTo(500);
        assertThat(second.phase().weights().get("b")).isEqualTo(9_500);
        assertThat(second.definition()).isEqualTo(first.definition());
        assertThat(analytics.experiments().rebalance("test"))
                .as("again at once")
                .isEmpty();

        int control = 0;
        for (int i = 2_000; i < 4_000; i++) {
            Assignment assignment = analytics.experiments().assign("test", "lead-" + i);
            assertThat(assignment.phase()).isEqualTo(2);
            control += assignment.variant().isControl() ? 1 : 0;
        }
        assertThat(control).isBetween(60, 140);
        assertThat(analytics.experimentReports().results("test").sampleRatios()).hasSize(1);
        analytics.experiments().create(AnExperiment.named("Other").build());
        assertThatThrownBy(() -> analytics.experiments().rebalance("other"))
                .isInstanceOf(InvalidDefinitionException.class);
        Optional<Experiment> kept = analytics.experiments().get("test");
        assertThat(kept).contains(second);
    }
}
