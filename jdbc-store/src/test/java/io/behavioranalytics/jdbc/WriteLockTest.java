package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.store.StoreException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One transaction of this process writes to an H2 file at a time, so that what reaches the file is never the half of another. */
@Timeout(300)
class WriteLockTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private String url() {
        return "jdbc:h2:file:" + folder.resolve("db");
    }

    private WriteLock lock() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url())) {
            return Dialect.of(connection).writeLock(connection);
        }
    }

    @Test
    void of_many_that_write_one_does_so_at_a_time() throws Exception {
        int threads = 8;
        CyclicBarrier start = new CyclicBarrier(threads);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(pool.submit(() -> {
                    start.await(120, TimeUnit.SECONDS);
                    for (int turn = 0; turn < 200; turn++) {
                        WriteLock.of("of many").hold(LONG, () -> {
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            Thread.onSpinWait();
                            inside.decrementAndGet();
                            return done.incrementAndGet();
                        });
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get(120, TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(most).hasValue(1);
        assertThat(done).hasValue(threads * 200);
    }

    @Test
    void a_store_that_writes_waits_for_others_on_its_file_and_gives_up_in_time() throws Exception {
        try (JdbcStore store =
                JdbcStore.builder().url(url()).timeout(Duration.ofSeconds(2)).build()) {
            enter(store);
            lock().hold(LONG, () -> {
                assertThatThrownBy(() -> elsewhere(() -> enter(store)))
                        .hasCauseInstanceOf(StoreException.class)
                        .hasMessageContaining("SQLSTATE HYT00");
                assertThat(elsewhere(() -> store.hosts().living()))
                        .as("who only reads waits for nobody")
                        .hasSize(1);
                return true;
            });
            enter(store);
            assertThat(store.hosts().living()).hasSize(2);
        }
    }

    @Test
    void stores_on_other_files_and_in_memory_wait_for_nobody() throws Exception {
        try (JdbcStore file = JdbcStore.builder()
                        .url("jdbc:h2:file:" + folder.resolve("other"))
                        .build();
                JdbcStore memory = JdbcStore.builder()
                        .url("jdbc:h2:mem:" + UUID.randomUUID())
                        .build()) {
            lock().hold(LONG, () -> {
                for (JdbcStore store : List.of(file, memory)) {
                    elsewhere(() -> enter(store));
                    assertThat(store.hosts().living()).hasSize(1);
                }
                return true;
            });
        }
    }

    @Test
    void whoever_is_interrupted_while_waiting_is_told_to_try_again_and_stays_interrupted() throws Exception {
        WriteLock lock = WriteLock.of("interrupted");
        lock.hold(
                LONG,
                () -> elsewhere(() -> {
                    Thread.currentThread().interrupt();
                    assertThatThrownBy(() -> lock.hold(LONG, () -> true)).isInstanceOf(SQLTransientException.class);
                    assertThat(Thread.interrupted()).isTrue();
                    return true;
                }));
    }

    @ParameterizedTest
    @CsvSource({
        "2.4.240 (2025-09-22), true",
        "2.5.250 (2026-08-29), false",
        "2.5.252, false",
        "2.5.253, true",
        "2.6.1, true",
        "12.5.252, true"
    })
    void the_versions_that_leave_a_commit_unfinished_are_known(String version, boolean finishes) {
        assertThat(H2Dialect.finishesCommits(version)).isEqualTo(finishes);
    }

    private static String enter(JdbcStore store) {
        return store.hosts().enter(UUID.randomUUID(), "host", Set.of(), Duration.ofMinutes(1));
    }

    /** Does something in a thread of its own, which holds no lock. */
    private static <T> T elsewhere(Callable<T> work) throws SQLException {
        ExecutorService one = Executors.newSingleThreadExecutor();
        try {
            return one.submit(work).get(120, TimeUnit.SECONDS);
        } catch (ExecutionException | InterruptedException | TimeoutException e) {
            throw new SQLException(e.getMessage(), e.getCause());
        } finally {
            one.shutdownNow();
        }
    }
}
