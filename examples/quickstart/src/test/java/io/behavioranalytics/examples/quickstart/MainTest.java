package io.behavioranalytics.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    private final Terminal terminal = new Terminal();

    @Test
    void the_bundled_sample_gives_these_counts() {
        assertThat(terminal.run()).isZero();

        assertThat(terminal.section("Events")).isEqualTo("""
                  type                  count    share
                  page_view             2,512   51.8 %
                  form_start              491   10.1 %
                  form_submit             353    7.3 %
                  email_open              216    4.5 %
                  quote_request           201    4.1 %
                  form_abandon            137    2.8 %
                  time_on_page            132    2.7 %
                  application_start       105    2.2 %
                  email_click             101    2.1 %
                  phone_call               85    1.8 %
                  scroll_depth             84    1.7 %
                  search_query             82    1.7 %
                  application_complete     81    1.7 %
                  click_outbound           51    1.1 %
                  filter_usage             47    1.0 %
                  text_interaction         46    0.9 %
                  social_share             42    0.9 %
                  download                 39    0.8 %
                  video_play               39    0.8 %
                  email_reply               9    0.2 %
                  all                   4,853  100.0 %
                  by 252 leads and 313 anonymous sessions, 2026-03-02T14:20:37Z to 2026-03-29T23:36:24Z; \
                sum of values 374,911.00
                """);
        assertThat(terminal.section("Visits")).startsWith("  1,115 visits of 366 s on average; 198 of 565 came back");
        assertThat(terminal.section("Segments over time")).isEqualTo("""
                  end of week  gone-quiet  high-intent-leads  qualified-leads
                  2026-03-08            0                 25               64
                  2026-03-15           20                 24              139
                  2026-03-22           52                 41              163
                  2026-03-29           86                 41              172
                  2026-03-30           98                 31              159
                """);
        assertThat(terminal.section("Triggers").replaceAll(" +", " ")).isEqualTo("""
                 trigger executions actions done pending cancelled dead not fired
                 form-abandonment-recovery 108 216 216 0 0 0 target_segment 28, cooldown 1
                 form-left-in-silence 190 190 172 0 18 0 cooldown 1
                 high-intent-handover 122 122 122 0 0 0 cooldown 2
                 the executors were asked: send_email 280, assign_agent 230
                """);
        assertThat(terminal.section("Executions").lines()).hasSize(22).last().isEqualTo("  and 400 more");
        assertThat(terminal.section("One of them explained: lead:lead-00180")
                        .lines()
                        .toList())
                .hasSize(12)
                .last(InstanceOfAssertFactories.STRING)
                .startsWith("  101.20 points are left of 8 entries: intent");
        assertThat(terminal.out()).contains("\nUnreadable lines: 0\n");
        assertThat(terminal.section("Speed")).contains("4,853 events in");
    }

    @Test
    void patterns_and_scores_count_everybody_once() {
        terminal.run();

        assertThat(counts(terminal.section("Patterns"))).isEqualTo(565);
        assertThat(counts(terminal.section("Scores: how many have how much"))).isEqualTo(565);
    }

    @Test
    void the_same_input_gives_the_same_output() {
        terminal.run();
        String first = beforeSpeed();
        terminal.clear();
        terminal.run();

        assertThat(beforeSpeed()).isEqualTo(first);
    }

    @Test
    void the_machines_language_changes_nothing() { // bad-input.md C14
        terminal.run();
        String english = beforeSpeed();
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr-TR"));
        try {
            terminal.clear();
            terminal.run();
        } finally {
            Locale.setDefault(before);
        }
        assertThat(beforeSpeed()).isEqualTo(english);
    }

    @Test
    void a_gzip_bomb_is_refused_with_a_sentence(@TempDir Path folder) throws IOException { // bad-input.md C12
        Path bomb = folder.resolve("bomb.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb))) {
            out.write("leadId,eventType,timestamp\n".getBytes(StandardCharsets.UTF_8));
            byte[] line = "lead-1,page_view,2026-01-01\n".repeat(1_000).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 500; i++) {
                out.write(line);
            }
        }

        assertThat(terminal.run(bomb.toString())).isEqualTo(2);
        assertThat(terminal.err())
                .startsWith("cannot read bomb.csv.gz: it inflates to more than ")
                .endsWith(" if that is right, unpack it first\n");
        assertThat(terminal.out()).isEmpty();
    }

    @Test
    void progress_is_told_line_by_line_away_from_a_terminal() {
        terminal.run();

        assertThat(terminal.err().lines().toList())
                .hasSize(5)
                .last(InstanceOfAssertFactories.STRING)
                .isEqualTo("replayed 4,853 of 4,853 events (100 %), clock 2026-03-29T23:36:24Z");
    }

    @Test
    void other_definitions_and_types_come_by_options(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("shop.csv");
        Files.writeString(file, """
                customer,what,when,amount
                a,purchase,2026-01-01 10:00:00,10
                a,purchase,2026-02-01 10:00:00,20.50
                b,purchase,2026-01-05 10:00:00,5
                b,nonsense,2026-01-05 10:00:00,
                """);

        int code = terminal.run(
                "--lead",
                "customer",
                "--type",
                "what",
                "--time",
                "when",
                "--value",
                "amount",
                "--own-type",
                "purchase:conversion:15",
                "--definitions",
                "definitions/cdnow",
                "--after",
                "P200D",
                file.toString());

        assertThat(terminal.err()).doesNotContain("cannot");
        assertThat(code).isZero();
        assertThat(terminal.section("Events"))
                .contains("  all           3  100.0 %\n")
                .contains("sum of values 35.50");
        assertThat(terminal.section("Segments over time").lines().toList())
                .contains(
                        "  2026-02-28               0       0              1",
                        "  2026-08-20               0       2              0");
        assertThat(terminal.section("Executions"))
                .contains(
                        "welcome-back  lead:a  entered repeat-buyers by purchase in line 3",
                        "win-back      lead:b  entered lapsed by the clock");
        assertThat(terminal.out())
                .contains("Unreadable lines: 1\n  line  reason\n     5  unknown type of event 'nonsense'");
        assertThat(terminal.err()).contains("line 5: unknown type of event 'nonsense'");
    }

    @Test
    void what_the_library_refuses_is_an_unreadable_line(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("refused.csv");
        Files.writeString(file, "leadId,eventType,timestamp\nundefined,page_view,2026-01-01\na,page_view,2026-01-02\n");

        assertThat(terminal.run(file.toString())).isZero();
        assertThat(terminal.out()).contains("Unreadable lines: 1\n  line  reason\n     2  ");
        assertThat(terminal.err().lines())
                .filteredOn(line -> line.startsWith("line "))
                .hasSize(1);
        terminal.clear();
        assertThat(terminal.run("--on-error", "fail", file.toString())).isEqualTo(2);
        assertThat(terminal.err()).contains("line 2: ");
    }

    @Test
    void a_command_that_makes_no_sense_ends_with_2_and_a_sentence(@TempDir Path folder) throws IOException {
        assertThat(terminal.run("--wat")).isEqualTo(2);
        assertThat(terminal.run(folder.resolve("none").toString())).isEqualTo(2);
        assertThat(terminal.run("--generate", "10")).isEqualTo(2);
        assertThat(terminal.run("--after", "tomorrow")).isEqualTo(2);
        Path segments = Files.createDirectories(folder.resolve("bad/segments"));
        Files.writeString(segments.resolve("x.json"), "{\"name\":\"x\"}");
        assertThat(terminal.run("--definitions", folder.resolve("bad").toString()))
                .isEqualTo(2);

        assertThat(terminal.err().lines().filter(line -> !line.startsWith("replayed")))
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("unknown option '--wat'; --help lists them"),
                        line -> assertThat(line).startsWith("there is no file "),
                        line -> assertThat(line).isEqualTo("--generate needs --out FILE"),
                        line -> assertThat(line).isEqualTo("--after takes a span such as PT30M or P7D, not 'tomorrow'"),
                        line -> assertThat(line).startsWith("cannot use the definitions in "));
        assertThat(terminal.out()).isEmpty();
    }

    @Test
    void the_generator_and_the_help_are_options_too(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("more.jsonl");

        assertThat(terminal.run("--generate", "20", "--seed", "3", "--out", file.toString()))
                .isZero();
        assertThat(Files.readAllLines(file)).isNotEmpty();
        assertThat(terminal.run("--help")).isZero();
        assertThat(terminal.out()).contains("20 visitors").contains("--time-format");
    }

    /** The sum of the second column. */
    private static int counts(String table) {
        return table.lines()
                .skip(1)
                .map(line -> line.strip().split(" +"))
                .filter(cells -> !cells[0].equals("mean"))
                .mapToInt(cells -> Integer.parseInt(cells[1]))
                .sum();
    }

    private String beforeSpeed() {
        String all = terminal.out();
        return all.substring(0, all.indexOf("\nSpeed\n"));
    }
}
