package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Settings;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.jdbc.postgres.CrashPoints;
import io.behavioranalytics.jdbc.postgres.CrashPoints.Kind;
import io.behavioranalytics.jdbc.postgres.CrashPoints.Moment;
import io.behavioranalytics.jdbc.postgres.CutProxy;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

/** The server, the line or another host stands still: no caller waits for longer than was asked for. */
@Timeout(600)
class FrozenServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Of those who are to get through, however slow the machine is. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final int THREADS = 4;

    private final Calls calls = new Calls();

    private static Settings settings(Duration callTimeout) {
        return Settings.builder()
                .callTimeout(callTimeout)
                .actionLease(Duration.ofSeconds(1))
                .processingInterval(Duration.ofMillis(20))
                .build();
    }

    private BehaviorAnalytics host(JdbcStore store, Duration callTimeout) {
        return BehaviorAnalytics.builder()
                .store(store)
                .settings(settings(callTimeout))
                .action(calls.executor())
                .build();
    }

    @Test
    void a_frozen_server_hangs_nobody_and_work_goes_on_when_it_wakes() {
        try (PostgresServer server = PostgresServer.start();
                TestDatabase database = server.databases().freshDatabase();
                JdbcStore store = JdbcStore.builder()
                        .url(database.url())
                        .timeout(PATIENCE)
                        .build();
                BehaviorAnalytics analytics = host(store, PATIENCE)) {
            Campaign campaign = Campaign.begin(analytics, 20);
            analytics.start();
            try (Load load = new Load(campaign, 0, Long.MAX_VALUE, number -> {}).on(analytics, THREADS)) {
                for (int round = 0; round < FaultSize.of(1, 10); round++) {
                    load.awaitMore(20);
                    server.pause();
                    load.awaitACallOfEach();
                    server.resume();
                    load.awaitMore(20);
                }
                load.stop();
                assertThat(load.outcomes()).containsKey(Outcome.RETRY_LATER);
                for (long number = 0; number < load.sentBelow(); number++) {
                    campaign.send(analytics, number);
                }
                Invariants.settled(analytics, store).check(analytics, load.stored(), load.sentBelow(), calls, 10);
                FaultSize.report("frozen server: " + load.outcomes() + ", longest call " + load.longestCallMillis()
                        + " ms with a timeout of " + PATIENCE.toMillis() + " ms");
            }
        }
    }

    @Test
    void a_slow_line_makes_calls_slow_and_none_fail() {
        try (TestDatabase database = PostgresServer.shared().freshDatabase();
                CutProxy proxy = CutProxy.to(database);
                JdbcStore store = JdbcStore.builder()
                        .url(database.urlThrough(proxy.port()))
                        .timeout(LIMIT)
                        .build();
                BehaviorAnalytics analytics = host(store, LIMIT)) {
            Campaign campaign = Campaign.begin(analytics, 20);
            proxy.delay(Duration.ofMillis(200));
            int events = FaultSize.of(8, 100);
            try (Load load = new Load(campaign, 0, events, number -> {}).on(analytics, THREADS)) {
                load.awaitEnd();
                assertThat(load.outcomes()).containsOnlyKeys(Outcome.ACCEPTED).containsEntry(Outcome.ACCEPTED, (long)
                        events);
                FaultSize.report("a line that is 200 ms slow: longest call " + load.longestCallMillis() + " ms");
            }
        }
    }

    @Test
    void a_pool_whose_connections_are_all_taken_is_waited_for_no_longer_than_it_allows() throws SQLException {
        try (TestDatabase database = PostgresServer.shared().freshDatabase();
                HikariDataSource pool = pool(database);
                JdbcStore store =
                        JdbcStore.builder().dataSource(pool).timeout(PATIENCE).build();
                BehaviorAnalytics analytics = host(store, PATIENCE)) {
            Campaign campaign = Campaign.begin(analytics, 20);
            campaign.send(analytics, 0);
            try (Connection one = pool.getConnection();
                    Connection other = pool.getConnection()) {
                assertThat(List.of(one, other)).hasSize(2);
                // It returns although nobody gives a connection back.
                assertThat(analytics.track(campaign.request(1)).outcome()).isEqualTo(Outcome.RETRY_LATER);
            }
            assertThat(campaign.send(analytics, 1).outcome()).isEqualTo(Outcome.ACCEPTED);
            Waiting.until(
                    "no connection is kept", () -> pool.getHikariPoolMXBean().getActiveConnections() == 0);
        }
    }

    private static HikariDataSource pool(TestDatabase database) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.setMaximumPoolSize(2);
        config.setConnectionTimeout(500);
        return new HikariDataSource(config);
    }

    /** The other host stands still between its last statement and its commit, and holds the lead's row. */
    @Test
    void a_transaction_that_a_dead_host_left_open_holds_up_only_its_subject_and_that_not_for_long() throws Exception {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        CountDownLatch stands = new CountDownLatch(1);
        CountDownLatch wakes = new CountDownLatch(1);
        try (TestDatabase database = PostgresServer.shared().freshDatabase();
                JdbcStore store = JdbcStore.builder()
                        .url(database.url())
                        .timeout(PATIENCE)
                        .build();
                BehaviorAnalytics others = host(store, PATIENCE)) {
            Campaign campaign = Campaign.begin(others, 2);
            CrashPoints points = CrashPoints.around(endedWhenIdle(database));
            try (JdbcStore frozenStore = JdbcStore.builder()
                            .dataSource(points.dataSource())
                            .migrate(false)
                            .build();
                    BehaviorAnalytics frozen = host(frozenStore, LIMIT)) {
                frozen.triggers().list();
                points.fail(point -> point.kind() == Kind.COMMIT, Moment.BEFORE, () -> {
                    stands.countDown();
                    await(wakes);
                    return new SQLException("planted", "08006");
                });
                long held = firstOf(campaign, "lead-0", 0);
                long afterHeld = firstOf(campaign, "lead-0", held + 1);
                Future<TrackResult> late = threads.submit(() -> frozen.track(campaign.request(held)));
                assertThat(stands.await(120, TimeUnit.SECONDS)).isTrue();

                assertThat(campaign.send(others, firstOf(campaign, "lead-1", 0)).outcome())
                        .as("another lead")
                        .isEqualTo(Outcome.ACCEPTED);
                Waiting.until(
                        "the lead is free again",
                        () -> others.track(campaign.request(afterHeld)).isDurable());

                wakes.countDown();
                assertThat(late.get(120, TimeUnit.SECONDS).outcome())
                        .as("the host that woke decides again")
                        .isEqualTo(Outcome.ACCEPTED);
                Invariants.settled(others, store)
                        .firingsKeepTheirCooldownAndEqualARecount(others)
                        .statesEqualARecomputation(others);
            }
        } finally {
            wakes.countDown();
            threads.shutdownNow();
        }
    }

    private static long firstOf(Campaign campaign, String lead, long from) {
        long number = from;
        while (!lead.equals(campaign.request(number).leadId())) {
            number++;
        }
        return number;
    }

    /** Sessions that the server ends once they have been idle in a transaction for half a second. */
    private static PGSimpleDataSource endedWhenIdle(TestDatabase database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(database.urlWith("options", "-c%20idle_in_transaction_session_timeout=500"));
        return source;
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(120, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody woke it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
