package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Settings;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a host leaves behind when it is closed: nothing (I8). */
@Timeout(600)
class ClosedHostTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @ParameterizedTest
    @EnumSource
    void no_thread_connection_or_lock_is_left_though_an_executor_hangs(Site.Kind kind) throws Exception {
        PostgresServer.shared(); // its threads are not the host's
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        try (Site site = Site.of(kind)) {
            Set<Thread> before = Set.copyOf(Thread.getAllStackTraces().keySet());
            JdbcStore store = site.open();
            BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                    .store(store)
                    .executor(Runnable::run)
                    .settings(Settings.builder()
                            .closeTimeout(Duration.ofSeconds(1))
                            .processingInterval(Duration.ofMillis(20))
                            .build())
                    .action(Calls.note(request -> {
                        hangs.countDown();
                        awaitDeafly(released);
                        return ActionResult.success();
                    }))
                    .build();
            Campaign.trigger(analytics, "Quote", "\"quote_request\"", 0, "PT0S");
            analytics.start();
            Load load = new Load(new Campaign(Instant.now(), 5), 0, 40, number -> {}).on(analytics, 4);
            load.awaitEnd();
            hangs.await();

            long begun = System.nanoTime();
            analytics.close();
            store.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .as("closing")
                    .isLessThan(LIMIT);
            released.countDown();

            awaitEnds(before);
            assertThat(left(before)).isEmpty();
            if (kind == Site.Kind.POSTGRESQL) {
                assertNobodyIsConnected(site);
            }
        } finally {
            released.countDown();
        }
    }

    private static void awaitEnds(Set<Thread> before) {
        long begun = System.nanoTime();
        while (!left(before).isEmpty() && System.nanoTime() - begun < LIMIT.toNanos()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private static void awaitDeafly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException ignored) {
                // An executor that does not listen.
            }
        }
    }

    private static Set<String> left(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && !before.contains(thread) && !isOfTheJvm(thread))
                .map(Thread::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Of the JVM's common pool, which PostgreSQL's driver lends a worker from, under another name and for half a minute. */
    private static boolean isOfTheJvm(Thread thread) {
        return thread instanceof ForkJoinWorkerThread worker && worker.getPool() == ForkJoinPool.commonPool();
    }

    private static void assertNobodyIsConnected(Site site) throws SQLException {
        try (Connection connection = site.connect();
                Statement statement = connection.createStatement()) {
            Waiting.until(
                    "the server has noticed",
                    LIMIT,
                    () -> number(
                                    statement,
                                    "select count(*) from pg_stat_activity where datname = current_database()"
                                            + " and backend_type = 'client backend' and pid <> pg_backend_pid()")
                            == 0);
            assertThat(number(
                            statement,
                            "select count(*) from pg_locks where pid <> pg_backend_pid() and database ="
                                    + " (select oid from pg_database where datname = current_database())"))
                    .as("locks")
                    .isZero();
        }
    }

    private static long number(Statement statement, String query) {
        try (ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
