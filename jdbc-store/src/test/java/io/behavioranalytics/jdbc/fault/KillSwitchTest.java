package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.TriggerDraft;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one host switches off is begun nowhere any more within five seconds, though it was scheduled long before. */
@Timeout(300)
class KillSwitchTest {
    private static final Duration EFFECTIVE = Duration.ofSeconds(5);
    private static final Duration APART = Duration.ofMillis(500);
    private static final int ACTIONS = 50;
    private static final List<String> TRIGGERS = List.of("on", "off", "draft", "gone");
    private static final List<String> SWITCHED = List.of("off", "draft", "gone");

    /** An action that was begun, and when. */
    private record Begun(String trigger, long nanos) {}

    /** Notes what it is asked for. */
    private record Notes(Queue<Begun> begun) implements ActionExecutor {
        @Override
        public String type() {
            return "note";
        }

        @Override
        public ActionResult execute(ActionRequest request) {
            begun.add(new Begun(String.valueOf(request.parameters().get("of")), System.nanoTime()));
            return ActionResult.success();
        }

        List<Begun> of(String trigger) {
            return begun.stream().filter(one -> one.trigger().equals(trigger)).toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void pending_actions_of_a_trigger_that_is_switched_off_or_deleted_are_begun_on_no_running_host(Site.Kind kind) {
        try (Site site = Site.of(kind);
                JdbcStore mine = site.open();
                JdbcStore theirs = site.open();
                BehaviorAnalytics switching = BehaviorAnalytics.builder()
                        .store(mine)
                        .action(new Notes(new ConcurrentLinkedQueue<>()))
                        .build()) {
            Notes notes = new Notes(new ConcurrentLinkedQueue<>());
            TRIGGERS.forEach(name -> switching.triggers().create(trigger(name, "active")));
            try (BehaviorAnalytics running = BehaviorAnalytics.builder()
                    .store(theirs)
                    .action(notes)
                    .build()
                    .start()) {
                running.track(TrackRequest.builder(EventType.QUOTE_REQUEST)
                        .leadId("lead")
                        .build());
                Waiting.until(
                        "all are at work",
                        () -> TRIGGERS.stream().noneMatch(name -> notes.of(name).isEmpty()));

                switching.triggers().update("off", trigger("off", "inactive"));
                switching.triggers().update("draft", trigger("draft", "draft"));
                switching.triggers().delete("gone");
                long switched = System.nanoTime();
                Instant effective = Instant.now().plus(EFFECTIVE);
                Waiting.until(
                        "after the five seconds the host has begun what is on, and come to what is not",
                        () -> notes.of("on").stream().anyMatch(one -> one.nanos() - switched > EFFECTIVE.toNanos())
                                && SWITCHED.stream()
                                        .allMatch(name -> cancelled(mine, name).stream()
                                                .anyMatch(one ->
                                                        one.action().dueAt().isAfter(effective))));

                for (String name : SWITCHED) {
                    assertThat(notes.of(name))
                            .as(name)
                            .allSatisfy(
                                    one -> assertThat(one.nanos() - switched).isLessThan(EFFECTIVE.toNanos()));
                    assertThat(cancelled(mine, name))
                            .as(name)
                            .extracting(ActionRecord::cancellation)
                            .containsOnly(Cancellation.Reason.SWITCHED_OFF);
                }
            }
        }
    }

    private static List<ActionRecord> cancelled(JdbcStore store, String trigger) {
        return store.queue().list(ActionStatus.CANCELLED, null, TRIGGERS.size() * ACTIONS).stream()
                .filter(one -> one.action().triggerKey().equals(trigger))
                .toList();
    }

    /** Its actions fall due one after the other, the last long after the five seconds. */
    private static TriggerDraft trigger(String name, String status) {
        String actions = IntStream.rangeClosed(1, ACTIONS)
                .mapToObj(number -> "{\"action\": \"note\", \"parameters\": {\"of\": \"" + name + "\"}, \"delay\": \""
                        + APART.multipliedBy(number) + "\"}")
                .collect(Collectors.joining(", "));
        return TriggerDraft.fromJson("{\"name\": \"" + name + "\", \"event\": \"quote_request\", \"status\": \""
                + status + "\", \"actions\": [" + actions + "]}");
    }
}
