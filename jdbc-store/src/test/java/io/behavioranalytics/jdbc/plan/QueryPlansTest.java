package io.behavioranalytics.jdbc.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.jdbc.postgres.Databases;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Every statement finds its rows by an index, and every index is there for a statement. The plans of a run with more events,
 * {@code -Dbehavior.plans.events=1000000}, stand in {@code docs/database-plans.md}; each run writes its own to {@code target}.
 */
class QueryPlansTest {
    private static final int EVENTS = Integer.getInteger("behavior.plans.events", 10_000);

    /** With fewer events PostgreSQL is told to read no table from end to end while there is another way. */
    private static final int MANY = 500_000;

    /** Of fewer rows a database rightly reads them all, and asks no index. */
    private static final long SOME = 200;

    @TempDir
    Path folder;

    @Test
    @Timeout(3_600)
    void on_postgresql_every_statement_finds_its_rows_by_an_index() throws Exception {
        if (EVENTS < MANY) {
            checkPostgres(PostgresServer.shared(), "-c enable_seqscan=off");
        } else {
            try (PostgresServer server = PostgresServer.builder()
                    .setting("shared_buffers", "1GB")
                    .setting("max_wal_size", "8GB")
                    .setting("synchronous_commit", "off")
                    .start()) {
                checkPostgres(server.databases(), "");
            }
        }
    }

    private static void checkPostgres(Databases server, String options) throws Exception {
        try (TestDatabase database = server.freshDatabase()) {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(database.url());
            source.setOptions(options);
            check("postgresql", database.url(), source);
        }
    }

    @Test
    @Timeout(3_600)
    void on_h2_every_statement_finds_its_rows_by_an_index() throws Exception {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:file:" + folder.resolve("plans") + ";CACHE_SIZE=524288");
        check("h2", source.getURL(), source);
    }

    private static void check(String product, String url, DataSource source) throws Exception {
        try (JdbcStore filled = JdbcStore.builder()
                        .url(url)
                        .connections(4)
                        .timeout(Duration.ofMinutes(1))
                        .build();
                SampleDatabase sample = new SampleDatabase(filled, EVENTS)) {
            sample.fill();
            execute(source, product.equals("h2") ? "analyze" : "vacuum (analyze)");
            PlanRecorder recorder = new PlanRecorder(source);
            Map<String, Long> tables = rows(product, source);
            try (JdbcStore store = JdbcStore.builder()
                    .dataSource(recorder.dataSource())
                    .timeout(Duration.ofMinutes(1))
                    .build()) {
                new NamedQueries(recorder, store, sample).run();
            } finally {
                write(product, named(product, source, recorder.taken()), tables);
            }
            List<PlanRecorder.Taken> taken = named(product, source, recorder.taken());
            assertNoScans(taken, tables);
            assertIndexesAreOfUse(product, source, taken, tables);
        }
    }

    private static void assertNoScans(List<PlanRecorder.Taken> taken, Map<String, Long> tables) {
        for (PlanRecorder.Taken query : taken) {
            if (!NamedQueries.WHOLE.contains(query.query())) {
                assertThat(query.plan().scans())
                        .as("%s: %s: %s", query.query(), query.plan().words(), query.sql())
                        .allSatisfy(table -> assertThat(tables.getOrDefault(table, 0L))
                                .as(table)
                                .isLessThan(SOME));
            }
        }
    }

    private static void assertIndexesAreOfUse(
            String product, DataSource source, List<PlanRecorder.Taken> taken, Map<String, Long> tables)
            throws SQLException, IOException {
        Map<String, Set<String>> users = users(taken);
        Map<String, String> reasons = reasons(product);
        Map<String, String> indexes = indexes(product, source);
        indexes.forEach((index, table) -> {
            if (tables.getOrDefault(table, 0L) >= SOME) {
                assertThat(users).as("indexes that a query uses").containsKey(index);
            }
        });
        assertThat(indexes.keySet()).as("indexes that have a reason").containsAll(reasons.keySet());
        reasons.forEach((index, query) -> assertThat(users.getOrDefault(index, Set.of()))
                .as("the queries that use %s", index)
                .contains(query));
    }

    private static Map<String, Set<String>> users(List<PlanRecorder.Taken> taken) {
        Map<String, Set<String>> users = new TreeMap<>();
        for (PlanRecorder.Taken query : taken) {
            for (String index : query.plan().indexes()) {
                users.computeIfAbsent(index, same -> new TreeSet<>()).add(query.query());
            }
        }
        return users;
    }

