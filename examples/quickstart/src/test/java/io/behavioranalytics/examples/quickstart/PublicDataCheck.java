package io.behavioranalytics.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The two public data sets of the README, as they come. They are not part of this repository, so this is no test of every build: it
 * runs when it is named, and {@code -Dbehavior.data=FOLDER} says where they lie, in it or one level below.
 */
class PublicDataCheck {
    private static final String PROPERTY = "behavior.data";

    private final Terminal terminal = new Terminal();

    @Test
    void the_web_shop_gives_these_figures() throws IOException {
        replay("ecom", "ecom.csv.gz");

        assertThat(events()).isEqualTo("all 31,106 100.0 %");
        assertThat(terminal.section("Events"))
                .contains("by 600 leads and 0 anonymous sessions, 2024-01-04T11:45:38Z to");
        assertThat(terminal.section("Visits")).startsWith("  3,605 visits of 1040 s on average; 600 of 600 came back");
        assertThat(sizes("lapsed-buyers", "open-carts", "repeat-buyers")).isEqualTo("2024-06-30 73 0 74");
        assertThat(executions()).containsExactly("cart-recovery 854", "payment-trouble 95", "win-back 207");
        assertThat(terminal.out()).contains("\nUnreadable lines: 0\n");
    }

    @Test
    void the_cd_shop_gives_these_figures() throws IOException {
        replay("cdnow", "CDNOW_master.txt");

        assertThat(events()).isEqualTo("all 69,659 100.0 %");
        assertThat(terminal.section("Events"))
                .contains("by 23,570 leads and 0 anonymous sessions, 1997-01-01T00:00:00Z to 1998-06-30T00:00:00Z; "
                        + "sum of values 2,500,315.63");
        assertThat(terminal.section("Visits")).startsWith("  67,591 visits ").contains("11,516 of 23,570 came back");
        assertThat(sizes("big-spenders", "lapsed", "repeat-buyers")).isEqualTo("1998-07-01 642 18,229 1,201");
        assertThat(executions()).containsExactly("welcome-back 12,945", "win-back 23,389");
        assertThat(terminal.out()).contains("\nUnreadable lines: 0\n");
    }

    /** Replays a file with the definitions that the example has for it. */
    private void replay(String definitions, String name) throws IOException {
        Path data = find(name);
        assertThat(terminal.run("@definitions/" + definitions + "/options", data.toString()))
                .as(terminal.err())
                .isZero();
    }

    /** Where a data set lies. */
    private static Path find(String name) throws IOException {
        String named = System.getProperty(PROPERTY);
        assertThat(named)
                .as("-D" + PROPERTY + "=FOLDER has to say where the data lie")
                .isNotNull();
        try (Stream<Path> files = Files.find(
                Path.of(named),
                2,
                (path, attributes) -> path.getFileName().toString().equals(name))) {
            return files.findFirst()
                    .orElseThrow(() -> new AssertionError("there is no " + name + " in or right below " + named));
        }
    }

    private String events() {
        return cells(terminal.section("Events")).stream()
                .filter(row -> row.startsWith("all "))
                .findFirst()
                .orElse("");
    }

    /** The last line of the table of segments, whose columns are these. */
    private String sizes(String... segments) {
        List<String> rows = cells(terminal.section("Segments over time"));
        assertThat(rows.get(0)).endsWith(String.join(" ", segments));
        return rows.get(rows.size() - 1);
    }

    /** Each trigger with how often it fired. */
    private List<String> executions() {
        return cells(terminal.section("Triggers")).stream()
                .skip(1)
                .filter(row -> !row.startsWith("the executors"))
                .map(row -> row.split(" ", 3))
                .map(row -> row[0] + " " + row[1])
                .toList();
    }

    private static List<String> cells(String section) {
        return section.lines().map(line -> line.strip().replaceAll(" +", " ")).toList();
    }
}
