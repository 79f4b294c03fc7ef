package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.decision.SubjectState;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.jdbc.postgres.ChildJvm;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.Subjects.Projection;
import io.behavioranalytics.trigger.TriggerExecution;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two hosts in JVMs of their own share the events of the same leads, and come to what one host comes to. */
@Timeout(1_800)
class TwoHostsTest {
    private static final int EVENTS = FaultSize.of(4_000, 100_000);
    private static final int LEADS = FaultSize.of(100, 1_000);
    private static final Duration LIMIT = Duration.ofMinutes(20);

    /** What is compared of a subject: its profile, and what it is folded to, byte by byte. */
    private record Final(Profile profile, List<Byte> accumulators) {}

    @Test
    void they_store_fire_and_do_exactly_what_one_host_does() {
        // The triggers are as old as their creation: what happened before does not fire them.
        Instant start = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        SharedRun run = new SharedRun(start, EVENTS, LEADS);
        Calls calls = new Calls();
        try (TestDatabase database = PostgresServer.shared().freshDatabase();
                JdbcStore store = JdbcStore.builder().url(database.url()).build();
                BehaviorAnalytics analytics = run.host(store, calls.executor())) {
            defineAt(start, store, calls);
            long begun = System.nanoTime();
            List<String> ends = new ArrayList<>();
            List<ChildJvm> hosts = List.of(run.startHost(database.url(), 0, 2), run.startHost(database.url(), 1, 2));
            try {
                for (ChildJvm host : hosts) {
                    assertThat(host.awaitEnd(LIMIT)).as(host.errors()).isZero();
                    HostProcess.read(host.lines(), new HashSet<>(), calls);
                    ends.add(host.lines().stream()
                            .filter(line -> line.startsWith("sent"))
                            .findFirst()
                            .orElse(""));
                }
            } finally {
                hosts.forEach(ChildJvm::close);
            }
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            Waiting.until(
                    "I8: the server has seen the connections of hosts that ended go", () -> connections(database) == 0);

            Set<Long> all = new HashSet<>();
            for (long number = 0; number < EVENTS; number++) {
                all.add(number);
            }
            Invariants end = new Invariants(store).everythingAcknowledgedIsStoredOnce(all, EVENTS);
            assertThat(end.eventIds()).hasSize(EVENTS);
            end.firingsKeepTheirCooldown(analytics)
                    .actionsEndOnceAndUnderOneKey(calls, 0)
                    .statesEqualARecomputation(analytics);
            assertThat(store.queue().list(ActionStatus.DONE, null, 1)).isNotEmpty();

            try (InMemoryStore alone = new InMemoryStore();
                    BehaviorAnalytics one = run.host(alone, new Calls().executor())) {
                defineAt(start, alone, calls);
                run.send(one, 0, 1);
                assertThat(firings(store)).as("firings by trigger and lead").isEqualTo(firings(alone));
                assertThat(finals(store)).as("final states").isEqualTo(finals(alone));
            }
            FaultSize.report("two hosts: " + EVENTS + " events of " + LEADS + " leads, 50 triggers, "
                    + end.executions().size() + " firings, " + calls.keys() + " actions done, in " + took.toMillis()
                    + " ms; " + ends);
        }
    }

    /** Defines everything at an instant before the first event. */
    private static void defineAt(Instant start, Store store, Calls calls) {
        try (BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                .store(store)
                .clock(() -> start)
                .action(calls.executor())
                .build()) {
            SharedRun.define(analytics);
        }
    }

    private static Map<String, Integer> firings(Store store) {
        Map<String, Integer> counted = new TreeMap<>();
        Set<UUID> seen = new HashSet<>();
        for (TriggerExecution execution : store.ledger().executions(null, null, 10_000_000)) {
            assertThat(seen.add(execution.id())).isTrue();
            counted.merge(execution.triggerKey() + " " + execution.subject().value(), 1, Integer::sum);
        }
        return counted;
    }

    private static Map<SubjectId, Final> finals(Store store) {
        Map<SubjectId, Final> finals = new HashMap<>();
        store.subjects().scan(Projection.STATE, record -> {
            SubjectState state = record.state();
            if (state != null) {
                List<Byte> accumulators = new ArrayList<>();
                for (byte one : state.accumulators()) {
                    accumulators.add(one);
                }
                finals.put(record.subject(), new Final(state.profile(), accumulators));
            }
            return true;
        });
        return finals;
    }

    private static int connections(TestDatabase database) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from pg_stat_activity"
                        + " where datname = current_database() and pid <> pg_backend_pid()"
                        + " and application_name = '" + SharedRun.APPLICATION + "'")) {
            rows.next();
            return rows.getInt(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
