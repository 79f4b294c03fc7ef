package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The host's own constraint refuses one event: that one is told so for good, and all others are stored. */
@Timeout(300)
class RefusedEventTest {
    private static final int EVENTS = 30;
    private static final int UNKNOWN = 15;

    @Test
    void on_postgresql_an_event_of_an_unknown_lead_is_refused_alone() throws SQLException {
        try (TestDatabase database = PostgresServer.shared().freshDatabase()) {
            refuseOne(database.url(), " not valid");
        }
    }

    @Test
    void on_h2_an_event_of_an_unknown_lead_is_refused_alone() throws SQLException {
        refuseOne("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "");
    }

    private static void refuseOne(String url, String notValid) throws SQLException {
        try (JdbcStore store = JdbcStore.builder().url(url).schema("behavior").build();
                BehaviorAnalytics analytics =
                        BehaviorAnalytics.builder().store(store).build();
                Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("create table leads (id varchar(128) primary key)");
            List<TrackRequest> requests = new ArrayList<>();
            for (int i = 0; i < EVENTS; i++) {
                if (i != UNKNOWN) {
                    statement.execute("insert into leads values ('lead-" + i + "')");
                }
                requests.add(TrackRequest.builder("page_view")
                        .id(new UUID(7, i))
                        .leadId("lead-" + i)
                        .build());
            }
            statement.execute("alter table behavior.behavior_analytics add constraint lead_exists foreign key (lead_id)"
                    + " references public.leads (id)" + notValid);

            List<TrackResult> results = analytics.trackAll(requests);

            for (int i = 0; i < EVENTS; i++) {
                assertThat(results.get(i).outcome()).isEqualTo(i == UNKNOWN ? Outcome.INVALID : Outcome.ACCEPTED);
            }
            assertThat(results.get(UNKNOWN).reason())
                    .startsWith("the database refuses it (SQLSTATE 23")
                    .doesNotContain("lead-");
            assertThat(store.subjects().count()).isEqualTo(EVENTS - 1);
            assertThat(analytics.track(requests.get(UNKNOWN)).outcome())
                    .as("again, and again no promise that a later try may succeed")
                    .isEqualTo(Outcome.INVALID);
            statement.execute("insert into leads values ('lead-" + UNKNOWN + "')");
            assertThat(analytics.track(requests.get(UNKNOWN)).outcome()).isEqualTo(Outcome.ACCEPTED);
        }
    }
}
