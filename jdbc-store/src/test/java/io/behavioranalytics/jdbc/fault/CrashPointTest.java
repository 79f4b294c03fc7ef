package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.DecisionFailedException;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.jdbc.JdbcStoreBuilder;
import io.behavioranalytics.jdbc.postgres.CrashPoints;
import io.behavioranalytics.jdbc.postgres.CrashPoints.Kind;
import io.behavioranalytics.jdbc.postgres.CrashPoints.Moment;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.SimulatedCrash;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.trigger.TriggerExecution;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A host dies before or after every single thing that reaches the database, one after the other, until none is left. */
@Timeout(600)
class CrashPointTest {
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final Calls calls = new Calls();
    private final VirtualClock clock = VirtualClock.at(Instant.parse("2026-03-01T12:00:00Z"));

    @ParameterizedTest
    @EnumSource
    void whatever_statement_a_host_dies_at_the_next_one_ends_what_it_began_once(Site.Kind kind) throws SQLException {
        try (TestDatabase database = PostgresServer.shared().freshSchema();
                ReusedConnection reused = new ReusedConnection(source(kind, database))) {
            run(kind, source(kind, database), kind == Site.Kind.POSTGRESQL ? reused.source() : source(kind, database));
        }
    }

    private void run(Site.Kind kind, DataSource ofSurvivor, DataSource source) {
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(ofSurvivor);
        try (HikariDataSource pooled = new HikariDataSource(pool);
                JdbcStore survivor = open(pooled).build();
                BehaviorAnalytics next = host(survivor)) {
            Campaign.trigger(next, "Quote", "\"quote_request\"", 60, "PT0S");
            int before = 0;
            while (crashes(source, next, "before-" + (before + 1), before(before + 1))) {
                before++;
            }
            int after = 0;
            while (crashes(source, next, "after-" + (after + 1), afterCommit(after + 1))) {
                after++;
            }
            FaultSize.report("crash points on " + kind + ": " + before + " before a statement or commit, " + after
                    + " after a commit");
            assertThat(before).as("points reached").isGreaterThan(20);
            assertThat(after).as("commits").isGreaterThan(5);
        }
    }

    /** Plants a crash into a host that is open. */
    private interface Fault {
        void plant(CrashPoints points);
    }

    private static Fault before(int number) {
        return points -> points.crashAt(points.points().size() + (long) number, Moment.BEFORE);
    }

    /** After anything else the database rolls back as before the next point. */
    private static Fault afterCommit(int number) {
        return points -> {
            AtomicInteger left = new AtomicInteger(number);
            points.fail(
                    point -> point.kind() == Kind.COMMIT && left.decrementAndGet() == 0,
                    Moment.AFTER,
                    () -> new SimulatedCrash("after commit " + number));
        };
    }

    /** One life with a crash, then another; false if the first never came to the crash. */
    private boolean crashes(DataSource source, BehaviorAnalytics next, String name, Fault fault) {
        boolean crashed = false;
        CrashPoints points = CrashPoints.around(source);
        try (JdbcStore store = open(points.dataSource()).migrate(false).build()) {
            BehaviorAnalytics dying = host(store);
            dying.triggers().list();
            fault.plant(points);
            live(dying, name);
        } catch (SimulatedCrash | DecisionFailedException crash) {
            crashed = true;
        }
        assertThat(points.faultsThrown() > 0)
                .as("%s: a crash is the only thing that may fail", name)
                .isEqualTo(crashed);
        assertThat(points.openConnections()).isZero();
        clock.advance(LEASE);
        live(next, name);
        check(next, name, crashed);
        return crashed;
    }

    /** Somebody looks at a page twice and asks for a quote twice; what is due is done. */
    private void live(BehaviorAnalytics analytics, String name) {
        String[] types = {"page_view", "quote_request", "quote_request", "page_view"};
        for (int i = 0; i < types.length; i++) {
            assertThat(analytics
                            .track(TrackRequest.builder(types[i])
                                    .id(id(name, i))
                                    .leadId("lead-" + name)
                                    .sessionId(i == 0 ? "session-" + name : null)
                                    .timestamp(Instant.parse("2026-03-01T12:00:00Z"))
                                    .sequence(i)
                                    .build())
                            .isDurable())
                    .isTrue();
        }
        analytics.runDue();
    }

    private static UUID id(String name, int number) {
        return UUID.nameUUIDFromBytes((name + "/" + number).getBytes(StandardCharsets.UTF_8));
    }

    private void check(BehaviorAnalytics analytics, String name, boolean crashed) {
        SubjectId lead = SubjectId.lead("lead-" + name);
        assertThat(analytics.profiles().get(lead).orElseThrow().totalEvents())
                .as("%s: the events", name)
                .isEqualTo(4);
        assertThat(analytics.maintenance().verify(lead).isWrong())
                .as("%s: the state", name)
                .isFalse();
        List<TriggerExecution> executions = analytics.triggers().executions(null, lead, 10);
        assertThat(executions).as("%s: one firing within the cooldown", name).hasSize(1);
        UUID action = executions.get(0).actions().get(0);
        ActionRecord record = analytics.actions().find(action).orElseThrow();
        assertThat(record.status()).as("%s: the action", name).isEqualTo(ActionStatus.DONE);
        List<Integer> attempts = calls.attempts().get(action);
        assertThat(attempts)
                .as("%s: attempts under one key", name)
                .isNotNull()
                .doesNotHaveDuplicates()
                .hasSizeBetween(1, crashed ? 2 : 1);
    }

    private BehaviorAnalytics host(JdbcStore store) {
        return BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .inlineActions()
                .executor(Runnable::run)
                .action(calls.executor())
                .build();
    }

    private JdbcStoreBuilder open(DataSource source) {
        return JdbcStore.builder().dataSource(source).schema("crashes").storeClock(clock);
    }

    private static DataSource source(Site.Kind kind, TestDatabase postgres) {
        if (kind == Site.Kind.POSTGRESQL) {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(postgres.url());
            return source;
        }
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:" + postgres.name() + ";DB_CLOSE_DELAY=-1");
        return source;
    }
}
