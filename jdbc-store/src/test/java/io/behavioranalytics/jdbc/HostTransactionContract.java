package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Settings;
import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.experiment.Assignment;
import io.behavioranalytics.experiment.AssignmentReason;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.experiment.Variant;
import io.behavioranalytics.proof.AnExperiment;
import io.behavioranalytics.store.Exposures.Recorded;
import io.behavioranalytics.store.HostTransaction;
import io.behavioranalytics.store.StoreException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Exposures in a transaction of the host's: committed or rolled back with what the host did there, whoever exposes meanwhile. */
@Timeout(300)
abstract class HostTransactionContract {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<AutoCloseable> open = new ArrayList<>();
    private JdbcStore store;
    private BehaviorAnalytics analytics;
    private BehaviorAnalytics other;
    private Connection connection;

    /** The address of an empty database, the same for all of one test. */
    abstract String url();

    /** How many transactions wait for others, seen from another connection. */
    abstract String waiting();

    @BeforeEach
    void open() throws SQLException {
        store = opened(JdbcStore.builder().url(url()).build());
        analytics = host();
        other = host();
        connection = connect();
        execute(connection, "create table host_order (lead varchar(100))");
        connection.commit();
        analytics
                .experiments()
                .create(AnExperiment.named("Test")
                        .status(Experiment.Status.RUNNING)
                        .build());
        assertThat(other.experiments().get("test")).isPresent();
    }

    private <T extends AutoCloseable> T opened(T one) {
        open.add(0, one);
        return one;
    }

    private BehaviorAnalytics host() {
        return opened(BehaviorAnalytics.builder()
                .store(store)
                .clock(now::get)
                .settings(Settings.builder().cacheTtl(Duration.ofMinutes(10)).build())
                .build());
    }

    private Connection connect() throws SQLException {
        Connection fresh = opened(DriverManager.getConnection(url()));
        fresh.setAutoCommit(false);
        return fresh;
    }

