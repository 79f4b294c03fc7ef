package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.action.Action;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerDraft;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Invariant 3: a trigger fires at most once per lead and cooldown window, across threads and hosts. */
@Timeout(300)
class CooldownRaceTest {
    private static final int THREADS = 16;
    private static final int REPETITIONS = 1_000;

    private final VirtualClock clock = VirtualClock.at(Instant.parse("2026-03-01T12:00:00Z"));

    @Test
    void sixteen_threads_one_lead_and_one_cooldown_bring_exactly_one_firing_every_time() throws Exception {
        race(1);
    }

    @Test
    void so_do_four_hosts_of_one_store() throws Exception {
        race(4);
    }

    private void race(int hosts) throws Exception {
        InMemoryStore store = new InMemoryStore(clock);
        List<BehaviorAnalytics> facades = new ArrayList<>();
        for (int i = 0; i < hosts; i++) {
            facades.add(BehaviorAnalytics.builder().store(store).clock(clock).build());
        }
        facades.get(0)
                .triggers()
                .create(TriggerDraft.builder("Recovery", EventType.FORM_ABANDON)
                        .action(new Action(null, "log", Map.of(), Duration.ofHours(1)))
                        .cooldown(Duration.ofMinutes(30))
                        .build());
        try (Racers racers = new Racers(THREADS)) {
            for (int i = 0; i < REPETITIONS; i++) {
                String lead = "lead-" + i;
                List<TrackResult> results = racers.race(number -> facades.get(number % hosts)
                        .track(TrackRequest.builder(EventType.FORM_ABANDON)
                                .leadId(lead)
                                .build()));
                assertThat(results).extracting(TrackResult::outcome).containsOnly(Outcome.ACCEPTED);
                SubjectId subject = SubjectId.lead(lead);
                assertThat(store.ledger().executions(null, subject, 100)).hasSize(1);
                assertThat(store.ledger().skips(null, subject, 100))
                        .hasSize(THREADS - 1)
                        .extracting(Skip::reason)
                        .containsOnly(Skip.Reason.COOLDOWN);
            }
            assertThat(store.queue().list(ActionStatus.PENDING, null, 2 * REPETITIONS))
                    .hasSize(REPETITIONS);
        } finally {
            facades.forEach(BehaviorAnalytics::close);
        }
    }
}
