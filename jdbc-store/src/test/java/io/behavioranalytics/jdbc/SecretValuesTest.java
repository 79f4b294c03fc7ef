package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.CommitUnit;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventBuilder;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.postgres.CrashPoints;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.StoreException;
import io.behavioranalytics.store.StoreRefusalException;
import io.behavioranalytics.trigger.TriggerDraft;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a host or a visitor writes is bound to statements; it stands in none of them, and in no exception. */
@Timeout(300)
class SecretValuesTest {
    private static final String MARKER = "mk7f3a";
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private static void live(DataSource source) throws Exception {
        VirtualClock clock = VirtualClock.at(NOW);
        try (JdbcStore store = JdbcStore.builder().dataSource(source).build();
                BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                        .store(store)
                        .clock(clock)
                        .host(MARKER + "-host")
                        .random(new Random(1))
                        .executor(Runnable::run)
                        .inlineActions()
                        .action(ActionExecutor.of(MARKER, request -> ActionResult.failure(MARKER + "-reason")))
                        .build()) {
            analytics
                    .segments()
                    .create(SegmentDraft.fromJson("{\"name\":\"" + MARKER + " segment\",\"description\":\""
                            + MARKER + "\",\"tags\":[\"" + MARKER
                            + "\"],\"criteria\":{\"eventFilters\":[{\"eventType\":"
                            + "\"page_view\",\"conditions\":[{\"field\":\"properties." + MARKER
                            + "\",\"operator\":\"equals\",\"value\":\"" + MARKER + "\"}]}]}}"));
            analytics
                    .triggers()
                    .create(TriggerDraft.fromJson("{\"name\":\"" + MARKER + " trigger\",\"event\":"
                            + "\"page_view\",\"cooldown\":60,\"targetSegments\":[\"" + MARKER
                            + "-segment\"],\"actions\":[{\"action\":\""
                            + MARKER + "\",\"id\":\"" + MARKER + "\",\"parameters\":{\"to\":\"" + MARKER + "\"}}]}"));
            for (int i = 0; i < 2; i++) {
                analytics.track(event("session").build());
                analytics.track(event("session").leadId(MARKER + "-lead").build());
                clock.advance(Duration.ofSeconds(1));
                analytics.runDue();
            }
            TrackRequest repeated =
                    event("other").leadId(MARKER + "-lead").id(new UUID(1, 2)).build();
            analytics.track(repeated);
            assertThat(analytics.track(repeated).outcome()).isEqualTo(TrackResult.Outcome.DUPLICATE);
            assertThat(analytics.actions().deadLetters(null, 10)).isNotEmpty();
            SubjectId lead = SubjectId.lead(MARKER + "-lead");
            assertThat(analytics.triggers().executions(MARKER + "-trigger", null, 10))
                    .isNotEmpty();
            assertThat(analytics.triggers().skips(MARKER + "-trigger", lead, 10))
                    .isNotEmpty();
            assertThat(analytics.maintenance().verify(lead).isWrong()).isFalse();
            analytics.maintenance().purge();
            analytics.maintenance().export(new ByteArrayOutputStream());
        }
    }

    private static TrackRequest.Builder event(String session) {
        return TrackRequest.builder(EventType.PAGE_VIEW)
                .sessionId(MARKER + session)
                .userId(MARKER + "-user")
                .source(MARKER)
                .page("https://" + MARKER + ".example", MARKER, MARKER)
                .property(MARKER, MARKER)
                .context("ip", MARKER)
                .metadata(MARKER, MARKER);
    }

    private static void assertNeverInSql(CrashPoints statements) {
        assertThat(statements.sql()).hasSizeGreaterThan(40).noneMatch(sql -> sql.contains(MARKER));
    }

    @Test
    void no_value_stands_in_a_statement_to_postgresql() throws Exception {
        try (TestDatabase database = PostgresServer.shared().freshDatabase()) {
            CrashPoints statements = CrashPoints.around(database.dataSource());
            live(statements.dataSource());
            assertNeverInSql(statements);
        }
    }

    @Test
    void no_value_stands_in_a_statement_to_h2() throws Exception {
        JdbcConnectionPool pool =
                JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
        CrashPoints statements = CrashPoints.around(pool);
        live(statements.dataSource());
        assertNeverInSql(statements);
        pool.dispose();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void no_value_stands_in_the_exception_of_a_row_that_the_database_refuses(String product) throws Exception {
        try (TestDatabase database = PostgresServer.shared().freshDatabase()) {
            String url =
                    product.equals("h2") ? "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1" : database.url();
            try (JdbcStore store = JdbcStore.builder().url(url).build()) {
                execute(url, "alter table behavior_event add constraint no_marker check (source <> '" + MARKER + "')");
                Throwable thrown = catchThrowable(() -> store.commit(batch()));
                assertThat(thrown).isInstanceOf(StoreRefusalException.class).hasRootCauseInstanceOf(SQLException.class);
                StringWriter text = new StringWriter();
                thrown.printStackTrace(new PrintWriter(text));
                assertThat(text.toString()).contains("SQLSTATE 23").doesNotContain(MARKER);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void no_value_stands_in_the_exception_of_a_statement_that_the_database_cannot_carry_out(String product)
            throws Exception {
        try (TestDatabase database = PostgresServer.shared().freshDatabase()) {
            String url =
                    product.equals("h2") ? "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1" : database.url();
            try (JdbcStore store = JdbcStore.builder().url(url).build()) {
                execute(url, "alter table membership_change rename to elsewhere");
                Throwable thrown =
                        catchThrowable(() -> store.ledger().memberships(null, SubjectId.lead(MARKER + "-lead"), 10));
                assertThat(thrown).isInstanceOf(StoreException.class).hasRootCauseInstanceOf(SQLException.class);
                StringWriter text = new StringWriter();
                thrown.printStackTrace(new PrintWriter(text));
                assertThat(text.toString()).contains("SQLSTATE 42").doesNotContain(MARKER);
            }
        }
    }

    private static Batch batch() {
        SubjectId lead = SubjectId.lead(MARKER + "-lead");
        BehaviorEvent event = EventBuilder.event(new UUID(3, 4), NOW)
                .session(MARKER)
                .lead(lead.value())
                .source(MARKER)
                .property(MARKER, MARKER)
                .build();
        SubjectChange change = new SubjectChange(
                lead,
                0,
                List.of(event),
                List.of(),
                null,
                null,
                null,
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
        return new Batch(new UUID(5, 6), "host", NOW, List.of(new CommitUnit(List.of(change))));
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
