package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.trigger.TriggerExecution;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Eight threads on four hosts, each with connections of its own, race for one cooldown of one lead after the other. */
@Timeout(1_200)
class CooldownAcrossHostsTest {
    private static final int THREADS = 8;
    private static final int HOSTS = 4;
    private static final int LEADS = FaultSize.of(300, 5_000);
    private static final int NAIVE_LEADS = 300;

    /** On H2 the race is short, and not lost every time. */
    private static final int NAIVE_TIMES = 50;

    @ParameterizedTest
    @EnumSource
    void exactly_one_firing_for_each_lead(Site.Kind kind) throws Exception {
        try (Site site = Site.of(kind)) {
            List<JdbcStore> stores = new ArrayList<>();
            List<BehaviorAnalytics> hosts = new ArrayList<>();
            try {
                for (int i = 0; i < HOSTS; i++) {
                    stores.add(
                            JdbcStore.builder().url(site.url()).connections(2).build());
                    hosts.add(BehaviorAnalytics.builder()
                            .store(stores.get(i))
                            .action(new Calls().executor())
                            .build());
                }
                Campaign.trigger(hosts.get(0), "Recovery", "\"form_abandon\"", 30, "PT1H");
                Race.run(
                        THREADS,
                        LEADS,
                        (thread, lead) -> assertThat(hosts.get(thread % HOSTS)
                                        .track(TrackRequest.builder("form_abandon")
                                                .leadId("lead-" + lead)
                                                .build())
                                        .outcome())
                                .isEqualTo(Outcome.ACCEPTED));
                Map<String, Integer> fired = new HashMap<>();
                for (TriggerExecution execution : stores.get(0).ledger().executions(null, null, 10 * LEADS)) {
                    fired.merge(String.valueOf(execution.leadId()), 1, Integer::sum);
                }
                assertThat(fired).as("leads for whom it fired").hasSize(LEADS);
                assertThat(fired.values()).as("firings for each").containsOnly(1);
                FaultSize.report("cooldown race on " + kind + ": " + LEADS + " leads, 0 double, 0 none");
            } finally {
                hosts.forEach(BehaviorAnalytics::close);
                stores.forEach(JdbcStore::close);
            }
        }
    }

    /** The control: who looks first and writes then fires twice. */
    @ParameterizedTest
    @EnumSource
    void looking_first_and_writing_then_fires_twice(Site.Kind kind) throws Exception {
        List<Connection> connections = new ArrayList<>();
        try (Site site = Site.of(kind);
                HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl(site.url());
            pool.setMaximumPoolSize(THREADS);
            execute(pool, "create table last_firing (lead int primary key, last_ms bigint not null)");
            execute(pool, "create table firing (lead int not null)");
            for (int lead = 0; lead < NAIVE_LEADS; lead++) {
                execute(pool, "insert into last_firing values (" + lead + ", 0)");
            }
            for (int i = 0; i < THREADS; i++) {
                connections.add(pool.getConnection());
            }
            int twice = 0;
            for (int times = 1; times <= NAIVE_TIMES && twice == 0; times++) {
                Race.run(THREADS, NAIVE_LEADS, (thread, lead) -> fireNaively(connections.get(thread), lead));
                twice = number(
                        connections.get(0),
                        "select count(*) from (select lead from firing group by lead having count(*) > 1) twice");
                FaultSize.report("control, look then write on " + kind + ": " + twice + " of " + NAIVE_LEADS
                        + " twice, in race " + times);
                try (Statement statement = connections.get(0).createStatement()) {
                    statement.execute("update last_firing set last_ms = 0");
                    statement.execute("delete from firing");
                }
            }
            assertThat(twice).as("the race can be lost").isPositive();
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }

    private static void fireNaively(Connection connection, int lead) throws SQLException {
        if (number(connection, "select count(*) from last_firing where last_ms <= 1000 and lead = " + lead) == 1) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("update last_firing set last_ms = 2000 where lead = " + lead);
                statement.execute("insert into firing values (" + lead + ")");
            }
        }
    }

    private static int number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static void execute(DataSource source, String command) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }
}
