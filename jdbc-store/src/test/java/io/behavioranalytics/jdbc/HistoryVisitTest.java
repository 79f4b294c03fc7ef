package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.report.CalendarInterval;
import io.behavioranalytics.report.EventChoice;
import io.behavioranalytics.report.ReportFilter;
import io.behavioranalytics.report.Trend;
import io.behavioranalytics.report.TrendReport;
import io.behavioranalytics.store.Histories.Extent;
import io.behavioranalytics.store.StoredHistory;
import io.behavioranalytics.store.Subjects.Projection;
import io.behavioranalytics.store.Upkeep;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a report reads of a database: one state of it, without what is damaged, and no more than it asks for. */
@Timeout(300)
class HistoryVisitTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    /** More than a page of subjects, so that a visit asks the database again. */
    private static final int LEADS = HistoryVisit.PAGE + 100;

    private final VirtualClock clock = VirtualClock.at(NOW);
    private @Nullable TestDatabase database;
    private @Nullable JdbcStore opened;
    private String url = "";

    private JdbcStore open(String product) {
        url = "jdbc:h2:mem:" + UUID.randomUUID();
        if (product.equals("postgresql")) {
            database = PostgresServer.shared().freshDatabase();
            url = database.url();
        }
        opened = JdbcStore.builder().url(url).connections(3).build();
        return opened;
    }

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
        if (database != null) {
            database.close();
        }
    }

    private BehaviorAnalytics host(JdbcStore store) {
        return BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .executor(Runnable::run)
                .build();
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static TrackRequest view(@Nullable String lead, @Nullable String session, Instant at) {
        return TrackRequest.builder(EventType.PAGE_VIEW)
                .leadId(lead)
                .sessionId(session)
                .timestamp(at)
                .build();
    }

    private static void pack(JdbcStore store) {
        Upkeep.Progress progress = new Upkeep.Progress(0, null, false);
        while (!progress.complete()) {
            progress = store.upkeep().pack(progress.reached(), 1_000);
        }
    }

    private static long events(JdbcStore store) {
        long[] packed = new long[1];
        store.subjects().visit(Extent.OUTLINE, history -> {
            packed[0] += history.timeline().orElseThrow().size();
            return true;
        });
        return packed[0];
    }

    private static Stream<Arguments> extents() {
        return Stream.of("h2", "postgresql")
                .flatMap(product -> Stream.of(Extent.values()).map(extent -> Arguments.of(product, extent)));
    }

    @ParameterizedTest
    @MethodSource("extents")
    void a_visit_sees_one_state_though_events_come_move_and_go_meanwhile(String product, Extent extent) {
        JdbcStore store = open(product);
        try (BehaviorAnalytics host = host(store)) {
            List<TrackRequest> events = new ArrayList<>();
            for (int lead = 0; lead < LEADS; lead++) {
                // The first and the last are packed.
                int views = lead == 0 || lead == LEADS - 1 ? 4 : 1;
                for (int i = 0; i < views; i++) {
                    events.add(view("lead-" + (1_000 + lead), null, NOW.minusSeconds(100 + i)));
                }
            }
            for (int i = 0; i < 4; i++) {
                events.add(view(null, "moving", NOW.minusSeconds(100 + i)));
                events.add(view(null, "coming", NOW.minusSeconds(100 + i)));
            }
            host.trackAll(events);
            pack(store);
            long before = events(store);
            assertThat(before).isEqualTo(LEADS + 2 * 3 + 8);

            List<StoredHistory> found = new ArrayList<>();
            store.subjects().visit(extent, history -> {
                if (found.isEmpty()) {
                    // Sessions come behind all leads: what leaves one now for a lead that was read would be missed.
                    host.identify("moving", "lead-1000", clock.instant(), new UUID(9, 1));
                    host.track(view("lead-" + (1_000 + LEADS - 1), null, NOW.minusSeconds(200)));
                    host.track(view(null, "coming", NOW));
                    host.track(view(null, "newcomer", NOW));
                    pack(store);
                }
                return found.add(history);
            });
            long seen = found.stream()
                    .mapToLong(history -> history.timeline().orElseThrow().size())
                    .sum();
            assertThat(seen).isEqualTo(before);
            assertThat(found).extracting(StoredHistory::subject).contains(SubjectId.session("moving"));
            assertThat(events(store)).as("afterwards").isEqualTo(before + 3 + 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void a_history_whose_events_are_damaged_is_left_out_and_chunks_that_are_damaged_are_read_as_rows(String product)
            throws SQLException {
        JdbcStore store = open(product);
        try (BehaviorAnalytics host = host(store)) {
            for (String lead :
                    List.of("hurt-outline", "hurt-detail", "lost-detail", "lost-chunk", "hurt-row", "sound")) {
                for (int i = 0; i < 20; i++) {
                    host.track(view(lead, null, NOW.minusSeconds(100 - i)));
                }
            }
            pack(store);
            host.track(view("hurt-row", null, NOW));
            host.track(view("sound", null, NOW));
            String garbage = database == null ? "X'01ff'" : "'\\x01ff'";
            execute("update packed_history set outline = " + garbage + " where subject = 'lead:hurt-outline'");
            execute("update packed_detail set detail = " + garbage + " where subject = 'lead:hurt-detail'");
            execute("delete from packed_detail where subject = 'lead:lost-detail'");
            execute("delete from packed_detail where subject = 'lead:lost-chunk'");
            execute("delete from packed_history where subject = 'lead:lost-chunk'");
            execute("update behavior_event set category = 'rumour' where lead_id = 'hurt-row'");

            Trend views = Trend.of(
                    EventChoice.any(),
                    Trend.Measure.TOTAL,
                    CalendarInterval.DAY,
                    ReportFilter.everything().between(NOW.minus(Duration.ofDays(1)), NOW.plusSeconds(1)));
            TrendReport outlines = host.reports().run(views);
            assertThat(outlines.frame().coverage().subjects()).isEqualTo(5);
            assertThat(outlines.frame().coverage().events()).isEqualTo(101);
            assertThat(store.damagedRows()).as("details are not read").isEqualTo(3);

            TrendReport whole = host.reports().run(views.by("properties.plan"));
            assertThat(whole.frame().coverage().subjects()).isEqualTo(5);
            assertThat(whole.frame().coverage().events()).isEqualTo(101);
            assertThat(store.damagedRows())
                    .as("both details, and the row once more")
                    .isEqualTo(3 + 3);

            assertThat(host.reports().run(views).frame().coverage().events()).isEqualTo(101);
            assertThat(store.damagedRows())
                    .as("only the row is left, which nothing tells")
                    .isEqualTo(3 + 3 + 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void a_chunk_that_is_gone_or_another_ones_decides_nobody_by_what_is_left_but_by_the_events(String product)
            throws SQLException {
        JdbcStore store = open(product);
        try (BehaviorAnalytics host = host(store)) {
            for (String lead : List.of("lost", "changed", "sound")) {
                for (int i = 0; i < 20; i++) {
                    host.track(view(lead, null, NOW.minusSeconds((20L - i) * lead.length())));
                }
            }
            pack(store);
            execute("delete from packed_history where subject = 'lead:lost'");
            execute("update packed_history set outline = (select other.outline from packed_history other where"
                    + " other.subject = 'lead:sound') where subject = 'lead:changed'");
            List<SubjectId> leads = List.of(SubjectId.lead("lost"), SubjectId.lead("changed"), SubjectId.lead("sound"));

            assertThat(store.subjects().load(leads, Projection.TIMELINE).values())
                    .extracting(found -> found.timeline().size())
                    .containsExactly(20, 20, 20);
            assertThat(store.damagedRows()).isEqualTo(2);

            for (String lead : List.of("lost", "changed")) {
                assertThat(host.track(view(lead, null, NOW.minusSeconds(200))).outcome())
                        .as(lead)
                        .isEqualTo(TrackResult.Outcome.ACCEPTED);
            }
            assertThat(store.damagedRows()).as("made anew").isEqualTo(2);
            assertThat(host.track(view("sound", null, NOW.minusSeconds(200))).outcome())
                    .isEqualTo(TrackResult.Outcome.ACCEPTED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void what_is_damaged_keeps_nothing_from_being_purged(String product) throws SQLException {
        JdbcStore store = open(product);
        try (BehaviorAnalytics host = host(store)) {
            for (String lead : List.of("a-hurt", "a-lost", "b-row", "c-sound")) {
                for (int i = 0; i < 20; i++) {
                    host.track(view(lead, null, NOW.minusSeconds(1_000 - i)));
                }
                host.track(view(lead, null, NOW));
            }
            pack(store);
            String garbage = database == null ? "X'01ff'" : "'\\x01ff'";
            execute("update packed_detail set detail = " + garbage + " where subject = 'lead:a-hurt'");
            execute("delete from packed_history where subject = 'lead:a-lost'");
            execute("update behavior_event set category = 'rumour' where lead_id = 'b-row' and timestamp ="
                    + " (select min(timestamp) from behavior_event where lead_id = 'b-row')");

            Retention brief = Retention.of(Duration.ofSeconds(500));
            Upkeep.Progress progress = new Upkeep.Progress(0, null, false);
            long purged = 0;
            while (!progress.complete()) {
                progress = store.upkeep().purge(brief, NOW, progress.reached(), 7);
                purged += progress.events();
            }

            assertThat(purged).isEqualTo(20 + 20 + 19 + 20);
            assertThat(store.damagedRows()).isPositive();
            List<String> left = new ArrayList<>();
            store.subjects()
                    .visit(
                            Extent.WHOLE,
                            history -> left.add(history.subject().value() + " "
                                    + history.timeline().map(Timeline::size).orElse(-1)));
            assertThat(left).contains("a-hurt 1", "a-lost 1", "c-sound 1");

            for (int i = 0; i < 20; i++) {
                host.track(view("a-lost", null, NOW));
            }
            pack(store);
            assertThat(store.subjects()
                            .load(List.of(SubjectId.lead("a-lost")), Projection.TIMELINE)
                            .values())
                    .extracting(found -> found.timeline().size())
                    .containsExactly(21);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void a_visit_that_ends_early_or_fails_gives_its_connection_back(String product) {
        JdbcStore store = open(product);
        try (BehaviorAnalytics host = host(store)) {
            host.track(view("ada", null, NOW));
            host.track(view("bob", null, NOW));
            for (int i = 0; i < 10; i++) {
                List<SubjectId> seen = new ArrayList<>();
                store.subjects().visit(Extent.WHOLE, history -> !seen.add(history.subject()));
                assertThat(seen).containsExactly(SubjectId.lead("ada"));
                IllegalStateException thrown = new IllegalStateException("the visitor's own");
                assertThat(catchThrowable(() -> store.subjects().visit(Extent.OUTLINE, history -> {
                            throw thrown;
                        })))
                        .isSameAs(thrown);
            }
            host.track(view("ada", null, NOW));
            assertThat(events(store)).isEqualTo(3);
        }
    }
}
