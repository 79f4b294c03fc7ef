package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.action.Action;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.trigger.Cap;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerDraft;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** S20: caps hold under concurrency, across threads and hosts: exactly as many as they let through. */
@Timeout(300)
class CapRaceTest {
    private static final int THREADS = 16;
    private static final int REPETITIONS = 200;

    private final VirtualClock clock = VirtualClock.at(Instant.parse("2026-03-01T12:00:00Z"));

    @Test
    void sixteen_threads_bring_exactly_as_many_firings_as_a_cap_lets_through() throws Exception {
        race(1);
    }

    @Test
    void so_do_two_hosts_of_one_store() throws Exception {
        race(2);
    }

    /** Each trigger may three times, both together four times. */
    private void race(int hosts) throws Exception {
        InMemoryStore store = new InMemoryStore(clock);
        Settings settings =
                Settings.builder().triggerCaps(Cap.parse("email:4/day")).build();
        List<BehaviorAnalytics> facades = new ArrayList<>();
        for (int i = 0; i < hosts; i++) {
            facades.add(BehaviorAnalytics.builder()
                    .store(store)
                    .clock(clock)
                    .settings(settings)
                    .build());
        }
        for (String name : List.of("One", "Other")) {
            facades.get(0)
                    .triggers()
                    .create(TriggerDraft.builder(name, EventType.FORM_ABANDON)
                            .action(new Action(null, "log", Map.of("channel", "email"), Duration.ofHours(1)))
                            .cooldown(Duration.ZERO)
                            .cap(Cap.rolling(3, Duration.ofDays(7)))
                            .build());
        }
        try (Racers racers = new Racers(THREADS)) {
            for (int i = 0; i < REPETITIONS; i++) {
                String lead = "lead-" + i;
                List<TrackResult> results = racers.race(number -> facades.get(number % hosts)
                        .track(TrackRequest.builder(EventType.FORM_ABANDON)
                                .leadId(lead)
                                .build()));
                assertThat(results).extracting(TrackResult::outcome).containsOnly(Outcome.ACCEPTED);
                SubjectId subject = SubjectId.lead(lead);
                assertThat(store.ledger().executions(null, subject, 100)).hasSize(4);
                assertThat(store.ledger().skips(null, subject, 100))
                        .hasSize(2 * THREADS - 4)
                        .extracting(Skip::reason)
                        .containsOnly(Skip.Reason.CAP);
            }
        } finally {
            facades.forEach(BehaviorAnalytics::close);
        }
    }
}
