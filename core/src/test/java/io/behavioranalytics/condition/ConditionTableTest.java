package io.behavioranalytics.condition;

import static io.behavioranalytics.condition.Truth.FALSE;
import static io.behavioranalytics.condition.Truth.TRUE;
import static io.behavioranalytics.condition.Truth.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonLimits;
import io.behavioranalytics.json.JsonObject;
import io.behavioranalytics.json.Violation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every cell of the table in docs/conditions.md: an operator with its operand against each kind of field. */
class ConditionTableTest {
    // One row: operator, operand, the field's value as JSON ("-" if absent), the answer.
    @ParameterizedTest(name = "{2} {0} {1} is {3}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // missing, and JSON null which counts as missing
                "equals | \"a\" | - | FALSE",
                "equals | \"a\" | null | FALSE",
                "not_equals | \"a\" | - | TRUE",
                "not_equals | \"a\" | null | TRUE",
                "in | [\"a\"] | - | FALSE",
                "not_in | [\"a\"] | - | TRUE",
                "not_in | [\"a\"] | null | TRUE",
                "greater_than | 1 | - | FALSE",
                "greater_or_equal | 1 | - | FALSE",
                "less_than | 1 | - | FALSE",
                "less_or_equal | 1 | null | FALSE",
                "between | [1,2] | - | FALSE",
                "contains | \"a\" | - | FALSE",
                "not_contains | \"a\" | - | TRUE",
                "not_contains | \"a\" | null | TRUE",
                "starts_with | \"a\" | - | FALSE",
                "ends_with | \"a\" | - | FALSE",
                "exists | - | - | FALSE",
                "exists | - | null | FALSE",
                "not_exists | - | - | TRUE",
                "not_exists | - | null | TRUE",
                "matches | \"a\" | - | FALSE",
                "before | \"2026-01-01T00:00:00Z\" | - | FALSE",
                "after | \"2026-01-01T00:00:00Z\" | - | FALSE",
                "within_last | \"P7D\" | - | FALSE",
                // exists: whatever is there
                "exists | - | \"\" | TRUE",
                "exists | - | 0 | TRUE",
                "exists | - | false | TRUE",
                "exists | - | [] | TRUE",
                "exists | - | {} | TRUE",
                "not_exists | - | {} | FALSE",
                // equals and in
                "equals | \"a\" | \"a\" | TRUE",
                "equals | \"a\" | \"A\" | FALSE",
                "equals | \"\u00e9\" | \"e\u0301\" | FALSE",
                "equals | \"1\" | 1 | UNKNOWN",
                "equals | \"a\" | true | UNKNOWN",
                "equals | \"a\" | [\"a\"] | UNKNOWN",
                "equals | \"a\" | {} | UNKNOWN",
                "equals | 1 | 1.0 | TRUE",
                "equals | 1 | 2 | FALSE",
                "equals | 0.1 | 0.10 | TRUE",
                "equals | 9007199254740993 | 9007199254740992 | FALSE",
                "equals | 0.1 | 0.1000000000000000055 | FALSE",
                "equals | 18446744073709551616 | 18446744073709551616 | TRUE",
                "equals | 18446744073709551616 | 9223372036854775807 | FALSE",
                "equals | 1 | \"1\" | UNKNOWN",
                "equals | 1 | true | UNKNOWN",
                "equals | 1 | [1] | UNKNOWN",
                "equals | true | true | TRUE",
                "equals | true | false | FALSE",
                "equals | true | 1 | UNKNOWN",
                "equals | true | \"true\" | UNKNOWN",
                "not_equals | \"a\" | \"b\" | TRUE",
                "not_equals | \"a\" | \"a\" | FALSE",
                "not_equals | \"a\" | 1 | UNKNOWN",
                "in | [\"a\",\"b\"] | \"b\" | TRUE",
                "in | [\"a\",1] | \"b\" | FALSE",
                "in | [\"a\",1] | 1 | TRUE",
                "in | [\"a\",1] | 2 | FALSE",
                "in | [\"a\",1] | true | UNKNOWN",
                "in | [\"a\"] | [\"a\"] | UNKNOWN",
                "in | [true] | false | FALSE",
                "not_in | [\"a\",1] | \"b\" | TRUE",
                "not_in | [\"a\",1] | \"a\" | FALSE",
                "not_in | [\"a\",1] | true | UNKNOWN",
                // order
                "greater_than | 10 | 11 | TRUE",
                "greater_than | 10 | 10 | FALSE",
                "greater_than | 10 | 10.000000000000000000000001 | TRUE",
                "greater_than | 9.5 | 10 | TRUE",
                "greater_than | 9.5 | 9 | FALSE",
                "greater_than | -9.5 | -9 | TRUE",
                "greater_than | -9.5 | -10 | FALSE",
                "greater_than | 10 | \"11\" | UNKNOWN",
                "greater_than | 10 | true | UNKNOWN",
                "greater_than | 10 | [11] | UNKNOWN",
                "greater_or_equal | 10 | 10 | TRUE",
                "greater_or_equal | 10 | 9 | FALSE",
                "greater_or_equal | 10 | {} | UNKNOWN",
                "less_than | 10 | 9 | TRUE",
                "less_than | 10 | 10 | FALSE",
                "less_than | 10 | \"9\" | UNKNOWN",
                "less_than | 18446744073709551616 | 9223372036854775807 | TRUE",
                "less_or_equal | 10 | 10 | TRUE",
                "less_or_equal | 10 | 11 | FALSE",
                "less_or_equal | 10 | null | FALSE",
                "less_or_equal | 10 | false | UNKNOWN",
                "between | [1,3] | 1 | TRUE",
                "between | [1,3] | 3 | TRUE",
                "between | [1,3] | 3.5 | FALSE",
                "between | [1,3] | 0 | FALSE",
                "between | [1,3] | \"2\" | UNKNOWN",
                // parts of text, elements of lists
                "contains | \"bc\" | \"abcd\" | TRUE",
                "contains | \"BC\" | \"abcd\" | FALSE",
                "contains | \"%\" | \"abcd\" | FALSE",
                "contains | \"b\" | 7 | UNKNOWN",
                "contains | \"b\" | true | UNKNOWN",
                "contains | \"b\" | {} | UNKNOWN",
                "contains | \"b\" | [\"a\",\"b\"] | TRUE",
                "contains | \"b\" | [\"abc\"] | FALSE",
                "contains | \"b\" | [] | FALSE",
                "contains | \"1\" | [1,null] | FALSE",
                "contains | \"1\" | [1,\"2\"] | FALSE",
                "contains | \"1\" | [1,[\"1\"]] | UNKNOWN",
                "not_contains | \"1\" | [1] | UNKNOWN",
                "contains | 1 | [1.0] | TRUE",
                "contains | 1 | \"1\" | UNKNOWN",
                "contains | true | [false,true] | TRUE",
                "not_contains | \"b\" | \"abc\" | FALSE",
                "not_contains | \"x\" | \"abc\" | TRUE",
                "not_contains | \"x\" | [\"a\"] | TRUE",
                "not_contains | \"x\" | 7 | UNKNOWN",
                "starts_with | \"ab\" | \"abc\" | TRUE",
                "starts_with | \"_b\" | \"abc\" | FALSE",
                "starts_with | \"ab\" | [\"ab\"] | UNKNOWN",
                "ends_with | \"bc\" | \"abc\" | TRUE",
                "ends_with | \"\\\\\" | \"abc\" | FALSE",
                "ends_with | \"bc\" | 7 | UNKNOWN",
                "matches | \"b+\" | \"abbc\" | TRUE",
                "matches | \"^b\" | \"abbc\" | FALSE",
                "matches | \"7\" | 7 | UNKNOWN",
                // instants in text
                "before | \"2026-01-01T00:00:00Z\" | \"2025-12-31T23:59:59.999999Z\" | TRUE",
                "before | \"2026-01-01T00:00:00Z\" | \"2026-01-01T01:00:00+01:00\" | FALSE",
                "before | \"2026-01-01T00:00:00Z\" | \"2025-12-31\" | UNKNOWN",
                "before | \"2026-01-01T00:00:00Z\" | 7 | UNKNOWN",
                "before | \"2026-01-01T00:00:00Z\" | [\"2025-01-01T00:00:00Z\"] | UNKNOWN",
                "after | \"2026-01-01T00:00:00Z\" | \"2026-01-01T00:00:00.000001Z\" | TRUE",
                "after | \"2026-01-01T00:00:00Z\" | \"2026-01-01T00:00:00Z\" | FALSE",
                "after | \"2026-01-01T00:00:00Z\" | \"2026-02-30T00:00:00Z\" | UNKNOWN",
                "after | \"2026-01-01T00:00:00Z\" | true | UNKNOWN",
                // the event is of 2026-03-10T12:00:00Z
                "within_last | \"P7D\" | \"2026-03-10T12:00:00Z\" | TRUE",
                "within_last | \"P7D\" | \"2026-03-03T12:00:00.000001Z\" | TRUE",
                "within_last | \"P7D\" | \"2026-03-03T12:00:00Z\" | FALSE",
                "within_last | \"P7D\" | \"2026-03-10T12:00:00.000001Z\" | FALSE",
                "within_last | \"P7D\" | \"last week\" | UNKNOWN",
                "within_last | \"P7D\" | 7 | UNKNOWN",
            })
    void a_cell_is_as_the_table_says(String operator, String operand, String field, Truth expected) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("field", "properties.x");
        json.put("operator", operator);
        if (!operand.equals("-")) {
            json.put("value", Json.parse(operand, JsonLimits.DEFINITION));
        }
        List<Violation> out = new ArrayList<>();
        Condition condition = Objects.requireNonNull(ConditionJson.read(JsonObject.of(json, "", out)));
        var event = field.equals("-")
                ? TestEvents.anEvent(Map.of())
                : TestEvents.withField(Json.parse(field, JsonLimits.DEFINITION));
        CompiledCondition compiled = CompiledCondition.compile(condition, Scope.EVENT, "", out);
        assertThat(out).isEmpty();
        assertThat(compiled.test(event, null)).isEqualTo(expected);

        Truth negated = CompiledCondition.compile(condition.negated(), Scope.EVENT, "", out)
                .test(event, null);
        assertThat(negated).isEqualTo(expected == UNKNOWN ? UNKNOWN : expected == TRUE ? FALSE : TRUE);
    }

    @Test
    void a_text_too_long_for_a_pattern_is_unknown() {
        CompiledCondition matches = CompiledCondition.compile(
                Condition.of("properties.x", Operator.MATCHES, "a"), Scope.EVENT, "", new ArrayList<>());
        assertThat(matches.test(TestEvents.withField("a".repeat(4_096)), null)).isEqualTo(TRUE);
        assertThat(matches.test(TestEvents.withField("a".repeat(4_097)), null)).isEqualTo(UNKNOWN);
    }

    @Test
    void without_an_event_its_fields_are_missing() {
        for (Operator operator : Operator.values()) {
            Object operand = switch (operator) {
                case EXISTS, NOT_EXISTS -> null;
                case IN, NOT_IN -> List.of("a");
                case BETWEEN -> List.of(1, 2);
                case GREATER_THAN, GREATER_OR_EQUAL, LESS_THAN, LESS_OR_EQUAL -> 1;
                case BEFORE, AFTER -> "2026-01-01T00:00:00Z";
                case WITHIN_LAST -> "P7D";
                default -> "a";
            };
            List<Violation> out = new ArrayList<>();
            CompiledCondition compiled =
                    CompiledCondition.compile(Condition.of("properties.x.y", operator, operand), Scope.CAUSE, "", out);
            assertThat(out).isEmpty();
            assertThat(compiled.test(null, null)).isEqualTo(Truth.of(operator.holdsForMissing()));
            assertThat(compiled.test(TestEvents.withField("no object"), null))
                    .isEqualTo(Truth.of(operator.holdsForMissing()));
        }
    }
}
