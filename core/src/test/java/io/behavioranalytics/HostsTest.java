package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.trigger.TriggerDraft;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hosts that share a store know what the others carry out, and stay apart also where they were given one name. */
@Timeout(300)
class HostsTest {
    private final VirtualClock clock = VirtualClock.at(Instant.parse("2026-03-01T10:00:00Z"));
    private final VirtualClock storeClock = VirtualClock.at(Instant.parse("2031-07-01T00:00:00Z"));
    private final InMemoryStore store = new InMemoryStore(storeClock);
    private final List<String> done = new ArrayList<>();

    private BehaviorAnalytics host(String name, String... types) {
        BehaviorAnalytics.Builder builder = BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .host(name)
                .random(new Random(1))
                .executor(Runnable::run)
                .inlineActions();
        for (String type : types) {
            builder.action(ActionExecutor.of(type, request -> {
                done.add(request.idempotencyKey().toString());
                return ActionResult.success();
            }));
        }
        return builder.build();
    }

    private static TriggerDraft texting(String name) {
        return TriggerDraft.fromJson("{\"name\":\"" + name + "\",\"event\":\"page_view\",\"cooldown\":0,"
                + "\"actions\":[{\"action\":\"send_sms\",\"parameters\":{}}]}");
    }

    @Test
    void an_action_is_defined_on_any_host_while_some_host_that_lives_carries_it_out() {
        try (BehaviorAnalytics editor = host("editor");
                BehaviorAnalytics worker = host("worker", "send_sms")) {
            assertThatThrownBy(() -> editor.triggers().create(texting("one")))
                    .isInstanceOf(InvalidDefinitionException.class)
                    .hasMessageContaining("no host carries out send_sms");

            worker.runDue();
            assertThat(editor.triggers().create(texting("one")).key()).isEqualTo("one");
            assertThat(editor.maintenance().hosts())
                    .singleElement()
                    .satisfies(host -> assertThat(host.name()).isEqualTo("worker"))
                    .satisfies(host -> assertThat(host.executors()).isEqualTo(Set.of("send_sms", "log")));

            storeClock.advance(Duration.ofSeconds(30));
            assertThat(editor.maintenance().hosts()).isEmpty();
            assertThatThrownBy(() -> editor.triggers().create(texting("two")))
                    .isInstanceOf(InvalidDefinitionException.class);
            assertThat(worker.triggers().create(texting("two")).key()).isEqualTo("two");
        }
    }

    @Test
    void a_host_that_is_closed_is_gone_at_once() {
        try (BehaviorAnalytics editor = host("editor")) {
            BehaviorAnalytics worker = host("worker", "send_sms");
            worker.runDue();
            assertThat(editor.maintenance().hosts()).hasSize(1);

            worker.close();
            assertThat(editor.maintenance().hosts()).isEmpty();
        }
    }

    @Test
    void two_hosts_of_one_name_are_told_apart_and_carry_out_each_action_once() {
        try (BehaviorAnalytics one = host("host", "send_sms");
                BehaviorAnalytics other = host("host", "send_sms")) {
            one.runDue();
            other.runDue();
            assertThat(one.maintenance().hosts())
                    .extracting(host -> host.name())
                    .hasSize(2)
                    .contains("host")
                    .allMatch(name -> name.startsWith("host"));

            one.triggers().create(texting("one"));
            for (int i = 0; i < 20; i++) {
                one.track(TrackRequest.builder(EventType.PAGE_VIEW)
                        .leadId("lead-" + i)
                        .build());
                (i % 2 == 0 ? one : other).runDue();
                (i % 2 == 0 ? other : one).runDue();
            }
            assertThat(done).hasSize(20).doesNotHaveDuplicates();
            assertThat(one.actions().counts()).containsEntry(ActionStatus.DONE, 20L);
        }
    }
}
