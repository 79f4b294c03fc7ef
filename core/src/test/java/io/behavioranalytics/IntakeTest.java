package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.UnitOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class IntakeTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final VirtualClock clock = VirtualClock.at(NOW);
    private final InMemoryStore memory = new InMemoryStore(clock);

    /** A store whose commits wait until they are let through. */
    private static final class GatedStore extends ForwardingStore {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch open = new CountDownLatch(1);

        GatedStore(InMemoryStore to) {
            super(to);
        }

        @Override
        public List<UnitOutcome> commit(Batch batch) {
            entered.countDown();
            boolean interrupted = false;
            while (true) {
                try {
                    if (!open.await(Racers.SECONDS, TimeUnit.SECONDS)) {
                        throw new IllegalStateException("nobody opened the gate");
                    }
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return super.commit(batch);
        }
    }

    @Test
    void callers_that_wait_commit_for_each_other() throws Exception {
        GatedStore gate = new GatedStore(memory);
        try (Racers racers = new Racers(17);
                BehaviorAnalytics analytics = over(gate)
                        .settings(Settings.builder()
                                .committers(1)
                                .callTimeout(Duration.ofSeconds(Racers.SECONDS))
                                .build())
                        .build()) {
            Future<TrackResult> leader = racers.start(() -> analytics.track(view("leader")));
            await(gate.entered);
            List<Future<TrackResult>> followers = new ArrayList<>();
            ConcurrentLinkedQueue<Thread> tracking = new ConcurrentLinkedQueue<>();
            for (int i = 0; i < 16; i++) {
                int number = i;
                followers.add(racers.start(() -> {
                    tracking.add(Thread.currentThread());
                    return analytics.track(view("lead-" + number));
                }));
            }
            awaitWaiting(16, tracking);
            assertThat(leader.isDone()).isFalse();
            gate.open.countDown();
            assertThat(get(leader).outcome()).isEqualTo(Outcome.ACCEPTED);
            for (Future<TrackResult> follower : followers) {
                assertThat(get(follower).outcome()).isEqualTo(Outcome.ACCEPTED);
            }
            assertThat(analytics.statistics().accepted()).isEqualTo(17);
            assertThat(analytics.statistics().batches()).isLessThan(17);
        }
    }

    /** A store whose first commit waits until it is let through. */
    private static final class FirstGatedStore extends ForwardingStore {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch open = new CountDownLatch(1);
        private final AtomicInteger commits = new AtomicInteger();

        FirstGatedStore(InMemoryStore to) {
            super(to);
        }

        @Override
        public List<UnitOutcome> commit(Batch batch) {
            if (commits.getAndIncrement() == 0) {
                entered.countDown();
                try {
                    await(open);
                } catch (InterruptedException interrupted) {
                    throw new IllegalStateException(interrupted);
                }
            }
            return super.commit(batch);
        }
    }

    @Test
    void while_a_batch_is_committed_the_next_one_of_other_subjects_is_decided_and_committed() throws Exception {
        FirstGatedStore gate = new FirstGatedStore(memory);
        try (Racers racers = new Racers(1);
                BehaviorAnalytics analytics = over(gate).build()) {
            Future<TrackResult> first = racers.start(() -> analytics.track(view("lead-1")));
            await(gate.entered);
            assertThat(analytics.track(view("lead-2")).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(first.isDone()).isFalse();
            gate.open.countDown();
            assertThat(get(first).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(analytics.statistics().staleRetries()).isZero();
        }
    }

    @Test
    void an_event_waits_for_an_earlier_one_of_its_lead_or_its_session_that_is_on_its_way() throws Exception {
        FirstGatedStore gate = new FirstGatedStore(memory);
        try (Racers racers = new Racers(1);
                BehaviorAnalytics analytics = over(gate).build()) {
            Future<TrackResult> first = racers.start(() -> analytics.track(view("lead-1")));
            await(gate.entered);
            CompletableFuture<TrackResult> second = analytics.trackAsync(TrackRequest.builder(EventType.PAGE_VIEW)
                    .leadId("lead-1")
                    .sessionId("session-1")
                    .build());
            // Behind the second, though nothing of this session is on its way.
            CompletableFuture<TrackResult> third = analytics.trackAsync(TrackRequest.builder(EventType.PAGE_VIEW)
                    .sessionId("session-1")
                    .build());
            assertThat(analytics.track(view("lead-2")).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(second).isNotDone();
            assertThat(third).isNotDone();
            gate.open.countDown();
            assertThat(get(first).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(get(second).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(get(third).subject()).isEqualTo(SubjectId.lead("lead-1"));
            assertThat(analytics.statistics().staleRetries()).isZero();
        }
    }

    @Test
    void sixteen_threads_share_their_commits_and_lose_nothing() throws Exception {
        AtomicInteger commits = new AtomicInteger();
        ForwardingStore slow = new ForwardingStore(memory) {
            @Override
            public List<UnitOutcome> commit(Batch batch) {
                commits.incrementAndGet();
                return to.commit(batch);
            }
        };
        int each = 200;
        try (Racers racers = new Racers(16);
                BehaviorAnalytics analytics = over(slow).build()) {
            racers.race(number -> {
                for (int i = 0; i < each; i++) {
                    assertThat(analytics.track(view("lead-" + (i % 50))).outcome())
                            .isEqualTo(Outcome.ACCEPTED);
                }
                return each;
            });
            assertThat(analytics.statistics().accepted()).isEqualTo(16L * each);
            assertThat(commits.get()).isLessThan(16 * each);
            long stored = 0;
            for (int i = 0; i < 50; i++) {
                stored += analytics
                        .profiles()
                        .get(SubjectId.lead("lead-" + i))
                        .orElseThrow()
                        .totalEvents();
            }
            assertThat(stored).isEqualTo(16L * each);
        }
    }

    @Test
    void a_full_intake_rejects_at_once_and_counts_it() throws Exception {
        GatedStore gate = new GatedStore(memory);
        try (Racers racers = new Racers(1);
                BehaviorAnalytics analytics = over(gate)
                        .settings(Settings.builder()
                                .committers(1)
                                .queueCapacity(2)
                                .build())
                        .build()) {
            Future<TrackResult> leader = racers.start(() -> analytics.track(view("leader")));
            await(gate.entered);
            CompletableFuture<TrackResult> second = analytics.trackAsync(view("second"));
            CompletableFuture<TrackResult> third = analytics.trackAsync(view("third"));
            TrackResult rejected = analytics.track(view("fourth"));
            assertThat(rejected.outcome()).isEqualTo(Outcome.RETRY_LATER);
            assertThat(rejected.reason()).isEqualTo("the intake is full: 2 events wait");
            assertThat(analytics.trackAsync(view("fifth")))
                    .isCompletedWithValueMatching(r -> r.outcome() == Outcome.RETRY_LATER);
            assertThat(analytics.statistics().rejected()).isEqualTo(2);
            gate.open.countDown();
            assertThat(get(leader).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(get(second).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(get(third).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(analytics.statistics().accepted()).isEqualTo(3);
        }
    }

    @Test
    void a_full_intake_blocks_those_who_asked_for_it_until_there_is_room() throws Exception {
        GatedStore gate = new GatedStore(memory);
        try (Racers racers = new Racers(3);
                BehaviorAnalytics analytics = over(gate)
                        .settings(Settings.builder()
                                .committers(1)
                                .queueCapacity(1)
                                .build())
                        .backPressure(BackPressure.block(Duration.ofSeconds(Racers.SECONDS)))
                        .build()) {
            Future<TrackResult> leader = racers.start(() -> analytics.track(view("leader")));
            await(gate.entered);
            CompletableFuture<TrackResult> second = analytics.trackAsync(view("second"));
            Future<TrackResult> waiting = racers.start(() -> analytics.track(view("third")));
            Future<TrackResult> asynchronous = racers.start(() -> get(analytics.trackAsync(view("fourth"))));
            gate.open.countDown();
            assertThat(get(leader).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(get(second).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(get(waiting).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(get(asynchronous).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(analytics.statistics().rejected()).isZero();
        }
    }

    @Test
    void a_blocked_caller_is_answered_when_its_patience_ends() throws Exception {
        GatedStore gate = new GatedStore(memory);
        try (Racers racers = new Racers(1);
                BehaviorAnalytics analytics = over(gate)
                        .settings(Settings.builder()
                                .committers(1)
                                .queueCapacity(1)
                                .build())
                        .backPressure(BackPressure.block(Duration.ofMillis(50)))
                        .build()) {
            Future<TrackResult> leader = racers.start(() -> analytics.track(view("leader")));
            await(gate.entered);
            CompletableFuture<TrackResult> second = analytics.trackAsync(view("second"));
            assertThat(analytics.track(view("third")).outcome()).isEqualTo(Outcome.RETRY_LATER);
            gate.open.countDown();
            assertThat(get(leader).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(get(second).outcome()).isEqualTo(Outcome.ACCEPTED);
        }
    }

    @Test
    void an_event_that_nobody_takes_up_is_withdrawn_at_the_deadline_and_not_stored() throws Exception {
        GatedStore gate = new GatedStore(memory);
        try (Racers racers = new Racers(1);
                BehaviorAnalytics analytics = over(gate)
                        .settings(Settings.builder()
                                .committers(1)
                                .callTimeout(Duration.ofMillis(100))
                                .build())
                        .build()) {
            Future<TrackResult> leader = racers.start(() -> untilTakenUp(analytics, "leader"));
            await(gate.entered);
            long refused = analytics.statistics().timedOut();
            TrackResult late = analytics.track(view("late"));
            assertThat(late.outcome()).isEqualTo(Outcome.RETRY_LATER);
            assertThat(late.reason()).isEqualTo("not taken up within PT0.1S; nothing is stored");
            gate.open.countDown();
            // The leader's event was taken: it waits on for what becomes of it.
            assertThat(get(leader).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(analytics.statistics().timedOut()).isEqualTo(refused + 1);
            assertThat(untilTakenUp(analytics, "another").outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(analytics.profiles().get(SubjectId.lead("late"))).isEmpty();
        }
    }

    /** Tracks until the event is taken up: a busy machine may need longer for that than an impatient caller waits. */
    private static TrackResult untilTakenUp(BehaviorAnalytics analytics, String leadId) {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(Racers.SECONDS);
        TrackResult result = analytics.track(view(leadId));
        while (!result.isDurable()) {
            assertThat(System.nanoTime() - limit).as("not taken up").isNegative();
            result = analytics.track(view(leadId));
        }
        return result;
    }

    /** Waits until so many threads wait for somebody else. */
    private static void awaitWaiting(int count, Collection<Thread> threads) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Racers.SECONDS);
        while (threads.stream()
                        .filter(thread -> thread.getState() == Thread.State.WAITING
                                || thread.getState() == Thread.State.TIMED_WAITING)
                        .count()
                < count) {
            assertThat(System.nanoTime()).as("not all threads wait").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void asynchronous_events_are_drained_on_the_executor() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "drain"));
        try (BehaviorAnalytics analytics = over(memory).executor(executor).build()) {
            List<CompletableFuture<TrackResult>> futures = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                futures.add(analytics.trackAsync(view("lead-" + i % 7)));
            }
            for (CompletableFuture<TrackResult> future : futures) {
                assertThat(get(future).outcome()).isEqualTo(Outcome.ACCEPTED);
            }
            assertThat(analytics.statistics().batches()).isLessThan(500);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void an_executor_that_refuses_loses_no_event_and_holds_nobody_up() throws Exception {
        GatedStore gate = new GatedStore(memory);
        try (BehaviorAnalytics analytics =
                over(gate).executor(IntakeTest::refuse).build()) {
            CompletableFuture<TrackResult> first = analytics.trackAsync(view("lead-1"));
            await(gate.entered);
            CompletableFuture<TrackResult> second = analytics.trackAsync(view("lead-2"));
            gate.open.countDown();
            assertThat(get(first).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(get(second).outcome()).isEqualTo(Outcome.ACCEPTED);
        }
    }

    @Test
    void a_direct_executor_drains_ten_thousand_batches_on_a_flat_stack() throws Exception {
        everyFutureCompletesOnAFlatStack(Runnable::run);
    }

    @Test
    void a_refusing_executor_drains_ten_thousand_batches_on_a_flat_stack() throws Exception {
        everyFutureCompletesOnAFlatStack(IntakeTest::refuse);
    }

    @Test
    void an_executor_that_lets_callers_run_drains_ten_thousand_batches_on_a_flat_stack() throws Exception {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1), new ThreadPoolExecutor.CallerRunsPolicy());
        try {
            everyFutureCompletesOnAFlatStack(pool);
        } finally {
            pool.shutdown();
        }
    }

    private void everyFutureCompletesOnAFlatStack(Executor executor) throws Exception {
        int threads = 4;
        int each = 2_500;
        AtomicInteger deepest = new AtomicInteger();
        try (Racers racers = new Racers(threads);
                BehaviorAnalytics analytics = over(memory)
                        .executor(executor)
                        .settings(Settings.builder()
                                .batchSize(1)
                                .queueCapacity(threads * each)
                                .callTimeout(Duration.ofSeconds(Racers.SECONDS))
                                .build())
                        .build()) {
            List<List<CompletableFuture<?>>> all = racers.race(number -> {
                List<CompletableFuture<?>> futures = new ArrayList<>();
                for (int i = 0; i < each; i++) {
                    futures.add(analytics
                            .trackAsync(view("lead-" + number + "-" + i % 50))
                            .thenAccept(result -> {
                                assertThat(result.outcome()).isEqualTo(Outcome.ACCEPTED);
                                deepest.accumulateAndGet(Thread.currentThread().getStackTrace().length, Math::max);
                            }));
                }
                return futures;
            });
            for (List<CompletableFuture<?>> futures : all) {
                for (CompletableFuture<?> future : futures) {
                    get(future);
                }
            }
            assertThat(analytics.statistics().accepted()).isEqualTo((long) threads * each);
            assertThat(analytics.statistics().batches()).isEqualTo((long) threads * each);
            assertThat(deepest.get()).isLessThan(100);
        }
    }

    @Test
    void a_future_may_be_waited_for_in_what_hangs_on_one_before_it() throws Exception {
        GatedStore gate = new GatedStore(memory);
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try (BehaviorAnalytics analytics = over(gate)
                .executor(executor)
                .settings(Settings.builder().batchSize(1).build())
                .build()) {
            CompletableFuture<TrackResult> first = analytics.trackAsync(view("lead-1"));
            await(gate.entered);
            CompletableFuture<TrackResult> second = analytics.trackAsync(view("lead-2"));
            CompletableFuture<Outcome> waited =
                    first.thenApply(result -> second.join().outcome());
            gate.open.countDown();
            assertThat(get(waited)).isEqualTo(Outcome.ACCEPTED);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void an_executor_that_drops_a_drain_is_asked_again() throws Exception {
        ConcurrentLinkedQueue<Runnable> dropped = new ConcurrentLinkedQueue<>();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (BehaviorAnalytics analytics = over(memory)
                .executor(task -> {
                    if (dropped.isEmpty()) {
                        dropped.add(task);
                    } else {
                        executor.execute(task);
                    }
                })
                // Long enough for a busy machine to begin a drain within it, or every event would come to its own end
                // first.
                .settings(Settings.builder().callTimeout(Duration.ofSeconds(2)).build())
                .build()) {
            CompletableFuture<TrackResult> first = analytics.trackAsync(view("lead-1"));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Racers.SECONDS);
            Outcome last = Outcome.RETRY_LATER;
            while (last != Outcome.ACCEPTED && System.nanoTime() < deadline) {
                try {
                    last = analytics
                            .trackAsync(view("lead-2"))
                            .get(200, TimeUnit.MILLISECONDS)
                            .outcome();
                } catch (TimeoutException notYet) {
                    // The next event asks again.
                }
            }
            assertThat(first).isCompletedWithValueMatching(result -> result.outcome() == Outcome.RETRY_LATER);
            assertThat(last).isEqualTo(Outcome.ACCEPTED);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void futures_that_an_executor_has_dropped_are_completed_by_close() throws Exception {
        GatedStore gate = new GatedStore(memory);
        BehaviorAnalytics analytics = over(gate).executor(task -> {}).build();
        try (Racers racers = new Racers(2)) {
            Future<TrackResult> leader = racers.start(() -> analytics.track(view("leader")));
            await(gate.entered);
            CompletableFuture<TrackResult> asynchronous = analytics.trackAsync(view("lead-1"));
            Future<TrackResult> follower = racers.start(() -> analytics.track(view("follower")));
            gate.open.countDown();
            assertThat(get(leader).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(get(follower).outcome()).isEqualTo(Outcome.ACCEPTED);
            analytics.close();
            assertThat(asynchronous).isCompletedWithValueMatching(result -> result.outcome() == Outcome.ACCEPTED);
        }
    }

    @Test
    void an_error_in_a_drain_fails_its_batch_and_the_next_is_drained() throws Exception {
        AtomicInteger commits = new AtomicInteger();
        ForwardingStore broken = new ForwardingStore(memory) {
            @Override
            public List<UnitOutcome> commit(Batch batch) {
                if (commits.getAndIncrement() == 0) {
                    throw new LinkageError("a class of the store is missing");
                }
                return to.commit(batch);
            }
        };
        try (BehaviorAnalytics analytics = over(broken).executor(Runnable::run).build()) {
            assertThatThrownBy(() -> analytics.trackAsync(view("lead-1"))).isInstanceOf(LinkageError.class);
            assertThat(analytics.trackAsync(view("lead-2")))
                    .isCompletedWithValueMatching(result -> result.outcome() == Outcome.ACCEPTED);
        }
    }

    private static void refuse(Runnable task) {
        throw new RejectedExecutionException("shut down");
    }

    @Test
    void what_hangs_on_a_future_may_call_back() throws Exception {
        try (BehaviorAnalytics analytics = over(memory).build()) {
            CompletableFuture<TrackResult> second = analytics
                    .trackAsync(view("lead-1"))
                    .thenApply(first -> analytics.track(view("lead-2")))
                    .thenCompose(result -> analytics.trackAsync(view("lead-3")));
            assertThat(get(second).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(analytics.statistics().accepted()).isEqualTo(3);
        }
    }

    @Test
    void a_store_that_tracks_while_it_commits_does_not_wait_for_itself() {
        AtomicInteger depth = new AtomicInteger();
        List<BehaviorAnalytics> self = new ArrayList<>();
        ForwardingStore chatty = new ForwardingStore(memory) {
            @Override
            public List<UnitOutcome> commit(Batch batch) {
                if (depth.getAndIncrement() < 3) {
                    assertThat(self.get(0).track(view("inner")).outcome()).isEqualTo(Outcome.ACCEPTED);
                }
                return to.commit(batch);
            }
        };
        try (BehaviorAnalytics analytics = over(chatty).build()) {
            self.add(analytics);
            assertThat(analytics.track(view("outer")).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(analytics.statistics().accepted()).isEqualTo(4);
            assertThat(analytics.statistics().timedOut()).isZero();
        }
    }

    @Test
    void an_interrupt_is_kept_for_the_caller_and_changes_nothing() {
        try (BehaviorAnalytics analytics = over(memory).build()) {
            Thread.currentThread().interrupt();
            TrackResult result = analytics.track(view("lead-1"));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(result.outcome()).isEqualTo(Outcome.ACCEPTED);
        }
    }

    @Test
    void a_follower_that_is_interrupted_waits_on_and_keeps_its_interrupt() throws Exception {
        GatedStore gate = new GatedStore(memory);
        CountDownLatch started = new CountDownLatch(1);
        try (Racers racers = new Racers(1);
                BehaviorAnalytics analytics = over(gate).build()) {
            Future<TrackResult> leader = racers.start(() -> analytics.track(view("leader")));
            await(gate.entered);
            CompletableFuture<Boolean> kept = new CompletableFuture<>();
            Thread follower = new Thread(() -> {
                started.countDown();
                TrackResult result = analytics.track(view("follower"));
                kept.complete(Thread.interrupted() && result.outcome() == Outcome.ACCEPTED);
            });
            follower.start();
            await(started);
            follower.interrupt();
            gate.open.countDown();
            assertThat(get(leader).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(get(kept)).isTrue();
        }
    }

    @Test
    void after_close_every_call_is_refused_and_a_second_close_does_nothing() {
        BehaviorAnalytics analytics = over(memory).build();
        analytics.track(view("lead-1"));
        analytics.close();
        analytics.close();
        assertThatThrownBy(() -> analytics.track(view("lead-1")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this BehaviorAnalytics is closed");
        assertThatThrownBy(() -> analytics.trackAsync(view("lead-1"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> analytics.trackAll(List.of(view("lead-1")))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(analytics::runDue).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(analytics::start).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void close_commits_what_waits() throws Exception {
        GatedStore gate = new GatedStore(memory);
        try (Racers racers = new Racers(2)) {
            // The executor runs nothing by itself, so that only close can drain.
            BehaviorAnalytics analytics = over(gate).executor(task -> {}).build();
            CompletableFuture<TrackResult> waiting = analytics.trackAsync(view("lead-1"));
            Future<?> close = racers.start(() -> {
                analytics.close();
                return null;
            });
            await(gate.entered);
            gate.open.countDown();
            close.get(Racers.SECONDS, TimeUnit.SECONDS);
            assertThat(waiting).isCompletedWithValueMatching(result -> result.outcome() == Outcome.ACCEPTED);
        }
    }

    @RepeatedTest(200)
    void a_close_among_callers_leaves_every_call_with_an_answer() throws Exception {
        try (Racers racers = new Racers(5)) {
            BehaviorAnalytics analytics = over(new InMemoryStore(clock)).build();
            List<Long> accepted = racers.race(number -> {
                if (number == 0) {
                    analytics.close();
                    return 0L;
                }
                long count = 0;
                try {
                    for (int i = 0; i < 50; i++) {
                        TrackResult result = number % 2 == 0
                                ? analytics.track(view("lead-" + number))
                                : get(analytics.trackAsync(view("lead-" + number)));
                        count += result.outcome() == Outcome.ACCEPTED ? 1 : 0;
                    }
                } catch (IllegalStateException closed) {
                    assertThat(closed).hasMessage("this BehaviorAnalytics is closed");
                }
                return count;
            });
            assertThat(accepted.stream().mapToLong(Long::longValue).sum())
                    .isEqualTo(analytics.statistics().accepted());
        }
    }

    private BehaviorAnalytics.Builder over(Store store) {
        return BehaviorAnalytics.builder().store(store).clock(clock);
    }

    private static TrackRequest view(String leadId) {
        return TrackRequest.builder(EventType.PAGE_VIEW).leadId(leadId).build();
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.get(Racers.SECONDS, TimeUnit.SECONDS);
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(Racers.SECONDS, TimeUnit.SECONDS)).isTrue();
    }
}
