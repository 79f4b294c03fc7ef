package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Settings;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hosts whose clocks are wrong, and jump, share one database (S6). */
@Timeout(600)
class SkewedClockTest {
    private static final int ROUNDS = FaultSize.of(50, 2_000);

    /** The machine's clock, set wrong. */
    private static final class WrongClock implements InstantSource {
        private volatile Duration skew;

        WrongClock(Duration skew) {
            this.skew = skew;
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(skew);
        }
    }

    private static BehaviorAnalytics host(JdbcStore store, InstantSource clock, Calls.Work work) {
        return BehaviorAnalytics.builder()
                .store(store)
                .hostClock(clock)
                .settings(Settings.builder().triggerMaxExecutionRate(1_000_000).build())
                .action(Calls.note(work))
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void a_trigger_fires_once_in_a_cooldown_and_no_action_is_early_whatever_the_hosts_clocks_say(Site.Kind kind) {
        Random random = FaultSize.random("skewed clocks on " + kind);
        Map<UUID, Instant> begun = new ConcurrentHashMap<>();
        Calls.Work work = request -> {
            begun.putIfAbsent(request.idempotencyKey(), Instant.now());
            return ActionResult.success();
        };
        List<WrongClock> clocks = List.of(
                new WrongClock(Duration.ofMinutes(-10)),
                new WrongClock(Duration.ZERO),
                new WrongClock(Duration.ofMinutes(10)));
        try (Site site = Site.of(kind);
                JdbcStore store = site.open()) {
            List<BehaviorAnalytics> hosts = new ArrayList<>();
            clocks.forEach(clock -> hosts.add(host(store, clock, work)));
            Campaign.trigger(hosts.get(1), "Quote", "\"quote_request\"", 30, "PT1S");
            for (int round = 0; round < ROUNDS; round++) {
                if (round == ROUNDS / 3) {
                    clocks.get(0).skew = Duration.ofHours(-1);
                } else if (round == 2 * ROUNDS / 3) {
                    clocks.get(0).skew = Duration.ofDays(1);
                }
                String lead = "lead-" + random.nextInt(10);
                TrackResult result = hosts.get(random.nextInt(hosts.size()))
                        .track(TrackRequest.builder("quote_request")
                                .leadId(lead)
                                .build());
                assertThat(result.outcome()).isEqualTo(Outcome.ACCEPTED);
                assertThat(Objects.requireNonNull(result.event()).timestamp())
                        .as("an event is stamped with the common time")
                        .isCloseTo(Instant.now(), within(30, ChronoUnit.SECONDS));
                hosts.get(random.nextInt(hosts.size())).runDue();
            }
            Waiting.until("every action is done", () -> {
                hosts.get(random.nextInt(hosts.size())).runDue();
                return store.queue().list(ActionStatus.PENDING, null, 1).isEmpty();
            });
            check(store, hosts.get(1), begun);
            hosts.forEach(BehaviorAnalytics::close);
        }
    }

    private static void check(JdbcStore store, BehaviorAnalytics analytics, Map<UUID, Instant> begun) {
        Map<SubjectId, Integer> fired = new HashMap<>();
        for (TriggerExecution execution : store.ledger().executions(null, null, 10_000)) {
            fired.merge(execution.subject(), 1, Integer::sum);
        }
        assertThat(fired).isNotEmpty();
        assertThat(fired.values()).as("firings for each lead").containsOnly(1);
        for (ActionRecord record : store.queue().list(ActionStatus.DONE, null, 10_000)) {
            assertThat(begun.get(record.action().id()))
                    .as("when the action began, by the common clock")
                    .isAfter(record.action().dueAt().minusSeconds(5));
        }
        for (SubjectId lead : fired.keySet()) {
            assertThat(analytics.maintenance().verify(lead).isWrong()).isFalse();
            assertThat(analytics.profiles().get(lead).orElseThrow().totalTimeSpent())
                    .as("no visit is as long as the clocks are apart")
                    .isBetween(0L, 300L);
        }
    }

    /** The control: with a clock that is taken as it is, as virtual time has to be, the cooldown is judged by wrong instants. */
    @ParameterizedTest
    @EnumSource
    void hosts_that_are_told_to_trust_their_clocks_are_as_wrong_as_these(Site.Kind kind) {
        try (Site site = Site.of(kind);
                JdbcStore store = site.open()) {
            Calls calls = new Calls();
            for (Duration skew : List.of(Duration.ofMinutes(-10), Duration.ofMinutes(30))) {
                try (BehaviorAnalytics trusting = BehaviorAnalytics.builder()
                        .store(store)
                        .clock(new WrongClock(skew))
                        .action(calls.executor())
                        .build()) {
                    if (trusting.triggers().list().isEmpty()) {
                        Campaign.trigger(trusting, "Quote", "\"quote_request\"", 30, "PT0S");
                    }
                    trusting.track(
                            TrackRequest.builder("quote_request").leadId("lead").build());
                }
            }
            assertThat(store.ledger().executions(null, null, 10))
                    .as("two firings within one second")
                    .hasSize(2);
        }
    }
}
