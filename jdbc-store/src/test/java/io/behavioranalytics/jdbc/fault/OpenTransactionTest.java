package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.jdbc.postgres.ChildJvm;
import io.behavioranalytics.jdbc.postgres.CutProxy;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.store.ArchiveRecord;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A host that stands still inside a transaction, on connections of the store's own: B6 of the fault list. */
@Timeout(600)
class OpenTransactionTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final Duration SLOW = Duration.ofMillis(100);
    private static final String BUSY = " and state <> 'idle'";
    private static final String STANDING =
            " and state = 'idle in transaction' and clock_timestamp() - state_change > interval '300 milliseconds'";

    /**
     * The host, which tracks one lead for as long as it lives.
     *
     * @param args the database
     */
    public static void main(String[] args) {
        JdbcStore store = JdbcStore.builder().url(args[0]).timeout(TIMEOUT).build();
        BehaviorAnalytics analytics = BehaviorAnalytics.builder().store(store).build();
        for (int i = 0; ; i++) {
            ChildJvm.acknowledge(i + " " + view(analytics));
        }
    }

    private static Outcome view(BehaviorAnalytics analytics) {
        return analytics
                .track(TrackRequest.builder("page_view").leadId("lead").build())
                .outcome();
    }

    @Test
    void the_server_ends_a_transaction_that_a_host_which_stands_still_left_open_and_the_host_goes_on_when_it_wakes()
            throws Exception {
        try (TestDatabase database = PostgresServer.shared().freshDatabase();
                CutProxy line = CutProxy.to(database);
                JdbcStore store =
                        JdbcStore.builder().url(database.url()).timeout(TIMEOUT).build();
                BehaviorAnalytics others =
                        BehaviorAnalytics.builder().store(store).build();
                ChildJvm host = ChildJvm.of(OpenTransactionTest.class, database.urlThrough(line.port()))
                        .start()) {
            host.awaitLines(1, LIMIT);
            line.delay(SLOW); // so that it is inside a transaction most of the time, waiting for the next reply
            Set<Long> open = new HashSet<>();
            Waiting.until("the host stands still inside a transaction", () -> {
                host.freeze();
                Waiting.until("nothing is under way any more", () -> {
                    open.addAll(pids(database, STANDING));
                    return !open.isEmpty() || pids(database, BUSY).isEmpty();
                });
                if (open.isEmpty()) {
                    host.thaw();
                }
                return !open.isEmpty();
            });

            Waiting.until("the server has ended it", () -> !pids(database, "").containsAll(open));
            Waiting.until("the lead is free", () -> view(others) == Outcome.ACCEPTED);

            int before = host.lines().size();
            line.delay(Duration.ZERO);
            host.thaw();
            // The first may be told from before, the second is the call that stood still.
            host.awaitLines(before + 3, LIMIT);
            Waiting.until(
                    "the host goes on",
                    () -> host.lines().stream()
                            .skip(before + 2)
                            .anyMatch(told -> told.endsWith(Outcome.ACCEPTED.name())));
        }
    }

    @Test
    void an_export_waits_for_whoever_takes_its_rows_longer_than_other_transactions_may_stand_still() throws Exception {
        try (TestDatabase database = PostgresServer.shared().freshDatabase();
                JdbcStore store =
                        JdbcStore.builder().url(database.url()).timeout(TIMEOUT).build();
                BehaviorAnalytics analytics =
                        BehaviorAnalytics.builder().store(store).build()) {
            assertThat(view(analytics)).isEqualTo(Outcome.ACCEPTED);
            List<ArchiveRecord> taken = new ArrayList<>();
            store.upkeep().read(record -> {
                if (taken.isEmpty()) {
                    Waiting.until(
                            "the export stands still for longer than twice the timeout",
                            () -> !pids(database, STANDING.replace("300 milliseconds", "2500 milliseconds"))
                                    .isEmpty());
                }
                taken.add(record);
            });
            assertThat(taken).anyMatch(ArchiveRecord.Event.class::isInstance);
        }
    }

    private static Set<Long> pids(TestDatabase database, String condition) {
        Set<Long> pids = new HashSet<>();
        try (Connection connection = DriverManager.getConnection(database.url());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select pid from pg_stat_activity where datname ="
                        + " current_database() and pid <> pg_backend_pid()" + condition)) {
            while (rows.next()) {
                pids.add(rows.getLong(1));
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
        return pids;
    }
}
