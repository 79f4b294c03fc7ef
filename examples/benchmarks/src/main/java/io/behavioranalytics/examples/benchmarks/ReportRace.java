package io.behavioranalytics.examples.benchmarks;

import io.behavioranalytics.examples.benchmarks.ReportAnswers.Asked;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reports of the store in memory beside a scan of primitive arrays, DuckDB and PostgreSQL, on the same rows in one run, all taking turns.
 * Whoever answers otherwise than the scan ends the run.
 *
 * <p>Of several rounds the one with the least processor time counts: that is the one that others disturbed least.
 */
final class ReportRace implements Benchmark.Run {
    private static final int WARM_UPS = 3;
    private static final int ROUNDS = 5;

    /** How many customers a model is fitted to. */
    private static final int CUSTOMERS = 100_000;

    /** What is quick is asked again and again for so long: the system counts processor time in hundredths of a second. */
    private static final double LEAST_SECONDS = 0.3;

    /** The documented number of rows, what they come to and what the funnel counts of them. */
    private static final int DOCUMENTED = 10_000_000;

    private static final long DOCUMENTED_ROWS = 0xa199828fa8689674L;
    private static final List<Long> DOCUMENTED_FUNNEL = List.of(96_760L, 80_988L, 55_408L, 27_731L);

    private final ReportRows rows;

    ReportRace(int events) {
        rows = new ReportRows(events);
    }

    /** Whoever measures other rows measures something else. */
    private void checkRows(PrimitiveScan scan) {
        List<Long> funnel = scan.answer(Asked.FUNNEL);
        if (rows.size() == DOCUMENTED && (rows.checksum() != DOCUMENTED_ROWS || !funnel.equals(DOCUMENTED_FUNNEL))) {
            throw new IllegalStateException(String.format(
                    Locale.ROOT,
                    "the rows come to %016x and not to %016x, their funnel to %s and not to %s",
                    rows.checksum(),
                    DOCUMENTED_ROWS,
                    funnel,
                    DOCUMENTED_FUNNEL));
        }
    }

    @Override
    public void run(PrintStream out) {
        try (PrimitiveScan scan = new PrimitiveScan(rows);
                LibraryReports memory = LibraryReports.inMemory(rows);
                SqlReports duckDb = SqlReports.duckDb(rows);
                PostgresServer server = PostgresServer.builder()
                        .setting("shared_buffers", "1GB")
                        .setting("max_wal_size", "8GB")
                        .setting("jit", "off")
                        .start();
                SqlReports postgres = SqlReports.postgres(rows, server)) {
            checkRows(scan);
            List<Contestant> entries = entries(scan, memory, duckDb, postgres);
            System.gc();
            Contestant.takeTurns(entries, scan, LEAST_SECONDS);
            print(entries, scan, out);
        }
        new ModelFit(Math.min(CUSTOMERS, rows.size())).run(out);
    }

    private static List<Contestant> entries(
            PrimitiveScan scan, LibraryReports memory, SqlReports duckDb, SqlReports postgres) {
        int all = WARM_UPS + ROUNDS;
        List<Contestant> entries = new ArrayList<>();
        for (Asked asked : Asked.values()) {
            entries.add(new Contestant(asked, "primitive scan", all, scan, () -> {}));
            entries.add(new Contestant(asked, "report, 1 thread", all, memory, () -> memory.together(false)));
            entries.add(new Contestant(asked, "report, 2 threads", all, memory, () -> memory.together(true)));
            for (int threads = 1; threads <= 2; threads++) {
                int many = threads;
                String words = "DuckDB, " + threads + (threads == 1 ? " thread" : " threads");
                entries.add(new Contestant(asked, words, ROUNDS, duckDb, () -> duckDb.setting(many, false)));
                if (asked == Asked.FUNNEL) {
                    entries.add(new Contestant(
                            asked, words + ", ASOF joins", ROUNDS, duckDb, () -> duckDb.setting(many, true)));
                }
            }
            entries.add(new Contestant(asked, "PostgreSQL", 2, postgres, () -> {}));
        }
        return entries;
    }

    private void print(List<Contestant> entries, PrimitiveScan scan, PrintStream out) {
        MarkdownTable table =
                new MarkdownTable(2, "question", "who", "CPU s", "wall s", "of DuckDB's CPU", "of the scan's CPU");
        for (Contestant entry : entries) {
            double duckDb = least(entries, entry.asked, "DuckDB");
            double scanned = least(entries, entry.asked, "primitive scan");
            table.row(
                    entry.asked.name().toLowerCase(Locale.ROOT),
                    entry.words,
                    decimal(entry.cpu, 4),
                    decimal(entry.wall, 4),
                    decimal(entry.cpu / duckDb, 2),
                    decimal(entry.cpu / scanned, 1));
        }
        table.print(out);
        out.printf(
                Locale.ROOT,
                "All answered alike; the funnel %s; rows of checksum %016x, %d of them moved by a millisecond.%n%n",
                scan.answer(Asked.FUNNEL),
                rows.checksum(),
                rows.bumps);
    }

    private static double least(List<Contestant> entries, Asked asked, String words) {
        return entries.stream()
                .filter(entry -> entry.asked == asked && entry.words.startsWith(words))
                .mapToDouble(entry -> entry.cpu)
                .min()
                .orElseThrow();
    }

    private static String decimal(double number, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", number);
    }
}
