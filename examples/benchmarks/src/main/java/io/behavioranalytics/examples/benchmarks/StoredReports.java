package io.behavioranalytics.examples.benchmarks;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.examples.benchmarks.ReportAnswers.Asked;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.store.Upkeep;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reports of a store in PostgreSQL, from its packed history, beside DuckDB and the best SQL on plain tables of the same server; what
 * packing costs, how large it is, and how small the heap may be. Whoever answers otherwise than the scan ends the run.
 */
final class StoredReports implements Benchmark.Run {
    private static final int WARM_UPS = 2;
    private static final int ROUNDS = 5;
    private static final int PACKED_AT_ONCE = 100_000;

    private final ReportRows rows;

    StoredReports(int events) {
        rows = new ReportRows(events);
    }

    @Override
    public void run(PrintStream out) {
        try (PrimitiveScan scan = new PrimitiveScan(rows);
                SqlReports duckDb = SqlReports.duckDb(rows);
                PostgresServer server = PostgresServer.builder()
                        .setting("shared_buffers", "2GB")
                        .setting("max_wal_size", "8GB")
                        .setting("checkpoint_timeout", "15min")
                        .setting("jit", "off")
                        .start();
                SqlReports postgres = SqlReports.postgres(rows, server);
                TestDatabase database = server.databases().freshDatabase();
                Connection watcher = DriverManager.getConnection(database.url())) {
            JdbcStore store = JdbcStore.builder().url(database.url()).build();
            try (LibraryReports stored = new LibraryReports(store)) {
                fill(store, watcher, out);
                List<Contestant> figures = race(scan, stored, duckDb, postgres);
                print(figures, out);
                out.printf("A process with a heap of 64 MiB answers the funnel: %s%n%n", small(database, scan));
            }
        } catch (SQLException | IOException failed) {
            throw new IllegalStateException("the database failed", failed);
        }
    }

    private void fill(JdbcStore store, Connection watcher, PrintStream out) throws SQLException {
        int events = rows.millis.length;
        long start = System.nanoTime();
        LibraryReports.fill(store, rows);
        execute(watcher, "vacuum analyze");
        out.printf(Locale.ROOT, "Stored %,d events in %.0f s.%n", events, (System.nanoTime() - start) / 1e9);
        double server = Machine.childSeconds();
        long client = Machine.cpuNanos();
        start = System.nanoTime();
        long packed = 0;
        @Nullable SubjectId reached = null;
        Upkeep.Progress progress;
        do {
            progress = store.upkeep().pack(reached, PACKED_AT_ONCE);
            reached = progress.reached();
            packed += progress.events();
        } while (!progress.complete());
        double clientMicros = (Machine.cpuNanos() - client) / 1e3 / packed;
        double serverMicros = (Machine.childSeconds() - server) * 1e6 / packed;
        out.printf(
                Locale.ROOT,
                "Packed %,d of them in %.0f s: %.2f µs of CPU an event, %.2f here and %.2f in the server.%n",
                packed,
                (System.nanoTime() - start) / 1e9,
                clientMicros + serverMicros,
                clientMicros,
                serverMicros);
        execute(watcher, "vacuum analyze");
        sizes(watcher, packed, out);
    }

    private static void sizes(Connection watcher, long packed, PrintStream out) throws SQLException {
        out.printf(
                Locale.ROOT,
                "On disk, with indexes, bytes a packed event: outlines %.2f, details (ids among them) %.2f, the events themselves %.2f.%n",
                number(watcher, "select pg_total_relation_size('packed_history')") * 1.0 / packed,
                number(watcher, "select pg_total_relation_size('packed_detail')") * 1.0 / packed,
                number(watcher, "select pg_total_relation_size('behavior_event')") * 1.0 / packed);
        out.println();
    }

    private static List<Contestant> race(
            PrimitiveScan scan, LibraryReports stored, SqlReports duckDb, SqlReports postgres) {
        List<Contestant> figures = new ArrayList<>();
        for (Asked asked : Asked.values()) {
            figures.add(new Contestant(
                    asked, "JDBC store, 1 thread", WARM_UPS + ROUNDS, stored, () -> stored.together(false)));
            figures.add(new Contestant(
                    asked, "JDBC store, 2 threads", WARM_UPS + ROUNDS, stored, () -> stored.together(true)));
            boolean joins = asked == Asked.FUNNEL;
            figures.add(new Contestant(asked, "DuckDB, 2 threads", ROUNDS, duckDb, () -> duckDb.setting(2, joins)));
            figures.add(new Contestant(asked, "PostgreSQL, plain table", 2, postgres, () -> {}));
        }
        Contestant.takeTurns(figures, scan, 0);
        return figures;
    }

    private static void print(List<Contestant> figures, PrintStream out) {
        MarkdownTable table = new MarkdownTable(2, "question", "who", "CPU s", "of it here", "wall s");
        for (Contestant figure : figures) {
            table.row(
                    figure.asked.name().toLowerCase(Locale.ROOT),
                    figure.words,
                    seconds(figure.cpu),
                    seconds(figure.own),
                    seconds(figure.wall));
        }
        table.print(out);
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.3f", seconds);
    }

    /** The funnel of a process of its own, with a heap of 64 MiB. */
    private static String small(TestDatabase database, PrimitiveScan scan) throws IOException {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx64m",
                        "-cp",
                        Machine.classPath(),
                        StoredFunnel.class.getName(),
                        database.url())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        String expected = scan.answer(Asked.FUNNEL).toString();
        return said.endsWith(expected) ? expected : "NOT, it says " + said;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
