package io.behavioranalytics.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.experiment.Experiment.Status;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.proof.AnExperiment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Draft, running, paused, completed; phases (S29). */
class ExperimentLifeTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private final ExperimentLife life = new ExperimentLife(Duration.ofDays(14));

    private static ExperimentDraft draft(Status status) {
        return AnExperiment.named("Test")
                .allocation(Allocation.random(2_000))
                .status(status)
                .build();
    }

    private Experiment running() {
        return life.first(new UUID(1, 1), draft(Status.RUNNING), NOW);
    }

    private Experiment changed(Experiment old, UnaryOperator<ExperimentDraftBuilder> change) {
        ExperimentDraft draft = change.apply(old.definition().toBuilder()).build();
        assertThat(life.violations(old, draft, NOW.plusSeconds(60))).isEmpty();
        return life.next(old, draft, NOW.plusSeconds(60));
    }

    @Test
    void a_start_begins_the_first_phase_and_sets_the_default_end() {
        Experiment written = life.first(new UUID(1, 1), draft(Status.DRAFT), NOW);
        assertThat(written.isStarted()).isFalse();
        Experiment started = changed(written, draft -> draft.status(Status.RUNNING));
        assertThat(started.version()).isEqualTo(2);
        assertThat(started.phase().number()).isEqualTo(1);
        assertThat(started.startsAt()).isEqualTo(NOW.plusSeconds(60));
        assertThat(started.endsAt()).isEqualTo(NOW.plusSeconds(60).plus(Duration.ofDays(14)));
    }

    @Test
    void it_is_completed_from_its_end_on_by_the_clock() {
        Experiment experiment = running();
        Instant end = NOW.plus(Duration.ofDays(14));
        assertThat(experiment.statusAt(end.minusNanos(1_000))).isEqualTo(Status.RUNNING);
        assertThat(experiment.statusAt(end)).isEqualTo(Status.COMPLETED);
        assertThat(codes(experiment, experiment.definition(), end)).containsExactly("status STATE");
    }

    @Test
    void only_the_steps_of_a_life_are_taken() {
        for (Status before : Status.values()) {
            for (Status after : Status.values()) {
                Experiment old = life.first(new UUID(1, 1), draft(Status.DRAFT), NOW);
                if (before != Status.DRAFT) {
                    old = life.next(old, draft(Status.RUNNING), NOW);
                    if (before != Status.RUNNING) {
                        old = life.next(old, draft(before), NOW);
                    }
                }
                boolean possible = before != Status.COMPLETED
                        && (after == Status.RUNNING
                                || (after == Status.DRAFT && before == Status.DRAFT)
                                || (before != Status.DRAFT && after != Status.DRAFT));
                assertThat(codes(old, draft(after), NOW).isEmpty())
                        .as("from %s to %s", before, after)
                        .isEqualTo(possible);
            }
        }
    }

    @Test
    void more_traffic_is_a_change_in_place_and_less_opens_a_phase() {
        Experiment wider = changed(running(), draft -> draft.allocation(Allocation.random(5_000)));
        assertThat(wider.phases()).hasSize(1);
        Experiment narrower = changed(wider, draft -> draft.allocation(Allocation.random(4_000)));
        assertThat(narrower.phases()).hasSize(2);
        assertThat(narrower.seed()).isEqualTo("test");
    }

    @Test
    void a_change_of_weights_targeting_or_content_opens_a_phase_and_keeps_the_seed() {
        List<UnaryOperator<ExperimentDraftBuilder>> changes = List.of(
                draft -> draft.variants(
                        List.of(Variant.of("Control", true, 6_000, Map.of()), Variant.of("B", false, 4_000, Map.of()))),
                draft -> draft.variants(List.of(
                        Variant.of("Control", true, 5_000, Map.of()),
                        Variant.of("B", false, 0, Map.of()),
                        Variant.of("C", false, 5_000, Map.of()))),
                draft -> draft.variants(List.of(
                        Variant.of("Control", true, 5_000, Map.of()),
                        Variant.of("B", false, 5_000, Map.of("colour", "red")))),
                draft -> draft.targetSegment("all-visitors"),
                draft -> draft.when(Condition.of("visits", Operator.GREATER_THAN, 1)),
                draft -> draft.exclusionGroup(new ExclusionGroup("page", 0, 5_000)));
        for (UnaryOperator<ExperimentDraftBuilder> change : changes) {
            Experiment next = changed(running(), change);
            assertThat(next.phases()).hasSize(2);
            assertThat(next.phase().startedAt()).isEqualTo(NOW.plusSeconds(60));
            assertThat(next.phase().bucketVersion()).isZero();
            assertThat(next.seed()).isEqualTo("test");
        }
        assertThat(changed(running(), draft -> draft.description("other").guardrail("page_views", 0.1))
                        .phases())
                .hasSize(1);
    }

    @Test
    void reseeding_opens_a_phase_with_another_seed() {
        Experiment again = life.reseeded(running(), false, NOW.plusSeconds(5));
        assertThat(again.seed()).isEqualTo("test-1");
        assertThat(again.phase().number()).isEqualTo(2);
        assertThat(again.minBucketVersion()).isZero();
        Experiment excluding = life.reseeded(again, true, NOW.plusSeconds(9));
        assertThat(excluding.seed()).isEqualTo("test-2");
        assertThat(excluding.minBucketVersion()).isEqualTo(2);
    }

    @Test
    void what_exposures_rely_on_stays_once_it_was_started() {
        ExperimentDraft draft = running().definition();
        assertThat(codes(running(), draft.toBuilder().key("other").build(), NOW))
                .containsExactly("key STATE");
        assertThat(codes(running(), draft.toBuilder().hash("seed", 1).build(), NOW))
                .containsExactly("hashVersion STATE", "seed STATE");
        assertThat(codes(
                        running(),
                        draft.toBuilder()
                                .variants(List.of(
                                        Variant.of("Control", true, 5_000, Map.of()),
                                        Variant.of("C", false, 5_000, Map.of())))
                                .build(),
                        NOW))
                .containsExactly("variants STATE");
        assertThat(codes(
                        running(),
                        draft.toBuilder().startDate(NOW.plusSeconds(9)).build(),
                        NOW))
                .containsExactly("startDate STATE");
    }

    @Test
    void an_end_in_the_past_is_refused() {
        assertThat(codes(null, draft(Status.RUNNING).toBuilder().endDate(NOW).build(), NOW))
                .containsExactly("endDate TIME");
        assertThat(codes(
                        null,
                        draft(Status.DRAFT).toBuilder()
                                .endDate(NOW.minusSeconds(1))
                                .build(),
                        NOW))
                .containsExactly("endDate TIME");
    }

    @Test
    void completing_ends_it_now_and_names_the_winner() {
        Experiment ended = life.completed(running(), "b", NOW.plusSeconds(100));
        assertThat(ended.statusAt(NOW.plusSeconds(100))).isEqualTo(Status.COMPLETED);
        assertThat(ended.endsAt()).isEqualTo(NOW.plusSeconds(100));
        assertThat(ended.winner()).isEqualTo("b");
        assertThat(changed(running(), draft -> draft.status(Status.COMPLETED)).endsAt())
                .isEqualTo(NOW.plusSeconds(60));
    }

    private List<String> codes(@org.jspecify.annotations.Nullable Experiment old, ExperimentDraft draft, Instant now) {
        return life.violations(old, draft, now).stream()
                .map((Violation violation) -> violation.path() + " " + violation.code())
                .toList();
    }
}