    @AfterEach
    void close() throws Exception {
        threads.shutdownNow();
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Optional<Exposure> exposeWithin(BehaviorAnalytics host, Connection connection, String lead) {
        return host.experiments().expose(host.experiments().assign("test", lead), JdbcTransaction.of(connection));
    }

    private Exposure order(Connection connection, String lead) throws SQLException {
        execute(connection, "insert into host_order values ('" + lead + "')");
        return exposeWithin(analytics, connection, lead).orElseThrow();
    }

    private int orders() throws SQLException {
        try (Connection another = DriverManager.getConnection(url());
                Statement statement = another.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from host_order")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private List<Exposure> stored(String lead) {
        SubjectId subject = SubjectId.lead(lead);
        return store.ledger().exposuresOf(List.of(subject)).getOrDefault(subject, List.of());
    }

    private <T> CompletableFuture<T> meanwhile(Callable<T> work) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return work.call();
                    } catch (RuntimeException failed) {
                        throw failed;
                    } catch (Exception failed) {
                        throw new IllegalStateException(failed);
                    }
                },
                threads);
    }

    private void awaitWaiting() throws SQLException {
        try (Connection another = DriverManager.getConnection(url());
                Statement statement = another.createStatement()) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (System.nanoTime() < end) {
                try (ResultSet rows = statement.executeQuery(waiting())) {
                    if (rows.next() && rows.getInt(1) > 0) {
                        return;
                    }
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            }
        }
        throw new AssertionError("nobody waits");
    }

    /** The same exposure with the other variant. */
    private static Exposure crossed(Exposure exposure) {
        return new Exposure(
                exposure.experimentId(),
                exposure.experimentVersion(),
                exposure.bucketVersion(),
                exposure.subject(),
                exposure.variant().equals("b") ? "control" : "b",
                exposure.phase(),
                exposure.band(),
                exposure.exposedAt().plusSeconds(1));
    }

    @Test
    void an_exposure_is_committed_together_with_what_the_host_did() throws SQLException {
        Exposure first = order(connection, "ada");
        assertThat(stored("ada")).isEmpty();
        assertThat(orders()).isZero();

        connection.commit();
        assertThat(stored("ada")).containsExactly(first);
        assertThat(orders()).isOne();
        assertThat(first.exposedAt()).isEqualTo(START);
        assertThat(analytics.experimentReports().results("test").users().values())
                .contains(1L);
    }

    @Test
    void a_rollback_leaves_no_trace_and_a_later_exposure_is_the_first() throws SQLException {
        order(connection, "ada");
        connection.rollback();
        assertThat(stored("ada")).isEmpty();
        assertThat(orders()).isZero();

        now.set(START.plusSeconds(60));
        Exposure later = order(connection, "ada");
        connection.commit();
        assertThat(later.exposedAt()).isEqualTo(START.plusSeconds(60));
        assertThat(stored("ada")).containsExactly(later);
    }

    @Test
    void saying_it_again_in_the_same_transaction_changes_nothing() throws SQLException {
        Exposure first = order(connection, "ada");
        now.set(START.plusSeconds(60));
        assertThat(exposeWithin(analytics, connection, "ada")).contains(first);
        assertThat(exposeWithin(other, connection, "ada")).contains(first);
        connection.commit();
        assertThat(stored("ada")).containsExactly(first);
        assertThat(exposeWithin(analytics, connection, "ada")).contains(first);
        assertThat(store.ledger().crossovers(first.experimentId(), 0)).isEmpty();
    }

    @Test
    void another_variant_is_a_crossover_that_is_rolled_back_with_the_transaction() throws SQLException {
        Exposure first = order(connection, "ada");
        connection.commit();
        HostTransaction transaction = JdbcTransaction.of(connection);
        Exposure second = crossed(first);
        assertThat(store.ledger().expose(List.of(second), transaction)).containsExactly(new Recorded(first, false));
        assertThat(store.ledger().crossovers(first.experimentId(), 0)).isEmpty();
        connection.rollback();
        assertThat(store.ledger().crossovers(first.experimentId(), 0)).isEmpty();
        store.ledger().expose(List.of(second, first), transaction);
        connection.commit();
        assertThat(store.ledger().crossovers(first.experimentId(), 0)).containsExactly(second);
        assertThat(store.ledger().expose(List.of(), transaction)).isEmpty();
    }

    @Test
    void the_cache_learns_nothing_of_what_is_not_committed() throws SQLException {
        String lead = leadWithControl();
        order(connection, lead);
        assertThat(analytics.experiments().assign("test", lead).reason()).isEqualTo(AssignmentReason.BUCKETED);
        connection.rollback();
        now.set(START.plusSeconds(60));
        // Were the first one remembered, nothing would be stored here.
        Exposure stored = analytics
                .experiments()
                .expose(analytics.experiments().assign("test", lead))
                .orElseThrow();
        assertThat(stored.exposedAt()).isEqualTo(START.plusSeconds(60));
        assertThat(stored(lead)).containsExactly(stored);
    }

    @Test
    void the_host_that_committed_sees_it_at_once_whatever_it_had_cached() throws SQLException {
        String lead = leadWithControl();
        everybodyGetsB();
        // Who was asked for is remembered as somebody who was never exposed, before and during the transaction.
        Assignment before = analytics.experiments().assign("test", lead);
        assertThat(before.variant().id()).isEqualTo("b");
        Exposure own = order(connection, lead);
        assertThat(analytics.experiments().assign("test", lead).reason()).isEqualTo(AssignmentReason.BUCKETED);
        connection.commit();
        assertThat(analytics.experiments().assign("test", lead).reason()).isEqualTo(AssignmentReason.STICKY);
        assertThat(own.variant()).isEqualTo("b");
    }

    private String leadWithControl() {
        for (int i = 0; ; i++) {
            if (analytics.experiments().assign("test", "lead-" + i).variant().isControl()) {
                return "lead-" + i;
            }
        }
    }

    private void everybodyGetsB() {
        analytics
                .experiments()
                .update(
                        "test",
                        analytics.experiments().get("test").orElseThrow().definition().toBuilder()
                                .variants(List.of(
                                        Variant.of("Control", true, 0, Map.of()),
                                        Variant.of("B", false, 10_000, Map.of())))
                                .build());
    }

    @Test
    void whoever_exposes_the_same_user_meanwhile_waits_and_gets_the_one_that_was_committed() throws Exception {
        Exposure first = order(connection, "ada");
        CompletableFuture<List<Recorded>> meanwhile =
                meanwhile(() -> store.ledger().expose(List.of(crossed(first))));
        awaitWaiting();
        connection.commit();
        assertThat(meanwhile.get(60, TimeUnit.SECONDS)).containsExactly(new Recorded(first, false));
        assertThat(store.ledger().crossovers(first.experimentId(), 0)).containsExactly(crossed(first));
    }

    @Test
    void whoever_exposes_the_same_user_meanwhile_is_the_first_if_the_transaction_is_rolled_back() throws Exception {
        order(connection, "ada");
        now.set(START.plusSeconds(1));
        CompletableFuture<Optional<Exposure>> meanwhile =
                meanwhile(() -> other.experiments().expose(other.experiments().assign("test", "ada")));
        awaitWaiting();
        connection.rollback();
        Exposure first = meanwhile.get(60, TimeUnit.SECONDS).orElseThrow();
        assertThat(first.exposedAt()).isEqualTo(START.plusSeconds(1));
        assertThat(stored("ada")).containsExactly(first);
    }

    @Test
    void whoever_waits_with_an_equal_exposure_does_not_take_the_committed_one_for_its_own() throws Exception {
        Exposure first = order(connection, "ada");
        CompletableFuture<List<Recorded>> meanwhile =
                meanwhile(() -> store.ledger().expose(List.of(first)));
        awaitWaiting();
        connection.commit();
        assertThat(meanwhile.get(60, TimeUnit.SECONDS)).containsExactly(new Recorded(first, false));
    }

    @Test
    void what_a_transaction_had_stored_before_it_had_to_wait_is_still_its_own() throws Exception {
        Exposure zoe = order(connection, "zoe");
        Exposure ada = with(zoe, "ada");
        Connection second = connect();
        CompletableFuture<List<Recorded>> meanwhile =
                meanwhile(() -> store.ledger().expose(List.of(ada, zoe), JdbcTransaction.of(second)));
        awaitWaiting();
        connection.commit();
        assertThat(meanwhile.get(60, TimeUnit.SECONDS))
                .containsExactly(new Recorded(ada, true), new Recorded(zoe, false));
        second.commit();
        assertThat(stored("ada")).containsExactly(ada);
    }

    @Test
    void of_two_transactions_that_expose_the_same_user_the_one_that_commits_first_has_the_first() throws Exception {
        Exposure first = order(connection, "ada");
        Connection second = connect();
        CompletableFuture<Optional<Exposure>> meanwhile = meanwhile(() -> exposeWithin(other, second, "ada"));
        awaitWaiting();
        connection.commit();
        assertThat(meanwhile.get(60, TimeUnit.SECONDS)).contains(first);
        second.commit();
        assertThat(stored("ada")).containsExactly(first);
    }

    @Test
    void a_batch_of_the_stores_own_never_ends_a_transaction_of_the_hosts_by_a_deadlock() throws Exception {
        for (int round = 0; round < 3; round++) {
            Exposure zoe = order(connection, "zoe-" + round);
            String ada = "ada-" + round;
            Exposure adaMeanwhile = other.experiments().assign("test", ada).isIn()
                    ? new Exposure(
                            zoe.experimentId(),
                            1,
                            0,
                            SubjectId.lead(ada),
                            other.experiments().assign("test", ada).variant().id(),
                            1,
                            -1,
                            START)
                    : zoe;
            CompletableFuture<List<Recorded>> batch =
                    meanwhile(() -> store.ledger().expose(List.of(adaMeanwhile, crossed(zoe))));
            awaitWaiting(); // for zoe, and may hold ada
            Exposure own = exposeWithin(analytics, connection, ada).orElseThrow();
            connection.commit();
            assertThat(batch.get(60, TimeUnit.SECONDS))
                    .extracting(Recorded::first)
                    .containsExactly(own, zoe);
            assertThat(stored(ada)).containsExactly(own);
        }
    }

    @Test
    void others_that_wait_with_one_that_is_held_are_stored_before_it() throws Exception {
        Exposure zoe = order(connection, "zoe");
        Exposure ada = with(zoe, "ada");
        Exposure zora = with(zoe, "zora");
        CompletableFuture<List<Recorded>> batch =
                meanwhile(() -> store.ledger().expose(List.of(ada, crossed(zoe), zora)));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (stored("ada").isEmpty() || stored("zora").isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
        assertThat(stored("zoe")).isEmpty();
        connection.commit();
        assertThat(batch.get(60, TimeUnit.SECONDS))
                .containsExactly(new Recorded(ada, true), new Recorded(zoe, false), new Recorded(zora, true));
    }

    private static Exposure with(Exposure exposure, String lead) {
        return new Exposure(
                exposure.experimentId(), 1, 0, SubjectId.lead(lead), exposure.variant(), 1, -1, exposure.exposedAt());
    }

    @Test
    void events_of_a_user_are_tracked_while_a_transaction_exposes_it() throws SQLException {
        order(connection, "ada");
        assertThat(analytics
                        .track(TrackRequest.builder("page_view").leadId("ada").build())
                        .outcome())
                .isEqualTo(Outcome.ACCEPTED);
        connection.commit();
        assertThat(stored("ada")).hasSize(1);
    }

    @Test
    void who_is_not_in_the_experiment_is_not_exposed_and_the_connection_not_asked() {
        analytics.experiments().pause("test");
        assertThat(exposeWithin(analytics, connection, "ada")).isEmpty();
    }

    @Test
    void a_connection_that_is_in_no_transaction_here_is_refused() throws Exception {
        connection.setAutoCommit(true);
        assertThatThrownBy(() -> exposeWithin(analytics, connection, "ada"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("setAutoCommit(false)");
        connection.setAutoCommit(false);
        Connection closed = connect();
        closed.close();
        assertThatThrownBy(() -> exposeWithin(analytics, closed, "ada"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("closed");
        try (Connection elsewhere = DriverManager.getConnection("jdbc:h2:mem:elsewhere" + UUID.randomUUID())) {
            elsewhere.setAutoCommit(false);
            assertThatThrownBy(() -> exposeWithin(analytics, elsewhere, "ada"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the connection leads to H2 database");
        }
        HostTransaction foreign = new HostTransaction() {};
        Assignment assignment = analytics.experiments().assign("test", "ada");
        assertThatThrownBy(() -> analytics.experiments().expose(assignment, foreign))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("JdbcTransaction");
        assertThat(stored("ada")).isEmpty();
    }

    @Test
    void the_connection_stays_as_it_was_and_open() throws SQLException {
        int isolation = connection.getTransactionIsolation();
        order(connection, "ada");
        assertThat(connection.isClosed()).isFalse();
        assertThat(connection.getAutoCommit()).isFalse();
        assertThat(connection.getTransactionIsolation()).isEqualTo(isolation);
        execute(connection, "insert into host_order values ('bob')");
        connection.commit();
        assertThat(orders()).isEqualTo(2);
    }

    @Test
    void a_transaction_whose_snapshot_is_older_than_the_exposure_fails_and_succeeds_anew() throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from experiment_exposure")) {
            assertThat(rows.next()).isTrue(); // the snapshot is taken
        }
        Exposure first = other.experiments()
                .expose(other.experiments().assign("test", "ada"))
                .orElseThrow();
        assertThatThrownBy(() -> order(connection, "ada")).isInstanceOf(StoreException.class);
        connection.rollback();
        assertThat(order(connection, "ada")).isEqualTo(first);
        connection.commit();
        assertThat(orders()).isOne();
        assertThat(stored("ada")).containsExactly(first);
    }
}
