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
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a host leaves behind when it is closed: nothing (I8). */
@Timeout(600)
class ClosedHostTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    @ParameterizedTest
    @EnumSource
    void no_thread_connection_or_lock_is_left_though_an_executor_hangs(Site.Kind kind) throws Exception {
        PostgresServer.shared(); // its threads are not the host's
        ThreadGroup group = new ThreadGroup("host");
        CountDownLatch released = new CountDownLatch(1);
        try (Site site = Site.of(kind)) {
            FutureTask<Duration> life = new FutureTask<>(() -> live(site, released));
            // Threads belong to the group of the thread that makes them, so this group's are the host's.
            new Thread(group, life).start();
            assertThat(life.get(2, TimeUnit.MINUTES)).as("closing").isLessThan(LIMIT);
            released.countDown();

            awaitEnds(group);
            assertThat(left(group)).isEmpty();
            if (kind == Site.Kind.POSTGRESQL) {
                assertNobodyIsConnected(site);
            }
        } finally {
            released.countDown();
        }
    }

    /** A host from its start to its end; how long closing takes. */
    private static Duration live(Site site, CountDownLatch released) throws InterruptedException {
        CountDownLatch hangs = new CountDownLatch(1);
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
        assertThat(left(Thread.currentThread().getThreadGroup()))
                .as("this thread, and the host's")
                .hasSizeGreaterThan(1);

        long begun = System.nanoTime();
        analytics.close();
        store.close();
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private static void awaitEnds(ThreadGroup group) {
        long begun = System.nanoTime();
        while (!left(group).isEmpty() && System.nanoTime() - begun < LIMIT.toNanos()) {
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

    private static Set<String> left(ThreadGroup group) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getThreadGroup() == group && !isOfTheJvm(thread))
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
                            "select count(*) from pg_locks where pid is distinct from pg_backend_pid() and database ="
                                    + " (select oid from pg_database where datname = current_database())"
                                    // The server's own, as one that cleans up.
                                    + " and not exists (select from pg_stat_activity own where own.pid = pg_locks.pid"
                                    + " and own.backend_type <> 'client backend')"))
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
