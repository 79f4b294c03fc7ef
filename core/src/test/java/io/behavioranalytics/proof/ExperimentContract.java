package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.DueReport;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.experiment.Adaptive;
import io.behavioranalytics.experiment.Allocation;
import io.behavioranalytics.experiment.Assignment;
import io.behavioranalytics.experiment.AssignmentReason;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.ExperimentDraft;
import io.behavioranalytics.experiment.ExperimentResults;
import io.behavioranalytics.experiment.ExperimentResults.Action;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.experiment.MetricResult;
import io.behavioranalytics.experiment.ResultsQuery.Breakdown;
import io.behavioranalytics.experiment.Variant;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.EventFilter;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.statistics.TestResult;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.Subjects.Projection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whole experiments on a store, from the assignment to the decision: for authors of stores. */
@Timeout(300)
public abstract class ExperimentContract {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    private static final int USERS = 5_000;

    /**
     * Makes an empty store.
     *
     * @param storeClock the clock of leases and rates
     * @return the store; the test closes it
     */
    protected abstract Store createStore(InstantSource storeClock);

    private static TrackRequest event(EventType type, String lead, Instant at) {
        return TrackRequest.builder(type)
                .leadId(lead)
                .sessionId("s-" + lead)
                .timestamp(at)
                .context(Map.of("device", lead.endsWith("1") ? "mobile" : "desktop"))
                .build();
    }

    @Test
    void a_true_lift_of_ten_percent_is_found_and_shipped() {
        AtomicReference<Instant> now = new AtomicReference<>(START);
        try (Store store = createStore(now::get);
                BehaviorAnalytics analytics =
                        BehaviorAnalytics.builder().store(store).clock(now::get).build()) {
            Experiment experiment = analytics
                    .experiments()
                    .create(ExperimentDraft.builder("Checkout", Experiment.Type.FLOW)
                            .hypothesis("the new flow converts better")
                            .successMetric("conversion_rate")
                            .status(Experiment.Status.RUNNING)
                            .control("Control", 5_000)
                            .variant("New flow", 5_000)
                            .build());
            SplittableRandom random = new SplittableRandom(2026);
            int[] users = new int[2];
            int[] converted = new int[2];
            int mobile = 0;
            List<TrackRequest> before = new ArrayList<>();
            List<TrackRequest> after = new ArrayList<>();
            List<Assignment> assignments = new ArrayList<>();
            for (int i = 0; i < USERS; i++) {
                String lead = "lead-" + i;
                Assignment assignment = analytics.experiments().assign("checkout", lead);
                assignments.add(assignment);
                int arm = assignment.variant().isControl() ? 0 : 1;
                users[arm]++;
                mobile += lead.endsWith("1") ? 1 : 0;
                before.add(event(EventType.PAGE_VIEW, lead, START));
                if (random.nextInt(4) == 0) {
                    before.add(event(EventType.APPLICATION_COMPLETE, lead, START)); // not due to the variant
                }
                if (random.nextDouble() < (arm == 0 ? 0.5 : 0.55)) {
                    converted[arm]++;
                    after.add(event(EventType.APPLICATION_COMPLETE, lead, START.plusSeconds(120)));
                }
            }
            analytics.trackAll(before);
            now.set(START.plusSeconds(60));
            assignments.forEach(assignment ->
                    analytics.experiments().exposeAsync(assignment).join());
            now.set(START.plusSeconds(120));
            analytics.trackAll(after);
            now.set(START.plus(Duration.ofDays(14)));

            ExperimentResults results = analytics
                    .experimentReports()
                    .results(
                            "checkout",
                            analytics.experimentReports().resultsQuery().by(new Breakdown.ByField("context.device")));
            assertThat(results.ended()).isTrue();
            assertThat(results.users()).isEqualTo(Map.of("control", (long) users[0], "new-flow", (long) users[1]));
            assertThat(results.sampleRatios()).noneMatch(ExperimentResults.SampleRatio::isMismatch);
            MetricResult metric = results.metrics().get(0);
            double control = converted[0] / (double) users[0];
            double treatment = converted[1] / (double) users[1];
            assertThat(metric.arms().get(0).value()).isEqualTo(control);
            assertThat(metric.arms().get(1).value()).isEqualTo(treatment);
            TestResult lift = metric.comparisons().get(0).relative().orElseThrow();
            assertThat(lift.estimate()).isCloseTo(treatment / control - 1, within(1e-9));
            assertThat(lift.interval().contains(0.1)).isTrue();
            assertThat(results.decision().action()).isEqualTo(Action.SHIP);
            assertThat(results.decision().variant()).isEqualTo("new-flow");
            assertThat(results.toJson()).doesNotContain("NaN").doesNotContain("Infinity");
            assertThat(results.groups())
                    .extracting(ExperimentResults.Group::name)
                    .containsExactly("desktop", "mobile");
            assertThat(results.groups().get(1).metrics().get(0).arms().stream()
                            .mapToLong(MetricResult.ArmValue::users)
                            .sum())
                    .isEqualTo(mobile);

            analytics.experimentReports().results(experiment.id().toString());
            assertThat(analytics.experiments().assign("checkout", "lead-0").isIn())
                    .isFalse();
        }
    }

