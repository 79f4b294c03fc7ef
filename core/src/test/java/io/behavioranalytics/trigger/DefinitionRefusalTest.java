package io.behavioranalytics.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.SegmentDraft;
import java.util.Collections;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What bad-input.md asks of definitions beside the rows of the corpus, which {@code DefinitionCorpusContract} holds. */
class DefinitionRefusalTest {
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
                  "type": "periodic",
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

    static Stream<Arguments> made() {
        return Stream.of(
                Arguments.of("c37-10000-conditions", withConditions(10_000), "TOO_MANY", ""),
                Arguments.of("c37-200-nodes", withConditions(199), "OK", ""),
                Arguments.of("c37-201-nodes", withConditions(200), "TOO_MANY", "criteria.profileConditions[199]"),
                Arguments.of("c37-depth-8", nested(8), "OK", ""),
                Arguments.of("c37-depth-9", nested(9), "DEPTH", "criteria" + ".groups[0]".repeat(8)),
                Arguments.of("c37-depth-25", nested(25), "DEPTH", "criteria" + ".groups[0]".repeat(8)),
                Arguments.of( // the reader's own limit is 64 levels of JSON
                        "c37-depth-50", nested(50), "DEPTH", "criteria" + ".groups[0]".repeat(31) + ".groups"));
    }

    @ParameterizedTest(name = "{0} is {2} {3}")
    @MethodSource("made")
    void what_is_too_large_for_a_file_has_its_outcome_too(String name, String json, String outcome, String path) {
        verify(json, outcome, path, SegmentDraft::fromJson);
    }

    private static String withConditions(int count) {
        String condition = "{\"field\":\"visits\",\"operator\":\"exists\"}";
        return "{\"name\":\"Many\",\"type\":\"dynamic\",\"criteria\":{\"profileConditions\":["
                + String.join(",", Collections.nCopies(count, condition)) + "]}}";
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
}
