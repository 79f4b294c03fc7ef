package io.behavioranalytics.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.SegmentDraft;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** bad-input.md C33 to C38, C40 to C43, C53 to C55 and C65: every file of the corpus has the outcome of expect.tsv. */
class DefinitionCorpusTest {
    private static final Set<String> ACTIONS = Set.of("send_email", "tag_lead");

    @TempDir
    Path folder;

    static Stream<Arguments> criteria() {
        return rows("criteria");
    }

    static Stream<Arguments> triggers() {
        return rows("trigger");
    }

    @ParameterizedTest(name = "{0} is {1} {2}")
    @MethodSource("criteria")
    void a_segment_has_the_outcome_that_is_written(String file, String outcome, String path) {
        Path marker = folder.resolve("marker"); // what the scripts of C41 would create
        String json = text("criteria/" + file)
                .replace("MARKER_FILE", marker.toString().replace("\\", "\\\\"));
        verify(json, outcome, path, text -> SegmentDraft.fromJson(text, EventType.BUILT_IN::contains));
        assertThat(marker).doesNotExist();
    }

    @ParameterizedTest(name = "{0} is {1} {2}")
    @MethodSource("triggers")
    void a_trigger_has_the_outcome_that_is_written(String file, String outcome, String path) {
        String json = text("trigger/" + file);
        verify(
                json,
                outcome,
                path,
                text -> TriggerDraft.fromJson(text, EventType.BUILT_IN::contains, ACTIONS::contains));
    }

    private static void verify(String json, String outcome, String path, Consumer<String> read) {
        if (outcome.equals("OK")) {
            read.accept(json);
            return;
        }
        InvalidDefinitionException refused =
                catchThrowableOfType(InvalidDefinitionException.class, () -> read.accept(json));
        assertThat(refused).as("refused").isNotNull();
        assertThat(refused.violations())
                .extracting(Violation::path, Violation::code)
                .containsExactly(tuple(path, outcome));
        // A name may be echoed up to 64 characters; everything around it is ours and short.
        assertThat(refused.violations())
                .allMatch(violation -> violation.message().length() < 500);
        assertThat(refused.getMessage()).doesNotContain("hunter2").doesNotContain("\n");
    }

    @Test
    void all_problems_are_said_at_once() {
        String json = """
                {
                  "name": "",
                  "type": "static",
                  "colour": "red",
                  "criteria": {
                    "eventFilters": [
                      {"eventType": "nope", "minFrequency": 1},
                      {"eventType": "page_view", "conditions": [{"field": "x", "operator": "like"}]},
                      7
                    ],
                    "groups": [{}]
                  }
                }
                """;
        InvalidDefinitionException refused = catchThrowableOfType(
                InvalidDefinitionException.class, () -> SegmentDraft.fromJson(json, EventType.BUILT_IN::contains));
        assertThat(refused.violations())
                .extracting(Violation::path)
                .containsExactlyInAnyOrder(
                        "name",
                        "type",
                        "colour",
                        "criteria.eventFilters[0].eventType",
                        "criteria.eventFilters[1].conditions[0].operator",
                        "criteria.eventFilters[2]",
                        "criteria.groups[0]");
    }

    @Test
    void ten_thousand_conditions_are_refused_with_one_sentence() {
        StringBuilder conditions = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            conditions.append(i == 0 ? "" : ",").append("{\"field\":\"visits\",\"operator\":\"exists\"}");
        }
        String json =
                "{\"name\":\"Many\",\"type\":\"dynamic\",\"criteria\":{\"profileConditions\":[" + conditions + "]}}";
        InvalidDefinitionException refused =
                catchThrowableOfType(InvalidDefinitionException.class, () -> SegmentDraft.fromJson(json));
        // The parser's limit on tokens may speak first.
        assertThat(refused.violations()).hasSize(1);
        assertThat(refused.violations().get(0).code()).isEqualTo("TOO_MANY");
    }

    @Test
    void two_hundred_nodes_are_accepted_and_one_more_is_not() {
        SegmentDraft.fromJson(withConditions(199));
        assertThatThrownBy(() -> SegmentDraft.fromJson(withConditions(200)))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("at most 200");
    }

    private static String withConditions(int count) {
        String condition = "{\"field\":\"visits\",\"operator\":\"exists\"}";
        return "{\"name\":\"Many\",\"type\":\"dynamic\",\"criteria\":{\"profileConditions\":["
                + String.join(",", Collections.nCopies(count, condition)) + "]}}";
    }

    @Test
    void groups_nest_eight_deep_and_no_deeper() {
        SegmentDraft.fromJson(nested(8));
        for (int depth : new int[] {9, 25}) {
            InvalidDefinitionException refused =
                    catchThrowableOfType(InvalidDefinitionException.class, () -> SegmentDraft.fromJson(nested(depth)));
            assertThat(refused.violations()).extracting(Violation::code).containsExactly("DEPTH");
        }
        InvalidDefinitionException refused =
                catchThrowableOfType(InvalidDefinitionException.class, () -> SegmentDraft.fromJson(nested(50)));
        assertThat(refused.violations()).extracting(Violation::code).containsExactly("DEPTH");
    }

    private static String nested(int depth) {
        String criteria = "{\"eventFilters\":[{\"eventType\":\"page_view\"}]}";
        for (int i = 1; i < depth; i++) {
            criteria = "{\"groups\":[" + criteria + "]}";
        }
        return "{\"name\":\"Deep\",\"type\":\"dynamic\",\"criteria\":" + criteria + "}";
    }

    @Test
    void an_open_catalog_takes_any_event_type() {
        SegmentDraft draft = SegmentDraft.fromJson(
                "{\"name\":\"Open\",\"type\":\"dynamic\",\"criteria\":{\"eventFilters\":[{\"eventType\":\"my_own\"}]}}");
        assertThat(draft.violations(type -> true)).isEmpty();
        assertThat(draft.violations(EventType.BUILT_IN::contains))
                .extracting(Violation::path)
                .containsExactly("criteria.eventFilters[0].eventType");
    }

    @Test
    void what_no_store_could_read_again_is_refused_in_a_draft_built_in_java() {
        Criteria criteria = Criteria.all().event(EventType.PAGE_VIEW).build();
        assertThat(SegmentDraft.of("lone \ud800 surrogate", criteria).violations(type -> true))
                .isNotEmpty();
        assertThat(SegmentDraft.of("nul \u0000", criteria).violations(type -> true))
                .isNotEmpty();
        assertThat(SegmentDraft.of("Fine", criteria).violations(type -> true)).isEmpty();
    }

    private static Stream<Arguments> rows(String target) {
        List<String> lines = text(target + "/expect.tsv").lines().toList();
        return lines.stream().filter(line -> !line.startsWith("#")).map(line -> {
            String[] cells = line.split("\t", -1);
            return Arguments.of(cells[0], cells[1], cells.length > 2 ? cells[2] : "");
        });
    }

    private static String text(String name) {
        try (InputStream in = DefinitionCorpusTest.class.getResourceAsStream("/corpus/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
