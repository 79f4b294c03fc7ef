package io.behavioranalytics.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.json.Violation;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompiledConditionTest {
    private static CompiledCondition compiled(Scope scope, String field, Operator operator, @Nullable Object operand) {
        List<Violation> out = new ArrayList<>();
        CompiledCondition compiled = CompiledCondition.compile(Condition.of(field, operator, operand), scope, "", out);
        assertThat(out).isEmpty();
        return compiled;
    }

    private static List<Violation> refused(Scope scope, Condition condition) {
        List<Violation> out = new ArrayList<>();
        CompiledCondition compiled = CompiledCondition.compile(condition, scope, "conditions[3]", out);
        assertThat(out).isNotEmpty();
        assertThat(compiled.test(TestEvents.anEvent(Map.of()), new TestProfile()))
                .isEqualTo(Truth.UNKNOWN);
        return out;
    }

    @ParameterizedTest
    @CsvSource({
        "eventType, form_abandon",
        "category, intent",
        "source, web",
        "sessionId, session-1",
        "userId, user-1",
        "page.url, /quote/auto",
        "context.country, DE",
        "properties.plan, gold",
        "properties.form.step, two",
    })
    void a_text_of_an_event_is_read(String field, String expected) {
        BehaviorEvent event = TestEvents.anEvent(Map.of("plan", "gold", "form", Map.of("step", "two")));
        assertThat(compiled(Scope.EVENT, field, Operator.EQUALS, expected).test(event, null))
                .isEqualTo(Truth.TRUE);
        assertThat(compiled(Scope.EVENT, field, Operator.EQUALS, expected + "!").test(event, null))
                .isEqualTo(Truth.FALSE);
    }

    @Test
    void numbers_and_instants_of_an_event_are_read() {
        BehaviorEvent event = TestEvents.anEvent(Map.of(), 19.99);
        assertThat(compiled(Scope.EVENT, "sequence", Operator.EQUALS, 42).test(event, null))
                .isEqualTo(Truth.TRUE);
        assertThat(compiled(Scope.EVENT, "metadata.batch", Operator.LESS_THAN, 4)
                        .test(event, null))
                .isEqualTo(Truth.TRUE);
        assertThat(compiled(Scope.EVENT, "leadId", Operator.EXISTS, null).test(event, null))
                .isEqualTo(Truth.FALSE);
        assertThat(compiled(Scope.EVENT, "timestamp", Operator.EQUALS, "2026-03-10T13:00:00+01:00")
                        .test(event, null))
                .isEqualTo(Truth.TRUE);
        assertThat(compiled(Scope.EVENT, "timestamp", Operator.BETWEEN, List.of(TestEvents.AT, TestEvents.AT))
                        .test(event, null))
                .isEqualTo(Truth.TRUE);
        assertThat(compiled(Scope.EVENT, "timestamp", Operator.GREATER_THAN, TestEvents.AT)
                        .test(event, null))
                .isEqualTo(Truth.FALSE);
        assertThat(compiled(Scope.EVENT, "timestamp", Operator.GREATER_OR_EQUAL, TestEvents.AT)
                        .test(event, null))
                .isEqualTo(Truth.TRUE);
        assertThat(compiled(Scope.EVENT, "timestamp", Operator.IN, List.of("2026-03-10T12:00:00Z"))
                        .test(event, null))
                .isEqualTo(Truth.TRUE);
    }

    @Test
    void a_value_written_as_a_decimal_equals_that_decimal() {
        BehaviorEvent event = TestEvents.anEvent(Map.of(), 19.99);
        assertThat(compiled(Scope.EVENT, "value", Operator.EQUALS, new BigDecimal("19.99"))
                        .test(event, null))
                .isEqualTo(Truth.TRUE);
        assertThat(compiled(Scope.EVENT, "value", Operator.LESS_OR_EQUAL, 19.99).test(event, null))
                .isEqualTo(Truth.TRUE);
        assertThat(compiled(Scope.EVENT, "value", Operator.LESS_THAN, 19.99).test(event, null))
                .isEqualTo(Truth.FALSE);
        BehaviorEvent large = TestEvents.anEvent(Map.of(), 9007199254740992.0);
        assertThat(compiled(Scope.EVENT, "value", Operator.EQUALS, 9007199254740993L)
                        .test(large, null))
                .isEqualTo(Truth.FALSE);
        assertThat(compiled(Scope.EVENT, "value", Operator.LESS_THAN, 9007199254740993L)
                        .test(large, null))
                .isEqualTo(Truth.TRUE);
        assertThat(compiled(Scope.EVENT, "value", Operator.EXISTS, null).test(TestEvents.anEvent(Map.of()), null))
                .isEqualTo(Truth.FALSE);
    }

    @Test
    void a_score_is_compared_as_the_exact_number_that_the_double_is() {
        TestProfile profile = new TestProfile();
        profile.numbers.put(ProfileField.INTENT_SCORE, 0.1);
        // The double 0.1 is a little above one tenth.
        assertThat(compiled(Scope.PROFILE, "intentScore", Operator.GREATER_THAN, new BigDecimal("0.1"))
                        .test(null, profile))
                .isEqualTo(Truth.TRUE);
        assertThat(compiled(Scope.PROFILE, "intentScore", Operator.EQUALS, new BigDecimal("0.1"))
                        .test(null, profile))
                .isEqualTo(Truth.FALSE);
        assertThat(compiled(Scope.PROFILE, "intentScore", Operator.EQUALS, 0.5).test(null, profile))
                .isEqualTo(Truth.FALSE);
        assertThat(compiled(Scope.PROFILE, "intentScore", Operator.LESS_THAN, new BigDecimal("1E+350"))
                        .test(null, profile))
                .isEqualTo(Truth.TRUE);
    }

    @Test
    void the_future_of_a_number_is_asked_at_every_bound() {
        TestProfile profile = new TestProfile();
        profile.numbers.put(ProfileField.INTENT_SCORE, 50.0);
        assertThat(compiled(Scope.PROFILE, "intentScore", Operator.GREATER_THAN, 80)
                        .validUntil(profile))
                .isEqualTo(1_080);
        assertThat(compiled(Scope.PROFILE, "intentScore", Operator.BETWEEN, List.of(20, 80))
                        .validUntil(profile))
                .isEqualTo(1_020);
        assertThat(compiled(Scope.PROFILE, "totalEvents", Operator.NOT_IN, List.of(5, 3, 9))
                        .validUntil(profile))
                .isEqualTo(1_003);
        assertThat(compiled(Scope.PROFILE, "intentScore", Operator.EXISTS, null).validUntil(profile))
                .isEqualTo(Micros.NEVER);
        assertThat(compiled(Scope.PROFILE, "intentScore", Operator.LESS_THAN, new BigDecimal("1E+350"))
                        .validUntil(profile))
                .isEqualTo(Micros.NEVER);
        assertThat(profile.asked.toString())
                .isEqualTo("intentScore@80.0 intentScore@20.0 intentScore@80.0 "
                        + "totalEvents@5.0 totalEvents@3.0 totalEvents@9.0 ");
    }

    @Test
    void a_pattern_is_valid_until_the_pattern_may_change() {
        TestProfile profile = new TestProfile();
        profile.pattern = "at_risk";
        CompiledCondition condition = compiled(Scope.PROFILE, "behaviorPattern", Operator.IN, List.of("at_risk"));
        assertThat(condition.test(null, profile)).isEqualTo(Truth.TRUE);
        assertThat(condition.validUntil(profile)).isEqualTo(1_000);
        assertThat(profile.asked.toString()).isEqualTo("pattern@0.0 ");
    }

    @Test
    void within_last_on_a_profile_flips_at_the_instant_that_it_names() {
        TestProfile profile = new TestProfile();
        long t = Micros.of(TestEvents.AT);
        profile.instants.put(ProfileField.LAST_ACTIVITY, t);
        profile.now = t;
        CompiledCondition recent = compiled(Scope.PROFILE, "lastActivity", Operator.WITHIN_LAST, Duration.ofDays(7));
        long end = t + Duration.ofDays(7).toMillis() * 1_000;
        assertThat(recent.test(null, profile)).isEqualTo(Truth.TRUE);
        assertThat(recent.validUntil(profile)).isEqualTo(end);
        profile.now = end - 1;
        assertThat(recent.test(null, profile)).isEqualTo(Truth.TRUE);
        profile.now = end;
        assertThat(recent.test(null, profile)).isEqualTo(Truth.FALSE);
        assertThat(recent.validUntil(profile)).isEqualTo(Micros.NEVER);
        profile.now = t - 5;
        assertThat(recent.test(null, profile)).isEqualTo(Truth.FALSE);
        assertThat(recent.validUntil(profile)).isEqualTo(t);
    }

    @Test
    void fixed_comparisons_of_instants_hold_for_ever() {
        TestProfile profile = new TestProfile();
        profile.now = Micros.of(TestEvents.AT);
        profile.instants.put(ProfileField.FIRST_SEEN, profile.now - 1);
        CompiledCondition before = compiled(Scope.PROFILE, "firstSeen", Operator.BEFORE, TestEvents.AT);
        assertThat(before.test(null, profile)).isEqualTo(Truth.TRUE);
        assertThat(before.validUntil(profile)).isEqualTo(Micros.NEVER);
        assertThat(compiled(Scope.PROFILE, "firstSeen", Operator.EQUALS, TestEvents.AT)
                        .test(null, profile))
                .isEqualTo(Truth.FALSE);
        assertThat(compiled(Scope.PROFILE, "lastActivity", Operator.AFTER, TestEvents.AT)
                        .test(null, profile))
                .isEqualTo(Truth.FALSE);
    }

    @Test
    void a_condition_says_what_it_reads() {
        CompiledCondition event = compiled(Scope.CAUSE, "properties.x", Operator.EXISTS, null);
        CompiledCondition profile = compiled(Scope.CAUSE, "visits", Operator.GREATER_THAN, 1);
        assertThat(event.readsEvent()).isTrue();
        assertThat(event.readsProfile()).isFalse();
        assertThat(event.validUntil(new TestProfile())).isEqualTo(Micros.NEVER);
        assertThat(profile.readsEvent()).isFalse();
        assertThat(profile.readsProfile()).isTrue();
    }

    @Test
    void a_bare_field_of_type_behavior_is_a_property_of_the_cause() {
        Condition condition = new Condition("cond-1", "behavior", "formCompletion", Operator.LESS_THAN, 100, false);
        List<Violation> out = new ArrayList<>();
        CompiledCondition compiled = CompiledCondition.compile(condition, Scope.CAUSE, "", out);
        assertThat(out).isEmpty();
        assertThat(compiled.test(TestEvents.anEvent(Map.of("formCompletion", 40L)), null))
                .isEqualTo(Truth.TRUE);
        assertThat(compiled.test(TestEvents.anEvent(Map.of("formCompletion", 100L)), null))
                .isEqualTo(Truth.FALSE);
        assertThat(refused(Scope.EVENT, condition)).extracting(Violation::code).containsExactly("PATH");
        assertThat(refused(Scope.CAUSE, Condition.of("formCompletion", Operator.LESS_THAN, 100)))
                .extracting(Violation::message)
                .allMatch(message -> message.contains("properties.formCompletion"));
    }

    @Test
    void the_segments_of_a_subject_are_read_by_triggers_alone() {
        TestProfile profile = new TestProfile();
        profile.segments.add("high-intent-leads");
        CompiledCondition member = compiled(Scope.CAUSE, "segments", Operator.CONTAINS, "high-intent-leads");
        assertThat(member.test(null, profile)).isEqualTo(Truth.TRUE);
        assertThat(compiled(Scope.CAUSE, "segments", Operator.NOT_CONTAINS, "other")
                        .test(null, profile))
                .isEqualTo(Truth.TRUE);
        assertThat(refused(Scope.PROFILE, Condition.of("segments", Operator.CONTAINS, "x")))
                .extracting(Violation::message)
                .allMatch(message -> message.contains("segmentFilters"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"EVENT", "PROFILE", "CAUSE"})
    void attributes_are_refused_with_a_word_on_where_they_work(Scope scope) {
        assertThat(refused(scope, Condition.of("attributes.plan", Operator.EQUALS, "gold")))
                .singleElement()
                .satisfies(violation -> {
                    assertThat(violation.path()).isEqualTo("conditions[3].field");
                    assertThat(violation.code()).isEqualTo("PATH");
                    assertThat(violation.message()).contains("personalize and assign");
                });
    }

    @Test
    void what_could_never_be_answered_is_refused() {
        for (Condition condition : List.of(
                Condition.of("intentScore", Operator.CONTAINS, "a"),
                Condition.of("intentScore", Operator.EQUALS, "a"),
                Condition.of("intentScore", Operator.BEFORE, TestEvents.AT),
                Condition.of("intentScore", Operator.MATCHES, "a"),
                Condition.of("pattern", Operator.GREATER_THAN, 1),
                Condition.of("pattern", Operator.EQUALS, 1),
                Condition.of("pattern", Operator.IN, List.of("at_risk", 1)),
                Condition.of("pattern", Operator.WITHIN_LAST, "P1D"),
                Condition.of("lastActivity", Operator.EQUALS, "yesterday"),
                Condition.of("lastActivity", Operator.GREATER_THAN, 5),
                Condition.of("lastActivity", Operator.STARTS_WITH, "2026"))) {
            assertThat(refused(Scope.PROFILE, condition))
                    .extracting(Violation::code)
                    .containsExactly("TYPE");
        }
    }

    @Test
    void a_value_takes_its_one_form() {
        assertThat(Condition.of("f", Operator.EQUALS, 5).value()).isEqualTo(5L);
        assertThat(Condition.of("f", Operator.EQUALS, 5.0).value()).isEqualTo(5L);
        assertThat(Condition.of("f", Operator.EQUALS, 0.1f).value()).isEqualTo(new BigDecimal("0.1"));
        assertThat(Condition.of("f", Operator.EQUALS, new BigDecimal("5.00")).value())
                .isEqualTo(5L);
        assertThat(Condition.of("f", Operator.EQUALS, new BigDecimal("1E+3")).value())
                .isEqualTo(1_000L);
        assertThat(Condition.of("f", Operator.EQUALS, BigInteger.TWO.pow(64)).value())
                .isEqualTo(new BigDecimal("18446744073709551616"));
        assertThat(Condition.of("f", Operator.EQUALS, EventType.PAGE_VIEW).value())
                .isEqualTo("page_view");
        assertThat(Condition.of("f", Operator.BEFORE, Instant.EPOCH).value()).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(Condition.of("f", Operator.IN, List.of(1, "a", true)).value())
                .isEqualTo(List.of(1L, "a", true));
        for (Object impossible :
                List.of(new Object(), Map.of(), List.of(List.of()), Double.NaN, new BigDecimal("1E-999999999"))) {
            assertThatThrownBy(() -> Condition.of("f", Operator.EQUALS, impossible))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void asking_allocates_nothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        BehaviorEvent event = TestEvents.anEvent(
                Map.of(
                        "plan",
                        "gold",
                        "form",
                        Map.of("completion", 40L),
                        "price",
                        new BigDecimal("19.99"),
                        "tags",
                        List.of("a", "b"),
                        "at",
                        "2026-03-09T12:00:00.5+01:00"),
                5.5);
        TestProfile profile = new TestProfile();
        profile.numbers.put(ProfileField.INTENT_SCORE, 50.0);
        profile.instants.put(ProfileField.LAST_ACTIVITY, 5L);
        profile.segments.add("a");
        CompiledCondition[] conditions = {
            compiled(Scope.CAUSE, "properties.plan", Operator.IN, List.of("silver", "gold")),
            compiled(Scope.CAUSE, "properties.form.completion", Operator.LESS_THAN, 100),
            compiled(Scope.CAUSE, "properties.price", Operator.BETWEEN, List.of(10.5, 30)),
            compiled(Scope.CAUSE, "properties.tags", Operator.CONTAINS, "b"),
            compiled(Scope.CAUSE, "properties.at", Operator.WITHIN_LAST, "P7D"),
            compiled(Scope.CAUSE, "page.url", Operator.STARTS_WITH, "/quote"),
            compiled(Scope.CAUSE, "value", Operator.GREATER_THAN, 5),
            compiled(Scope.CAUSE, "timestamp", Operator.AFTER, "2026-01-01T00:00:00Z"),
            compiled(Scope.CAUSE, "eventType", Operator.EQUALS, "form_abandon"),
            compiled(Scope.CAUSE, "lastActivity", Operator.BEFORE, "2026-01-01T00:00:00Z"),
            compiled(Scope.CAUSE, "segments", Operator.CONTAINS, "a"),
        };
        long thread = Thread.currentThread().getId();
        int matches = 0;
        long allocated = 0;
        // The first round warms up: interned constants, class loading, the compiler's own.
        for (int round = 0; round < 2; round++) {
            long before = threads.getThreadAllocatedBytes(thread);
            for (int i = 0; i < 100_000; i++) {
                for (CompiledCondition condition : conditions) {
                    matches += condition.test(event, profile) == Truth.TRUE ? 1 : 0;
                }
            }
            allocated = threads.getThreadAllocatedBytes(thread) - before;
        }
        assertThat(matches).isEqualTo(2 * 100_000 * conditions.length);
        assertThat(allocated).as("bytes over 1,100,000 answers").isLessThan(100_000);
    }
}
