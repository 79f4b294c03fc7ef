package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.DecisionFailedException;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.Archive;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects.Projection;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A row is edited by hand to hold what cannot be read: it stops nobody but itself. */
@Timeout(600)
class DamagedRowTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final VirtualClock clock = VirtualClock.at(NOW);
    private final Calls calls = new Calls();
    private final PrintStream errors = System.err;

    /** Each damage is logged as an error, which is as it should be here, and a finding elsewhere. */
    @BeforeEach
    void keepExpectedErrorsApart() {
        System.setErr(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void giveErrorsBack() {
        System.setErr(errors);
    }

    /** What somebody does to a lead's row, or to what belongs to it. */
    enum Damage {
        UNKNOWN_PATTERN("update behavior_analytics set behavior_pattern = 'clairvoyant' where lead_id = '%s'"),
        GARBAGE_FOR_ACCUMULATORS("update behavior_analytics set accumulators = '\\xdeadbeef' where lead_id = '%s'"),
        GARBAGE_FOR_MEMORY("update behavior_analytics set memory = '\\xff00ff' where lead_id = '%s'"),
        NOTHING_WHERE_SOMETHING_MUST_BE("update behavior_analytics set segments = null where lead_id = '%s'"),
        GARBAGE_FOR_LINKS("update behavior_analytics set links = '\\xff' where lead_id = '%s'");

        final String sql;

        Damage(String sql) {
            this.sql = sql;
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_damaged_subject_is_refused_alone_and_left_out_of_scans_and_recalculations(Site.Kind kind) throws Exception {
        try (Site site = Site.of(kind)) {
            List<String> damaged = new ArrayList<>();
            try (JdbcStore store = site.open();
                    BehaviorAnalytics analytics = host(store)) {
                for (Damage damage : Damage.values()) {
                    track(analytics, damage.name());
                }
                track(analytics, "sound");
            }
            for (Damage damage : Damage.values()) {
                if (edit(site, damage.sql.formatted(damage.name()))) {
                    damaged.add(damage.name());
                }
            }
            try (JdbcStore store = site.open();
                    BehaviorAnalytics analytics = host(store)) {
                Map<String, CompletableFuture<TrackResult>> results = new LinkedHashMap<>();
                damaged.forEach(lead -> results.put(lead, analytics.trackAsync(view(lead))));
                assertThat(analytics
                                .trackAsync(view("sound"))
                                .get(120, TimeUnit.SECONDS)
                                .outcome())
                        .as("in one batch with the damaged ones")
                        .isEqualTo(Outcome.ACCEPTED);
                List<String> refused = new ArrayList<>();
                for (Map.Entry<String, CompletableFuture<TrackResult>> result : results.entrySet()) {
                    if (isRefused(result.getValue())) {
                        refused.add(result.getKey());
                    } else {
                        // What is only derived may be derived anew.
                        assertThat(analytics
                                        .maintenance()
                                        .verify(SubjectId.lead(result.getKey()))
                                        .isWrong())
                                .as("%s is mended", result.getKey())
                                .isFalse();
                    }
                }
                assertThat(refused).contains(Damage.UNKNOWN_PATTERN.name(), Damage.GARBAGE_FOR_LINKS.name());

                analytics
                        .segments()
                        .create(SegmentDraft.fromJson(
                                "{\"name\": \"Anybody\", \"type\": \"dynamic\", \"status\": \"active\","
                                        + " \"criteria\": {\"eventFilters\": [{\"eventType\": \"page_view\"}]}}"));
                Waiting.until(
                        "the recalculation has come to the sound one",
                        () -> analytics.segments().members("anybody", null, 10).contains(SubjectId.lead("sound")));
                List<SubjectId> seen = new ArrayList<>();
                store.subjects().scan(Projection.TIMELINE, record -> seen.add(record.subject()));
                assertThat(seen).contains(SubjectId.lead("sound"));
                assertThat(analytics
                                .maintenance()
                                .verify(SubjectId.lead("sound"))
                                .isWrong())
                        .isFalse();
                assertThat(analytics.maintenance().selfCheck(100, new Random(1)).wrong())
                        .as("the self-check finds them")
                        .extracting(wrong -> wrong.subject().value())
                        .contains(Damage.UNKNOWN_PATTERN.name(), Damage.GARBAGE_FOR_LINKS.name());
                assertThat(store.damagedRows()).isPositive();
            }
        }
    }

    private static boolean isRefused(CompletableFuture<TrackResult> result) throws Exception {
        try {
            assertThat(result.get(120, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.ACCEPTED);
            return false;
        } catch (ExecutionException failed) {
            assertThat(failed).hasCauseInstanceOf(DecisionFailedException.class);
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_event_that_cannot_be_read_stops_its_subject_alone(Site.Kind kind) throws Exception {
        try (Site site = Site.of(kind)) {
            try (JdbcStore store = site.open();
                    BehaviorAnalytics analytics = host(store)) {
                track(analytics, "hurt");
                track(analytics, "sound");
            }
            assertThat(edit(site, "update behavior_event set category = 'rumour' where lead_id = 'hurt'"))
                    .isTrue();
            try (JdbcStore store = site.open()) {
                List<SubjectId> seen = new ArrayList<>();
                store.subjects().scan(Projection.TIMELINE, record -> seen.add(record.subject()));
                assertThat(seen).containsExactly(SubjectId.lead("sound"));
                assertThat(store.damagedRows()).isEqualTo(1);
                assertThat(store.subjects()
                                .load(
                                        List.of(SubjectId.lead("hurt"), SubjectId.lead("sound"), SubjectId.lead("new")),
                                        Projection.TIMELINE))
                        .containsOnlyKeys(SubjectId.lead("sound"), SubjectId.lead("new"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_action_that_cannot_be_read_is_dead_and_the_others_are_done(Site.Kind kind) throws Exception {
        try (Site site = Site.of(kind);
                JdbcStore store = site.open();
                BehaviorAnalytics analytics = host(store)) {
            Campaign.trigger(analytics, "View", "\"page_view\"", 0, "PT10M");
            track(analytics, "one");
            track(analytics, "two");
            List<UUID> ids = store.queue().list(ActionStatus.PENDING, null, 10).stream()
                    .map(record -> record.action().id())
                    .toList();
            assertThat(ids).hasSize(2);
            String garbage = kind == Site.Kind.POSTGRESQL ? "'[1]'" : "JSON '[1]'";
            assertThat(edit(
                            site,
                            "update scheduled_action set parameters = " + garbage + " where id = '" + ids.get(0) + "'"))
                    .isTrue();
            clock.advance(Duration.ofMinutes(10));
            for (int i = 0; i < 3; i++) {
                analytics.runDue();
            }
            assertThat(calls.attempts()).containsOnlyKeys(ids.get(1));
            assertThat(analytics.actions().counts())
                    .containsEntry(ActionStatus.DEAD, 1L)
                    .containsEntry(ActionStatus.DONE, 1L)
                    .containsEntry(ActionStatus.PENDING, 0L);
            assertThat(analytics.actions().deadLetters(null, 10))
                    .singleElement()
                    .satisfies(dead -> {
                        assertThat(dead.action().id()).isEqualTo(ids.get(0));
                        assertThat(dead.lastError()).startsWith("DAMAGED");
                    });
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_export_lists_what_cannot_be_read_and_a_restore_brings_the_rest(Site.Kind kind) throws Exception {
        try (Site site = Site.of(kind);
                JdbcStore store = site.open();
                BehaviorAnalytics analytics = host(store);
                InMemoryStore other = new InMemoryStore()) {
            Campaign.trigger(analytics, "View", "\"page_view\"", 0, "PT10M");
            for (String lead : List.of("hurt", "half", "sound")) {
                track(analytics, lead);
                clock.advance(Duration.ofSeconds(1));
                track(analytics, lead);
            }
            SubjectRecord half = store.subjects()
                    .load(List.of(SubjectId.lead("half")), Projection.TIMELINE)
                    .get(SubjectId.lead("half"));
            UUID event = Objects.requireNonNull(half).timeline().event(0).id();
            UUID action = store.queue()
                    .list(ActionStatus.PENDING, null, 1)
                    .get(0)
                    .action()
                    .id();
            String garbage = kind == Site.Kind.POSTGRESQL ? "'[1]'" : "JSON '[1]'";
            for (String sql : List.of(
                    "update behavior_analytics set behavior_pattern = 'clairvoyant' where lead_id = 'hurt'",
                    "update behavior_event set category = 'rumour' where id = '" + event + "'",
                    "update scheduled_action set parameters = " + garbage + " where id = '" + action + "'",
                    "update trigger_execution set context = " + garbage + " where seq = 1")) {
                assertThat(edit(site, sql)).as(sql).isTrue();
            }

            ByteArrayOutputStream archive = new ByteArrayOutputStream();
            Map<String, Long> written = analytics.maintenance().export(archive);
            Map<String, Long> restored = Archive.read(other, new ByteArrayInputStream(archive.toByteArray()));

            assertThat(archive.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains("\"damaged\",")))
                    .containsExactlyInAnyOrder(
                            "{\"kind\":\"damaged\",\"what\":\"subject\",\"id\":\"lead:hurt\"}",
                            "{\"kind\":\"damaged\",\"what\":\"event\",\"id\":\"" + event + "\"}",
                            "{\"kind\":\"damaged\",\"what\":\"execution\",\"id\":\"1\"}",
                            "{\"kind\":\"damaged\",\"what\":\"action\",\"id\":\"" + action + "\"}");
            assertThat(written).isEqualTo(restored).containsEntry("damaged", 4L).containsEntry("event", 3L);
            List<SubjectRecord> seen = new ArrayList<>();
            other.subjects().scan(Projection.TIMELINE, seen::add);
            assertThat(seen)
                    .extracting(record ->
                            record.subject().value() + " " + record.timeline().size())
                    .containsExactly("half 1", "sound 2");
            assertThat(other.queue().list(ActionStatus.PENDING, null, 10)).hasSize(5);
            assertThat(other.ledger().executions(null, null, 10)).hasSize(5);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_definition_of_a_newer_version_is_left_out_and_the_others_go_on(Site.Kind kind) throws Exception {
        try (Site site = Site.of(kind)) {
            try (JdbcStore store = site.open();
                    BehaviorAnalytics analytics = host(store)) {
                Campaign.trigger(analytics, "View", "\"page_view\"", 0, "PT0S");
                Campaign.trigger(analytics, "Share", "\"social_share\"", 0, "PT0S");
            }
            assertThat(edit(
                            site,
                            "update definition_version set definition = '{\"key\":\"view\",\"telepathy\":true}' where"
                                    + " definition_key = 'view'"))
                    .isTrue();
            try (JdbcStore store = site.open();
                    BehaviorAnalytics analytics = host(store)) {
                assertThat(analytics.triggers().list())
                        .singleElement()
                        .satisfies(trigger -> assertThat(trigger.key()).isEqualTo("share"));
                track(analytics, "somebody");
                assertThat(analytics
                                .track(TrackRequest.builder("social_share")
                                        .leadId("somebody")
                                        .timestamp(clock.instant())
                                        .build())
                                .outcome())
                        .isEqualTo(Outcome.ACCEPTED);
                assertThat(store.ledger().executions(null, null, 10)).hasSize(1);
            }
        }
    }

    /** The subject's state was decided by a host that knows definitions which this one has not read yet. */
    @ParameterizedTest
    @EnumSource
    void a_state_of_definitions_from_the_future_is_decided_anew(Site.Kind kind) throws Exception {
        try (Site site = Site.of(kind)) {
            try (JdbcStore store = site.open();
                    BehaviorAnalytics analytics = host(store)) {
                track(analytics, "ahead");
            }
            assertThat(edit(site, "update behavior_analytics set definitions_version = 4711"))
                    .isTrue();
            try (JdbcStore store = site.open();
                    BehaviorAnalytics analytics = host(store)) {
                track(analytics, "ahead");
                assertThat(analytics
                                .profiles()
                                .get(SubjectId.lead("ahead"))
                                .orElseThrow()
                                .totalEvents())
                        .isEqualTo(2);
                assertThat(analytics
                                .maintenance()
                                .verify(SubjectId.lead("ahead"))
                                .isWrong())
                        .isFalse();
            }
        }
    }

    private BehaviorAnalytics host(JdbcStore store) {
        return BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .inlineActions()
                .action(calls.executor())
                .build();
    }

    private TrackRequest view(String lead) {
        return TrackRequest.builder("page_view")
                .leadId(lead)
                .timestamp(clock.instant())
                .build();
    }

    private void track(BehaviorAnalytics analytics, String lead) {
        assertThat(analytics.track(view(lead)).outcome()).isEqualTo(Outcome.ACCEPTED);
    }

    /** Edits by hand; false if the database does not allow such a value. */
    private static boolean edit(Site site, String sql) throws SQLException {
        boolean postgres = site.url().startsWith("jdbc:postgresql:");
        try (Connection connection = site.connect();
                Statement statement = connection.createStatement()) {
            return statement.executeUpdate(postgres ? sql : sql.replaceAll("'\\\\x([0-9a-f]+)'", "X'$1'")) > 0;
        } catch (SQLException refused) {
            if (String.valueOf(refused.getSQLState()).startsWith("23")) {
                return false;
            }
            throw refused;
        }
    }
}
