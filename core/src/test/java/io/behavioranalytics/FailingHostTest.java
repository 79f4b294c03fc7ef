package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.UnitOutcome;
import io.behavioranalytics.trigger.TriggerDraft;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A clock and a log of the host that throw (bad-input B25): nothing is lost, and what comes next works. */
class FailingHostTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final int READINGS = 120;

    /** A clock that throws at one of its readings, and a time of its own otherwise. */
    private static final class FailingClock implements InstantSource {
        private final AtomicInteger readings = new AtomicInteger();
        private final VirtualClock sound = VirtualClock.at(NOW);
        private int failing;

        @Override
        public Instant instant() {
            if (readings.incrementAndGet() == failing) {
                throw new IllegalStateException("the clock is broken");
            }
            return sound.instant();
        }
    }

    private static final class Noting implements ActionExecutor {
        private final List<UUID> keys = new ArrayList<>();

        @Override
        public String type() {
            return "note";
        }

        @Override
        public ActionResult execute(ActionRequest request) {
            keys.add(request.idempotencyKey());
            return ActionResult.success();
        }
    }

    @Test
    void a_clock_and_a_log_that_throw_at_any_moment_lose_neither_event_nor_action() {
        withFullLog(() -> {
            int failed = 0;
            for (int reading = 1; reading <= READINGS; reading++) {
                failed += run(reading) ? 1 : 0;
            }
            assertThat(failed).as("readings of the clock that failed").isGreaterThan(20);
        });
    }

    @Test
    void a_log_that_throws_while_one_events_failure_is_told_does_not_sink_the_others() {
        Store store = new ForwardingStore(new InMemoryStore()) {
            @Override
            public List<UnitOutcome> commit(Batch batch) {
                if (batch.toString().contains("lead-bad")) {
                    throw new IllegalStateException("this lead breaks the store");
                }
                return super.commit(batch);
            }
        };
        withFullLog(() -> {
            try (BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                    .store(store)
                    .clock(VirtualClock.at(NOW.plusSeconds(1)))
                    .build()) {
                List<TrackResult> results = analytics.trackAll(List.of(
                        event(1, null, "lead-bad", EventType.DOWNLOAD), event(2, null, "lead-1", EventType.DOWNLOAD)));

                assertThat(results.get(0).isDurable()).isFalse();
                assertThat(results.get(1).outcome()).isEqualTo(TrackResult.Outcome.ACCEPTED);
            }
        });
        store.close();
    }

    private static void withFullLog(Runnable test) {
        PrintStream before = System.err;
        System.setErr(new PrintStream(OutputStream.nullOutputStream()) {
            @Override
            public void println(String line) {
                throw new IllegalStateException("the disk of the log is full");
            }
        });
        try {
            test.run();
        } finally {
            System.setErr(before);
        }
    }

    /** The same calls each time, each done again if it failed; true if the clock did fail. */
    private static boolean run(int reading) {
        FailingClock clock = new FailingClock();
        Noting noting = new Noting();
        try (InMemoryStore store = new InMemoryStore(clock.sound);
                BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                        .store(store)
                        .clock(clock)
                        .executor(Runnable::run)
                        .inlineActions()
                        .action(noting)
                        .build()) {
            analytics.triggers().create(TriggerDraft.fromJson("""
                    {"name": "Quote", "status": "active", "event": "quote_request", "cooldown": 0,
                     "actions": [{"action": "note", "parameters": {}, "delay": "PT1M"}]}"""));
            clock.failing = clock.readings.get() + reading;
            clock.sound.set(NOW.plusSeconds(1));
            again(analytics, event(1, "session-1", null, EventType.PAGE_VIEW));
            again(analytics, event(2, "session-1", "lead-1", EventType.QUOTE_REQUEST));
            again(analytics, event(3, null, "lead-1", EventType.DOWNLOAD));
            for (int minute = 1; minute <= 30; minute++) {
                clock.sound.set(NOW.plus(Duration.ofMinutes(minute)));
                try {
                    analytics.runDue();
                } catch (RuntimeException ofTheClock) {
                    // The loop of start() logs it and comes again.
                }
            }

            boolean reached = clock.readings.get() >= clock.failing;
            clock.failing = 0;
            assertThat(analytics
                            .profiles()
                            .get(SubjectId.lead("lead-1"))
                            .orElseThrow()
                            .totalEvents())
                    .as("events, when reading %d failed", reading)
                    .isEqualTo(3);
            assertThat(store.ledger().actionCounts())
                    .as("actions, when reading %d failed", reading)
                    .containsAllEntriesOf(Map.of(ActionStatus.DONE, 1L, ActionStatus.PENDING, 0L));
            assertThat(noting.keys).isNotEmpty();
            assertThat(Map.of(noting.keys.get(0), "")).containsOnlyKeys(noting.keys.toArray(new UUID[0]));
            return reached;
        }
    }

    private static void again(BehaviorAnalytics analytics, TrackRequest request) {
        for (int call = 0; call < 3; call++) {
            try {
                if (analytics.track(request).isDurable()) {
                    return;
                }
            } catch (RuntimeException ofTheClock) {
                // What a host does: it asks again under the same id.
            }
        }
        throw new AssertionError("not taken: " + request);
    }

    private static TrackRequest event(int number, @Nullable String session, @Nullable String lead, EventType type) {
        TrackRequest.Builder builder = TrackRequest.builder(type)
                .id(new UUID(0x4000L, Long.MIN_VALUE + number))
                .timestamp(NOW.plusNanos(1_000L * number));
        if (session != null) {
            builder.sessionId(session);
        }
        if (lead != null) {
            builder.leadId(lead);
        }
        return builder.build();
    }
}
