package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server dies at random instants under load and comes back; the host goes on without a restart. */
@Timeout(1_800)
class CrashedServerTest {
    private static final int ROUNDS = FaultSize.of(5, 20);
    private static final int THREADS = 4;
    private static final int LEADS = 20;

    @Test
    void callers_are_told_the_truth_and_the_host_goes_on_when_the_server_is_back() {
        Random random = FaultSize.random("crashes of the server");
        Calls calls = new Calls();
        try (PostgresServer server = PostgresServer.start();
                TestDatabase database = server.databases().freshDatabase();
                JdbcStore store = JdbcStore.builder()
                        .url(database.url())
                        .timeout(Duration.ofSeconds(2))
                        .build();
                BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                        .store(store)
                        .settings(HostProcess.settings())
                        .action(calls.executor())
                        .build()) {
            Campaign campaign = Campaign.begin(analytics, LEADS);
            analytics.start();
            Duration longest = Duration.ZERO;
            try (Load load = new Load(campaign, 0, Long.MAX_VALUE, number -> {}).on(analytics, THREADS)) {
                for (int round = 0; round < ROUNDS; round++) {
                    load.awaitMore(10 + random.nextInt(100));
                    server.crash();
                    server.restart();
                    int before = load.stored().size();
                    Duration back = Waiting.until(
                            "work goes on",
                            () -> load.stored().size() >= before + 2 * THREADS
                                    || !load.failures().isEmpty());
                    longest = longest.compareTo(back) > 0 ? longest : back;
                }
                load.stop();
                assertThat(load.outcomes().keySet())
                        .as("what callers were told")
                        .isSubsetOf(Outcome.ACCEPTED, Outcome.DUPLICATE, Outcome.RETRY_LATER);
                for (long number = 0; number < load.sentBelow(); number++) {
                    campaign.send(analytics, number);
                }
                Invariants.settled(analytics, store).check(analytics, load.stored(), load.sentBelow(), calls, ROUNDS);
                FaultSize.report("server crashes: " + ROUNDS + ", " + load.outcomes() + ", longest call "
                        + load.longestCallMillis() + " ms, back to full work within " + longest.toMillis() + " ms");
            }
        }
    }
}
