package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.CommitUnit;
import io.behavioranalytics.decision.Relink;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventBuilder;
import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.EventOutline;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.store.Histories.Extent;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoredHistory;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects.Projection;
import io.behavioranalytics.store.UnitOutcome;
import io.behavioranalytics.store.Upkeep;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
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
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A history that is read through its packed chunks is the history that its rows tell, whatever comes late, goes or moves. The
 * store in memory, which packs nothing, gets the same commits and is what the database is compared with.
 */
@Timeout(300)
class PackedHistoryTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final SubjectId ADA = SubjectId.lead("ada");
    private static final SubjectId BOB = SubjectId.lead("bob");
    private static final SubjectId SESSION = SubjectId.session("s");
    private static final List<SubjectId> ALL = List.of(ADA, BOB, SESSION);
    private static final int STEPS = 40;
    private static final int WINDOW = 100_000;

    private final InMemoryStore memory = new InMemoryStore();
    private @Nullable TestDatabase database;
    private @Nullable JdbcStore opened;
    private String url = "";
    private long events;
    private long batches;
    private long strikes;

    private JdbcStore open(String product) {
        url = "jdbc:h2:mem:" + UUID.randomUUID();
        if (product.equals("postgresql")) {
            database = PostgresServer.shared().freshSchema();
            url = database.url();
        }
        JdbcStoreBuilder builder = JdbcStore.builder().url(url).connections(6);
        if (database != null) {
            builder.schema(database.name());
        }
        opened = builder.build();
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
        memory.close();
    }

    static Stream<Arguments> seeds() {
        return Stream.concat(
                LongStream.rangeClosed(1, 8).mapToObj(seed -> Arguments.of("h2", seed)),
                LongStream.rangeClosed(9, 12).mapToObj(seed -> Arguments.of("postgresql", seed)));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatever_comes_late_is_purged_moves_or_is_damaged_the_packed_history_is_that_of_the_rows(
            String product, long seed) throws SQLException {
        JdbcStore store = open(product);
        Random random = new Random(seed);
        long packed = 0;
        long readPacked = 0;
        Instant now = NOW;
        for (int step = 0; step < STEPS; step++) {
            now = now.plusSeconds(random.nextInt(2_000));
            switch (random.nextInt(9)) {
                case 0, 1 -> add(store, random, ALL.get(random.nextInt(3)), now.minusSeconds(1_000), 1_000, 400);
                case 2 -> add(store, random, ALL.get(random.nextInt(3)), now.minusSeconds(WINDOW), WINDOW, 900);
                case 3 -> add(store, random, ALL.get(random.nextInt(3)), now.minusSeconds(WINDOW), WINDOW, 2);
                case 4 -> relink(store, random, now);
                case 5 -> purge(store, random, now);
                case 6 -> hurt(random);
                default -> packed += pack(store, random);
            }
            if (random.nextInt(3) > 0 && step < STEPS - 1) {
                continue; // a reading packs, and would leave maintenance nothing to do
            }
            readPacked += number("select count(*) from %sbehavior_analytics where packed_events > 0");
            assertThatAVisitFindsWhatMemoryHolds(store, "seed " + seed + " after step " + step);
            for (SubjectId subject : ALL) {
                List<BehaviorEvent> expected = events(load(memory, subject).timeline());
                assertThat(events(load(store, subject).timeline()))
                        .as("%s of seed %d after step %d", subject, seed, step)
                        .isEqualTo(expected);
            }
        }
        assertThat(packed).as("events that were packed by maintenance").isPositive();
        assertThat(strikes).as("chunks that were damaged").isPositive();
        assertThat(readPacked).as("histories that were read from chunks").isPositive();
    }

    /** A report reads what a visit finds: whole, and as outlines. */
    private void assertThatAVisitFindsWhatMemoryHolds(Store store, String words) {
        for (Extent extent : Extent.values()) {
            Map<SubjectId, List<?>> expected = new LinkedHashMap<>();
            memory.subjects().visit(extent, history -> expected.put(history.subject(), told(history, extent)) == null);
            Map<SubjectId, List<?>> found = new LinkedHashMap<>();
            store.subjects().visit(extent, history -> found.put(history.subject(), told(history, extent)) == null);
            assertThat(found).as("%s, %s", words, extent).isEqualTo(expected);
            assertThat(found.keySet()).as("%s, order", words).containsExactlyElementsOf(expected.keySet());
        }
    }

    private static List<?> told(StoredHistory history, Extent extent) {
        Timeline timeline = history.timeline().orElseThrow();
        assertThat(history.size()).isEqualTo(timeline.size());
        if (extent == Extent.WHOLE) {
            return events(timeline);
        }
        return IntStream.range(0, timeline.size())
                .mapToObj(i -> new EventOutline(timeline.micros(i), timeline.type(i), timeline.category(i)))
                .toList();
    }

    private static List<BehaviorEvent> events(Timeline timeline) {
        return IntStream.range(0, timeline.size()).mapToObj(timeline::event).toList();
    }

    private static SubjectRecord load(Store store, SubjectId subject) {
        return Objects.requireNonNull(
                store.subjects().load(List.of(subject), Projection.TIMELINE).get(subject));
    }

    private BehaviorEvent event(Random random, SubjectId subject, Instant at) {
        boolean named = subject.isLead() && random.nextBoolean();
        long number = ++events;
        return EventBuilder.event(new UUID(random.nextLong(), number), at)
                .session(subject.isLead() && random.nextInt(3) == 0 ? null : "s")
                .lead(named || (subject.isLead() && number % 5 == 0) ? subject.value() : null)
                .sequence(random.nextInt(3))
                .type(random.nextBoolean() ? EventType.PAGE_VIEW : EventType.DOWNLOAD)
                .page("url", "/" + number)
                .property("number", number)
                .value(random.nextDouble())
                .build();
    }

    /** An event of a lead names the lead or the session at least. */
    private BehaviorEvent whole(Random random, SubjectId subject, Instant at) {
        BehaviorEvent event = event(random, subject, at);
        while (event.leadId() == null && event.sessionId() == null) {
            event = event(random, subject, at);
        }
        return event;
    }

    private static SubjectChange change(
            Store store, SubjectId subject, List<BehaviorEvent> added, List<Relink> relinks, boolean links) {
        return new SubjectChange(
                subject,
                load(store, subject).version(),
                added,
                relinks,
                links ? List.of() : null,
                null,
                null,
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    private void commit(JdbcStore store, List<SubjectChange> changes) {
        Batch batch = new Batch(new UUID(7, ++batches), "host", NOW, List.of(new CommitUnit(changes)));
        List<UnitOutcome> expected = memory.commit(batch);
        assertThat(expected.get(0)).isInstanceOf(UnitOutcome.Committed.class);
        assertThat(store.commit(batch)).isEqualTo(expected);
    }

    /** Adds up to some events between an instant and so many seconds after it, now and then several at one instant. */
    private void add(JdbcStore store, Random random, SubjectId subject, Instant from, int seconds, int most) {
        List<BehaviorEvent> added = new ArrayList<>();
        Instant at = from;
        for (int i = random.nextInt(most); i >= 0; i--) {
            at = random.nextInt(4) == 0 ? at : from.plusSeconds(random.nextInt(seconds));
            added.add(whole(random, subject, at));
        }
        commit(store, List.of(change(memory, subject, added, List.of(), false)));
    }

    private void relink(JdbcStore store, Random random, Instant now) {
        SubjectId source = ALL.get(random.nextInt(3));
        SubjectId target = ALL.get((ALL.indexOf(source) + 1 + random.nextInt(2)) % 3);
        Relink relink = new Relink(source, "s", place(random, now), place(random, now));
        List<BehaviorEvent> own =
                source.isLead() ? List.of(whole(random, source, now.minusSeconds(random.nextInt(WINDOW)))) : List.of();
        commit(
                store,
                List.of(
                        change(memory, source, own, List.of(), !source.isLead()),
                        change(memory, target, List.of(), List.of(relink), false)));
    }

    private static @Nullable EventKey place(Random random, Instant now) {
        if (random.nextInt(3) == 0) {
            return null;
        }
        long micros = (now.getEpochSecond() - random.nextInt(WINDOW)) * 1_000_000;
        return new EventKey(micros, random.nextInt(3), new UUID(0, 0));
    }

    private void purge(JdbcStore store, Random random, Instant now) {
        Retention retention = Retention.of(Duration.ofSeconds(WINDOW / 2 + random.nextInt(WINDOW)))
                .withType(EventType.DOWNLOAD, Duration.ofSeconds(3_600 + random.nextInt(WINDOW)));
        int limit = 1 + random.nextInt(700);
        assertThat(purgeAll(store, retention, now, limit)).isEqualTo(purgeAll(memory, retention, now, limit));
    }

    private static long purgeAll(Store store, Retention retention, Instant now, int limit) {
        long deleted = 0;
        Upkeep.Progress progress = new Upkeep.Progress(0, null, false);
        while (!progress.complete()) {
            progress = store.upkeep().purge(retention, now, progress.reached(), limit);
            deleted += progress.events();
        }
        return deleted;
    }

    private void hurt(Random random) throws SQLException {
        ChunkDamage[] kinds = ChunkDamage.values();
        try (Connection connection = connect()) {
            boolean struck = kinds[random.nextInt(kinds.length)].strike(
                    connection, schema(), Columns.text(ALL.get(random.nextInt(3))), random);
            strikes += struck ? 1 : 0;
        }
    }

    private static long pack(JdbcStore store, Random random) {
        long packed = 0;
        Upkeep.Progress progress = new Upkeep.Progress(0, null, false);
        while (!progress.complete() && random.nextInt(10) > 0) {
            progress = store.upkeep().pack(progress.reached(), 1);
            packed += progress.events();
        }
        return packed;
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void a_long_history_is_packed_by_its_first_reading_and_read_from_its_chunks_by_the_next(String product)
            throws SQLException {
        JdbcStore store = open(product);
        Random random = new Random(1);
        for (int i = 0; i < 6; i++) {
            List<BehaviorEvent> added = new ArrayList<>();
            for (int j = 0; j < 1_000; j++) {
                added.add(whole(random, ADA, NOW.plusSeconds(i * 1_000L + j)));
            }
            commit(store, List.of(change(memory, ADA, added, List.of(), false)));
        }
        List<BehaviorEvent> expected = events(load(memory, ADA).timeline());
        assertThat(events(load(store, ADA).timeline())).isEqualTo(expected);
        assertThat(number("select packed_events from %sbehavior_analytics where subject = 'lead:ada'"))
                .isEqualTo(6_000);
        assertThat(number("select count(*) from %spacked_history"))
                .as("one, one, and the newest")
                .isEqualTo(3);

        // A late event among the newest forgets their chunk, which is small.
        BehaviorEvent late = whole(random, ADA, NOW.plusSeconds(5_990).plusMillis(1));
        commit(store, List.of(change(memory, ADA, List.of(late), List.of(), false)));
        expected = events(load(memory, ADA).timeline());
        assertThat(events(load(store, ADA).timeline())).isEqualTo(expected);
        assertThat(number("select packed_events from %sbehavior_analytics where subject = 'lead:ada'"))
                .isEqualTo(6_000 - 64);
        assertThat(number("select count(*) from %spacked_history")).isEqualTo(2);
        assertThat(number("select count(*) from %spacked_detail")).isEqualTo(2);

        // Gone behind the store's back: what is still read of them comes from the chunks.
        execute("delete from %sbehavior_event where timestamp <="
                + " (select packed_until from %sbehavior_analytics where subject = 'lead:ada')");
        assertThat(events(load(store, ADA).timeline())).isEqualTo(expected);
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url);
    }

    private String schema() {
        return database == null ? "" : database.name() + ".";
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql.replace("%s", schema()))) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql.replace("%s", schema()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "postgresql"})
    void packing_purging_and_tracking_at_once_lose_and_double_nothing(String product) throws Exception {
        JdbcStore store = open(product);
        int writers = 2;
        int rounds = 60;
        CyclicBarrier barrier = new CyclicBarrier(writers + 2);
        ExecutorService threads = Executors.newFixedThreadPool(writers + 2);
        Retention retention = Retention.of(Duration.ofSeconds(WINDOW));
        List<Future<List<BehaviorEvent>>> stored = new ArrayList<>();
        List<Future<Integer>> others = new ArrayList<>();
        try {
            for (int writer = 0; writer < writers; writer++) {
                int number = writer;
                stored.add(threads.submit(() -> {
                    barrier.await(120, TimeUnit.SECONDS);
                    return write(store, new Random(number), number, rounds);
                }));
            }
            others.add(threads.submit(() -> {
                barrier.await(120, TimeUnit.SECONDS);
                for (int i = 0; i < rounds; i++) {
                    store.upkeep().pack(null, 10);
                    load(store, ADA);
                }
                return rounds;
            }));
            others.add(threads.submit(() -> {
                barrier.await(120, TimeUnit.SECONDS);
                for (int i = 0; i < rounds; i++) {
                    store.upkeep().purge(retention, NOW, null, 50);
                }
                return rounds;
            }));
            List<BehaviorEvent> expected = new ArrayList<>();
            for (Future<List<BehaviorEvent>> writer : stored) {
                expected.addAll(writer.get(120, TimeUnit.SECONDS));
            }
            for (Future<Integer> other : others) {
                assertThat(other.get(120, TimeUnit.SECONDS)).isEqualTo(rounds);
            }
            purgeAll(store, retention, NOW, 1_000);
            expected.removeIf(event -> !event.timestamp().isAfter(NOW.minusSeconds(WINDOW)));
            expected.sort((one, other) -> one.key().compareTo(other.key()));
            assertThat(events(load(store, ADA).timeline())).isEqualTo(expected);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Commits events of one lead, one batch after another, each as often as it takes. */
    private static List<BehaviorEvent> write(JdbcStore store, Random random, int writer, int rounds) {
        List<BehaviorEvent> all = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            List<BehaviorEvent> added = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                // Some of them expired already, some before what is packed, most among the newest.
                int back = random.nextInt(5) == 0 ? random.nextInt(WINDOW + WINDOW / 10) : 1_000 - round * 10 - i / 4;
                added.add(EventBuilder.event(new UUID(writer, round * 100L + i), NOW.minusSeconds(back))
                        .lead("ada")
                        .build());
            }
            boolean committed = false;
            for (int attempt = 0; !committed; attempt++) {
                assertThat(attempt).as("attempts").isLessThan(10_000);
                long version = Objects.requireNonNull(store.subjects()
                                .load(List.of(ADA), Projection.TIMELINE)
                                .get(ADA))
                        .version();
                SubjectChange change = new SubjectChange(
                        ADA, version, added, List.of(), null, null, null, false, List.of(), List.of(), List.of(),
                        List.of(), List.of(), List.of());
                UUID id = new UUID(random.nextLong(), random.nextLong());
                committed = store.commit(new Batch(id, "host-" + writer, NOW, List.of(new CommitUnit(List.of(change)))))
                                .get(0)
                        instanceof UnitOutcome.Committed;
            }
            all.addAll(added);
        }
        return all;
    }
}
