package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.CommitUnit;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventBuilder;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.StoreException;
import io.behavioranalytics.store.StoreRefusalException;
import io.behavioranalytics.store.Subjects;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The host's own connections: each is given back as it was lent, whatever failed, and no call outlasts its timeout by much. */
class LentConnectionsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** What a pool of the host sets up once, and trusts to find again. */
    private record State(boolean autoCommit, int isolation, int networkTimeout, boolean readOnly) {
        static State of(Connection connection) throws SQLException {
            return new State(
                    connection.getAutoCommit(),
                    connection.getTransactionIsolation(),
                    connection.getNetworkTimeout(),
                    connection.isReadOnly());
        }
    }

    /** Lends connections that are all in one state; calls on them fail if the test says so. */
    private static final class Lender {
        private static final Set<String> NEVER_FAIL = Set.of(
                "close",
                "isClosed",
                "unwrap",
                "isWrapperFor",
                "getAutoCommit",
                "getTransactionIsolation",
                "getNetworkTimeout",
                "isReadOnly",
                "getMetaData");
        private static final int NETWORK_TIMEOUT = 12_345;

        private final String url;
        private final State before;
        private final List<String> faults = new ArrayList<>();
        private final List<Integer> timeouts = new ArrayList<>();
        private final Queue<Connection> idle = new ArrayDeque<>();
        private int calls;
        private int failing;
        private int burst = 1;
        private boolean hangs;
        private SQLException failure = new SQLException("down", "40001");

        Lender(String url, boolean autoCommit, int isolation, boolean readOnly) {
            this.url = url;
            before = new State(autoCommit, isolation, NETWORK_TIMEOUT, readOnly);
        }

        DataSource source() {
            return (DataSource) Proxy.newProxyInstance(
                    DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, args) -> {
                        assertThat(method.getName()).isEqualTo("getConnection");
                        return new Lent().shown();
                    });
        }

        /** One connection. H2 knows no network timeout, so it is kept here. */
        private final class Lent {
            private final Connection real;
            private int networkTimeout = NETWORK_TIMEOUT;

            Lent() throws SQLException {
                Connection back = idle.poll();
                real = back == null ? DriverManager.getConnection(url) : back;
                if (back == null) {
                    real.setTransactionIsolation(before.isolation());
                    real.setReadOnly(before.readOnly());
                    real.setAutoCommit(before.autoCommit());
                }
            }

            Connection shown() {
                return (Connection) Proxy.newProxyInstance(
                        Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> {
                            switch (method.getName()) {
                                case "close" -> {
                                    if (!real.isClosed()) {
                                        State after = State.of((Connection) proxy);
                                        if (!after.equals(before)) {
                                            faults.add("lent " + before + ", given back " + after);
                                        }
                                        if (!before.autoCommit()) {
                                            real.rollback();
                                        }
                                        idle.add(real);
                                    }
                                    return null;
                                }
                                case "getNetworkTimeout" -> {
                                    return networkTimeout;
                                }
                                case "setNetworkTimeout" -> {
                                    failNow(method, args);
                                    networkTimeout = (int) args[1];
                                    return null;
                                }
                                default -> {
                                    failNow(method, args);
                                    return invoke(method, args);
                                }
                            }
                        });
            }

            private void failNow(Method method, Object[] args) throws SQLException {
                boolean restores = method.getName().startsWith("set")
                        && (args[args.length - 1].equals(before.autoCommit())
                                || args[args.length - 1].equals(before.isolation())
                                || args[args.length - 1].equals(before.networkTimeout()));
                if (NEVER_FAIL.contains(method.getName()) || restores) {
                    return;
                }
                if (method.getName().equals("setNetworkTimeout")) {
                    timeouts.add((int) args[1]);
                } else if (hangs && method.getName().equals("prepareStatement")) {
                    // As a driver does on a server that does not answer: it waits out the network timeout.
                    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(networkTimeout);
                    while (System.nanoTime() - end < 0) {
                        LockSupport.parkNanos(end - System.nanoTime());
                    }
                    throw new SQLException("read timed out", "08006");
                }
                calls++;
                if (failing > 0 && calls >= failing && calls < failing + burst) {
                    throw failure;
                }
            }

            private Object invoke(Method method, Object[] args) throws Throwable {
                try {
                    return method.invoke(real, args);
                } catch (InvocationTargetException thrown) {
                    throw thrown.getCause();
                }
            }
        }
    }

    static Batch batch(long number) {
        BehaviorEvent event = EventBuilder.event(new UUID(2, number), NOW)
                .lead("lead-" + number)
                .build();
        SubjectChange change = new SubjectChange(
                SubjectId.lead("lead-" + number),
                0,
                List.of(event),
                List.of(),
                null,
                null,
                NOW,
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
        return new Batch(new UUID(1, number), "host", NOW, List.of(new CommitUnit(List.of(change))));
    }

    private static Map<String, Runnable> calls(JdbcStore store) {
        Map<String, Runnable> calls = new LinkedHashMap<>();
        long[] next = {0};
        calls.put("commit", () -> store.commit(batch(++next[0])));
        calls.put("load", () -> store.subjects().load(List.of(SubjectId.lead("a")), Subjects.Projection.TIMELINE));
        calls.put("claim", () -> store.subjects().claimDue(NOW, 1, Duration.ofSeconds(1)));
        calls.put("list", () -> store.queue().list(ActionStatus.DONE, null, 1));
        calls.put("definitions", () -> store.definitions().load());
        calls.put("version", () -> store.definitions().version());
        return calls;
    }

    private static void givesBack(String url, boolean autoCommit, int isolation, boolean readOnly) throws SQLException {
        Lender lender = new Lender(url, autoCommit, isolation, readOnly);
        try (JdbcStore store =
                JdbcStore.builder().dataSource(lender.source()).timeout(TIMEOUT).build()) {
            assertThat(lender.faults).as("while it was opened").isEmpty();
            calls(store).forEach((name, call) -> {
                lender.calls = 0;
                call.run();
                int sound = lender.calls;
                assertThat(lender.faults).as(name).isEmpty();
                for (int failure = 0; failure < 4; failure++) {
                    String state = failure % 2 == 0 ? "40001" : "22000";
                    lender.failure = new SQLException("down", state);
                    lender.burst =
                            1 + failure / 2; // the second call to fail is the one that would have ended the transaction
                    for (int failing = 1; failing <= sound; failing++) {
                        lender.calls = 0;
                        lender.failing = failing;
                        try {
                            call.run();
                        } catch (StoreException | StoreRefusalException failed) {
                            // Not every failure can be survived.
                        }
                        assertThat(lender.faults)
                                .as(
                                        "%s, when %d calls from %d of %d on failed with %s",
                                        name, lender.burst, failing, sound, state)
                                .isEmpty();
                    }
                    lender.failing = 0;
                }
                call.run();
            });
        }
    }

    @Test
    void connections_of_H2_are_given_back_as_they_were_lent() throws SQLException {
        for (boolean autoCommit : new boolean[] {true, false}) {
            for (int isolation :
                    new int[] {Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_SERIALIZABLE}) {
                givesBack("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", autoCommit, isolation, false);
            }
        }
    }

    @Test
    void connections_of_PostgreSQL_are_given_back_as_they_were_lent() throws SQLException {
        givesBack(PostgresServer.shared().freshDatabase().url(), true, Connection.TRANSACTION_READ_COMMITTED, false);
        givesBack(PostgresServer.shared().freshDatabase().url(), false, Connection.TRANSACTION_SERIALIZABLE, true);
    }

    @Test
    void a_commit_whose_tries_hang_has_one_timeout_for_all_of_them() throws SQLException {
        Lender lender = new Lender(
                "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1",
                true,
                Connection.TRANSACTION_READ_COMMITTED,
                false);
        try (JdbcStore store = JdbcStore.builder()
                .dataSource(lender.source())
                .timeout(Duration.ofSeconds(2))
                .build()) {
            lender.hangs = true;
            lender.timeouts.clear();
            assertThatThrownBy(() -> store.commit(batch(1))).isInstanceOf(StoreException.class);
            // The first try had all the time that there was, and used it up.
            assertThat(lender.timeouts)
                    .hasSize(1)
                    .first()
                    .satisfies(most -> assertThat(most).isBetween(1, 2_000));
            lender.hangs = false;
            assertThat(store.commit(batch(1))).hasSize(1);
        }
    }
}
