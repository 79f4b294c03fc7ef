package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.ExperimentDraft;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.store.Archive;
import io.behavioranalytics.store.ContractLife;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.trigger.TriggerDraft;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything goes through all stores and comes back the same; what somebody damages in a database is found. */
@Timeout(600)
class ArchiveAcrossStoresTest {
    private static final TestDatabase POSTGRES = PostgresServer.shared().freshDatabase();
    private static final int CAMPAIGN_LEADS = 10;
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
    void exposures_tags_and_what_waits_for_a_sequence_go_through_every_store_and_back() throws IOException {
        VirtualClock clock = VirtualClock.at(START);
        Store memory = new InMemoryStore(clock);
        campaign(memory, clock);
        String text = text(memory);
        assertThat(text).contains("\"exposure\"", "\"crossover\"", "tag_added", "sequence");
        Store before = memory;
        for (Store next : List.of(h2(h2Url()), postgres("campaign"), new InMemoryStore(clock))) {
            restore(text(before), next);
            assertThat(text(next)).isEqualTo(text);
            for (int lead = 0; lead < CAMPAIGN_LEADS; lead++) {
                try (BehaviorAnalytics analytics = host(next, clock)) {
                    assertThat(analytics
                                    .maintenance()
                                    .verify(SubjectId.lead("lead-" + lead))
                                    .isWrong())
                            .isFalse();
                }
            }
            before.close();
            before = next;
        }
        before.close();
    }

    private static BehaviorAnalytics host(Store store, VirtualClock clock) {
        return BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .random(new Random(1))
                .executor(Runnable::run)
                .inlineActions()
                .action(ActionExecutor.of("note", request -> ActionResult.success()))
                .build();
    }

    private static void campaign(Store store, VirtualClock clock) {
        try (BehaviorAnalytics analytics = host(store, clock)) {
            Experiment experiment = analytics
                    .experiments()
                    .create(ExperimentDraft.fromJson(
                            "{\"name\": \"Checkout\", \"type\": \"flow\", \"status\": \"running\","
                                    + " \"hypothesis\": \"Shorter is better\", \"successMetrics\": [\"quote_requests\"], \"variants\": ["
                                    + "{\"name\": \"Control\", \"isControl\": true, \"trafficPercentage\": 50, \"content\": {}},"
                                    + " {\"name\": \"Short\", \"trafficPercentage\": 50, \"content\": {}}]}"));
            analytics
                    .triggers()
                    .create(TriggerDraft.fromJson(
                            "{\"name\": \"In order\", \"event\": {\"type\": \"sequence\", \"steps\": ["
                                    + "{\"eventType\": \"page_view\"}, {\"eventType\": \"form_start\"}], \"within\": \"PT2H\"},"
                                    + " \"cooldown\": 0, \"actions\": [{\"action\": \"note\", \"delay\": 60},"
                                    + " {\"action\": \"tag_lead\", \"parameters\": {\"tag\": \"hot\"}}]}"));
            Random chance = new Random(3);
            for (int i = 0; i < 200; i++) {
                String lead = "lead-" + chance.nextInt(CAMPAIGN_LEADS);
                switch (chance.nextInt(5)) {
                    case 0 ->
                        analytics.experiments().expose(analytics.experiments().assign("checkout", lead));
                    case 1 -> analytics.leads().addTag(SubjectId.lead(lead), "tag-" + chance.nextInt(3));
                    case 2 -> {
                        clock.advance(Duration.ofSeconds(chance.nextInt(3_000)));
                        analytics.runDue();
                    }
                    default ->
                        analytics.track(TrackRequest.builder(chance.nextBoolean() ? "page_view" : "form_start")
                                .leadId(lead)
                                .timestamp(clock.instant())
                                .build());
                }
            }
            // Somebody was shown both variants.
            store.ledger()
                    .expose(List.of("control", "short").stream()
                            .map(variant -> new Exposure(
                                    experiment.id(),
                                    experiment.version(),
                                    0,
                                    SubjectId.lead("lead-0"),
                                    variant,
                                    1,
                                    -1,
                                    clock.instant()))
                            .toList());
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