    @Test
    void users_of_two_variants_are_left_out_and_a_session_counts_as_its_lead() {
        AtomicReference<Instant> now = new AtomicReference<>(START);
        try (Store store = createStore(now::get);
                BehaviorAnalytics analytics =
                        BehaviorAnalytics.builder().store(store).clock(now::get).build()) {
            Experiment experiment = analytics
                    .experiments()
                    .create(AnExperiment.named("Test")
                            .status(Experiment.Status.RUNNING)
                            .build());
            store.ledger()
                    .expose(List.of(
                            exposure(experiment, SubjectId.session("s-1"), "b"),
                            exposure(experiment, SubjectId.session("s-2"), "b"),
                            exposure(experiment, SubjectId.session("s-3"), "b"),
                            exposure(experiment, SubjectId.lead("two"), "control"),
                            exposure(experiment, SubjectId.lead("three"), "b"),
                            exposure(experiment, SubjectId.lead("four"), "control"),
                            exposure(experiment, SubjectId.lead("four"), "b"),
                            exposure(experiment, SubjectId.lead("silent"), "control")));
            now.set(START.plusSeconds(10));
            analytics.identify("s-1", "one"); // the session's exposure is the lead's
            analytics.identify("s-2", "two"); // which had the other variant
            analytics.identify("s-3", "three"); // which had the same
            analytics.track(event(EventType.APPLICATION_COMPLETE, "one", START.plusSeconds(10)));

            ExperimentResults results = analytics.experimentReports().results("test");
            assertThat(results.crossovers()).isEqualTo(2); // two and four
            assertThat(results.users()).isEqualTo(Map.of("control", 1L, "b", 2L));
            assertThat(results.metrics().get(0).arms().get(1).value()).isEqualTo(0.5);
        }
    }

