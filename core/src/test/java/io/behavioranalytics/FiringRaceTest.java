package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.action.Action;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.trigger.Cap;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerDraft;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Invariant 3 and S20: cooldowns and caps hold under concurrency, across threads and hosts: exactly as many firings as they let through. */
@Timeout(300)
class FiringRaceTest {
    private static final int THREADS = 16;

    private final VirtualClock clock = VirtualClock.at(Instant.parse("2026-03-01T12:00:00Z"));

    /**
     * What threads race for.
     *
     * @param triggers all wait for the same event
     * @param times how often it is raced for, each time for another lead
     * @param most the firings that they let through for each lead
     * @param reason why the others do not fire
     */
    private record Limit(Settings settings, List<TriggerDraft> triggers, int times, int most, Skip.Reason reason) {}

    private static TriggerDraft.Builder recovery(String name) {
        return TriggerDraft.builder(name, EventType.FORM_ABANDON)
                .action(new Action(null, "log", Map.of("channel", "email"), Duration.ofHours(1)));
    }

    @ParameterizedTest(name = "{0} hosts")
    @ValueSource(ints = {1, 4})
    void sixteen_threads_one_lead_and_one_cooldown_bring_exactly_one_firing_every_time(int hosts) throws Exception {
        race(
                hosts,
                new Limit(
                        Settings.defaults(),
                        List.of(recovery("Recovery")
                                .cooldown(Duration.ofMinutes(30))
                                .build()),
                        1_000,
                        1,
                        Skip.Reason.COOLDOWN));
    }

    /** Each trigger may three times, both together four times. */
    @ParameterizedTest(name = "{0} hosts")
    @ValueSource(ints = {1, 2})
    void sixteen_threads_bring_exactly_as_many_firings_as_a_cap_lets_through(int hosts) throws Exception {
        List<TriggerDraft> triggers = new ArrayList<>();
        for (String name : List.of("One", "Other")) {
            triggers.add(recovery(name)
                    .cooldown(Duration.ZERO)
                    .cap(Cap.rolling(3, Duration.ofDays(7)))
                    .build());
        }
        race(
                hosts,
                new Limit(
                        Settings.builder().triggerCaps(Cap.parse("email:4/day")).build(),
                        triggers,
                        200,
                        4,
                        Skip.Reason.CAP));
    }

    private void race(int hosts, Limit limit) throws Exception {
        InMemoryStore store = new InMemoryStore(clock);
        List<BehaviorAnalytics> facades = new ArrayList<>();
        for (int i = 0; i < hosts; i++) {
            facades.add(BehaviorAnalytics.builder()
                    .store(store)
                    .clock(clock)
                    .settings(limit.settings())
                    .build());
        }
        limit.triggers().forEach(facades.get(0).triggers()::create);
        try (Racers racers = new Racers(THREADS)) {
            for (int i = 0; i < limit.times(); i++) {
                String lead = "lead-" + i;
                List<TrackResult> results = racers.race(number -> facades.get(number % hosts)
                        .track(TrackRequest.builder(EventType.FORM_ABANDON)
                                .leadId(lead)
                                .build()));
                assertThat(results).extracting(TrackResult::outcome).containsOnly(Outcome.ACCEPTED);
                SubjectId subject = SubjectId.lead(lead);
                assertThat(store.ledger().executions(null, subject, 100)).hasSize(limit.most());
                assertThat(store.ledger().skips(null, subject, 100))
                        .hasSize(limit.triggers().size() * THREADS - limit.most())
                        .extracting(Skip::reason)
                        .containsOnly(limit.reason());
            }
            int all = limit.times() * limit.most();
            assertThat(store.queue().list(ActionStatus.PENDING, null, 2 * all)).hasSize(all);
        } finally {
            facades.forEach(BehaviorAnalytics::close);
        }
    }
}
