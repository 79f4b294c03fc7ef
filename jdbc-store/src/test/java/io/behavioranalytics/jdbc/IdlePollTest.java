package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.postgres.CrashPoints;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.store.Claim;
import io.behavioranalytics.store.Settlement;
import io.behavioranalytics.trigger.TriggerDraft;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hosts ask for due actions every second, mostly in vain: that writes nothing. */
@Timeout(300)
class IdlePollTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:10Z");
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Set<String> EMAIL = Set.of("send_email");

    @Test
    void a_poll_in_vain_writes_nothing_to_postgresql() throws Exception {
        try (TestDatabase database = PostgresServer.shared().freshDatabase()) {
            poll(database.dataSource());
        }
    }

    @Test
    void a_poll_in_vain_writes_nothing_to_h2() {
        JdbcConnectionPool pool =
                JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
        poll(pool);
        pool.dispose();
    }

    private static void poll(DataSource source) {
        CrashPoints statements = CrashPoints.around(source);
        VirtualClock clock = VirtualClock.at(NOW);
        try (JdbcStore store = JdbcStore.builder()
                        .dataSource(statements.dataSource())
                        .storeClock(clock)
                        .build();
                BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                        .store(store)
                        .clock(clock)
                        .executor(Runnable::run)
                        .action(ActionExecutor.of("send_email", request -> ActionResult.success()))
                        .build()) {
            analytics
                    .triggers()
                    .create(TriggerDraft.fromJson("{\"name\":\"late mail\",\"event\":\"page_view\",\"cooldown\":0,"
                            + "\"actions\":[{\"action\":\"send_email\",\"delay\":10}]}"));
            for (int i = 0; i < 3; i++) {
                analytics.track(TrackRequest.builder(EventType.PAGE_VIEW)
                        .leadId("lead-" + i)
                        .build());
            }

            assertOnlyReads(store, statements, NOW, 2);

            clock.advance(Duration.ofMinutes(10));
            Instant due = clock.instant();
            List<Claim> claims = store.queue().claim(EMAIL, due, 10, LEASE, 2);
            assertThat(claims).hasSize(2);
            assertOnlyReads(store, statements, due, 2);

            clock.advance(Duration.ofMinutes(1));
            assertThat(store.queue().settle(claims.get(0), new Settlement.Done(due)))
                    .isTrue();
            assertThat(store.queue().claim(EMAIL, clock.instant(), 10, LEASE, 2))
                    .hasSize(2);
        }
    }

    private static void assertOnlyReads(JdbcStore store, CrashPoints statements, Instant now, int rate) {
        int before = statements.points().size();
        for (int i = 0; i < 5; i++) {
            assertThat(store.queue().claim(EMAIL, now, 10, LEASE, rate)).isEmpty();
            assertThat(store.queue().claim(Set.of("push"), now, 10, LEASE, Integer.MAX_VALUE))
                    .isEmpty();
        }
        List<CrashPoints.Point> reached = statements.points();
        // On H2 each connection that is borrowed is told how to write and to read, which writes nothing.
        assertThat(reached.subList(before, reached.size()))
                .filteredOn(point -> !point.sql().startsWith("SET WRITE_DELAY 0;"))
                .hasSize(10)
                .allSatisfy(point -> assertThat(point.sql()).startsWith("select "));
    }
}
