package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.jdbc.postgres.CutProxy;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections break before, in and after a commit, and its reply is lost: what was sent is sent again by its key. */
@Timeout(1_800)
class LostLineTest {
    private static final int ROUNDS = FaultSize.of(20, 500);
    private static final int THREADS = 4;

    @Test
    void whatever_the_line_loses_nothing_is_stored_decided_or_done_twice() throws SQLException {
        Random random = FaultSize.random("lost lines");
        Calls calls = new Calls();
        try (TestDatabase database = PostgresServer.shared().freshDatabase();
                CutProxy proxy = CutProxy.to(database);
                JdbcStore store = JdbcStore.builder()
                        .url(database.urlThrough(proxy.port()))
                        .timeout(Duration.ofSeconds(2))
                        .build();
                BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                        .store(store)
                        .settings(HostProcess.settings())
                        .action(calls.executor())
                        .build();
                Connection admin = database.connect()) {
            Campaign campaign = Campaign.begin(analytics, 20);
            analytics.start();
            try (Load load = new Load(campaign, 0, Long.MAX_VALUE, number -> {}).on(analytics, THREADS)) {
                for (int round = 0; round < ROUNDS; round++) {
                    load.awaitMore(random.nextInt(30));
                    disturb(round % 6, proxy, admin);
                    load.awaitMore(THREADS);
                }
                proxy.pass();
                load.stop();
                assertThat(proxy.cuts())
                        .as("replies and requests that were cut")
                        .isGreaterThan(ROUNDS / 4);
                for (long number = 0; number < load.sentBelow(); number++) {
                    campaign.send(analytics, number);
                }
                // An attempt whose end was lost on the line is made again, under its key.
                Invariants.settled(analytics, store).check(analytics, load.stored(), load.sentBelow(), calls, ROUNDS);
                FaultSize.report("lost lines: " + ROUNDS + " faults, " + proxy.cuts() + " cut within a request, "
                        + load.outcomes() + ", longest call " + load.longestCallMillis() + " ms");
            }
        }
    }

    private static void disturb(int kind, CutProxy proxy, Connection admin) throws SQLException {
        switch (kind) {
            case 0, 1 -> proxy.cutReplyAfter("COMMIT");
            case 2 -> proxy.cutBefore("COMMIT");
            case 3 -> proxy.dropAll();
            case 4 -> {
                try (Statement statement = admin.createStatement()) {
                    statement.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                            + " where datname = current_database() and pid <> pg_backend_pid()");
                }
            }
            default -> {
                proxy.refuse(true);
                proxy.dropAll();
                proxy.refuse(false);
            }
        }
    }
}