    @Test
    void a_visitor_keeps_the_variant_that_its_session_saw_once_it_is_known_and_loses_it_when_it_is_unlinked() {
        AtomicReference<Instant> now = new AtomicReference<>(START);
        try (Store store = createStore(now::get);
                BehaviorAnalytics analytics =
                        BehaviorAnalytics.builder().store(store).clock(now::get).build();
                BehaviorAnalytics other =
                        BehaviorAnalytics.builder().store(store).clock(now::get).build()) {
            Experiment experiment = twoHalves(analytics);
            SubjectId session = SubjectId.session("s-1");
            Assignment seen = analytics.experiments().assign("test", session, Map.of());
            String lead = leadOfAnotherVariant(analytics, seen);
            analytics.experiments().expose(seen);

            now.set(START.plusSeconds(10));
            analytics.identify("s-1", lead);
            for (BehaviorAnalytics host : List.of(analytics, other)) {
                Assignment known = host.experiments().assign("test", lead);
                assertThat(known.reason()).isEqualTo(AssignmentReason.STICKY);
                assertThat(known.variant()).isEqualTo(seen.variant());
                assertThat(known.phase()).isEqualTo(seen.phase());
            }
            everybodyGets(analytics, seen.variant().isControl() ? "b" : "control");
            assertThat(analytics.experiments().assign("test", lead).variant().id())
                    .isEqualTo(seen.variant().id());

            now.set(START.plusSeconds(20));
            analytics.unlink("s-1");
            assertThat(analytics.experiments().assign("test", lead).reason()).isEqualTo(AssignmentReason.BUCKETED);
            now.set(START.plusSeconds(30));
            analytics.identify("s-1", lead);
            Exposure own = analytics
                    .experiments()
                    .expose(analytics.experiments().assign("test", lead))
                    .orElseThrow();
            assertThat(own)
                    .isEqualTo(new Exposure(
                            experiment.id(),
                            2,
                            0,
                            SubjectId.lead(lead),
                            seen.variant().id(),
                            1,
                            -1,
                            START.plusSeconds(30)));
            assertThat(store.ledger().exposuresOf(List.of(SubjectId.lead(lead))))
                    .containsValue(List.of(own));

            ExperimentResults results = analytics.experimentReports().results("test");
            assertThat(results.crossovers()).isZero();
            assertThat(results.users()).containsEntry(seen.variant().id(), 1L);
            assertThat(results.users().values().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .isOne();
        }
    }

    @Test
    void a_lead_of_two_sessions_that_saw_two_variants_is_left_out_reported_and_keeps_the_first() {
        AtomicReference<Instant> now = new AtomicReference<>(START);
        try (Store store = createStore(now::get);
                BehaviorAnalytics analytics =
                        BehaviorAnalytics.builder().store(store).clock(now::get).build()) {
            twoHalves(analytics);
            Map<String, SubjectId> sessions = new HashMap<>();
            for (int i = 0; sessions.size() < 2; i++) {
                Assignment one = analytics.experiments().assign("test", SubjectId.session("s-" + i), Map.of());
                sessions.putIfAbsent(one.variant().id(), one.subject());
            }
            SubjectId first = Objects.requireNonNull(sessions.get("b"));
            SubjectId second = Objects.requireNonNull(sessions.get("control"));
            analytics.experiments().expose(analytics.experiments().assign("test", first, Map.of()));
            now.set(START.plusSeconds(5));
            analytics.experiments().expose(analytics.experiments().assign("test", second, Map.of()));
            assertThat(analytics.experimentReports().results("test").crossovers())
                    .isZero();

            now.set(START.plusSeconds(10));
            analytics.identify(second.value(), "ada");
            analytics.identify(first.value(), "ada");
            assertThat(analytics.experiments().assign("test", "ada").variant().id())
                    .isEqualTo("b");
            ExperimentResults results = analytics.experimentReports().results("test");
            assertThat(results.crossovers()).isOne();
            assertThat(results.users()).isEqualTo(Map.of("control", 0L, "b", 0L));

            analytics.experiments().reseed("test", true);
            assertThat(analytics.experiments().assign("test", "ada").reason())
                    .isEqualTo(AssignmentReason.OLD_BUCKET_VERSION);
        }
    }

    @Test
    void saving_an_experiment_decides_nobody_again_and_saving_a_segment_everybody() throws InterruptedException {
        AtomicReference<Instant> now = new AtomicReference<>(START);
        try (Store store = createStore(now::get);
                BehaviorAnalytics analytics =
                        BehaviorAnalytics.builder().store(store).clock(now::get).build()) {
            analytics.segments().create(viewers("Viewers", 1));
            for (int i = 0; i < 30; i++) {
                analytics.track(event(EventType.PAGE_VIEW, "lead-" + i, START));
            }
            settle(analytics);
            Map<SubjectId, Long> decided = versions(store);
            assertThat(decided).hasSize(30);

            now.set(START.plusSeconds(60));
            twoHalves(analytics);
            everybodyGets(analytics, "b");
            analytics.experiments().pause("test");
            analytics.experiments().resume("test");
            analytics.experiments().reseed("test", true);
            settle(analytics);
            try (BehaviorAnalytics other =
                    BehaviorAnalytics.builder().store(store).clock(now::get).build()) {
                other.runDue(); // a host that begins now looks whether anybody is behind
                settle(other);
                other.experiments().complete("test", null);
            }
            assertThat(versions(store)).isEqualTo(decided);
            assertThat(analytics.segments().recalculation().progress().share()).isEqualTo(1);

            analytics.segments().create(viewers("All viewers", 1));
            settle(analytics);
            Map<SubjectId, Long> again = versions(store);
            decided.forEach((subject, version) -> assertThat(again.get(subject)).isGreaterThan(version));
            assertThat(analytics.segments().get("all-viewers").orElseThrow().memberCount())
                    .isEqualTo(30);
            analytics.experiments().delete("test");
            settle(analytics);
            assertThat(versions(store)).isEqualTo(again);
        }
    }

    @Test
    void of_two_hosts_that_let_adaptive_weights_follow_at_once_one_opens_the_phase() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(START);
        Duration every = Duration.ofHours(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (Store store = createStore(now::get);
                BehaviorAnalytics one = adapting(store, now);
                BehaviorAnalytics two = adapting(store, now)) {
            one.experiments()
                    .create(ExperimentDraft.builder("Test", Experiment.Type.CONTENT)
                            .hypothesis("h")
                            .successMetric("conversion_rate")
                            .status(Experiment.Status.RUNNING)
                            .allocation(new Allocation(
                                    10_000, Allocation.Method.ADAPTIVE, List.of(), new Adaptive(100, every, 20)))
                            .control("Control", 5_000)
                            .variant("B", 5_000)
                            .build());
            List<TrackRequest> conversions = new ArrayList<>();
            List<Exposure> shown = new ArrayList<>();
            Experiment experiment = one.experiments().get("test").orElseThrow();
            for (int i = 0; i < 120; i++) {
                shown.add(exposure(experiment, SubjectId.lead("lead-" + i), i % 2 == 0 ? "control" : "b"));
                if (i % 4 == 1 || i % 20 == 0) {
                    conversions.add(event(EventType.APPLICATION_COMPLETE, "lead-" + i, START));
                }
            }
            store.ledger().expose(shown);
            one.trackAll(conversions);
            now.set(START.plus(every));
            CyclicBarrier barrier = new CyclicBarrier(2);
            List<Future<DueReport>> rounds = new ArrayList<>();
            for (BehaviorAnalytics host : List.of(one, two)) {
                rounds.add(threads.submit(() -> {
                    barrier.await(60, TimeUnit.SECONDS);
                    return host.runDue();
                }));
            }
            for (Future<DueReport> round : rounds) {
                round.get(60, TimeUnit.SECONDS);
            }
            one.runDue();
            two.runDue();
            Experiment after = two.experiments().get("test").orElseThrow();
            assertThat(after.phases()).hasSize(2);
            assertThat(after.version()).isEqualTo(2);
            assertThat(after.phase().startedAt()).isEqualTo(now.get());
            assertThat(after.phase().weights().get("b")).isGreaterThan(9_000);
        } finally {
            threads.shutdownNow();
        }
    }

    private static BehaviorAnalytics adapting(Store store, AtomicReference<Instant> now) {
        return BehaviorAnalytics.builder()
                .store(store)
                .clock(now::get)
                .executor(Runnable::run)
                .build();
    }

    private static SegmentDraft viewers(String name, int times) {
        return SegmentDraft.of(
                name,
                Criteria.all()
                        .event(EventFilter.atLeast(EventType.PAGE_VIEW, times))
                        .build());
    }

    private static void settle(BehaviorAnalytics analytics) throws InterruptedException {
        assertThat(analytics.segments().recalculation().await(Duration.ofSeconds(60)))
                .isTrue();
    }

    /** How often each subject was decided or changed. */
    private static Map<SubjectId, Long> versions(Store store) {
        Map<SubjectId, Long> versions = new HashMap<>();
        store.subjects().scan(Projection.STATE, record -> {
            versions.put(record.subject(), record.version());
            return true;
        });
        return versions;
    }

    private static Experiment twoHalves(BehaviorAnalytics analytics) {
        return analytics
                .experiments()
                .create(AnExperiment.named("Test")
                        .status(Experiment.Status.RUNNING)
                        .build());
    }

    /** A lead that has been asked for already, so that this host believes to know of it that it was never exposed. */
    private static String leadOfAnotherVariant(BehaviorAnalytics analytics, Assignment seen) {
        for (int i = 0; ; i++) {
            Assignment own = analytics.experiments().assign("test", "lead-" + i);
            if (!own.variant().equals(seen.variant())) {
                assertThat(own.reason()).isEqualTo(AssignmentReason.BUCKETED);
                return "lead-" + i;
            }
        }
    }

    private static void everybodyGets(BehaviorAnalytics analytics, String variant) {
        ExperimentDraft draft =
                analytics.experiments().get("test").orElseThrow().definition();
        analytics
                .experiments()
                .update(
                        "test",
                        draft.toBuilder()
                                .variants(List.of(
                                        Variant.of("Control", true, variant.equals("control") ? 10_000 : 0, Map.of()),
                                        Variant.of("B", false, variant.equals("b") ? 10_000 : 0, Map.of())))
                                .build());
    }

    private static Exposure exposure(Experiment experiment, SubjectId subject, String variant) {
        return new Exposure(experiment.id(), 1, 0, subject, variant, 1, -1, START);
    }
}
