package io.behavioranalytics.proof;

import static io.behavioranalytics.proof.Host.START;
import static io.behavioranalytics.proof.Host.justBefore;
import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a trigger that woke asks before it fires: its target segments, its conditions, its cooldown; and what is logged if it does not. */
class FiringTest {
    private static final String COMPLETION =
            "{\"type\": \"behavior\", \"field\": \"formCompletion\", \"operator\": \"less_than\", \"value\": 100}";
    private static final String NOT_COMPLETE = COMPLETION.replace("\"value\": 100", "\"value\": 100, \"negate\": true");
    private static final String ENGAGED =
            "{\"field\": \"totalEvents\", \"operator\": \"greater_or_equal\", \"value\": 3}";

    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    private Trigger abandon(String conditions, String more) {
        return host.trigger(
                "Abandon",
                "\"form_abandon\"",
                "PT0S",
                "\"cooldown\": 0, \"conditions\": [" + conditions + "]" + (more.isEmpty() ? "" : ", " + more));
    }

    private void abandons(String leadId, @Nullable Object completion, Instant at) {
        host.analytics.track(Host.event(EventType.FORM_ABANDON)
                .leadId(leadId)
                .timestamp(at)
                .property("formCompletion", completion)
                .build());
    }

    private void firesAt(Trigger trigger, Instant... instants) {
        host.analytics.runDue();
        assertThat(host.fired(trigger)).containsExactly(instants);
        assertThat(host.skips(trigger)).isEmpty();
        assertThat(host.executed).hasSize(instants.length);
    }

    /** Nothing came of it but one line in the log of skips. */
    private void isSkipped(Trigger trigger, Skip.Reason reason, Instant cameTrue) {
        host.analytics.runDue();
        assertThat(host.firings(trigger)).isEmpty();
        assertThat(host.store.ledger().skips(trigger.id(), null, 10))
                .containsExactly(new Skip(
                        trigger.id(),
                        trigger.key(),
                        trigger.version(),
                        SubjectId.lead("a"),
                        cameTrue,
                        host.clock.instant(),
                        reason));
        assertThat(host.executed).isEmpty();
        for (ActionStatus status : ActionStatus.values()) {
            assertThat(host.actions(status)).isEmpty();
        }
    }

    // ---- conditions

    static Stream<Arguments> conditionsOnTheEvent() {
        return Stream.of(
                Arguments.of("true", COMPLETION, 99, true),
                Arguments.of("false", COMPLETION, 100, false),
                Arguments.of("unknown, for text has no order", COMPLETION, "50", false),
                Arguments.of("unknown stays unknown negated", NOT_COMPLETE, "50", false),
                Arguments.of("a missing field is below nothing", COMPLETION, null, false),
                Arguments.of("and its negation holds", NOT_COMPLETE, null, true),
                Arguments.of("false negated", NOT_COMPLETE, 100, true),
                Arguments.of("true negated", NOT_COMPLETE, 99, false));
    }

