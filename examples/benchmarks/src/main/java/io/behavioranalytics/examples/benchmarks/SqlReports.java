package io.behavioranalytics.examples.benchmarks;

import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** The same questions in SQL, on a table of three numbers a row: lead, type, milliseconds; rows come in order of lead and time. */
final class SqlReports implements ReportAnswers {
    private static final int COPIED = 10_000;

    private final Connection connection;
    private final @Nullable TestDatabase database;
    private final String divide;
    private boolean joining;

    private SqlReports(Connection connection, @Nullable TestDatabase database, String divide) {
        this.connection = connection;
        this.database = database;
        this.divide = divide;
    }

    /** DuckDB in this process, its table in memory. */
    static SqlReports duckDb(ReportRows rows) {
        try {
            Connection connection = DriverManager.getConnection("jdbc:duckdb:");
            execute(connection, "create table ev (lead integer, type tinyint, ts bigint)");
            Path file = Files.createTempFile("rows", ".csv");
            try {
                try (BufferedWriter writer = Files.newBufferedWriter(file)) {
                    StringBuilder text = new StringBuilder();
                    write(rows, text, () -> {
                        writer.append(text);
                        text.setLength(0);
                    });
                }
                execute(connection, "set threads = 1"); // keeps the rows in their order
                execute(connection, "copy ev from '" + file + "' (format csv, delimiter '\t', header false)");
            } finally {
                Files.delete(file);
            }
            return new SqlReports(connection, null, "//");
        } catch (SQLException | IOException failed) {
            throw new IllegalStateException("DuckDB failed", failed);
        }
    }

    /** Takes what was written so far away. */
    private interface Emptied<E extends Exception> {
        void empty() throws E;
    }

    private static <E extends Exception> void write(ReportRows rows, StringBuilder text, Emptied<E> emptied) throws E {
        for (int lead = 0; lead < ReportRows.LEADS; lead++) {
            for (int i = rows.first[lead]; i < rows.first[lead + 1]; i++) {
                text.append(lead).append('\t').append(rows.types[i]).append('\t');
                text.append(rows.millis[i]).append('\n');
                if (i % COPIED == 0) {
                    emptied.empty();
                }
            }
        }
        emptied.empty();
    }

    /** PostgreSQL without parallel workers, with the indexes that its queries can use. */
    static SqlReports postgres(ReportRows rows, PostgresServer server) {
        try {
            TestDatabase database = server.databases().freshDatabase();
            Connection connection = DriverManager.getConnection(database.url());
            execute(connection, "create unlogged table ev (lead integer, type smallint, ts bigint)");
            CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy ev from stdin");
            StringBuilder text = new StringBuilder();
            write(rows, text, () -> {
                byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
                copy.writeToCopy(bytes, 0, bytes.length);
                text.setLength(0);
            });
            copy.endCopy();
            execute(connection, "create index on ev (lead, ts) include (type)");
            execute(connection, "create index on ev (type, ts) include (lead)");
            execute(connection, "create index on ev (type, lead)");
            execute(connection, "vacuum analyze ev");
            execute(connection, "set work_mem = '1GB'");
            execute(connection, "set max_parallel_workers_per_gather = 0");
            return new SqlReports(connection, database, "/");
        } catch (SQLException failed) {
            throw new IllegalStateException("PostgreSQL failed", failed);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** DuckDB: how many threads a query may use, and whether the funnel joins each step to the last event of the one before. */
    void setting(int threads, boolean asofJoins) {
        joining = asofJoins;
        try {
            execute(connection, "set threads = " + threads);
        } catch (SQLException failed) {
            throw new IllegalStateException("DuckDB failed", failed);
        }
    }

    @Override
    public List<Long> answer(Asked asked) {
        return switch (asked) {
            case FUNNEL -> funnel();
            case RETENTION ->
                cells(
                        "with w as (select distinct lead, (ts - " + ReportRows.BASE_MILLIS + ") " + divide + " " + WEEK
                                + " as week from ev), c as (select lead, min(week) as cohort from w group by lead)"
                                + " select cohort * " + WEEKS + " + week - cohort, count(*) from w join c using (lead)"
                                + " where cohort < " + WEEKS + " and week - cohort < " + WEEKS + " group by 1",
                        WEEKS * WEEKS);
            case TOP -> cells("select type, count(*) from ev group by type", ReportRows.TYPES.size());
            case DAILY ->
                cells(
                        "select (ts - " + ReportRows.BASE_MILLIS + ") " + divide + " " + ReportRows.DAY
                                + ", count(distinct lead) from ev group by 1",
                        ReportRows.DAYS);
        };
    }

    private List<Long> funnel() {
        String sql = joining
                ? "with a as (select lead, ts, ts as start from ev where type = 0), "
                        + joined("b", 4, "a") + ", " + joined("c", 5, "b") + ", " + joined("d", 15, "c")
                        + " select (select count(distinct lead) from a), (select count(distinct lead) from b),"
                        + " (select count(distinct lead) from c), (select count(distinct lead) from d)"
                : "with a as (select lead, type, ts, max(case when type = 0 then ts end) over w as s1 from ev"
                        + " where type in (0, 4, 5, 15) window w as (partition by lead order by ts)),"
                        + " b as (select *, max(case when type = 4 and ts - s1 <= " + WEEK
                        + " then s1 end) over w as s2 from a window w as (partition by lead order by ts)),"
                        + " c as (select *, max(case when type = 5 and ts - s2 <= " + WEEK
                        + " then s2 end) over w as s3 from b window w as (partition by lead order by ts))"
                        + " select count(distinct case when s1 is not null then lead end),"
                        + " count(distinct case when s2 is not null then lead end),"
                        + " count(distinct case when s3 is not null then lead end),"
                        + " count(distinct case when type = 15 and ts - s3 <= " + WEEK + " then lead end) from c";
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return List.of(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
        } catch (SQLException failed) {
            throw new IllegalStateException("the funnel failed", failed);
        }
    }

    private static String joined(String name, int type, String before) {
        return name + " as (select e.lead, e.ts, s.start from (select lead, ts from ev where type = " + type
                + ") e asof join " + before + " s on e.lead = s.lead and e.ts > s.ts where e.ts - s.start <= " + WEEK
                + ")";
    }

    private List<Long> cells(String sql, int size) {
        Long[] cells = new Long[size];
        Arrays.fill(cells, 0L);
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                cells[row.getInt(1)] = row.getLong(2);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException("a query failed: " + sql, failed);
        }
        return new ArrayList<>(List.of(cells));
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException failed) {
            throw new IllegalStateException("the database did not close", failed);
        }
        if (database != null) {
            database.close();
        }
    }
}
