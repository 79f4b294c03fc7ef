package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.DashboardReport;
import io.behavioranalytics.ReportOptions;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.report.Activity;
import io.behavioranalytics.report.ReportFilter;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.ExecutionOutcome;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerExecution;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** What is read of a database's facts: one state of them, each row once, a page at a time, without what is damaged. */
@Timeout(300)
class FactVisitTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final int PAGE = 1_000;

    /** Three pages and a bit, each with an action. */
    private static final int FIRINGS = 3_100;

    private final VirtualClock clock = VirtualClock.at(NOW);
    private @Nullable TestDatabase database;
    private @Nullable Connection kept;
    private @Nullable JdbcStore opened;
    private ReadRows counted = new ReadRows(new JdbcDataSource(), "");
    private String url = "";

    private JdbcStore open(String product) throws SQLException {
        return open(product, "trigger_execution");
    }

    private JdbcStore open(String product, String table) throws SQLException {
        DataSource source;
        if (product.equals("postgresql")) {
            database = PostgresServer.shared().freshDatabase();
            url = database.url();
            PGSimpleDataSource postgres = new PGSimpleDataSource();
            postgres.setUrl(url);
            source = postgres;
        } else {
            url = "jdbc:h2:mem:" + UUID.randomUUID();
            kept = DriverManager.getConnection(url);
            JdbcDataSource h2 = new JdbcDataSource();
            h2.setURL(url);
            source = h2;
        }
        String schema = product.equals("postgresql") ? "\"public\"" : "\"PUBLIC\"";
        counted = new ReadRows(source, schema + "." + table);
        opened = JdbcStore.builder().dataSource(counted.source()).build();
        return opened;
    }

    @AfterEach
    void close() throws SQLException {
        if (opened != null) {
            opened.close();
        }
        if (kept != null) {
            kept.close();
        }
        if (database != null) {
            database.close();
        }
    }

    /** A host whose every quote request is a firing with an action. */
    private BehaviorAnalytics host(JdbcStore store) {
        BehaviorAnalytics host = BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .executor(Runnable::run)
                .action(ActionExecutor.of("call", request -> ActionResult.success()))
                .inlineActions()
                .build();
        host.triggers().create(TriggerDraft.fromJson("""
                {"name": "Call", "event": "quote_request", "cooldown": 0, "actions": [{"action": "call"}]}
                """));
        return host;
    }

    private void fire(BehaviorAnalytics host, int from, int to) {
        List<TrackRequest> requests = new ArrayList<>();
        for (int lead = from; lead < to; lead++) {
            requests.add(TrackRequest.builder(EventType.QUOTE_REQUEST)
                    .leadId("lead-" + lead)
                    .timestamp(clock.instant())
                    .build());
        }
        host.trackAll(requests);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void each_firing_of_a_range_is_read_once_and_never_more_than_a_page_ahead(String product) throws SQLException {
        JdbcStore store = open(product);
        try (BehaviorAnalytics host = host(store)) {
            fire(host, 0, 100);
            clock.advance(Duration.ofHours(1));
            fire(host, 0, FIRINGS);
            clock.advance(Duration.ofHours(1));
            fire(host, 0, 200);

            assertReadByPages(
                    visitor -> store.ledger().visitOutcomes(NOW.plusSeconds(1), NOW.plusSeconds(3_601), outcome -> {
                        visitor.run();
                        return true;
                    }));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void each_entry_is_read_once_and_never_more_than_a_page_ahead(String product) throws SQLException {
        JdbcStore store = open(product, "membership_change");
        try (BehaviorAnalytics host = host(store)) {
            UUID segment = host.segments().create(SegmentDraft.fromJson("""
                    {"name": "Asked", "criteria": {"eventFilters": [{"eventType": "quote_request"}]}}
                    """)).id();
            fire(host, 0, FIRINGS);

            assertReadByPages(visitor -> store.ledger().visitMemberships(segment, change -> {
                visitor.run();
                return true;
            }));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void each_exposure_is_read_once_and_never_more_than_a_page_ahead(String product) throws SQLException {
        UUID experiment = new UUID(0xe4, 1);
        try (JdbcStore store = open(product, "experiment_exposure")) {
            List<Exposure> exposures = new ArrayList<>();
            for (int lead = 0; lead < FIRINGS; lead++) {
                exposures.add(new Exposure(experiment, 1, 0, SubjectId.lead("lead-" + lead), "a", 1, 1, NOW));
            }
            store.ledger().expose(exposures);

            assertReadByPages(visitor -> store.ledger().visitExposures(experiment, 0, exposure -> {
                visitor.run();
                return true;
            }));
        }
    }

    private void assertReadByPages(Consumer<Runnable> visit) {
        long before = counted.read();
        long[] visited = new long[1];
        long[] mostHeld = new long[1];
        visit.accept(() -> {
            visited[0]++;
            mostHeld[0] = Math.max(mostHeld[0], counted.read() - before - visited[0]);
        });
        assertThat(visited[0]).isEqualTo(FIRINGS);
        assertThat(counted.read() - before).isEqualTo(FIRINGS);
        assertThat(mostHeld[0]).isBetween(1L, PAGE - 1L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void a_dashboard_reads_each_firing_of_its_range_and_of_today_once_and_no_others(String product)
            throws SQLException {
        JdbcStore store = open(product);
        try (BehaviorAnalytics host = host(store)) {
            for (int day = 0; day < 5; day++) {
                clock.advance(Duration.ofDays(day == 0 ? 0 : 1));
                fire(host, 0, 300 + 400 * day);
                host.runDue();
            }
            Instant today = Instant.parse("2026-03-05T00:00:00Z");

            for (boolean upToToday : new boolean[] {true, false}) {
                long before = counted.read();
                DashboardReport dashboard = host.reports()
                        .dashboard(
                                Activity.of(ReportFilter.everything()
                                        .between(
                                                Instant.parse("2026-03-02T00:00:00Z"),
                                                upToToday ? today.plus(Duration.ofDays(1)) : today.minusSeconds(1))),
                                ReportOptions.defaults());
                int range = 700 + 1_100 + 1_500;
                assertThat(dashboard.triggers().executionsToday()).isEqualTo(1_900);
                assertThat(dashboard.personalization().triggeredActions()).isEqualTo(upToToday ? range + 1_900 : range);
                assertThat(dashboard.personalization().successRate()).isEqualTo(1.0);
                assertThat(counted.read() - before).isEqualTo(range + 1_900);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void a_visit_sees_one_state_of_the_actions_though_they_end_meanwhile(String product) throws SQLException {
        JdbcStore store = open(product);
        try (BehaviorAnalytics host = host(store)) {
            fire(host, 0, 1_500);
            List<ExecutionOutcome> visited = new ArrayList<>();
            store.ledger().visitOutcomes(NOW, NOW.plusSeconds(1), outcome -> {
                if (visited.isEmpty()) {
                    host.runDue();
                    assertThat(store.ledger().actionCounts().get(ActionStatus.DONE))
                            .isPositive();
                }
                return visited.add(outcome);
            });
            assertThat(visited).hasSize(1_500).allMatch(outcome -> outcome.scheduled() == 1 && outcome.done() == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void a_fact_that_is_damaged_is_left_out_and_counted_and_stops_no_other(String product) throws SQLException {
        JdbcStore store = open(product);
        try (BehaviorAnalytics host = host(store)) {
            host.segments().create(SegmentDraft.fromJson("""
                    {"name": "Asked", "criteria": {"eventFilters": [{"eventType": "quote_request"}]}}
                    """));
            fire(host, 0, 5);
            UUID hurt = store.ledger().executions(null, null, 5).stream()
                    .map(TriggerExecution::id)
                    .sorted()
                    .toList()
                    .get(2);
            String json = database == null ? " format json" : "";
            execute("update trigger_execution set actions = '[\"no id\"]'" + json + " where id = '" + hurt + "'");
            execute("update membership_change set cause = '{\"event\":\"rumour\"}'" + json
                    + " where subject = 'lead:lead-3'");

            List<ExecutionOutcome> visited = new ArrayList<>();
            store.ledger().visitOutcomes(NOW, NOW.plusSeconds(1), visited::add);
            assertThat(visited).hasSize(4).noneMatch(outcome -> outcome.id().equals(hurt));
            assertThat(store.damagedRows()).isEqualTo(1);
            List<String> entered = new ArrayList<>();
            UUID segment = host.segments().get("asked").orElseThrow().segment().id();
            store.ledger()
                    .visitMemberships(
                            segment, change -> entered.add(change.subject().value()));
            assertThat(entered).hasSize(4).doesNotContain("lead-3");
            assertThat(store.damagedRows()).isEqualTo(2);
        }
    }
}