    /** The query that an index stands for, as the script says it above the index. */
    private static Map<String, String> reasons(String product) throws IOException {
        Map<String, String> reasons = new TreeMap<>();
        StringBuilder script = new StringBuilder();
        for (String part :
                List.of("/V1__tables.sql", "/V2__experiments.sql", "/V3__outlines.sql", "/V4__executions.sql")) {
            try (InputStream in = JdbcStore.class.getResourceAsStream(product + part)) {
                script.append(new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        String before = "";
        for (String line : script.toString().lines().toList()) {
            if (line.startsWith("create index")) {
                assertThat(before).as("the line above: %s", line).startsWith("-- Query: ");
                reasons.put(line.split("\\s+", 7)[5], before.substring("-- Query: ".length()));
            }
            before = line;
        }
        assertThat(reasons).isNotEmpty();
        return reasons;
    }

    /** H2 calls the index of a primary key by a number: it gets PostgreSQL's name. */
    private static List<PlanRecorder.Taken> named(String product, DataSource source, List<PlanRecorder.Taken> taken)
            throws SQLException {
        if (product.equals("postgresql")) {
            return taken;
        }
        Map<String, String> names = new HashMap<>();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select lower(index_name), lower(table_name), index_type_name"
                        + " from information_schema.indexes where lower(table_schema) = 'public'")) {
            while (rows.next()) {
                String name = rows.getString(1);
                names.put(name, name.startsWith("primary_key") ? rows.getString(2) + "_pkey" : name);
            }
        }
        List<PlanRecorder.Taken> renamed = new ArrayList<>();
        for (PlanRecorder.Taken query : taken) {
            QueryPlan plan = query.plan();
            String words = plan.words();
            for (String index : plan.indexes()) {
                words = words.replaceAll("\\b" + index + "\\b", names.getOrDefault(index, index));
            }
            Set<String> indexes = plan.indexes().stream()
                    .map(index -> names.getOrDefault(index, index))
                    .collect(Collectors.toSet());
            renamed.add(new PlanRecorder.Taken(
                    query.query(),
                    query.sql(),
                    new QueryPlan(words, indexes, plan.scans(), plan.rows(), plan.buffers())));
        }
        return renamed;
    }

    /** The indexes and their tables. */
    private static Map<String, String> indexes(String product, DataSource source) throws SQLException {
        Map<String, String> indexes = new TreeMap<>();
        String sql = product.equals("postgresql")
                ? "select indexname, tablename from pg_indexes where schemaname = 'public'"
                : "select lower(index_name), lower(table_name) from information_schema.indexes"
                        + " where lower(table_schema) = 'public' and index_name not like 'CONSTRAINT%'";
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                String name = rows.getString(1);
                indexes.put(name.startsWith("primary_key") ? rows.getString(2) + "_pkey" : name, rows.getString(2));
            }
        }
        return indexes;
    }

    private static Map<String, Long> rows(String product, DataSource source) throws SQLException {
        Map<String, Long> tables = new TreeMap<>();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            List<String> names = new ArrayList<>();
            try (ResultSet found = statement.executeQuery("select lower(table_name) from information_schema.tables"
                    + " where lower(table_schema) = 'public' order by 1")) {
                while (found.next()) {
                    names.add(found.getString(1));
                }
            }
            for (String name : names) {
                String quoted = product.equals("h2") ? name.toUpperCase(Locale.ROOT) : name;
                try (ResultSet count = statement.executeQuery("select count(*) from \"" + quoted + "\"")) {
                    count.next();
                    tables.put(name, count.getLong(1));
                }
            }
        }
        return tables;
    }

    private static void write(String product, List<PlanRecorder.Taken> taken, Map<String, Long> tables)
            throws IOException {
        StringBuilder page = new StringBuilder("| table | rows |\n|---|---:|\n");
        tables.forEach((table, rows) -> page.append(String.format(Locale.ROOT, "| `%s` | %,d |\n", table, rows)));
        boolean counts = product.equals("postgresql");
        page.append("\n| query | statement | plan |")
                .append(counts ? " pages |\n|---|---|---|---:|\n" : "\n|---|---|---|\n");
        for (PlanRecorder.Taken query : taken) {
            page.append("| ")
                    .append(query.query())
                    .append(" | ")
                    .append(query.statement())
                    .append(" | ")
                    .append(query.plan().words());
            page.append(
                    counts
                            ? String.format(
                                    Locale.ROOT, " | %,d |\n", query.plan().buffers())
                            : " |\n");
        }
        page.append("\n| index | queries |\n|---|---|\n");
        users(taken)
                .forEach((index, queries) -> page.append("| `")
                        .append(index)
                        .append("` | ")
                        .append(String.join("; ", queries))
                        .append(" |\n"));
        Files.writeString(Path.of("target", "plans-" + product + ".md"), page);
    }

    private static void execute(DataSource source, String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
