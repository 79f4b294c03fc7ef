package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.experiment.Adaptive;
import io.behavioranalytics.experiment.Allocation;
import io.behavioranalytics.experiment.Assignment;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.proof.AnExperiment;
import io.behavioranalytics.store.DefinitionRecord;
import io.behavioranalytics.store.Definitions;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Adaptive weights that follow by themselves, on one host and on several, on a clock that the test sets. */
@Timeout(300)
class RebalancingTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final Duration EVERY = Duration.ofHours(6);

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final InMemoryStore store = new InMemoryStore(now::get);
    private final List<BehaviorAnalytics> hosts = new ArrayList<>();
    private final BehaviorAnalytics analytics = host(store);

    private BehaviorAnalytics host(Store on) {
        BehaviorAnalytics host = BehaviorAnalytics.builder()
                .store(on)
                .clock(now::get)
                .executor(Runnable::run)
                .settings(Settings.builder()
                        .cacheTtl(Duration.ZERO)
                        .processingInterval(Duration.ofMillis(10))
                        .build())
                .build();
        hosts.add(host);
        return host;
    }

    @AfterEach
    void close() {
        hosts.forEach(BehaviorAnalytics::close);
        store.close();
    }

    private void adaptive() {
        analytics
                .experiments()
                .create(AnExperiment.named("Test")
                        .allocation(new Allocation(
                                10_000, Allocation.Method.ADAPTIVE, List.of(), new Adaptive(500, EVERY, 100)))
                        .status(Experiment.Status.RUNNING)
                        .build());
    }

    /** Users of whom nobody converts by the control and a third by the other variant. */
    private void users() {
        List<TrackRequest> requests = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            Assignment assignment = analytics.experiments().assign("test", "lead-" + i);
            analytics.experiments().expose(assignment);
            if (i % 3 == 0 && (!assignment.variant().isControl() || i % 30 == 0)) {
                requests.add(TrackRequest.builder(EventType.APPLICATION_COMPLETE)
                        .leadId("lead-" + i)
                        .timestamp(now.get())
                        .build());
            }
        }
        analytics.trackAll(requests);
    }

    private Experiment experiment() {
        return analytics.experiments().get("test").orElseThrow();
    }

    @Test
    void weights_follow_the_results_at_the_end_of_each_period_without_being_asked() {
        adaptive();
        now.set(START.plus(EVERY).minusNanos(1_000));
        analytics.runDue();
        now.set(START.plus(EVERY));
        analytics.runDue(); // too few users
        users();
        analytics.runDue();
        now.set(START.plus(EVERY.multipliedBy(2)).minusNanos(1_000));
        analytics.runDue();
        assertThat(experiment().phases()).hasSize(1); // it is looked at once in a period

        now.set(START.plus(EVERY.multipliedBy(2)));
        analytics.runDue();
        Experiment second = experiment();
        assertThat(second.phases()).hasSize(2);
        assertThat(second.phase().startedAt()).isEqualTo(now.get());
        assertThat(second.phase().weights()).containsEntry("b", 9_500).containsEntry("control", 500);
        analytics.runDue();
        now.set(START.plus(EVERY.multipliedBy(3)).minusNanos(1_000));
        analytics.runDue();
        assertThat(experiment()).isEqualTo(second);
    }

    @Test
    void of_several_hosts_that_look_at_once_one_opens_the_phase() throws Exception {
        adaptive();
        users();
        host(store);
        host(store);
        now.set(START.plus(EVERY));
        CyclicBarrier barrier = new CyclicBarrier(hosts.size());
        ExecutorService threads = Executors.newFixedThreadPool(hosts.size());
        try {
            List<Future<DueReport>> rounds = new ArrayList<>();
            for (BehaviorAnalytics host : hosts) {
                rounds.add(threads.submit(() -> {
                    barrier.await(60, TimeUnit.SECONDS);
                    return host.runDue();
                }));
            }
            for (Future<DueReport> round : rounds) {
                round.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(experiment().phases()).hasSize(2);
        assertThat(experiment().version()).isEqualTo(2);
        hosts.forEach(BehaviorAnalytics::runDue);
        assertThat(experiment().version()).isEqualTo(2);
    }

    @Test
    void a_host_that_dies_before_it_has_saved_leaves_the_phase_to_the_others() {
        adaptive();
        users();
        AtomicBoolean failing = new AtomicBoolean(true);
        BehaviorAnalytics dying = host(unableToSave(failing));
        now.set(START.plus(EVERY));
        dying.runDue();
        assertThat(experiment().phases()).hasSize(1);
        dying.close();

        analytics.runDue();
        assertThat(experiment().phases()).hasSize(2);
        assertThat(experiment().phase().startedAt()).isEqualTo(START.plus(EVERY));
    }

    @Test
    void a_store_that_fails_is_tried_again_in_the_next_round() {
        adaptive();
        users();
        AtomicBoolean failing = new AtomicBoolean(true);
        BehaviorAnalytics host = host(unableToSave(failing));
        now.set(START.plus(EVERY));
        host.runDue();
        assertThat(experiment().phases()).hasSize(1);
        failing.set(false);
        host.runDue();
        assertThat(experiment().phases()).hasSize(2);
    }

    @Test
    void an_experiment_that_does_not_run_or_does_not_adapt_keeps_its_weights() {
        adaptive();
        users();
        analytics
                .experiments()
                .create(AnExperiment.named("Plain")
                        .status(Experiment.Status.RUNNING)
                        .build());
        analytics.experiments().pause("test");
        now.set(START.plus(EVERY));
        analytics.runDue();
        assertThat(experiment().phases()).hasSize(1);
        assertThat(analytics.experiments().get("plain").orElseThrow().phases()).hasSize(1);

        analytics.experiments().resume("test");
        analytics.runDue();
        assertThat(experiment().phases()).hasSize(2);
    }

    @Test
    void the_loop_of_a_host_that_was_started_sees_to_it() {
        adaptive();
        users();
        now.set(START.plus(EVERY));
        analytics.start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (experiment().phases().size() < 2) {
            assertThat(System.nanoTime()).as("nobody looked").isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
        assertThat(experiment().phase().startedAt()).isEqualTo(START.plus(EVERY));
    }

    /** The same store, as a host sees it that can read and not save. */
    private Store unableToSave(AtomicBoolean failing) {
        Definitions definitions = new ForwardingDefinitions(store.definitions()) {
            @Override
            public boolean saveAll(List<DefinitionRecord> records, long expectedVersion) {
                if (failing.get()) {
                    throw new StoreException("the line is dead");
                }
                return super.saveAll(records, expectedVersion);
            }
        };
        return new ForwardingStore(store) {
            @Override
            public Definitions definitions() {
                return definitions;
            }
        };
    }
}
