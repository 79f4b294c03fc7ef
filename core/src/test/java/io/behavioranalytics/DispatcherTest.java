package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.trigger.TriggerDraft;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Executors that fail, hang, and call back: B13 to B16, B22, B24 of the fault list. */
@Timeout(300)
class DispatcherTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final VirtualClock clock = VirtualClock.at(NOW);
    private final InMemoryStore store = new InMemoryStore(clock);
    private final List<ActionRequest> requests = Collections.synchronizedList(new ArrayList<>());

    private interface Execution {
        @Nullable
        ActionResult execute(ActionRequest request) throws Exception;
    }

    private final class Probe implements ActionExecutor {
        private final String type;
        private final Execution execution;

        Probe(String type, Execution execution) {
            this.type = type;
            this.execution = execution;
        }

        @Override
        public String type() {
            return type;
        }

        @Override
        @SuppressWarnings("NullAway") // an executor that breaks its contract is one of the faults
        public ActionResult execute(ActionRequest request) throws Exception {
            requests.add(request);
            return execution.execute(request);
        }
    }

    @Test
    void a_failing_executor_is_retried_at_doubling_distances_and_dies_after_the_last_attempt() {
        try (BehaviorAnalytics analytics = with(new Probe("act", request -> {
            throw new IOException("no route\r\nto " + "host".repeat(500));
        }))) {
            fire(analytics, "act");
            List<Duration> waits = new ArrayList<>();
            DueReport report = analytics.runDue();
            assertThat(report.retried()).isEqualTo(1);
            for (int attempt = 1; attempt < 10; attempt++) {
                Instant next = only(analytics, ActionStatus.PENDING).notBefore();
                waits.add(Duration.between(clock.instant(), next));
                clock.set(next.minusNanos(1_000));
                assertThat(analytics.runDue().isEmpty()).isTrue();
                clock.set(next);
                analytics.runDue();
            }
            for (int i = 0; i < waits.size(); i++) {
                long seconds = 1L << i;
                assertThat(waits.get(i))
                        .isBetween(Duration.ofMillis(800 * seconds), Duration.ofMillis(1_200 * seconds));
            }
            ActionRecord dead = only(analytics, ActionStatus.DEAD);
            assertThat(dead.attempts()).isEqualTo(10);
            assertThat(dead.lastError())
                    .startsWith("java.io.IOException: no route\\r\\nto hosthost")
                    .hasSize(1_024);
            assertThat(requests).hasSize(10);
            assertThat(requests)
                    .extracting(ActionRequest::idempotencyKey)
                    .containsOnly(dead.action().id());
            assertThat(requests).extracting(ActionRequest::attempt).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
            assertThat(analytics.statistics().actionsDead()).isEqualTo(1);
        }
    }

    @Test
    void actions_that_no_host_can_run_wait_are_counted_and_are_not_lost() {
        try (BehaviorAnalytics able = with(new Probe("act", request -> ActionResult.success()));
                BehaviorAnalytics unable = with(new Probe("other", request -> ActionResult.success()))) {
            fire(able, "act");
            assertThat(able.actions().unhandled()).isEmpty();
            assertThat(unable.actions().unhandled()).containsExactly(Map.entry("act", 1L));

            assertThat(unable.runDue().isEmpty()).isTrue();
            clock.set(NOW.plus(Duration.ofDays(30)));
            assertThat(unable.runDue().isEmpty()).isTrue();
            assertThat(requests).isEmpty();
            assertThat(unable.actions().unhandled()).containsExactly(Map.entry("act", 1L));

            able.runDue();
            assertThat(requests).hasSize(1);
            assertThat(unable.actions().unhandled()).isEmpty();
            assertThat(unable.actions().counts()).containsEntry(ActionStatus.DONE, 1L);
        }
    }

    @Test
    void the_loop_warns_once_of_actions_that_have_waited_a_minute_for_an_executor() {
        Unhandled unhandled = new Unhandled(store.ledger(), clock, Set.of("other"));
        try (BehaviorAnalytics able = with(new Probe("act", request -> ActionResult.success()))) {
            fire(able, "act");
            assertThat(unhandled.watch()).as("another host may be about to").isEmpty();
            clock.set(NOW.plus(Duration.ofMinutes(2)));
            assertThat(unhandled.watch()).containsExactly("act");
            clock.set(NOW.plus(Duration.ofMinutes(4)));
            assertThat(unhandled.watch()).as("said already").isEmpty();
        }
    }

    @Test
    void the_distance_between_attempts_never_grows_beyond_a_quarter_of_an_hour() {
        Backoff backoff = new Backoff(Duration.ofSeconds(1), new SplittableRandom(7));
        for (int attempt = 11; attempt < 100; attempt++) {
            assertThat(backoff.after(attempt)).isBetween(Duration.ofMinutes(12), Duration.ofMinutes(18));
        }
    }

    @Test
    void a_dead_action_is_requeued_with_its_key_and_with_fresh_attempts() {
        AtomicReference<ActionResult> answer = new AtomicReference<>(ActionResult.failure("unknown template"));
        try (BehaviorAnalytics analytics = with(new Probe("act", request -> answer.get()))) {
            fire(analytics, "act");
            assertThat(analytics.runDue().dead()).isEqualTo(1);
            ActionRecord dead = analytics.actions().deadLetters(null, 10).get(0);
            assertThat(dead.lastError()).isEqualTo("unknown template");
            answer.set(ActionResult.success());
            assertThat(analytics.actions().requeue(dead.action().id())).isTrue();
            assertThat(analytics.actions().requeue(dead.action().id())).isFalse();
            assertThat(analytics.runDue().done()).isEqualTo(1);
            assertThat(requests).extracting(ActionRequest::attempt).containsExactly(1, 1);
            assertThat(requests)
                    .extracting(ActionRequest::idempotencyKey)
                    .containsOnly(dead.action().id());
            assertThat(analytics.actions().counts())
                    .containsEntry(ActionStatus.DONE, 1L)
                    .containsEntry(ActionStatus.DEAD, 0L);
            assertThat(analytics.actions().find(dead.action().id()))
                    .get()
                    .satisfies(found -> assertThat(found.status()).isEqualTo(ActionStatus.DONE));
        }
    }

    @Test
    void an_executor_says_itself_when_to_try_again() {
        AtomicReference<ActionResult> answer =
                new AtomicReference<>(ActionResult.retry(Duration.ofHours(2), "closed until two"));
        try (BehaviorAnalytics analytics = with(new Probe("act", request -> answer.get()))) {
            fire(analytics, "act");
            analytics.runDue();
            ActionRecord pending = only(analytics, ActionStatus.PENDING);
            assertThat(pending.notBefore()).isEqualTo(NOW.plus(Duration.ofHours(2)));
            assertThat(pending.lastError()).isEqualTo("closed until two");
            assertThat(analytics.nextDue()).contains(NOW.plus(Duration.ofHours(2)));
        }
    }

    @Test
    void an_executor_that_answers_null_has_failed() {
        try (BehaviorAnalytics analytics = with(new Probe("act", request -> null))) {
            fire(analytics, "act");
            assertThat(analytics.runDue().dead()).isEqualTo(1);
            assertThat(only(analytics, ActionStatus.DEAD).lastError()).isEqualTo("the executor returned null");
        }
    }

    static List<Throwable> errors() {
        return List.of(
                new StackOverflowError("deep"),
                new NoClassDefFoundError("Missing"),
                new LinkageError("half"),
                new AssertionError("never"),
                new OutOfMemoryError("by hand"),
                new Error("own"),
                new Throwable("sneaky"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void an_error_is_recorded_and_the_worker_survives(Throwable error) {
        List<Throwable> uncaught = Collections.synchronizedList(new ArrayList<>());
        ThreadFactory threads = task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler((t, e) -> uncaught.add(e));
            return thread;
        };
        AtomicInteger calls = new AtomicInteger();
        try (LoggedErrors errors = new LoggedErrors();
                BehaviorAnalytics analytics = builder()
                        .action(new Probe("act", request -> {
                            if (calls.getAndIncrement() == 0) {
                                DispatcherTest.<RuntimeException>sneaky(error);
                            }
                            return ActionResult.success();
                        }))
                        .threads(threads)
                        .build()) {
            fire(analytics, "act");
            analytics.runDue();
            boolean isError = error instanceof Error;
            ActionRecord record = only(analytics, isError ? ActionStatus.DEAD : ActionStatus.PENDING);
            assertThat(record.lastError()).isEqualTo(error.getClass().getName() + ": " + error.getMessage());
            if (error instanceof OutOfMemoryError) {
                assertThat(uncaught).containsExactly(error);
                assertThat(errors.messages()).containsExactly("an executor ended with an error of the virtual machine");
            } else {
                assertThat(uncaught).isEmpty();
                assertThat(errors.messages()).isEmpty();
            }
            clock.advance(Duration.ofDays(2));
            fire(analytics, "act");
            assertThat(analytics.runDue().done()).isEqualTo(isError ? 1 : 2);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneaky(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void a_hanging_executor_is_interrupted_at_its_deadline_and_counted_as_a_try() {
        CountDownLatch never = new CountDownLatch(1);
        try (BehaviorAnalytics analytics = builder()
                .settings(impatient())
                .action(new Probe("act", request -> {
                    never.await();
                    return ActionResult.success();
                }))
                .build()) {
            fire(analytics, "act");
            DueReport report = analytics.runDue();
            assertThat(report.retried()).isEqualTo(1);
            ActionRecord pending = only(analytics, ActionStatus.PENDING);
            assertThat(pending.lastError()).isEqualTo("TIMED_OUT: not ended within PT1S");
            assertThat(pending.attempts()).isEqualTo(1);
            assertThat(analytics.statistics().actionTimeouts()).isEqualTo(1);
        }
    }

    @Test
    void an_executor_that_ignores_its_interrupt_is_given_up_after_eight_threads_and_others_run_on() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch back = new CountDownLatch(8);
        AtomicInteger hanging = new AtomicInteger();
        try (LoggedErrors errors = new LoggedErrors();
                BehaviorAnalytics analytics = builder()
                        .settings(impatient())
                        .action(new Probe("hang", request -> {
                            hanging.incrementAndGet();
                            while (never.getCount() > 0) {
                                try {
                                    never.await();
                                } catch (InterruptedException ignored) {
                                    // as bad executors do
                                }
                            }
                            back.countDown();
                            return ActionResult.success();
                        }))
                        .action(new Probe("act", request -> ActionResult.success()))
                        .build()) {
            trigger(analytics, "hang", Duration.ZERO);
            trigger(analytics, "act", Duration.ZERO);
            for (int i = 0; i < 20; i++) {
                analytics.track(quote("lead-" + i));
            }
            DueReport report = analytics.runDue();
            assertThat(hanging.get()).isEqualTo(8);
            assertThat(report.retried()).isEqualTo(8);
            assertThat(report.done()).isEqualTo(20);
            assertThat(analytics.statistics().stuckThreads()).isEqualTo(8);
            assertThat(errors.messages())
                    .containsExactly("executor hang hangs in 8 threads: it gets no more until one returns");
            // Closed: nothing more of that type is begun, though it is due; the others still run.
            analytics.track(quote("one-more"));
            assertThat(analytics.runDue().done()).isEqualTo(1);
            assertThat(hanging.get()).isEqualTo(8);
            never.countDown();
            assertThat(back.await(Racers.SECONDS, TimeUnit.SECONDS)).isTrue();
            clock.advance(Duration.ofHours(1));
            long done = 0;
            while (done < 21) {
                done += analytics.runDue().done();
            }
            // A thread that has come back has yet to say that nobody wants its result.
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Racers.SECONDS);
            while (analytics.statistics().staleResults() < 8 && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(analytics.statistics().staleResults()).isEqualTo(8);
            assertThat(analytics.actions().counts())
                    .containsEntry(ActionStatus.DONE, 42L)
                    .containsEntry(ActionStatus.PENDING, 0L);
        }
    }

    @Test
    void an_executor_may_call_back_into_the_facade() {
        AtomicReference<@Nullable BehaviorAnalytics> self = new AtomicReference<>();
        try (BehaviorAnalytics analytics = builder()
                .action(new Probe("act", request -> {
                    BehaviorAnalytics facade = Objects.requireNonNull(self.get());
                    facade.track(TrackRequest.builder(EventType.EMAIL_OPEN)
                            .leadId(request.leadId())
                            .build());
                    facade.trackAsync(TrackRequest.builder(EventType.EMAIL_CLICK)
                                    .leadId(request.leadId())
                                    .build())
                            .get(Racers.SECONDS, TimeUnit.SECONDS);
                    assertThat(facade.runDue()).isEqualTo(DueReport.NOTHING);
                    facade.triggers()
                            .create(TriggerDraft.builder("Inner", EventType.DOWNLOAD)
                                    .action(new Action(null, "log", Map.of(), Duration.ZERO))
                                    .build());
                    return ActionResult.success();
                }))
                .build()) {
            self.set(analytics);
            fire(analytics, "act");
            assertThat(analytics.runDue().done()).isEqualTo(1);
            assertThat(analytics.statistics().accepted()).isEqualTo(3);
        }
    }

    @Test
    void an_executor_may_close_the_facade() {
        AtomicReference<@Nullable BehaviorAnalytics> self = new AtomicReference<>();
        try (BehaviorAnalytics analytics = builder()
                .action(new Probe("act", request -> {
                    Objects.requireNonNull(self.get()).close();
                    return ActionResult.success();
                }))
                .build()) {
            self.set(analytics);
            fire(analytics, "act");
            analytics.runDue();
            assertThatThrownBy(() -> analytics.track(quote("lead-1"))).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void an_action_whose_executor_is_elsewhere_is_left_alone() {
        try (BehaviorAnalytics here = builder()
                        .action(new Probe("here", request -> ActionResult.success()))
                        .build();
                BehaviorAnalytics there = builder()
                        .action(new Probe("there", request -> ActionResult.success()))
                        .build()) {
            fire(there, "there");
            assertThat(here.runDue().isEmpty()).isTrue();
            assertThat(here.actions().counts()).containsEntry(ActionStatus.PENDING, 1L);
            assertThat(there.runDue().done()).isEqualTo(1);
        }
    }

    @Test
    void a_cancelled_action_is_not_begun() {
        try (BehaviorAnalytics analytics = with(new Probe("act", request -> ActionResult.success()))) {
            analytics
                    .triggers()
                    .create(TriggerDraft.builder("Recovery", EventType.FORM_ABANDON)
                            .action(new Action(null, "act", Map.of(), Duration.ofMinutes(30)))
                            .cancelOn(EventType.FORM_SUBMIT)
                            .build());
            analytics.track(event(EventType.FORM_ABANDON, "lead-1"));
            clock.advance(Duration.ofMinutes(10));
            analytics.track(event(EventType.FORM_SUBMIT, "lead-1"));
            clock.advance(Duration.ofMinutes(20));
            assertThat(analytics.runDue().done()).isZero();
            assertThat(requests).isEmpty();
            assertThat(analytics.actions().counts()).containsEntry(ActionStatus.CANCELLED, 1L);
        }
    }

    @Test
    void inline_actions_run_on_the_calling_thread_in_the_order_in_which_they_fall_due() {
        List<Thread> threads = new ArrayList<>();
        Execution note = request -> {
            threads.add(Thread.currentThread());
            return ActionResult.success();
        };
        try (BehaviorAnalytics analytics = builder()
                .action(new Probe("late", note))
                .action(new Probe("early", note))
                .inlineActions()
                .build()) {
            trigger(analytics, "late", Duration.ofMinutes(2));
            trigger(analytics, "early", Duration.ofMinutes(1));
            analytics.track(quote("lead-1"));
            clock.advance(Duration.ofMinutes(5));
            assertThat(analytics.runDue().done()).isEqualTo(2);
            assertThat(requests).extracting(ActionRequest::type).containsExactly("early", "late");
            assertThat(threads).containsOnly(Thread.currentThread());
        }
    }

    @Test
    void close_interrupts_an_action_that_does_not_end_and_leaves_no_worker() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        List<Thread> made = Collections.synchronizedList(new ArrayList<>());
        try (Racers racers = new Racers(1)) {
            BehaviorAnalytics analytics = builder()
                    .settings(Settings.builder()
                            .closeTimeout(Duration.ofMillis(300))
                            .build())
                    .threads(task -> {
                        Thread thread = new Thread(task);
                        thread.setDaemon(true);
                        made.add(thread);
                        return thread;
                    })
                    .action(new Probe("act", request -> {
                        begun.countDown();
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            interrupted.countDown();
                        }
                        return ActionResult.success();
                    }))
                    .build();
            fire(analytics, "act");
            Future<DueReport> run = racers.start(analytics::runDue);
            assertThat(begun.await(Racers.SECONDS, TimeUnit.SECONDS)).isTrue();
            analytics.close();
            assertThat(interrupted.await(Racers.SECONDS, TimeUnit.SECONDS)).isTrue();
            run.get(Racers.SECONDS, TimeUnit.SECONDS);
            for (Thread thread : made) {
                thread.join(Racers.SECONDS * 1_000);
                assertThat(thread.isAlive()).isFalse();
            }
            assertThat(store.queue().list(ActionStatus.PENDING, null, 10))
                    .singleElement()
                    .satisfies(record -> assertThat(record.lastError()).isEqualTo("INTERRUPTED: the host was closed"));
        }
    }

    @Test
    void the_builder_refuses_executors_of_one_type_reserved_types_and_names_that_are_none() {
        BehaviorAnalytics.Builder builder = builder().action(new Probe("act", request -> ActionResult.success()));
        assertThatThrownBy(() -> builder.action(new Probe("act", request -> ActionResult.success())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("action type act has two executors: ");
        assertThatThrownBy(() -> builder.action(new Probe("tag_lead", request -> ActionResult.success())))
                .hasMessage("action type tag_lead is reserved for an effect on our own state");
        assertThatThrownBy(() -> builder.action(new Probe("Send Mail\n", request -> ActionResult.success())))
                .hasMessageStartingWith("an executor's type must match [a-z][a-z0-9_]{0,63}: 'Send Mail\\n' of ");
        assertThatThrownBy(() -> builder.store(store)).hasMessage("store is set already");
        builder.build().close();
        builder.build().close();
    }

    // ---- what the tests are made of

    private BehaviorAnalytics.Builder builder() {
        return BehaviorAnalytics.builder().store(store).clock(clock);
    }

    private BehaviorAnalytics with(ActionExecutor executor) {
        return builder().action(executor).build();
    }

    private static Settings impatient() {
        return Settings.builder()
                // Long enough for an executor that does not hang, also where the machine is busy.
                .actionDeadline(Duration.ofSeconds(1))
                .closeTimeout(Duration.ofSeconds(2))
                .build();
    }

    private static void trigger(BehaviorAnalytics analytics, String actionType, Duration delay) {
        analytics
                .triggers()
                .create(TriggerDraft.builder("On quote " + actionType, EventType.QUOTE_REQUEST)
                        .action(new Action(null, actionType, Map.of("to", "sales"), delay))
                        .build());
    }

    private static void fire(BehaviorAnalytics analytics, String actionType) {
        if (analytics.triggers().list().isEmpty()) {
            trigger(analytics, actionType, Duration.ZERO);
        }
        assertThat(analytics.track(quote("lead-1")).isDurable()).isTrue();
    }

    private static TrackRequest quote(String leadId) {
        return event(EventType.QUOTE_REQUEST, leadId);
    }

    private static TrackRequest event(EventType type, String leadId) {
        return TrackRequest.builder(type).leadId(leadId).build();
    }

    private static ActionRecord only(BehaviorAnalytics analytics, ActionStatus status) {
        List<ActionRecord> records = analytics.actions().list(status, null, 10);
        assertThat(records).hasSize(1);
        return records.get(0);
    }

    @Test
    void an_interrupt_of_the_host_that_meets_an_inline_action_is_found_again() {
        try (BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .inlineActions()
                .action(new Probe("act", request -> {
                    Thread.currentThread().interrupt(); // as by another thread, while the executor works
                    return ActionResult.success();
                }))
                .build()) {
            fire(analytics, "act");
            assertThat(analytics.runDue().done()).isEqualTo(1);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(analytics.runDue().isEmpty()).isTrue();
            assertThat(Thread.interrupted()).isFalse();
        }
    }
}
