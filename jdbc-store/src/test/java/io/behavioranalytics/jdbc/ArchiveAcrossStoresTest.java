package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.store.Archive;
import io.behavioranalytics.store.ContractLife;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything goes through all stores and comes back the same; what somebody damages in a database is found. */
@Timeout(600)
class ArchiveAcrossStoresTest {
    private static final TestDatabase POSTGRES = PostgresServer.shared().freshDatabase();
    private static final Instant START = Instant.parse("2026-03-01T10:00:00.000001Z");

    private static Store postgres(String schema) {
        return JdbcStore.builder()
                .url(POSTGRES.url())
                .schema(schema)
                .connections(4)
                .build();
    }

    private static Store h2(String url) {
        return JdbcStore.builder().url(url).connections(4).build();
    }

    private static String h2Url() {
        return "jdbc:h2:mem:" + UUID.randomUUID();
    }

    private static String text(Store from) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Archive.write(from, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void restore(String text, Store into) throws IOException {
        Archive.read(into, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void a_life_in_memory_goes_through_every_store_and_back_and_lives_on_alike_in_all_of_them(long seed)
            throws IOException {
        Store memory = new InMemoryStore();
        Instant now;
        try (ContractLife life = new ContractLife(memory, START, seed)) {
            life.go(700);
            now = life.now();
        }
        String text = text(memory);
        List<Store> stores = new ArrayList<>(List.of(memory));
        for (Store next : List.of(h2(h2Url()), postgres("archive_" + seed), new InMemoryStore())) {
            restore(text(stores.get(stores.size() - 1)), next);
            assertThat(text(next)).isEqualTo(text);
            stores.add(next);
        }

        String later = "";
        for (Store store : stores) {
            try (ContractLife life = new ContractLife(store, now, seed + 100)) {
                life.go(150);
                life.analytics().maintenance().purge();
                for (SubjectId subject : ContractLife.subjects()) {
                    assertThat(life.analytics().maintenance().verify(subject).isWrong())
                            .isFalse();
                }
            }
            assertThat(text(store)).isNotEqualTo(text);
            assertThat(text(store)).isEqualTo(later.isEmpty() ? text(memory) : later);
            later = text(store);
            store.close();
        }
    }

    @Test
    void what_somebody_changes_in_the_database_is_found() throws Exception {
        String url = h2Url();
        damage(h2(url), url, "");
        try (Store store = postgres("damaged")) {
            damage(store, POSTGRES.url(), "damaged.");
        }
    }

    private static void damage(Store store, String url, String schema) throws SQLException {
        Instant now;
        try (ContractLife life = new ContractLife(store, START, 5)) {
            life.go(300);
            now = life.now();
        }
        try (BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                        .store(store)
                        .clock(VirtualClock.at(now))
                        .retention(io.behavioranalytics.event.Retention.of(java.time.Duration.ofDays(20)))
                        .build();
                Connection connection = DriverManager.getConnection(url);
                Statement sql = connection.createStatement()) {
            String subjects = schema + "behavior_analytics";
            assertThat(wrong(analytics)).isEmpty();
            sql.execute("update " + subjects + " set visits = visits + 1 where subject = 'lead:lead-1'");
            assertThat(wrong(analytics)).containsExactly("lead-1 [profile.visits]");
            sql.execute("update " + subjects + " set visits = visits - 1 where subject = 'lead:lead-1'");
            assertThat(wrong(analytics)).isEmpty();
            // An event that was lost.
            sql.execute("delete from " + schema + "behavior_event where id = (select id from " + schema
                    + "behavior_event where lead_id = 'lead-2' order by timestamp desc fetch first 1 rows only)");
            assertThat(wrong(analytics)).singleElement().asString().contains("lead-2", "accumulators");
        }
    }

    private static List<String> wrong(BehaviorAnalytics analytics) {
        List<String> wrong = new ArrayList<>();
        for (SubjectId subject : ContractLife.subjects()) {
            var verification = analytics.maintenance().verify(subject);
            if (verification.isWrong()) {
                wrong.add(subject.value() + " " + verification.differences());
            }
        }
        return wrong;
    }
}
