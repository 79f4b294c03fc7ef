package io.behavioranalytics.examples.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Settings;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Durable ingestion into PostgreSQL and into an H2 file, beside a program that writes the same rows to a plain table by hand; both
 * sides take turns in one run, and of three rounds the middle one counts.
 *
 * <p>Each round begins with empty tables and a checkpoint. The processor time of the server is that of its processes, so that it
 * tells something on a busy machine too.
 */
final class Ingest implements Benchmark.Run {
    private static final int ROUNDS = 3;
    private static final int BATCH = 1_000;
    private static final int UNDER_WAY = 3 * BATCH;

    private final int events;
    private final int rounds;
    private final WorkloadRows rows = new WorkloadRows(WorkloadRows.LEADS);

    Ingest(int events) {
        this.events = events;
        // Less than a batch measures nothing: that it works shows at once.
        this.rounds = events < BATCH ? 1 : ROUNDS;
    }

    /** A way of writing. */
    private enum Way {
        COPY("by hand: COPY of 1,000", true, DefinitionSet.NONE, 1, 1),
        ASYNC("trackAsync", true, DefinitionSet.NONE, 1, 1),
        ASYNC_TEN("trackAsync", true, DefinitionSet.TEN, 1, 1),
        ASYNC_TEN_2("trackAsync, two hosts", true, DefinitionSet.TEN, 2, 1),
        SINGLE("by hand: one INSERT each, 16 threads", true, DefinitionSet.NONE, 1, 8),
        TRACK_16("track, 16 threads", true, DefinitionSet.NONE, 1, 4),
        TRACK_256("track, 256 threads", true, DefinitionSet.NONE, 1, 2),
        H2_BATCH("by hand: batches of 1,000, H2 file", false, DefinitionSet.NONE, 1, 4),
        H2_ASYNC("trackAsync, H2 file", false, DefinitionSet.NONE, 1, 4);

        private final String words;
        private final boolean postgres;
        private final DefinitionSet definitions;
        private final int hosts;
        private final int share;

        Way(String words, boolean postgres, DefinitionSet definitions, int hosts, int share) {
            this.words = words;
            this.postgres = postgres;
            this.definitions = definitions;
            this.hosts = hosts;
            this.share = share;
        }
    }

    /** What one round cost; bytes are 0 where nobody tells. */
    private record Cost(
            long rows, double seconds, double clientSeconds, double serverSeconds, long tableBytes, long logBytes) {
        double perSecond() {
            return rows / seconds;
        }
    }

    @Override
    public void run(PrintStream out) {
        try (PostgresServer server = PostgresServer.builder()
                .setting("shared_buffers", "2GB")
                .setting("max_wal_size", "8GB")
                .setting("checkpoint_timeout", "15min")
                .setting("jit", "off")
                .setting("max_connections", "300")
                .start()) {
            measureAll(server, out);
        } catch (SQLException | IOException failed) {
            throw new IllegalStateException("the database failed", failed);
        }
    }

    private void measureAll(PostgresServer server, PrintStream out) throws SQLException, IOException {
        MarkdownTable table = new MarkdownTable(
                2,
                "way",
                "definitions",
                "events",
                "events/s",
                "rounds",
                "client CPU µs/event",
                "server CPU µs/event",
                "table + index B/event",
                "WAL B/event");
        List<List<Cost>> costs = new ArrayList<>();
        for (Way way : Way.values()) {
            costs.add(new ArrayList<>());
            if (rounds > 1) {
                measure(server, way, Math.max(1, events / way.share / 4)); // warms up
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (Way way : Way.values()) {
                costs.get(List.of(Way.values()).indexOf(way))
                        .add(measure(server, way, Math.max(1, events / way.share)));
            }
        }
        for (Way way : Way.values()) {
            List<Cost> ofRounds = costs.get(List.of(Way.values()).indexOf(way));
            Cost middle = ofRounds.stream()
                    .sorted(Comparator.comparingDouble(Cost::perSecond))
                    .toList()
                    .get(rounds / 2);
            table.row(
                    way.words,
                    way.definitions.toString(),
                    whole((double) middle.rows),
                    whole(middle.perSecond()),
                    String.join(
                            " ",
                            ofRounds.stream()
                                    .map(cost -> whole(cost.perSecond()))
                                    .toList()),
                    decimal(middle.clientSeconds * 1e6 / middle.rows),
                    decimal(middle.serverSeconds * 1e6 / middle.rows),
                    middle.tableBytes == 0 ? "" : whole((double) middle.tableBytes / middle.rows),
                    middle.logBytes == 0 ? "" : whole((double) middle.logBytes / middle.rows));
        }
        table.print(out);
    }

    private Cost measure(PostgresServer server, Way way, int count) throws SQLException, IOException {
        List<TrackRequest> requests = rows.rows(0, count);
        System.gc();
        if (!way.postgres) {
            return measureH2(way, requests);
        }
        try (TestDatabase database = server.databases().freshDatabase();
                Connection watcher = DriverManager.getConnection(database.url())) {
            return switch (way) {
                case COPY, SINGLE -> byHand(way, database, watcher, requests);
                default -> byStore(way, database, watcher, requests);
            };
        }
    }

    /** Takes the time of some work. */
    private static final class Stopwatch {
        private final double server = Machine.childSeconds();
        private final long client = Machine.cpuNanos();
        private final long start = System.nanoTime();

        Cost stop(long rows, long tableBytes, long logBytes) {
            double seconds = (System.nanoTime() - start) / 1e9;
            double own = (Machine.cpuNanos() - client) / 1e9;
            return new Cost(rows, seconds, own, Machine.childSeconds() - server, tableBytes, logBytes);
        }
    }

    private static Cost byHand(Way way, TestDatabase database, Connection watcher, List<TrackRequest> requests)
            throws SQLException {
        PlainRows.createPostgres(watcher);
        execute(watcher, "checkpoint");
        long log = number(watcher, "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')");
        Stopwatch stopwatch = new Stopwatch();
        if (way == Way.COPY) {
            try (Connection connection = DriverManager.getConnection(database.url())) {
                for (int from = 0; from < requests.size(); from += BATCH) {
                    PlainRows.copy(connection, requests.subList(from, Math.min(from + BATCH, requests.size())));
                }
            }
        } else {
            insertSingly(database, requests);
        }
        Cost cost = stopwatch.stop(
                requests.size(),
                number(watcher, "select pg_total_relation_size('plain_event')"),
                number(watcher, "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')") - log);
        require(number(watcher, "select count(*) from plain_event"), requests.size());
        return cost;
    }

    private static void insertSingly(TestDatabase database, List<TrackRequest> requests) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.setMaximumPoolSize(16);
        AtomicInteger next = new AtomicInteger();
        try (HikariDataSource pool = new HikariDataSource(config)) {
            Callers.together(16, caller -> {
                try (Connection connection = pool.getConnection();
                        PreparedStatement insert = PlainRows.insert(connection, false)) {
                    for (int i = next.getAndIncrement(); i < requests.size(); i = next.getAndIncrement()) {
                        PlainRows.bind(insert, requests.get(i));
                        insert.executeUpdate();
                    }
                } catch (SQLException failed) {
                    throw new IllegalStateException(failed);
                }
            });
        }
    }

