package io.behavioranalytics.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.examples.quickstart.UnreadableLines.UnreadableLine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClickstreamReaderTest {
    private final ByteArrayOutputStream told = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(told, true, StandardCharsets.UTF_8);

    @Test
    void options_say_which_column_is_what() throws IOException {
        TrackRequest request = one(
                """
                who;visit;member;what;when;worth;from;key;colour
                l-1;s-1;u-1;page_view;2026-03-02 10:00:00;12.50;email;0f8fad5b-d9cb-469f-a165-70867728950e;red
                """,
                "--lead who --session visit --user member --type what --time when --value worth --source from --id key");

        assertThat(request.leadId()).isEqualTo("l-1");
        assertThat(request.sessionId()).isEqualTo("s-1");
        assertThat(request.userId()).isEqualTo("u-1");
        assertThat(request.eventType()).isEqualTo("page_view");
        assertThat(request.timestamp()).isEqualTo(Instant.parse("2026-03-02T10:00:00Z"));
        assertThat(request.value()).isEqualTo(12.5);
        assertThat(request.source()).isEqualTo("email");
        assertThat(request.id()).isEqualTo(UUID.fromString("0f8fad5b-d9cb-469f-a165-70867728950e"));
        assertThat(request.sequence()).isEqualTo(2);
        assertThat(request.properties()).isEqualTo(Map.of("colour", "red"));
    }

    @Test
    void a_json_line_needs_no_options_and_keeps_its_maps() throws IOException {
        TrackRequest request = one("""
                {"timestamp":"2026-03-02T10:00:00Z","eventType":"form_abandon","sessionId":"s-1","page":{"url":"/quote"},\
                "properties":{"formCompletion":40,"code":"007"},"context":{"device":"mobile"},"metadata":{"a":true}}
                """, "");

        assertThat(request.page()).isEqualTo(Map.of("url", "/quote"));
        assertThat(request.properties()).isEqualTo(Map.of("formCompletion", 40L, "code", "007"));
        assertThat(request.context()).isEqualTo(Map.of("device", "mobile"));
        assertThat(request.metadata()).isEqualTo(Map.of("a", true));
        assertThat(request.value()).isNull();
    }

    @Test
    void numbers_in_text_become_numbers_and_what_only_looks_like_one_stays_text() throws IOException {
        TrackRequest request = one(
                "leadId,eventType,timestamp,a,b,c,d\n1,page_view,2026-03-02,12,-0.50,007,1e5\n",
                "--properties a,b,c,d");

        assertThat(request.leadId()).isEqualTo("1");
        assertThat(request.properties())
                .isEqualTo(Map.of("a", new BigDecimal("12"), "b", new BigDecimal("-0.50"), "c", "007", "d", "1e5"));
    }

    @Test
    void properties_may_be_chosen_renamed_and_sent_elsewhere() throws IOException {
        String content = "leadId,eventType,timestamp,url,device,shade,rest\n1,page_view,2026-03-02,/x,mobile,red,r\n";

        TrackRequest request = one(content, "--properties url=page.url,device=context.device,shade=colour");

        assertThat(request.page()).isEqualTo(Map.of("url", "/x"));
        assertThat(request.context()).isEqualTo(Map.of("device", "mobile"));
        assertThat(request.properties()).isEqualTo(Map.of("colour", "red"));
        assertThat(one(content, "--properties none").properties()).isEmpty();
    }

    @Test
    void types_are_renamed_and_their_first_name_is_kept() throws IOException {
        TrackRequest request = one(
                "leadId,eventType,timestamp\n1,Seite,2026-03-02\n", "--map Seite=page_view,Kauf=application_complete");

        assertThat(request.eventType()).isEqualTo("page_view");
        assertThat(request.metadata()).isEqualTo(Map.of("type", "Seite"));
    }

    @Test
    void own_types_are_declared_one_by_one_or_all_at_once() throws IOException {
        Clickstream clicks = read(
                "leadId,eventType,timestamp\n1,purchase,2026-03-02\n1,Check-Out!,2026-03-02\n1,page_view,2026-03-02\n",
                "--own-type purchase:conversion:15 --own-types auto");

        assertThat(clicks.events())
                .extracting(event -> event.type().name())
                .containsExactly("purchase", "check_out_", "page_view");
        assertThat(clicks.catalog().categoryOf(EventType.of("purchase"))).isEqualTo(Category.CONVERSION);
        assertThat(clicks.catalog().accepts(EventType.of("check_out_"))).isTrue();
    }

    @Test
    void a_file_without_types_gets_one_for_all() throws IOException {
        TrackRequest request = one(
                " id  date    cds \r\n 007 19970101  2 \r\n",
                "--lead id --time date --time-format yyyyMMdd --event purchase --own-type purchase:conversion:15");

        assertThat(request.leadId()).isEqualTo("007");
        assertThat(request.eventType()).isEqualTo("purchase");
        assertThat(request.timestamp()).isEqualTo(Instant.parse("1997-01-01T00:00:00Z"));
        assertThat(request.properties()).isEqualTo(Map.of("cds", new BigDecimal("2")));
    }

    @Test
    void a_usual_name_may_be_taken_for_something_else_or_for_nothing() throws IOException {
        String content = "id,leadId,eventType,timestamp\n17,1,page_view,2026-03-02\n";

        assertThat(one(content, "--id none").properties()).isEqualTo(Map.of("id", new BigDecimal("17")));
        assertThat(one(content, "--user id").userId()).isEqualTo("17");
    }

    @Test
    void local_times_are_of_the_zone_named_across_both_changes_of_the_clock() throws IOException {
        Clickstream clicks = read("""
                leadId,eventType,timestamp
                1,page_view,2026-10-25 02:30:00
                1,page_view,2026-03-29 02:30:00
                1,page_view,2026-07-01 12:00:00
                """, "--zone Europe/Berlin");

        assertThat(clicks.events())
                .extracting(InputEvent::timestamp)
                .containsExactly(
                        Instant.parse("2026-03-29T01:30:00Z"),
                        Instant.parse("2026-07-01T10:00:00Z"),
                        Instant.parse("2026-10-25T00:30:00Z"));
    }

    @Test
    void events_are_sorted_by_time_and_then_stay_in_the_order_of_lines() throws IOException {
        Clickstream clicks = read(
                "leadId,eventType,timestamp\nb,page_view,2026-03-03\na,page_view,2026-03-02\nc,page_view,2026-03-02\n",
                "");

        assertThat(clicks.events()).extracting(InputEvent::line).containsExactly(3L, 4L, 2L);
    }

    @Test
    void unreadable_lines_are_skipped_counted_and_told_with_their_reasons() throws IOException {
        Clickstream clicks = read("""
                leadId,sessionId,eventType,timestamp,value,id
                1,,page_view,2026-03-02,,
                1,,page_view,2026-02-30,,
                1,,swoosh,2026-03-02,,
                ,,page_view,2026-03-02,,
                1,,page_view,,,
                1,,page_view,2026-03-02,much,
                1,,page_view,2026-03-02,1e999,
                1,,page_view,2026-03-02,,17
                1,page_view,2026-03-02
                """, "");

        assertThat(clicks.events()).hasSize(1);
        assertThat(clicks.unreadable().count()).isEqualTo(8);
        assertThat(clicks.unreadable().first())
                .containsExactly(
                        new UnreadableLine(3, "no time of the form ISO-8601: '2026-02-30'"),
                        new UnreadableLine(
                                4,
                                "unknown type of event 'swoosh'; --map, --own-type or --own-types auto make it known"),
                        new UnreadableLine(5, "neither a lead (column 'leadId') nor a session (column 'sessionId')"),
                        new UnreadableLine(6, "nothing in column 'timestamp'"),
                        new UnreadableLine(7, "no finite number: 'much'"),
                        new UnreadableLine(8, "no finite number: '1e999'"),
                        new UnreadableLine(9, "no UUID: '17'; --id names the column of ids, or none"),
                        new UnreadableLine(10, "3 fields where 6 are expected: '1,page_view,2026-03-02'"));
    }

    @Test
    void every_unreadable_line_is_told_as_it_comes_and_the_first_ten_are_kept() throws IOException {
        Clickstream clicks = read("leadId,eventType,timestamp\n" + "x\n".repeat(25), "");

        assertThat(clicks.unreadable().count()).isEqualTo(25);
        assertThat(clicks.unreadable().first()).hasSize(10);
        assertThat(told.toString(StandardCharsets.UTF_8).lines())
                .containsExactlyElementsOf(IntStream.rangeClosed(2, 26)
                        .mapToObj(line -> "line " + line + ": 1 fields where 3 are expected: 'x'")
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "3, 3", "24, 24", "25, 25", "26, 25"})
    void no_more_unreadable_lines_are_told_than_were_asked_for(int most, int lines) throws IOException {
        Clickstream clicks = read("leadId,eventType,timestamp\n" + "x\n".repeat(25), "--most-errors " + most);

        assertThat(clicks.unreadable().count()).isEqualTo(25);
        List<String> text = told.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(text).filteredOn(line -> line.startsWith("line ")).hasSize(lines);
        assertThat(text).hasSize(most < 25 ? lines + 1 : lines);
        if (most < 25) {
            assertThat(text).last().isEqualTo("more than " + most + " unreadable lines: the others are only counted");
        }
    }

    @Test
    void the_first_unreadable_line_may_be_fatal() {
        assertThatThrownBy(() -> read(
                        "leadId,eventType,timestamp\n1,page_view,2026-03-02\n1,page_view,soon\n", "--on-error fail"))
                .isInstanceOf(UsageException.class)
                .hasMessage("line 3: no time of the form ISO-8601: 'soon'");
    }

    @Test
    void a_limit_ends_the_reading() throws IOException {
        assertThat(read("leadId,eventType,timestamp\n" + "1,page_view,2026-03-02\n".repeat(5), "--limit 3")
                        .events())
                .hasSize(3);
    }

    @Test
    void gzip_is_read_like_plain_text() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write("leadId,eventType,timestamp\r\n1,page_view,2026-03-02\r\n".getBytes(StandardCharsets.UTF_8));
        }

        Clickstream clicks = new ClickstreamReader(arguments(""), err)
                .read("f.csv.gz", new ByteArrayInputStream(packed.toByteArray()));

        assertThat(clicks.events()).hasSize(1);
        assertThat(clicks.unreadable().count()).isZero();
    }

    @Test
    void an_empty_file_holds_no_events() throws IOException {
        assertThat(read("", "").events()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--lead who|the file has no column who; it has leadId, eventType, timestamp",
                "--separator colon|--separator takes comma, semicolon or tab, not 'colon'",
                "--format xml|--format takes auto|csv",
                "--zone Mars|--zone takes a name such as Europe/Berlin, not 'Mars'",
                "--on-error ignore|--on-error takes skip",
                "--limit many|--limit takes a whole number, not 'many'",
                "--own-type purchase|--own-type takes name:category:points, such as purchase:conversion:15, not 'purchase'",
                "--own-type page_view:content:1|--own-type needs a name that the library does not use itself: page_view",
                "--own-type a:nothing:1|--own-type knows the categories engagement,",
                "--own-types all|--own-types takes auto and nothing else",
                "--map a=b|'b' is no built-in type; declare it by --own-type",
                "--map a|--map takes A=B,C=D, not 'a'",
                "--event Purchase|a type of event matches",
                "--properties a=b=c|--properties takes A,B=C, not 'a=b=c'"
            })
    void an_option_that_makes_no_sense_is_told(String options, String message) {
        assertThatThrownBy(() -> read("leadId,eventType,timestamp\n", options))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith(message);
    }

    private TrackRequest one(String content, String options) throws IOException {
        Clickstream clicks = read(content, options);
        assertThat(clicks.unreadable().first()).isEmpty();
        assertThat(clicks.events()).hasSize(1);
        InputEvent event = clicks.events().get(0);
        if (event.id() != null) {
            event.request().id(event.id());
        }
        return event.request().build();
    }

    private Clickstream read(String content, String options) throws IOException {
        return new ClickstreamReader(arguments(options), err)
                .read("f.csv", new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
    }

    private static Arguments arguments(String options) {
        return Arguments.parse(options.isEmpty() ? new String[0] : options.split(" "));
    }
}
