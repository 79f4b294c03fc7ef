package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Settings;
import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.trigger.Cap;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerExecution;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Threads on several hosts, each with connections of its own, race for the cooldown or the caps (S20) of one lead after the other. */
@Timeout(1_200)
class FiringAcrossHostsTest {
    private static final int OWN = 3;
    private static final int TOGETHER = 4;
    private static final int THREADS = 16;
    private static final int NAIVE_LEADS = 100;

    /** On H2 the race is short, and not lost every time. */
    private static final int NAIVE_TIMES = 50;

    /** Hosts of one database, and how many threads race on them for how many leads. */
    private record Field(int hosts, int threads, int leads, Settings settings) {}

    @ParameterizedTest
    @EnumSource
    void exactly_one_firing_in_a_cooldown_for_each_lead(Site.Kind kind) throws Exception {
        Field field = new Field(4, 8, FaultSize.of(300, 5_000), Settings.defaults());
        race(
                kind,
                field,
                List.of("{\"name\": \"Recovery\", \"event\": \"form_abandon\", \"cooldown\": 30, \"actions\":"
                        + " [{\"action\": \"log\", \"delay\": \"PT1H\"}]}"),
                stores -> {
                    Map<String, Integer> fired = new HashMap<>();
                    for (TriggerExecution execution :
                            stores.get(0).ledger().executions(null, null, 10 * field.leads())) {
                        fired.merge(String.valueOf(execution.leadId()), 1, Integer::sum);
                    }
                    assertThat(fired).as("leads for whom it fired").hasSize(field.leads());
                    assertThat(fired.values()).as("firings for each").containsOnly(1);
                });
        FaultSize.report("cooldown race on " + kind + ": " + field.leads() + " leads, 0 double, 0 none");
    }

    @ParameterizedTest
    @EnumSource
    void exactly_as_many_actions_for_each_lead_as_the_caps_let_through(Site.Kind kind) throws Exception {
        Field field = new Field(
                2,
                THREADS,
                FaultSize.of(40, 1_000),
                Settings.builder()
                        .triggerCaps(Cap.parse("email:" + TOGETHER + "/day"))
                        .build());
        List<String> triggers = new ArrayList<>();
        for (String name : List.of("One", "Other")) {
            triggers.add(
                    "{\"name\": \"" + name + "\", \"event\": \"form_abandon\", \"cooldown\": 0, \"caps\": [{\"max\": "
                            + OWN + ", \"last\": \"P7D\"}], \"actions\": [{\"action\": \"log\", \"delay\": \"PT1H\","
                            + " \"parameters\": {\"channel\": \"email\"}}]}");
        }
        race(kind, field, triggers, stores -> {
            for (int lead = 0; lead < field.leads(); lead++) {
                SubjectId subject = SubjectId.lead("lead-" + lead);
                List<TriggerExecution> fired = stores.get(0).ledger().executions(null, subject, 100);
                assertThat(fired).hasSize(TOGETHER);
                for (String key : List.of("one", "other")) {
                    assertThat(fired.stream().filter(one -> one.triggerKey().equals(key)))
                            .hasSizeLessThanOrEqualTo(OWN);
                }
                assertThat(stores.get(1).ledger().skips(null, subject, 100))
                        .hasSize(2 * field.threads() - TOGETHER)
                        .extracting(Skip::reason)
                        .containsOnly(Skip.Reason.CAP);
            }
        });
        FaultSize.report("cap race on " + kind + ": " + field.leads() + " leads, " + TOGETHER + " firings for each");
    }

    private static void race(Site.Kind kind, Field field, List<String> triggers, Consumer<List<JdbcStore>> after)
            throws Exception {
        try (Site site = Site.of(kind)) {
            List<JdbcStore> stores = new ArrayList<>();
            List<BehaviorAnalytics> hosts = new ArrayList<>();
            try {
                for (int i = 0; i < field.hosts(); i++) {
                    stores.add(JdbcStore.builder()
                            .url(site.url())
                            .connections(Math.max(2, 8 / field.hosts()))
                            .build());
                    hosts.add(BehaviorAnalytics.builder()
                            .store(stores.get(i))
                            .settings(field.settings())
                            .build());
                }
                triggers.forEach(json -> hosts.get(0).triggers().create(TriggerDraft.fromJson(json)));
                Race.run(
                        field.threads(),
                        field.leads(),
                        (thread, lead) -> assertThat(hosts.get(thread % field.hosts())
                                        .track(TrackRequest.builder("form_abandon")
                                                .leadId("lead-" + lead)
                                                .build())
                                        .outcome())
                                .isEqualTo(Outcome.ACCEPTED));
                after.accept(stores);
            } finally {
                hosts.forEach(BehaviorAnalytics::close);
                stores.forEach(JdbcStore::close);
            }
        }
    }

    /** The control: who counts first and writes then lets more through. */
    @ParameterizedTest
    @EnumSource
    void counting_first_and_writing_then_lets_more_through(Site.Kind kind) throws Exception {
        List<Connection> connections = new ArrayList<>();
        try (Site site = Site.of(kind);
                HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl(site.url());
            pool.setMaximumPoolSize(THREADS);
            for (int i = 0; i < THREADS; i++) {
                connections.add(pool.getConnection());
            }
            execute(connections.get(0), "create table firing (lead int not null)");
            int over = 0;
            for (int times = 1; times <= NAIVE_TIMES && over == 0; times++) {
                Race.run(THREADS, NAIVE_LEADS, (thread, lead) -> fireNaively(connections.get(thread), lead));
                over = number(
                        connections.get(0),
                        "select count(*) from (select lead from firing group by lead having count(*) > " + TOGETHER
                                + ") beyond");
                FaultSize.report("control, count then write on " + kind + ": " + over + " of " + NAIVE_LEADS
                        + " beyond the cap, in race " + times);
                execute(connections.get(0), "delete from firing");
            }
            assertThat(over).as("the race can be lost").isPositive();
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }

    private static void fireNaively(Connection connection, int lead) throws SQLException {
        if (number(connection, "select count(*) from firing where lead = " + lead) < TOGETHER) {
            execute(connection, "insert into firing values (" + lead + ")");
        }
    }

    private static int number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static void execute(Connection connection, String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }
}
