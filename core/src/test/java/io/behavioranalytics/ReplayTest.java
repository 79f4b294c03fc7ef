package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.action.Action;
import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** S26, S3. */
@Timeout(300)
class ReplayTest {
    private static final Instant START = Instant.parse("2000-01-01T00:00:00Z");

    private final VirtualClock clock = VirtualClock.at(START);
    private final List<Instant> executedAt = new ArrayList<>();

    private final ActionExecutor note = new ActionExecutor() {
        @Override
        public String type() {
            return "note";
        }

        @Override
        public ActionResult execute(ActionRequest request) {
            executedAt.add(clock.instant());
            return ActionResult.success();
        }
    };

    @Test
    void timers_and_actions_run_between_the_events_of_the_file_each_at_its_own_instant() {
        try (BehaviorAnalytics analytics = analytics(Settings.defaults())) {
            silence(analytics);
            Replay replay = Replay.of(analytics, clock);
            replay.feed(start(Duration.ZERO, "lead-1"));
            replay.feed(start(Duration.ofMinutes(10), "lead-2"));
            assertThat(executedAt).isEmpty();
            replay.feed(start(Duration.ofHours(2), "lead-3"));
            assertThat(executedAt)
                    .containsExactly(START.plus(Duration.ofMinutes(35)), START.plus(Duration.ofMinutes(45)));
            DueReport report = replay.finish(START.plus(Duration.ofHours(2)).plus(Duration.ofMinutes(35)));
            assertThat(executedAt).hasSize(3);
            assertThat(report.done()).isEqualTo(3);
            assertThat(clock.instant())
                    .isEqualTo(START.plus(Duration.ofHours(2)).plus(Duration.ofMinutes(35)));
        }
    }

    @Test
    void at_one_instant_events_come_before_timers() {
        try (BehaviorAnalytics analytics = analytics(Settings.defaults())) {
            silence(analytics);
            Replay replay = Replay.of(analytics, clock);
            replay.feed(start(Duration.ZERO, "lead-1"));
            replay.feed(TrackRequest.builder(EventType.FORM_SUBMIT)
                    .leadId("lead-1")
                    .timestamp(START.plus(Duration.ofMinutes(30)))
                    .build());
            replay.finish(START.plus(Duration.ofDays(1)));
            assertThat(analytics.triggers().executions(null, null, 10)).isEmpty();
        }
    }

    @Test
    void an_event_out_of_order_comes_late_where_the_clock_stands() {
        try (BehaviorAnalytics analytics = analytics(Settings.defaults())) {
            Replay replay = Replay.of(analytics, clock);
            replay.feed(start(Duration.ofHours(2), "lead-1"));
            assertThat(replay.feed(start(Duration.ofHours(1), "lead-1")).outcome())
                    .isEqualTo(Outcome.ACCEPTED);
            assertThat(clock.instant()).isEqualTo(START.plus(Duration.ofHours(2)));
            assertThatThrownBy(() -> replay.advanceTo(START))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a replay does not run backwards: 2000-01-01T02:00:00Z to 2000-01-01T00:00:00Z");
        }
    }

    @Test
    void actions_beyond_the_rate_wait_for_the_next_minute_and_are_not_lost() {
        try (BehaviorAnalytics analytics =
                analytics(Settings.builder().triggerMaxExecutionRate(2).build())) {
            analytics
                    .triggers()
                    .create(TriggerDraft.builder("Now", EventType.FORM_START)
                            .action(new Action(null, "note", Map.of(), Duration.ZERO))
                            .build());
            Replay replay = Replay.of(analytics, clock);
            for (int i = 0; i < 6; i++) {
                replay.feed(start(Duration.ZERO, "lead-" + i));
            }
            assertThat(replay.finish(START.plus(Duration.ofMinutes(10))).done()).isEqualTo(6);
            assertThat(executedAt.get(1)).isEqualTo(START);
            assertThat(executedAt.get(2)).isAfterOrEqualTo(START.plus(Duration.ofMinutes(1)));
            assertThat(executedAt.get(5)).isBeforeOrEqualTo(START.plus(Duration.ofMinutes(5)));
        }
    }

    @Test
    void lines_have_the_same_ids_in_every_import_and_equal_lines_have_different_ones() {
        try (BehaviorAnalytics analytics = analytics(Settings.defaults())) {
            Replay one = Replay.of(analytics, clock);
            Replay two = Replay.of(analytics, clock);
            List<String> lines = List.of("a,1", "b,2", "a,1", "a,1", "");
            List<UUID> first =
                    lines.stream().map(line -> one.lineId("f.csv", line)).toList();
            List<UUID> second =
                    lines.stream().map(line -> two.lineId("f.csv", line)).toList();
            assertThat(second).isEqualTo(first);
            assertThat(first)
                    .doesNotHaveDuplicates()
                    .allSatisfy(id -> assertThat(id.version()).isEqualTo(5));
            assertThat(one.lineId("g.csv", "b,2")).isNotEqualTo(first.get(1));
        }
    }

    private BehaviorAnalytics analytics(Settings settings) {
        return BehaviorAnalytics.builder()
                .store(new InMemoryStore(clock))
                .clock(clock)
                .settings(settings)
                .executor(Runnable::run)
                .inlineActions()
                .action(note)
                .build();
    }

    private static void silence(BehaviorAnalytics analytics) {
        analytics
                .triggers()
                .create(TriggerDraft.builder(
                                "Silence",
                                new TriggerEvent.Inactivity(
                                        EventType.FORM_START,
                                        List.of(),
                                        List.of(EventType.FORM_SUBMIT),
                                        Duration.ofMinutes(30)))
                        .action(new Action(null, "note", Map.of(), Duration.ofMinutes(5)))
                        .build());
    }

    private static TrackRequest start(Duration after, String leadId) {
        return TrackRequest.builder(EventType.FORM_START)
                .leadId(leadId)
                .timestamp(START.plus(after))
                .build();
    }
}
