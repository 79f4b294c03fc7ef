package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.DecisionFailedException;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.store.Histories.Extent;
import io.behavioranalytics.store.StoredHistory;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects.Projection;
import io.behavioranalytics.store.Upkeep;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packed history that is damaged is made anew from the events, by whoever finds it, and is found once. */
@Timeout(300)
class HistoryRepairTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String HURT = "hurt";
    private static final SubjectId SUBJECT = SubjectId.lead(HURT);

    /** Enough for a chunk and one of the newest. */
    private static final int EVENTS = 600;

    private final VirtualClock clock = VirtualClock.at(NOW);
    private final Random random = new Random(11);
    private @Nullable TestDatabase database;
    private @Nullable JdbcStore opened;
    private @Nullable BehaviorAnalytics host;
    private String url = "";

    private JdbcStore open(String product) {
        url = "jdbc:h2:mem:" + UUID.randomUUID();
        if (product.equals("postgresql")) {
            database = PostgresServer.shared().freshSchema();
            url = database.url();
        }
        JdbcStoreBuilder builder = JdbcStore.builder().url(url).connections(3);
        if (database != null) {
            builder.schema(database.name());
        }
        return open(builder);
    }

    private JdbcStore open(JdbcStoreBuilder builder) {
        opened = builder.build();
        host = BehaviorAnalytics.builder()
                .store(opened)
                .clock(clock)
                .executor(Runnable::run)
                .build();
        return opened;
    }

    @AfterEach
    void close() {
        if (host != null) {
            host.close();
        }
        if (opened != null) {
            opened.close();
        }
        if (database != null) {
            database.close();
        }
    }

    private static Stream<Arguments> damages() {
        return Stream.of("h2", "postgresql")
                .flatMap(product -> Stream.of(ChunkDamage.values()).map(damage -> Arguments.of(product, damage)));
    }

    private BehaviorAnalytics host() {
        return Objects.requireNonNull(host);
    }

    private static TrackRequest view(String lead, Instant at) {
        return TrackRequest.builder(EventType.PAGE_VIEW)
                .leadId(lead)
                .timestamp(at)
                .page("/" + at, null, null)
                .build();
    }

    private void track(String lead, int count, Instant last) {
        List<TrackRequest> views = new ArrayList<>();
        for (int i = count - 1; i >= 0; i--) {
            views.add(view(lead, last.minusSeconds(i)));
        }
        host().trackAll(views);
    }

    private static void pack(JdbcStore store) {
        Upkeep.Progress progress = new Upkeep.Progress(0, null, false);
        while (!progress.complete()) {
            progress = store.upkeep().pack(progress.reached(), 1_000);
        }
    }

    private static List<BehaviorEvent> events(JdbcStore store) {
        SubjectRecord record = Objects.requireNonNull(
                store.subjects().load(List.of(SUBJECT), Projection.TIMELINE).get(SUBJECT));
        return events(record.timeline());
    }

    private static List<BehaviorEvent> events(Timeline timeline) {
        return IntStream.range(0, timeline.size()).mapToObj(timeline::event).toList();
    }

    /** The events of all histories that a visit can read. */
    private static long visited(JdbcStore store, Extent extent) {
        long[] count = new long[1];
        store.subjects().visit(extent, history -> {
            count[0] += history.timeline().map(Timeline::size).orElse(0);
            return true;
        });
        return count[0];
    }

    private void strike(ChunkDamage damage) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url)) {
            assertThat(damage.strike(connection, schema(), "lead:" + HURT, random))
                    .isTrue();
        }
    }

    private String schema() {
        return database == null ? "" : database.name() + ".";
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql.replace("%s", schema()));
        }
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql.replace("%s", schema()))) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private long packedOfHurt() throws SQLException {
        return number("select packed_events from %sbehavior_analytics where subject = 'lead:" + HURT + "'");
    }

    /** Two leads that are packed, and what is known of the one whose chunks will be hurt. */
    private List<BehaviorEvent> packed(JdbcStore store) {
        track(HURT, EVENTS, NOW.minusSeconds(10));
        track("sound", 20, NOW);
        pack(store);
        assertThat(store.damagedRows()).isZero();
        return events(store);
    }

    @ParameterizedTest
    @MethodSource("damages")
    void a_late_event_is_accepted_and_nothing_is_lost_though_a_chunk_is_damaged(String product, ChunkDamage damage)
            throws SQLException {
        JdbcStore store = open(product);
        List<BehaviorEvent> before = packed(store);
        strike(damage);

        TrackResult late = host().track(view(HURT, NOW.minusSeconds(100).plusMillis(1)));
        assertThat(late.outcome()).isEqualTo(TrackResult.Outcome.ACCEPTED);
        assertThat(store.damagedRows()).isEqualTo(1);

        List<BehaviorEvent> after = events(store);
        assertThat(after).hasSize(EVENTS + 1).containsAll(before);
        assertThat(host().track(view(HURT, NOW.minusSeconds(300).plusMillis(1))).outcome())
                .isEqualTo(TrackResult.Outcome.ACCEPTED);
        pack(store);
        assertThat(events(store)).hasSize(EVENTS + 2).containsAll(after);
        assertThat(packedOfHurt()).isEqualTo(EVENTS + 2);
        assertThat(visited(store, Extent.WHOLE)).isEqualTo(EVENTS + 2 + 20);
        assertThat(store.damagedRows()).as("reported once").isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("damages")
    void a_report_that_meets_damage_counts_every_event_and_packs_them_anew(String product, ChunkDamage damage)
            throws SQLException {
        JdbcStore store = open(product);
        List<BehaviorEvent> before = packed(store);
        strike(damage);

        assertThat(visited(store, Extent.OUTLINE)).isEqualTo(EVENTS + 20);
        assertThat(store.damagedRows()).isEqualTo(damage.showsInOutlines() ? 1 : 0);
        List<BehaviorEvent> seen = new ArrayList<>();
        store.subjects().visit(Extent.WHOLE, history -> {
            if (history.subject().equals(SUBJECT)) {
                seen.addAll(events(history.timeline().orElseThrow()));
            }
            return true;
        });
        assertThat(seen).isEqualTo(before);
        assertThat(store.damagedRows()).isEqualTo(1);
        assertThat(packedOfHurt()).as("packed anew").isEqualTo(EVENTS);

        for (Extent extent : Extent.values()) {
            assertThat(visited(store, extent)).isEqualTo(EVENTS + 20);
        }
        assertThat(events(store)).isEqualTo(before);
        assertThat(store.damagedRows()).as("reported once").isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("damages")
    void maintenance_that_packs_more_makes_what_is_damaged_anew(String product, ChunkDamage damage)
            throws SQLException {
        JdbcStore store = open(product);
        track(HURT, 100, NOW.minusSeconds(200));
        pack(store);
        List<BehaviorEvent> before = events(store);
        strike(damage);
        track(HURT, 90, NOW.minusSeconds(10));
        assertThat(store.damagedRows()).as("nobody has looked").isZero();

        pack(store);
        assertThat(store.damagedRows()).isEqualTo(1);
        assertThat(packedOfHurt()).isEqualTo(190);
        List<BehaviorEvent> after = events(store);
        assertThat(after).hasSize(190);
        assertThat(after.subList(0, 100)).isEqualTo(before);
        assertThat(store.damagedRows()).as("reported once").isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void what_the_events_do_not_tell_either_stays_as_it_is_and_is_refused(String product) throws SQLException {
        JdbcStore store = open(product);
        packed(store);
        strike(ChunkDamage.BIT_OF_OUTLINE);
        execute("delete from %sbehavior_event where lead_id = '" + HURT + "' and timestamp ="
                + " (select min(timestamp) from %sbehavior_event where lead_id = '" + HURT + "')");
        long chunks = number("select count(*) from %spacked_history");

        assertThat(store.subjects().load(List.of(SUBJECT), Projection.TIMELINE)).isEmpty();
        assertThat(visited(store, Extent.OUTLINE)).isEqualTo(20);
        assertThatThrownBy(() -> host().track(view(HURT, NOW.minusSeconds(300))))
                .isInstanceOf(DecisionFailedException.class);
        track("sound", 20, NOW);
        pack(store);
        assertThat(number("select count(*) from %spacked_history where subject = 'lead:" + HURT + "'"))
                .as("what may be all that is left")
                .isEqualTo(chunks - 1);
        assertThat(packedOfHurt()).isEqualTo(EVENTS);
        assertThat(store.damagedRows()).as("each time that it is met").isGreaterThanOrEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void a_report_sees_its_one_state_though_a_history_is_damaged_or_made_anew_while_it_reads(String product)
            throws SQLException {
        JdbcStore store = open(product);
        List<TrackRequest> others = new ArrayList<>();
        int page = HistoryVisit.PAGE + 100;
        for (int lead = 0; lead < page; lead++) {
            others.add(view("before-" + (1_000 + lead), NOW)); // more than a page of subjects before the hurt one
        }
        host().trackAll(others);
        packed(store);
        long before = (long) page + EVENTS + 20;

        List<StoredHistory> found = new ArrayList<>();
        store.subjects().visit(Extent.OUTLINE, history -> {
            if (found.isEmpty()) {
                hurtUnchecked();
            }
            return found.add(history);
        });
        assertThat(sizes(found)).as("damaged meanwhile").isEqualTo(before);
        assertThat(store.damagedRows()).isZero();

        found.clear();
        store.subjects().visit(Extent.OUTLINE, history -> {
            if (found.isEmpty()) {
                host().track(view(HURT, NOW.minusSeconds(300).plusMillis(1)));
                pack(store);
            }
            return found.add(history);
        });
        assertThat(sizes(found)).as("made anew meanwhile, with one event more").isEqualTo(before);
        assertThat(store.damagedRows())
                .as("met by the late event, and by the report in the state before")
                .isEqualTo(2);
        assertThat(visited(store, Extent.WHOLE)).isEqualTo(before + 1);
        assertThat(store.damagedRows()).isEqualTo(2);
    }

    @Test
    @Timeout(60)
    void a_report_waits_for_one_that_writes_no_longer_than_one_call_may_however_much_is_damaged(@TempDir Path folder)
            throws Exception {
        open(JdbcStore.builder().url("jdbc:h2:file:" + folder.resolve("db")).timeout(Duration.ofSeconds(2)));
        JdbcStore store = Objects.requireNonNull(opened);
        url = "jdbc:h2:file:" + folder.resolve("db");
        for (int lead = 0; lead < 60; lead++) {
            track("lead-" + lead, 10, NOW);
        }
        pack(store);
        execute("update %spacked_history set outline = cast(x'00' as varbinary)");
        WriteLock writing;
        try (Connection connection = DriverManager.getConnection(url)) {
            writing = Dialect.of(connection).writeLock(connection);
        }
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch through = new CountDownLatch(1);
        Thread writer = new Thread(() -> {
            try {
                writing.hold(Duration.ofSeconds(50), () -> {
                    held.countDown();
                    return isReached(through);
                });
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
        });
        writer.start();
        assertThat(isReached(held)).isTrue();
        assertThat(visited(store, Extent.OUTLINE)).isEqualTo(600);
        through.countDown();
        writer.join();

        assertThat(visited(store, Extent.OUTLINE)).isEqualTo(600);
        assertThat(visited(store, Extent.OUTLINE)).isEqualTo(600);
        assertThat(store.damagedRows()).as("met twice, and then no more").isEqualTo(120);
    }

    private static boolean isReached(CountDownLatch latch) {
        try {
            return latch.await(50, TimeUnit.SECONDS);
        } catch (InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    private void hurtUnchecked() {
        try {
            strike(ChunkDamage.BIT_OF_OUTLINE);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static long sizes(List<StoredHistory> found) {
        return found.stream()
                .mapToLong(history -> history.timeline().orElseThrow().size())
                .sum();
    }
}
