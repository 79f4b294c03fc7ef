package io.behavioranalytics.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.store.ArchiveRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replays into a file of H2, and into PostgreSQL, more than once. The clock of a second run starts behind what the first one left. */
class DatabaseRunTest {
    /** Where what is replayed is kept. */
    enum Engine {
        H2_FILE,
        POSTGRESQL
    }

    private final Terminal terminal = new Terminal();

    @TempDir
    private Path folder = Path.of("");

    private String input = "";
    private String database = "";
    private int events;

    @BeforeEach
    void generate() throws Exception {
        Path file = folder.resolve("clicks.jsonl");
        assertThat(terminal.run("--generate", "25", "--seed", "7", "--out", file.toString()))
                .isZero();
        terminal.clear();
        input = file.toString();
        events = Files.readAllLines(file).size();
    }

    private void keepIn(Engine engine) {
        database = engine == Engine.H2_FILE
                ? "jdbc:h2:file:" + folder.resolve("behavior")
                : PostgresServer.shared().freshDatabase().url();
    }

    @ParameterizedTest
    @EnumSource
    void a_second_run_on_the_same_database_reports_its_events_as_stored_before_and_adds_nothing(Engine engine) {
        keepIn(engine);
        run(input);
        List<String> first = outcome();
        Map<String, Integer> stored = contents();
        assertThat(first).noneMatch(line -> line.contains("stored before"));
        assertThat(stored)
                .containsEntry("Event", events)
                .hasEntrySatisfying("Execution", count -> assertThat(count).isPositive());
        assertThat(stored)
                .hasEntrySatisfying("Scheduled", count -> assertThat(count).isPositive());

        terminal.clear();
        run(input);

        assertThat(terminal.section("Events"))
                .contains(events + " of them were stored before: duplicates, which change nothing; 0 are new\n");
        assertThat(terminal.section("Triggers")).contains("the executors were asked: send_email 0, assign_agent 0\n");
        assertThat(outcome()).isEqualTo(first);
        assertThat(contents()).isEqualTo(stored);
    }

    @ParameterizedTest
    @EnumSource
    void a_run_after_a_shorter_one_goes_on_from_it_and_stores_only_what_is_new(Engine engine) throws Exception {
        keepIn(engine);
        List<String> lines = Files.readAllLines(Path.of(input));
        int early = lines.size() / 2;
        // The same name, as events without an id of their own are known by the file's name and their line.
        Path part = Files.createDirectory(folder.resolve("part")).resolve("clicks.jsonl");
        Files.write(part, lines.subList(0, early));
        terminal.run("--store", database, "--after", "PT0S", part.toString());
        terminal.clear();

        run(input);

        assertThat(terminal.section("Events"))
                .contains(early + " of them were stored before: duplicates, which change nothing; "
                        + (lines.size() - early) + " are new\n");
        assertThat(contents()).containsEntry("Event", events);
        List<String> resumed = outcome();
        terminal.clear();
        terminal.run(input);
        assertThat(resumed).as("what one run without a break comes to").isEqualTo(outcome());
    }

    private void run(String file) {
        assertThat(terminal.run("--store", database, file)).isZero();
        assertThat(terminal.out()).contains("\nUnreadable lines: 0\n");
    }

    /** What was printed, but for what is of the one run: what was stored before it, whom it called, how long it took. */
    private List<String> outcome() {
        return terminal.out()
                .substring(0, terminal.out().indexOf("\nSpeed\n"))
                .lines()
                .filter(line -> !line.contains("stored before") && !line.contains("the executors were asked"))
                .toList();
    }

    /** How many records of each kind the database holds; none is there twice. */
    private Map<String, Integer> contents() {
        Map<String, Integer> counts = new TreeMap<>();
        List<Object> events = new ArrayList<>();
        try (JdbcStore store = JdbcStore.builder().url(database).build()) {
            store.upkeep().read(record -> {
                counts.merge(record.getClass().getSimpleName(), 1, Integer::sum);
                if (record instanceof ArchiveRecord.Event event) {
                    events.add(event.event().id());
                }
            });
        }
        assertThat(events).doesNotHaveDuplicates();
        return counts;
    }
}
