package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.TriggerView;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.DefinitionRecord;
import io.behavioranalytics.trigger.TriggerDraft;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** S13: the columns that everybody would contend for are written by maintenance, from the facts, and by no decision. */
@Timeout(300)
class ShownOutcomesTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    private final VirtualClock clock = VirtualClock.at(START);

    /** A number and an instant, as two columns have them. */
    private record Shown(long count, @Nullable Instant last) {}

    private static List<Shown> read(String url, String columns, String table) throws SQLException {
        List<Shown> shown = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select " + columns + " from " + table)) {
            while (rows.next()) {
                OffsetDateTime last = rows.getObject(2, OffsetDateTime.class);
                shown.add(new Shown(rows.getLong(1), last == null ? null : last.toInstant()));
            }
        }
        return shown;
    }

    private static List<Shown> segments(String url) throws SQLException {
        return read(url, "lead_count, last_calculated", "behavioral_segment");
    }

    private static List<Shown> triggers(String url) throws SQLException {
        return read(url, "trigger_count, last_triggered", "behavioral_trigger");
    }

    private static SegmentDraft viewers(String description) {
        return SegmentDraft.fromJson("{\"name\": \"Viewers\", \"description\": \"" + description
                + "\", \"criteria\": {\"eventFilters\": [{\"eventType\": \"page_view\"}]}}");
    }

    private static TriggerDraft greeting(String description) {
        return TriggerDraft.fromJson("{\"name\": \"Greeting\", \"description\": \"" + description
                + "\", \"event\": \"page_view\", \"actions\": [{\"action\": \"log\", \"parameters\": {}}]}");
    }

    private static void view(BehaviorAnalytics analytics, String lead) {
        analytics.track(TrackRequest.builder(EventType.PAGE_VIEW).leadId(lead).build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void maintenance_writes_what_the_facts_say_and_a_decision_does_not(String product) throws Exception {
        try (TestDatabase database = PostgresServer.shared().freshDatabase()) {
            String url =
                    product.equals("h2") ? "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1" : database.url();
            try (BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                    .store(JdbcStore.builder().url(url).connections(3).build())
                    .clock(clock)
                    .executor(Runnable::run)
                    .build()) {
                analytics.segments().create(viewers("a"));
                analytics.triggers().create(greeting("a"));
                view(analytics, "ada");
                clock.advance(Duration.ofMinutes(1));
                view(analytics, "bob");
                clock.advance(Duration.ofMinutes(1));
                view(analytics, "bob"); // within the cooldown: no firing
                assertThat(segments(url)).containsExactly(new Shown(0, null));
                assertThat(triggers(url)).containsExactly(new Shown(0, null));

                assertThat(analytics.maintenance().refresh()).isEqualTo(2);
                Shown two = new Shown(2, START.plus(Duration.ofMinutes(2)));
                Shown fired = new Shown(2, START.plus(Duration.ofMinutes(1)));
                assertThat(segments(url)).containsExactly(two);
                assertThat(triggers(url)).containsExactly(fired);

                clock.advance(Duration.ofMinutes(1));
                analytics.segments().update("viewers", viewers("b"));
                analytics.triggers().update("greeting", greeting("b"));
                view(analytics, "eve");
                assertThat(segments(url)).containsExactly(two);
                assertThat(triggers(url)).containsExactly(fired);
                TriggerView asked = analytics.triggers().view("greeting").orElseThrow();
                assertThat(asked.triggerCount()).isEqualTo(3);
                assertThat(asked.lastTriggered()).isEqualTo(START.plus(Duration.ofMinutes(3)));

                analytics.maintenance().refresh();
                Shown three = new Shown(3, START.plus(Duration.ofMinutes(3)));
                assertThat(segments(url)).containsExactly(three);
                assertThat(triggers(url)).containsExactly(three);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void a_definition_that_is_deleted_or_unknown_shows_nothing(String product) throws Exception {
        try (TestDatabase database = PostgresServer.shared().freshDatabase()) {
            String url =
                    product.equals("h2") ? "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1" : database.url();
            try (JdbcStore store = JdbcStore.builder().url(url).connections(2).build()) {
                UUID id = UUID.randomUUID();
                DefinitionRecord.Kind kind = DefinitionRecord.Kind.TRIGGER;
                store.definitions().refresh(kind, id, 7, START);
                store.definitions().save(new DefinitionRecord(kind, id, "one", 1, false, "{}"), 0);
                assertThat(triggers(url)).containsExactly(new Shown(0, null));

                store.definitions().refresh(kind, id, 7, START);
                assertThat(triggers(url)).containsExactly(new Shown(7, START));
                store.definitions().save(new DefinitionRecord(kind, id, "one", 2, true, "{}"), 1);
                store.definitions().refresh(kind, id, 8, START);
                assertThat(triggers(url)).isEmpty();
            }
        }
    }
}
