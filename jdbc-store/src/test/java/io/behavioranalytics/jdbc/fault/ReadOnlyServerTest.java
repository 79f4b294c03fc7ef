package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.store.StoreException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server takes no writes for a while, as after a failover: nothing is acknowledged, and work goes on once it takes them again. */
@Timeout(600)
class ReadOnlyServerTest {
    private static final int ROUNDS = FaultSize.of(2, 20);
    private static final int REFUSED = 5;
    private static final int THREADS = 4;

    private final Calls calls = new Calls();

    @Test
    void while_the_server_is_read_only_callers_are_told_to_come_again_and_nothing_is_stored() throws SQLException {
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
                        .build();
                Connection admin = database.connect()) {
            Campaign campaign = Campaign.begin(analytics, 20);
            analytics.start();
            long from = 0;
            for (int round = 0; round < ROUNDS; round++) {
                Load load = new Load(campaign, from, Long.MAX_VALUE, number -> {});
                try (load) {
                    load.on(analytics, THREADS).awaitMore(40);
                    readOnly(database, admin, true);
                    Waiting.until("a caller is refused", () -> load.outcomes().containsKey(Outcome.RETRY_LATER));
                    load.stop();
                }
                assertThat(load.outcomes().keySet())
                        .as("what callers were told")
                        .isSubsetOf(Outcome.ACCEPTED, Outcome.DUPLICATE, Outcome.RETRY_LATER);
                Set<UUID> before = new Invariants(store).eventIds();
                assertThat(before)
                        .containsAll(load.stored().stream().map(Campaign::id).toList());

                from = load.sentBelow() + REFUSED;
                for (long number = load.sentBelow(); number < from; number++) {
                    assertThat(analytics.track(campaign.request(number)).outcome())
                            .isEqualTo(Outcome.RETRY_LATER);
                }
                assertThatThrownBy(() -> Campaign.trigger(analytics, "More", "\"download\"", 0, "PT0S"))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("SQLSTATE 25006");
                assertThat(analytics.triggers().list()).as("reading goes on").hasSize(4);
                assertThat(new Invariants(store).eventIds()).isEqualTo(before);

                readOnly(database, admin, false);
                for (long number = 0; number < from; number++) {
                    campaign.send(analytics, number);
                }
            }
            Set<Long> all = LongStream.range(0, from).boxed().collect(Collectors.toSet());
            Invariants end = Invariants.settled(analytics, store).check(analytics, all, from, calls, ROUNDS);
            assertThat(end.eventIds()).hasSize(all.size());
            FaultSize.report("read-only server: " + ROUNDS + " times, " + all.size() + " events, "
                    + end.executions().size() + " firings");
        }
    }

    /** Lets the server take no writes, or take them again, and waits until sessions that are open hear of it. */
    private static void readOnly(TestDatabase database, Connection admin, boolean wanted) throws SQLException {
        try (Statement statement = admin.createStatement()) {
            statement.execute("set default_transaction_read_only = off");
            statement.execute("alter system set default_transaction_read_only = " + (wanted ? "on" : "off"));
            statement.execute("reset default_transaction_read_only");
            statement.execute("select pg_reload_conf()");
        }
        Waiting.until("the server has read its settings", () -> wanted == isReadOnly(database));
    }

    /** A session that is new says so only when the server has told all that are open. */
    private static boolean isReadOnly(TestDatabase database) {
        try (Connection fresh = database.connect();
                Statement statement = fresh.createStatement();
                ResultSet rows = statement.executeQuery("show default_transaction_read_only")) {
            rows.next();
            return rows.getString(1).equals("on");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