    @ParameterizedTest(name = "{0}: {2} fires {3}")
    @MethodSource("conditionsOnTheEvent")
    void a_condition_lets_the_event_fire_only_if_it_is_true(
            String answer, String condition, @Nullable Object completion, boolean fires) {
        Trigger trigger = abandon(condition, "");

        abandons("a", completion, START);

        if (fires) {
            firesAt(trigger, START);
        } else {
            boolean unknown = answer.startsWith("unknown");
            isSkipped(trigger, unknown ? Skip.Reason.CONDITION_UNKNOWN : Skip.Reason.CONDITION, START);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, CONDITION", "3, CONDITION_UNKNOWN"})
    void the_log_tells_an_unknown_condition_from_a_false_one_which_outweighs_it(int events, Skip.Reason reason) {
        for (int i = 1; i < events; i++) {
            host.lead("a", EventType.PAGE_VIEW, START.minusSeconds(60));
        }
        Trigger trigger = abandon(COMPLETION + ", " + ENGAGED, "");

        abandons("a", "half", START);

        isSkipped(trigger, reason, START);
    }

    @ParameterizedTest
    @CsvSource({"50, 3, true", "100, 3, false", "50, 2, false", "100, 2, false"})
    void every_condition_has_to_hold_whichever_comes_first(int completion, int events, boolean fires) {
        for (String lead : List.of("a", "b")) {
            for (int i = 1; i < events; i++) {
                host.lead(lead, EventType.PAGE_VIEW, START.minusSeconds(60));
            }
        }
        Trigger one = abandon(COMPLETION + ", " + ENGAGED, "");
        abandons("a", completion, START);
        Trigger other = host.trigger(
                "The other way round",
                "\"form_abandon\"",
                "PT0S",
                "\"cooldown\": 0, \"conditions\": [" + ENGAGED + ", " + COMPLETION + "]");
        abandons("b", completion, START);

        assertThat(host.skips(other)).hasSize(fires ? 0 : 1);
        assertThat(host.firings(other)).hasSize(fires ? 1 : 0);
        assertThat(host.firings(one)).hasSize(fires ? 2 : 0);
        assertThat(host.skips(one)).hasSize(fires ? 0 : 2).containsOnly(fires ? new Skip.Reason[0] : condition());
    }

    private static Skip.Reason[] condition() {
        return new Skip.Reason[] {Skip.Reason.CONDITION};
    }

    @Test
    void a_condition_on_the_profile_sees_the_causing_event_counted() {
        Trigger trigger = abandon(ENGAGED, "");
        abandons("a", 1, START);
        host.advance(Duration.ofMinutes(1));
        abandons("a", 1, host.clock.instant());
        assertThat(host.skips(trigger)).containsExactly(Skip.Reason.CONDITION, Skip.Reason.CONDITION);
        host.advance(Duration.ofMinutes(1));

        abandons("a", 1, host.clock.instant());

        assertThat(host.fired(trigger)).containsExactly(host.clock.instant());
    }

    @Test
    void a_condition_on_the_event_is_missing_where_no_event_is_the_cause() {
        Segment weekly = host.segmentOf("Weekly", EventType.PAGE_VIEW, "{\"last\": \"P7D\"}");
        String left = "{\"type\": \"segment_exited\", \"segment\": \"weekly\"}";
        Trigger with = host.trigger(
                "With", left, "PT0S", "\"conditions\": [{\"field\": \"eventType\", \"operator\": \"exists\"}]");
        Trigger without = host.trigger(
                "Without", left, "PT0S", "\"conditions\": [{\"field\": \"eventType\", \"operator\": \"not_exists\"}]");
        host.lead("a", EventType.PAGE_VIEW, START);
        Instant end = START.plus(Duration.ofDays(7));

        host.advanceTo(end);

        assertThat(host.in("a", weekly)).isFalse();
        assertThat(host.fired(without)).containsExactly(end);
        assertThat(host.firings(with)).isEmpty();
        assertThat(host.skips(with)).containsExactly(Skip.Reason.CONDITION);
    }

    @Test
    void an_absence_asks_for_the_profile_when_it_matures() {
        String silent = "{\"type\": \"inactivity\", \"after\": \"form_start\", \"within\": \"PT30M\"}";
        String idle = "{\"field\": \"lastActivity\", \"operator\": \"within_last\", \"value\": \"PT30M\"}";
        Trigger stopped = host.trigger("Stopped", silent, "PT0S", "\"cooldown\": 0, \"conditions\": [" + idle + "]");
        Trigger fires = host.trigger(
                "Fires",
                silent,
                "PT0S",
                "\"cooldown\": 0, \"conditions\": [" + idle.replace("PT30M\"}", "PT31M\"}") + "]");
        host.lead("a", EventType.FORM_START, START);

        // At the start both held; the window (now - 30 min, now] has lost the start when the half hour is over.
        host.advance(Duration.ofMinutes(30));

        assertThat(host.fired(fires)).containsExactly(host.clock.instant());
        assertThat(host.firings(stopped)).isEmpty();
        assertThat(host.skips(stopped)).containsExactly(Skip.Reason.CONDITION);
    }

    // ---- target segments

    @Test
    void somebody_in_none_of_the_target_segments_is_skipped() {
        host.segmentOf("Viewers", EventType.PAGE_VIEW, "");
        host.segmentOf("Loaders", EventType.DOWNLOAD, "");
        Trigger trigger = abandon("", "\"targetSegments\": [\"viewers\", \"loaders\"]");
        host.lead("b", EventType.PAGE_VIEW, START);

        abandons("a", 1, START);

        isSkipped(trigger, Skip.Reason.TARGET_SEGMENT, START);
    }

    @ParameterizedTest
    @CsvSource({"viewers, page_view", "loaders, download"})
    void one_of_the_target_segments_is_enough(String segment, String type) {
        host.segmentOf("Viewers", EventType.PAGE_VIEW, "");
        host.segmentOf("Loaders", EventType.DOWNLOAD, "");
        Trigger trigger = abandon("", "\"targetSegments\": [\"viewers\", \"loaders\"]");
        host.lead("a", EventType.of(type), START);

        abandons("a", 1, START);

        assertThat(host.profile("a").segments()).containsExactly(segment);
        firesAt(trigger, START);
    }

    @Test
    void a_target_may_be_named_by_its_id_and_everybody_is_a_visitor() {
        Segment viewers = host.segmentOf("Viewers", EventType.PAGE_VIEW, "");
        Trigger byId = abandon("", "\"targetSegments\": [\"" + viewers.id() + "\"]");
        Trigger everybody = host.trigger(
                "Everybody",
                "\"form_abandon\"",
                "PT0S",
                "\"cooldown\": 0, \"targetSegments\": [\"viewers\", \"all-visitors\"]");
        abandons("a", 1, START);
        assertThat(host.skips(byId)).containsExactly(Skip.Reason.TARGET_SEGMENT);
        assertThat(host.fired(everybody)).containsExactly(START);

        host.lead("b", EventType.PAGE_VIEW, START);
        abandons("b", 1, START);

        assertThat(host.fired(byId)).containsExactly(START);
    }

    @Test
    void the_causing_event_may_bring_its_lead_into_the_target_segment() {
        host.segmentOf("Abandoners", EventType.FORM_ABANDON, "");
        Trigger trigger = abandon("", "\"targetSegments\": [\"abandoners\"]");

        abandons("a", 1, START);

        firesAt(trigger, START);
    }

    @Test
    void a_member_who_has_left_by_the_clock_is_a_target_no_more() {
        host.segmentOf("Weekly", EventType.PAGE_VIEW, "{\"last\": \"P7D\"}");
        Trigger trigger = abandon("", "\"targetSegments\": [\"weekly\"]");
        host.lead("a", EventType.PAGE_VIEW, START);
        Instant end = START.plus(Duration.ofDays(7));
        host.sleepUntil(justBefore(end));
        abandons("a", 1, justBefore(end));
        assertThat(host.fired(trigger)).containsExactly(justBefore(end));
        host.sleepUntil(end.plusSeconds(1));

        abandons("a", 1, end.plusSeconds(1));

        assertThat(host.fired(trigger)).containsExactly(justBefore(end));
        assertThat(host.skips(trigger)).containsExactly(Skip.Reason.TARGET_SEGMENT);
    }

    // ---- in which order

    @Test
    void the_target_is_asked_before_the_condition_and_that_before_the_cooldown() {
        host.segmentOf("Viewers", EventType.PAGE_VIEW, "");
        Trigger trigger = host.trigger(
                "Abandon",
                "\"form_abandon\"",
                "PT0S",
                "\"cooldown\": 60, \"conditions\": [" + COMPLETION + "], \"targetSegments\": [\"viewers\"]");
        abandons("a", 100, START);
        host.advance(Duration.ofMinutes(1));
        host.lead("a", EventType.PAGE_VIEW, host.clock.instant());
        abandons("a", 1, host.clock.instant());
        Instant fired = host.clock.instant();
        host.advance(Duration.ofMinutes(1));
        abandons("a", 100, host.clock.instant());
        host.advance(Duration.ofMinutes(1));
        abandons("a", 1, host.clock.instant());

        assertThat(host.fired(trigger)).containsExactly(fired);
        assertThat(inOrder(trigger))
                .containsExactly(Skip.Reason.TARGET_SEGMENT, Skip.Reason.CONDITION, Skip.Reason.COOLDOWN);
    }

    private List<Skip.Reason> inOrder(Trigger trigger) {
        return host.store.ledger().skips(trigger.id(), null, 10).stream()
                .sorted((x, y) -> x.cameTrueAt().compareTo(y.cameTrueAt()))
                .map(Skip::reason)
                .toList();
    }

    @Test
    void what_is_skipped_starts_no_cooldown() {
        Trigger trigger = host.trigger(
                "Abandon", "\"form_abandon\"", "PT0S", "\"cooldown\": 60, \"conditions\": [" + COMPLETION + "]");
        abandons("a", 100, START);
        host.advance(Duration.ofMinutes(1));

        abandons("a", 1, host.clock.instant());

        assertThat(host.fired(trigger)).containsExactly(host.clock.instant());
    }

    @Test
    void S3_at_one_instant_memberships_end_and_begin_before_an_absence_is_decided() {
        host.segmentOf("Weekly", EventType.PAGE_VIEW, "{\"last\": \"P7D\"}");
        host.segment(
                "Lapsed",
                "{\"logicOperator\": \"AND\", \"negate\": true, \"eventFilters\": [{\"eventType\": \"page_view\","
                        + " \"minFrequency\": 1, \"timeRange\": {\"last\": \"P7D\"}}]}");
        String silent = "{\"type\": \"inactivity\", \"after\": \"form_start\", \"within\": \"PT30M\"}";
        Trigger left = host.trigger("Left", silent, "PT0S", "\"targetSegments\": [\"weekly\"]");
        Trigger entered = host.trigger("Entered", silent, "PT0S", "\"targetSegments\": [\"lapsed\"]");
        host.lead("a", EventType.PAGE_VIEW, START);
        Instant end = START.plus(Duration.ofDays(7));
        host.advanceTo(end.minus(Duration.ofMinutes(30)));
        host.lead("a", EventType.FORM_START, host.clock.instant());

        host.advanceTo(end);

        assertThat(host.firings(left)).isEmpty();
        assertThat(host.skips(left)).containsExactly(Skip.Reason.TARGET_SEGMENT);
        assertThat(host.fired(entered)).containsExactly(end);
    }

    // ---- what stays

    @Test
    void S18_the_cooldown_of_a_firing_whose_action_was_superseded_stands_to_its_end() {
        Trigger trigger = host.trigger(
                "Abandoned",
                "{\"type\": \"inactivity\", \"after\": \"form_start\", \"unless\": [\"form_submit\"], \"within\": \"PT30M\"}",
                "PT1H",
                "\"cooldown\": 1440");
        host.lead("a", EventType.FORM_START, START);
        Instant fired = START.plus(Duration.ofMinutes(30));
        host.advanceTo(START.plus(Duration.ofMinutes(40)));
        host.lead("a", EventType.FORM_SUBMIT, START.plus(Duration.ofMinutes(10)));
        assertThat(host.actions(ActionStatus.CANCELLED)).hasSize(1);

        // One microsecond less than a day after the firing, and then exactly a day after it.
        Instant over = fired.plus(Duration.ofDays(1));
        Instant start = over.minus(Duration.ofMinutes(30));
        host.advanceTo(justBefore(start));
        host.lead("a", EventType.FORM_START, justBefore(start));
        host.advanceTo(start);
        host.lead("a", EventType.FORM_START, start);
        host.advanceTo(over.plusSeconds(1));

        assertThat(host.store.ledger().skips(trigger.id(), null, 10))
                .extracting(Skip::reason, Skip::cameTrueAt)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(Skip.Reason.COOLDOWN, justBefore(over)));
        assertThat(host.fired(trigger)).containsExactlyInAnyOrder(fired, over);
    }

    @Test
    void S11_a_late_link_of_another_lead_cancels_what_waits_because_of_the_events_that_move() {
        Segment loaders = host.segmentOf("Loaders", EventType.DOWNLOAD, "");
        Trigger quote = host.trigger("Quote", "\"quote_request\"", "PT6H", "\"cooldown\": 0");
        Trigger abandoned = host.trigger(
                "Abandoned",
                "{\"type\": \"inactivity\", \"after\": \"form_start\", \"unless\": [\"form_submit\"], \"within\": \"PT30M\"}",
                "PT6H",
                "\"cooldown\": 0");
        Trigger entered = host.trigger(
                "Entered", "{\"type\": \"segment_entered\", \"segment\": \"loaders\"}", "PT6H", "\"cooldown\": 0");
        host.advance(Duration.ofMinutes(20));
        Instant now = host.clock.instant();
        host.identified("s", "a", EventType.PAGE_VIEW, now.minusSeconds(600));
        host.lead("a", EventType.QUOTE_REQUEST, now.minusSeconds(60));
        host.session("s", EventType.QUOTE_REQUEST, now.minusSeconds(120));
        host.session("s", EventType.FORM_START, now);
        host.session("s", EventType.DOWNLOAD, now);
        host.advance(Duration.ofMinutes(40));
        assertThat(host.actions(ActionStatus.PENDING)).hasSize(4);

        host.identified("s", "b", EventType.PAGE_VIEW, now.minusSeconds(300));

        assertThat(host.in("a", loaders)).isFalse();
        assertThat(host.actions(ActionStatus.CANCELLED))
                .hasSize(3)
                .allSatisfy(action -> {
                    assertThat(action.cancellation()).isEqualTo(Cancellation.Reason.UNLINKED);
                    assertThat(action.action().subject()).isEqualTo(SubjectId.lead("a"));
                })
                .extracting(action -> action.action().triggerKey())
                .containsExactlyInAnyOrder("quote", "abandoned", "entered");
        // What a did without the session waits on, and the executions stay with whom they were made for. That events
        // moved fires
        // nothing again, but that b is in the segment is new.
        host.advance(Duration.ofDays(1));
        assertThat(host.actions(ActionStatus.DONE))
                .extracting(ActionRecord::action)
                .extracting(action -> action.subject() + " " + action.triggerKey())
                .containsExactlyInAnyOrder("lead:a quote", "lead:b entered");
        assertThat(subjects(quote)).containsExactly("lead:a", "lead:a");
        assertThat(subjects(abandoned)).containsExactly("lead:a");
        assertThat(subjects(entered)).containsExactlyInAnyOrder("lead:a", "lead:b");
        assertThat(host.executed).hasSize(2);
    }

    private List<String> subjects(Trigger trigger) {
        return host.firings(trigger).stream()
                .map(TriggerExecution::subject)
                .map(SubjectId::toString)
                .toList();
    }
}