    private static Cost byStore(Way way, TestDatabase database, Connection watcher, List<TrackRequest> requests)
            throws SQLException {
        try (Hosts hosts = new Hosts(way, database.url())) {
            execute(watcher, "checkpoint");
            long log = number(watcher, "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')");
            Stopwatch stopwatch = new Stopwatch();
            hosts.track(way, requests);
            Cost cost = stopwatch.stop(
                    requests.size(),
                    number(watcher, "select pg_total_relation_size('behavior_event')"),
                    number(watcher, "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')") - log);
            require(number(watcher, "select count(*) from behavior_event"), requests.size());
            return cost;
        }
    }

    private static Cost measureH2(Way way, List<TrackRequest> requests) throws SQLException, IOException {
        Path folder = Files.createTempDirectory("ingest");
        String url = "jdbc:h2:file:" + folder.resolve("events").toAbsolutePath();
        try {
            if (way == Way.H2_ASYNC) {
                try (Hosts hosts = new Hosts(way, url)) {
                    Stopwatch stopwatch = new Stopwatch();
                    hosts.track(way, requests);
                    return stopwatch.stop(requests.size(), 0, 0);
                }
            }
            try (Connection connection = DriverManager.getConnection(url)) {
                execute(connection, "set write_delay 0");
                PlainRows.createH2(connection);
                connection.setAutoCommit(false);
                Stopwatch stopwatch = new Stopwatch();
                try (PreparedStatement insert = PlainRows.insert(connection, true)) {
                    for (int from = 0; from < requests.size(); from += BATCH) {
                        for (TrackRequest row : requests.subList(from, Math.min(from + BATCH, requests.size()))) {
                            PlainRows.bind(insert, row);
                            insert.addBatch();
                        }
                        insert.executeBatch();
                        connection.commit();
                    }
                }
                return stopwatch.stop(requests.size(), 0, 0);
            }
        } finally {
            delete(folder);
        }
    }

    /** Facades on one database, each with its own pool. */
    private static final class Hosts implements AutoCloseable {
        private final List<Rig> rigs = new ArrayList<>();

        Hosts(Way way, String url) {
            for (int host = 0; host < way.hosts; host++) {
                JdbcStore store = JdbcStore.builder().url(url).connections(4).build();
                rigs.add(new Rig(
                        host == 0 ? way.definitions : DefinitionSet.NONE,
                        store,
                        Settings.builder().batchSize(BATCH)));
            }
        }

        void track(Way way, List<TrackRequest> requests) {
            switch (way) {
                case TRACK_16 -> blocking(16, requests);
                case TRACK_256 -> blocking(256, requests);
                default -> Callers.together(rigs.size(), host -> underWay(rigs.get(host), host, rigs.size(), requests));
            }
        }

        private void blocking(int callers, List<TrackRequest> requests) {
            Rig rig = rigs.get(0);
            AtomicInteger next = new AtomicInteger();
            Callers.together(callers, caller -> {
                for (int i = next.getAndIncrement(); i < requests.size(); i = next.getAndIncrement()) {
                    rig.reach(requests.get(i));
                    Rig.requireAccepted(rig.analytics.track(requests.get(i)));
                }
            });
        }

        /** A producer that keeps some thousands of events under way; two of them share the rows by lead. */
        private static void underWay(Rig rig, int host, int hosts, List<TrackRequest> requests) {
            BehaviorAnalytics analytics = rig.analytics;
            Deque<CompletableFuture<TrackResult>> open = new ArrayDeque<>();
            for (TrackRequest request : requests) {
                if (Math.floorMod(String.valueOf(request.leadId()).hashCode(), hosts) != host) {
                    continue;
                }
                rig.reach(request);
                open.add(analytics.trackAsync(request));
                if (open.size() >= UNDER_WAY) {
                    Rig.requireAccepted(open.remove().join());
                }
            }
            open.forEach(future -> Rig.requireAccepted(future.join()));
        }

        @Override
        public void close() {
            rigs.forEach(Rig::close);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    private static void require(long stored, long sent) {
        if (stored != sent) {
            throw new IllegalStateException(stored + " of " + sent + " rows are stored");
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            });
        }
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%,.1f", value);
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }
}
