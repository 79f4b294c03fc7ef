package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.experiment.EventSelector;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.ExperimentDraft;
import io.behavioranalytics.experiment.ExperimentResults;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.experiment.Metric;
import io.behavioranalytics.experiment.MetricResult;
import io.behavioranalytics.experiment.ResultsQuery;
import io.behavioranalytics.experiment.ResultsQuery.Breakdown;
import io.behavioranalytics.store.InMemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Results over a store, on one thread and on several. */
class ExperimentReportsTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    private static final int USERS = 2_500;

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final InMemoryStore store = new InMemoryStore(now::get);
    private final BehaviorAnalytics analytics =
            BehaviorAnalytics.builder().store(store).clock(now::get).build();

    @BeforeEach
    void users() {
        Experiment experiment = analytics
                .experiments()
                .create(ExperimentDraft.builder("Test", Experiment.Type.CONTENT)
                        .hypothesis("h")
                        .successMetric("conversion_rate")
                        .successMetric(Metric.sum("spent", "value", EventType.QUOTE_REQUEST)
                                .cappedAtPercentile(95))
                        .successMetric(Metric.ratio(
                                "forms",
                                EventSelector.of(EventType.FORM_SUBMIT),
                                EventSelector.of(EventType.FORM_START)))
                        .status(Experiment.Status.RUNNING)
                        .control("Control", 5_000)
                        .variant("B", 5_000)
                        .build());
        SplittableRandom random = new SplittableRandom(1);
        List<EventType> types = List.of(
                EventType.APPLICATION_COMPLETE, EventType.QUOTE_REQUEST, EventType.FORM_START, EventType.FORM_SUBMIT);
        List<TrackRequest> events = new ArrayList<>();
        List<Exposure> exposures = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
            for (int k = random.nextInt(8); k > 0; k--) {
                EventType type = types.get(random.nextInt(types.size()));
                events.add(TrackRequest.builder(type)
                        .leadId("lead-" + i)
                        .timestamp(START.minusSeconds(random.nextInt(1_000)).plusSeconds(random.nextInt(1_000)))
                        .value((double) random.nextInt(100))
                        .context(Map.of("device", "device-" + random.nextInt(60)))
                        .build());
            }
            exposures.add(new Exposure(
                    experiment.id(), 1, 0, SubjectId.lead("lead-" + i), i % 2 == 0 ? "control" : "b", 1, -1, START));
        }
        analytics.trackAll(events);
        store.ledger().expose(exposures);
        now.set(START.plus(Duration.ofDays(1)));
    }

    @AfterEach
    void close() {
        analytics.close();
        store.close();
    }

    private ResultsQuery query() {
        return analytics.experimentReports().resultsQuery().by(new Breakdown.ByField("context.device"));
    }

    private static void assertAlike(List<MetricResult> some, List<MetricResult> others) {
        for (int m = 0; m < some.size(); m++) {
            assertThat(some.get(m).cappedAt()).isEqualTo(others.get(m).cappedAt());
            for (int arm = 0; arm < 2; arm++) {
                MetricResult.ArmValue one = some.get(m).arms().get(arm);
                MetricResult.ArmValue other = others.get(m).arms().get(arm);
                assertThat(one.users()).isEqualTo(other.users());
                if (one.value() == null || other.value() == null) {
                    assertThat(one.value()).isEqualTo(other.value());
                } else {
                    assertThat(one.value()).isCloseTo(other.value(), within(1e-9));
                }
            }
        }
    }

    @Test
    void several_threads_find_what_one_finds_group_by_group() {
        ExperimentResults one = analytics.experimentReports().results("test", query());
        ExecutorService pool = Executors.newFixedThreadPool(3);
        try {
            ExperimentResults several = analytics
                    .experimentReports()
                    .results("test", query(), ReportOptions.defaults().on(pool, 3));

            assertThat(several.users()).isEqualTo(one.users()).isEqualTo(Map.of("control", 1_250L, "b", 1_250L));
            assertAlike(several.metrics(), one.metrics());
            assertThat(several.groups())
                    .extracting(ExperimentResults.Group::name)
                    .isEqualTo(one.groups().stream()
                            .map(ExperimentResults.Group::name)
                            .toList())
                    .contains("(other)", "(none)")
                    .hasSize(51);
            for (int g = 0; g < one.groups().size(); g++) {
                assertAlike(
                        several.groups().get(g).metrics(), one.groups().get(g).metrics());
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void a_listener_is_told_how_many_of_the_exposed_users_were_read() {
        List<Long> told = new ArrayList<>();
        analytics
                .experimentReports()
                .results("test", query(), ReportOptions.defaults().telling((users, all) -> {
                    assertThat(all).isEqualTo(USERS);
                    told.add(users);
                }));
        assertThat(told).containsExactly(1_000L, 2_000L, (long) USERS);
    }

    @Test
    void results_that_nobody_waits_for_are_given_up_and_not_made_of_a_part() {
        AtomicInteger asked = new AtomicInteger();
        ReportOptions options = ReportOptions.defaults().until(() -> asked.incrementAndGet() > 100);
        assertThatThrownBy(() -> analytics.experimentReports().results("test", query(), options))
                .isInstanceOf(CancellationException.class);
        assertThat(asked).hasValue(101);
    }
}
