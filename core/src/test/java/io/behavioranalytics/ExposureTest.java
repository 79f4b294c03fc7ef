package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.experiment.Allocation;
import io.behavioranalytics.experiment.Assignment;
import io.behavioranalytics.experiment.AssignmentReason;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.experiment.Variant;
import io.behavioranalytics.proof.AnExperiment;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.EventFilter;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.HostTransaction;
import io.behavioranalytics.store.InMemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Assigning and exposing through the facade, on one host and on several. */
@Timeout(300)
class ExposureTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final InMemoryStore store = new InMemoryStore(now::get);
    private final List<BehaviorAnalytics> hosts = new ArrayList<>();
    private final BehaviorAnalytics analytics = host();

    private BehaviorAnalytics host() {
        BehaviorAnalytics host = BehaviorAnalytics.builder()
                .store(store)
                .clock(now::get)
                .settings(Settings.builder().cacheTtl(Duration.ZERO).build())
                .build();
        hosts.add(host);
        return host;
    }

    @AfterEach
    void close() {
        hosts.forEach(BehaviorAnalytics::close);
        store.close();
    }

    private Experiment running() {
        return analytics
                .experiments()
                .create(AnExperiment.named("Test")
                        .status(Experiment.Status.RUNNING)
                        .build());
    }

    @Test
    void assigning_stores_nothing_and_exposing_stores_the_first() {
        Experiment experiment = running();
        Assignment assignment = analytics.experiments().assign("test", "lead-1");
        assertThat(store.ledger().exposuresOf(List.of(SubjectId.lead("lead-1"))))
                .isEmpty();

        Exposure first = analytics.experiments().expose(assignment).orElseThrow();
        now.set(START.plusSeconds(60));
        assertThat(analytics.experiments().expose(assignment)).contains(first);
        assertThat(first)
                .isEqualTo(new Exposure(
                        experiment.id(),
                        1,
                        0,
                        SubjectId.lead("lead-1"),
                        assignment.variant().id(),
                        1,
                        -1,
                        START));
        assertThat(store.ledger().exposuresOf(List.of(SubjectId.lead("lead-1"))))
                .containsValue(List.of(first));
    }

    @Test
    void who_is_not_in_the_experiment_is_not_exposed() {
        analytics
                .experiments()
                .create(AnExperiment.named("Test")
                        .status(Experiment.Status.RUNNING)
                        .force("qa", "b")
                        .allocation(Allocation.random(1))
                        .build());
        assertThat(analytics.experiments().expose(analytics.experiments().assign("test", "lead-1")))
                .isEmpty();
        assertThat(analytics.experiments().expose(analytics.experiments().assign("test", "qa")))
                .isEmpty();
        assertThat(analytics.experiments().exposeAsync(analytics.experiments().assign("test", "qa")))
                .isCompletedWithValue(Optional.empty());
        assertThatThrownBy(() -> analytics.experiments().assign("nothing", "lead-1"))
                .isInstanceOf(UnknownDefinitionException.class);
        assertThatThrownBy(() -> analytics.experiments().assign("test", ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> analytics.experiments().assign("test", "x".repeat(1_000_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a subject's id must have 1 to 128 characters");
    }

    @Test
    void a_store_in_memory_joins_no_transaction_of_the_hosts_and_says_so() {
        running();
        Assignment assignment = analytics.experiments().assign("test", "lead-1");
        assertThatThrownBy(() -> analytics.experiments().expose(assignment, new HostTransaction() {}))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessage(
                        "this store joins no transaction of the host's: expose without one, which is durable at once");
        assertThat(store.ledger().exposuresOf(List.of(assignment.subject()))).isEmpty();
        assertThat(analytics.experiments().expose(assignment)).isPresent();
    }

    @Test
    void who_was_exposed_keeps_the_variant_on_every_host_when_the_weights_change() {
        running();
        BehaviorAnalytics other = host();
        List<Assignment> before = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Assignment assignment = analytics.experiments().assign("test", "lead-" + i);
            analytics.experiments().expose(assignment);
            before.add(assignment);
        }
        analytics
                .experiments()
                .update(
                        "test",
                        analytics.experiments().get("test").orElseThrow().definition().toBuilder()
                                .variants(List.of(
                                        Variant.of("Control", true, 0, Map.of()),
                                        Variant.of("B", false, 10_000, Map.of())))
                                .build());
        for (BehaviorAnalytics host : hosts) {
            for (Assignment assignment : before) {
                Assignment after =
                        host.experiments().assign("test", assignment.subject().value());
                assertThat(after.reason()).isEqualTo(AssignmentReason.STICKY);
                assertThat(after.variant().id()).isEqualTo(assignment.variant().id());
            }
            assertThat(host.experiments().assign("test", "another").variant().id())
                    .isEqualTo("b");
        }
        assertThat(other.experiments().assign("test", "lead-0").phase()).isEqualTo(1);
    }

    @Test
    void a_segment_that_is_targeted_is_asked_of_the_subject_as_it_is_now() {
        analytics
                .segments()
                .create(SegmentDraft.of(
                        "Viewers",
                        Criteria.all()
                                .event(EventFilter.atLeast(EventType.PAGE_VIEW, 1))
                                .build()));
        analytics
                .experiments()
                .create(AnExperiment.named("Test")
                        .targetSegment("viewers")
                        .status(Experiment.Status.RUNNING)
                        .build());
        assertThat(analytics.experiments().assign("test", "lead-1").reason())
                .isEqualTo(AssignmentReason.TARGET_SEGMENT);
        analytics.track(TrackRequest.builder(EventType.PAGE_VIEW)
                .leadId("lead-1")
                .sessionId("s")
                .build());
        assertThat(analytics.experiments().assign("test", "lead-1").isIn()).isTrue();
    }

    @Test
    void another_variant_that_was_shown_is_answered_with_the_first_and_kept_as_a_crossover() {
        Experiment experiment = running();
        Assignment shown = analytics.experiments().assign("test", "lead-1");
        String other = shown.variant().isControl() ? "b" : "control";
        Exposure elsewhere =
                new Exposure(experiment.id(), 1, 0, SubjectId.lead("lead-1"), other, 1, -1, START.minusSeconds(5));
        store.ledger().expose(List.of(elsewhere));

        assertThat(analytics.experiments().expose(shown)).contains(elsewhere);
        assertThat(store.ledger().crossovers(experiment.id(), 0))
                .extracting(Exposure::variant)
                .containsExactly(shown.variant().id());
    }

    @Test
    void of_threads_on_several_hosts_exactly_one_exposure_is_the_first() throws Exception {
        running();
        for (int i = 0; i < 3; i++) {
            host();
        }
        int threads = 8;
        CyclicBarrier barrier = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<List<Exposure>>> answers = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                Experiments door = hosts.get(t % hosts.size()).experiments();
                boolean async = t % 2 == 0;
                answers.add(pool.submit(() -> {
                    barrier.await(60, TimeUnit.SECONDS);
                    List<Exposure> firsts = new ArrayList<>();
                    for (int i = 0; i < 200; i++) {
                        Assignment assignment = door.assign("test", "lead-" + i);
                        now.updateAndGet(instant -> instant.plusNanos(1_000));
                        CompletableFuture<Optional<Exposure>> answer = async
                                ? door.exposeAsync(assignment)
                                : CompletableFuture.completedFuture(door.expose(assignment));
                        firsts.add(answer.get(60, TimeUnit.SECONDS).orElseThrow());
                    }
                    return firsts;
                }));
            }
            List<Exposure> expected = answers.get(0).get(60, TimeUnit.SECONDS);
            for (Future<List<Exposure>> answer : answers) {
                assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(expected);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void what_nobody_waits_for_is_stored_before_a_host_has_closed() throws Exception {
        Experiment experiment = running();
        List<CompletableFuture<Optional<Exposure>>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            answers.add(
                    analytics.experiments().exposeAsync(analytics.experiments().assign("test", "lead-" + i)));
        }
        analytics.close();
        for (CompletableFuture<Optional<Exposure>> answer : answers) {
            assertThat(answer.get(60, TimeUnit.SECONDS)).isPresent();
        }
        List<Exposure> stored = new ArrayList<>();
        store.ledger().visitExposures(experiment.id(), 0, stored::add);
        assertThat(stored).hasSize(500);
        assertThatThrownBy(() ->
                        analytics.experiments().exposeAsync(host().experiments().assign("test", "x")))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void an_experiment_ends_at_its_end_by_the_clock() {
        running();
        now.set(START.plus(Duration.ofDays(14)).minusNanos(1_000));
        Assignment last = analytics.experiments().assign("test", "lead-1");
        assertThat(last.isIn()).isTrue();
        now.set(START.plus(Duration.ofDays(14)));
        assertThat(analytics.experiments().assign("test", "lead-1").reason()).isEqualTo(AssignmentReason.COMPLETED);
    }
}
