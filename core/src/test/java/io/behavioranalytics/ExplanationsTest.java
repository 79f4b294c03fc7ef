package io.behavioranalytics;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.condition.Change;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Explanation;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.ProfileField;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.decision.SegmentExplanation;
import io.behavioranalytics.decision.TriggerExplanation;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.profile.BehaviorPattern;
import io.behavioranalytics.profile.PatternExplanation;
import io.behavioranalytics.profile.Score;
import io.behavioranalytics.profile.ScoreExplanation;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.EventFilter;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.segment.SegmentFilter;
import io.behavioranalytics.testkit.TestKit;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ExplanationsTest {
    private static final SubjectId LEAD = SubjectId.lead("lead-1");

    private final TestKit kit = TestKit.recording("send_email");
    private final Explanations explanations = kit.analytics().explanations();

    @AfterEach
    void close() {
        kit.close();
    }

    private static TrackRequest.Builder event(EventType type) {
        return TrackRequest.builder(type).leadId("lead-1").sessionId("session-1");
    }

    private Segment readers(int least) {
        return kit.analytics().segments().create(readersDraft(least));
    }

    private static SegmentDraft readersDraft(int least) {
        return SegmentDraft.of(
                "Readers",
                Criteria.all()
                        .event(EventFilter.atLeast(EventType.PAGE_VIEW, least).in(TimeWindow.last(Duration.ofDays(7))))
                        .build());
    }

    @Test
    void what_is_missing_is_told_and_brings_the_membership_once_it_comes() {
        readers(3);
        kit.given(event(EventType.PAGE_VIEW).build());

        SegmentExplanation before = explanations.segment(LEAD, "readers");
        assertThat(before.member()).isFalse();
        assertThat(before.smallestChange()).map(Change::words).hasValue("2 more: page_view in the last PT168H");
        assertThat(before.text())
                .startsWith("lead:lead-1 is not in segment 'readers' (version 1) at 2026-01-05T09:00:00Z\n"
                        + "false: at least 3: page_view in the last PT168H (1 seen, events ")
                .endsWith("smallest change: 2 more: page_view in the last PT168H\nby time alone: never\n");

        kit.given(event(EventType.PAGE_VIEW).build(), event(EventType.PAGE_VIEW).build());
        SegmentExplanation after = explanations.segment(LEAD, "readers");
        assertThat(after.member()).isTrue();
        assertThat(kit.membersOf("readers")).containsExactly("lead-1");
        assertThat(after.smallestChange()).map(Change::words).hasValue("1 fewer: page_view in the last PT168H");
    }

    @Test
    void the_instant_that_is_told_is_the_one_at_which_time_ends_the_membership() {
        readers(1);
        kit.given(event(EventType.PAGE_VIEW).build());
        Instant leaves = explanations.segment(LEAD, "readers").outlook().changesAt();

        assertThat(leaves).isEqualTo(kit.now().plus(Duration.ofDays(7)));
        kit.advance(Duration.between(kit.now(), leaves).minusNanos(1_000));
        assertThat(kit.membersOf("readers")).containsExactly("lead-1");
        assertThat(explanations.segment(LEAD, "readers").member()).isTrue();
        kit.advance(Duration.ofNanos(1_000));
        assertThat(kit.membersOf("readers")).isEmpty();
        assertThat(explanations.segment(LEAD, "readers").member()).isFalse();
    }

    @Test
    void an_entry_is_explained_by_the_version_that_decided_it() {
        readers(1);
        kit.given(event(EventType.PAGE_VIEW).build());
        MembershipChange entry =
                kit.analytics().segments().history("readers", LEAD, 10).get(0);
        kit.analytics().segments().update("readers", readersDraft(5));
        kit.advance(Duration.ofDays(30));

        SegmentExplanation explanation = explanations.membership(entry);
        assertThat(explanation.member()).isTrue();
        assertThat(explanation.segmentVersion()).isEqualTo(1);
        assertThat(explanation.asOf()).isEqualTo(entry.effectiveAt());
        assertThat(explanation.remarks()).isEmpty();
        assertThat(explanations.segment(LEAD, "readers").segmentVersion()).isEqualTo(2);
    }

    @Test
    void a_decision_that_a_late_event_belies_is_said_to_be_so() {
        kit.analytics()
                .segments()
                .create(SegmentDraft.of(
                        "Fresh",
                        Criteria.all()
                                .event(EventFilter.atLeast(EventType.FORM_START, 1)
                                        .in(TimeWindow.last(Duration.ofDays(7)))
                                        .atMost(1))
                                .build()));
        kit.given(event(EventType.FORM_START).build());
        MembershipChange entry =
                kit.analytics().segments().history("fresh", LEAD, 10).get(0);
        kit.given(event(EventType.FORM_START)
                .timestamp(kit.now().minus(Duration.ofHours(1)))
                .build());

        SegmentExplanation explanation = explanations.membership(entry);
        assertThat(explanation.member()).isFalse();
        assertThat(explanation.remarks())
                .containsExactly(
                        "the timeline has changed since: with today's events it would not have been decided so");
    }

    @Test
    void a_draft_is_explained_as_if_it_were_active() {
        kit.analytics().segments().create(SegmentDraft.fromJson("""
                        {"name":"Planned","status":"draft","criteria":{"logicOperator":"AND","profileConditions":[
                         {"field":"intentScore","operator":"greater_or_equal","value":80}]}}"""));
        kit.given(event(EventType.QUOTE_REQUEST).build());

        SegmentExplanation explanation = explanations.segment(LEAD, "planned");
        assertThat(explanation.remarks()).containsExactly("the segment is draft: nobody is in it");
        assertThat(explanation.smallestChange())
                .map(Change::words)
                .hasValueSatisfying(words -> assertThat(words)
                        .startsWith("intentScore greater_or_equal 80 needed, ")
                        .endsWith(" seen"));
        assertThatThrownBy(() -> explanations.segment(LEAD, "nowhere"))
                .isInstanceOf(UnknownDefinitionException.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void the_built_in_segment_is_not_explained_since_everybody_is_in_it() {
        kit.given(event(EventType.PAGE_VIEW).build());
        assertThatThrownBy(() -> explanations.segment(LEAD, "all-visitors"))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("all-visitors is built in: everybody who has an event is in it");
        assertThatThrownBy(() -> kit.analytics().simulations().segment("all-visitors", SimulationQuery.all()))
                .isInstanceOf(InvalidDefinitionException.class);
    }

    /** Of 45 choices among three there are more ways than anybody tries, let alone each from its beginning. */
    @Test
    @Timeout(300)
    void of_more_ways_than_can_be_tried_one_is_told_and_not_called_the_smallest() {
        Criteria.Builder all = Criteria.all();
        for (int i = 1; i <= 45; i++) {
            all.group(Criteria.any()
                    .event(EventFilter.atLeast(EventType.DOWNLOAD, i))
                    .event(EventFilter.atLeast(EventType.FORM_START, i))
                    .profile("intentScore", Operator.GREATER_THAN, i)
                    .build());
        }
        kit.analytics().segments().create(SegmentDraft.of("Choices", all.build()));
        kit.given(event(EventType.PAGE_VIEW).build());

        Change change = explanations.segment(LEAD, "choices").smallestChange().orElseThrow();
        assertThat(change.smallest()).isFalse();
        assertThat(change.edits()).singleElement().satisfies(edit -> {
            assertThat(edit.input()).isEqualTo("intentScore");
            assertThat((Double) edit.needed()).isGreaterThan(45);
        });
    }

    @Test
    void of_whom_nothing_is_known_the_first_event_is_missing() {
        readers(1);
        assertThat(explanations.segment(SubjectId.lead("stranger"), "readers").smallestChange())
                .map(Change::words)
                .hasValue("1 more: visible events; 1 more: page_view in the last PT168H");
    }

    @Test
    void so_many_events_as_are_told_bring_a_score_to_its_bound_and_time_takes_it_below_at_the_instant_told() {
        kit.given(event(EventType.PAGE_VIEW).build());
        ScoreExplanation below = explanations.score(LEAD, Score.INTENT, 60);
        assertThat(below.reached()).isFalse();
        ScoreExplanation.Enough first = below.enough().get(0);

        for (int i = 0; i < first.events(); i++) {
            assertThat(explanations.score(LEAD, Score.INTENT, 60).reached()).isFalse();
            kit.given(event(first.type()).build());
        }
        ScoreExplanation reached = explanations.score(LEAD, Score.INTENT, 60);
        assertThat(reached.reached()).isTrue();
        kit.advance(Duration.between(kit.now(), reached.fallsBelowAt()).minusNanos(1_000));
        assertThat(explanations.score(LEAD, Score.INTENT, 60).reached()).isTrue();
        kit.advance(Duration.ofNanos(1_000));
        assertThat(explanations.score(LEAD, Score.INTENT, 60).reached()).isFalse();
        assertThat(reached.text()).contains("intent score", "by time alone: below at ");
    }

    @Test
    void a_score_and_a_pattern_are_explained_as_they_were_when_something_was_decided() {
        readers(2);
        kit.given(
                event(EventType.PAGE_VIEW).build(), event(EventType.FORM_START).build());
        kit.advance(Duration.ofHours(1));
        kit.given(event(EventType.PAGE_VIEW).build());
        List<String> then = scoreAndPattern(kit.now());
        kit.advance(Duration.ofDays(3));
        kit.given(
                event(EventType.QUOTE_REQUEST).build(),
                event(EventType.DOWNLOAD).build());

        MembershipChange entry =
                kit.analytics().segments().history("readers", LEAD, 1).get(0);

        assertThat(scoreAndPattern(entry.effectiveAt())).isEqualTo(then).isNotEqualTo(scoreAndPattern(kit.now()));
        assertThat(scoreAndPattern(kit.now()))
                .containsExactly(
                        explanations.score(LEAD, Score.INTENT, 60).text(),
                        explanations.pattern(LEAD).text());
        assertThat(explanations.score(LEAD, Score.INTENT, 60, Instant.MIN).reached())
                .isFalse();
        assertThat(explanations.pattern(LEAD, Instant.MIN).text()).isNotBlank();
    }

    @Test
    void what_a_score_or_a_pattern_will_be_is_not_explained_as_if_it_had_been() {
        Instant ahead = kit.now().plusNanos(1);
        for (Instant instant : List.of(ahead, Instant.MAX)) {
            assertThatThrownBy(() -> explanations.score(LEAD, Score.INTENT, 60, instant))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must not lie ahead of the clock");
            assertThatThrownBy(() -> explanations.pattern(LEAD, instant))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must not lie ahead of the clock");
        }
    }

    @Test
    void a_clock_that_is_set_back_while_it_is_read_stops_no_explanation_of_now() {
        AtomicReference<Instant> time = new AtomicReference<>(kit.now());
        try (BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                .clock(() -> time.getAndUpdate(instant -> instant.minusMillis(1)))
                .build()) {
            assertThat(analytics.explanations().score(LEAD, Score.INTENT, 60).reached())
                    .isFalse();
            assertThat(analytics.explanations().pattern(LEAD).text()).isNotBlank();
        }
    }

    private List<String> scoreAndPattern(Instant at) {
        return List.of(
                explanations.score(LEAD, Score.INTENT, 60, at).text(),
                explanations.pattern(LEAD, at).text());
    }

    @Test
    void a_pattern_is_the_first_rule_that_holds_and_its_change_is_told() {
        kit.given(
                event(EventType.FORM_START).build(), event(EventType.VIDEO_PLAY).build());
        PatternExplanation exploring = explanations.pattern(LEAD);
        assertThat(exploring.pattern()).isEqualTo(BehaviorPattern.EXPLORING);
        assertThat(exploring.smallestChangeTo(BehaviorPattern.QUALIFIED_INTEREST))
                .map(Change::words)
                .hasValue("1 more: form events in the last P30D; 1 more: content events in the last P30D");
        assertThat(exploring.becomes()).isEqualTo(BehaviorPattern.AT_RISK);

        kit.given(event(EventType.FORM_START).build(), event(EventType.DOWNLOAD).build());
        assertThat(explanations.pattern(LEAD).pattern()).isEqualTo(BehaviorPattern.QUALIFIED_INTEREST);
        kit.given(event(EventType.QUOTE_REQUEST).build());
        PatternExplanation high = explanations.pattern(LEAD);
        assertThat(high.pattern()).isEqualTo(BehaviorPattern.HIGH_INTENT);
        kit.advance(Duration.between(kit.now(), high.changesAt()).minusNanos(1_000));
        assertThat(explanations.pattern(LEAD).pattern()).isEqualTo(BehaviorPattern.HIGH_INTENT);
        kit.advance(Duration.ofNanos(1_000));
        assertThat(explanations.pattern(LEAD).pattern()).isEqualTo(high.becomes());
    }

    @Test
    void the_patterns_that_a_condition_may_see_are_those_that_there_are() {
        assertThat(ProfileField.PATTERN.texts())
                .isEqualTo(Arrays.stream(BehaviorPattern.values())
                        .map(BehaviorPattern::json)
                        .toList());
        assertThat(ProfileField.TOTAL_EVENTS.texts()).isEqualTo(List.of());
    }

    private Trigger recovery() {
        return kit.analytics()
                .triggers()
                .create(TriggerDraft.builder("Recovery", EventType.FORM_ABANDON)
                        .when(Condition.of("properties.completion", Operator.LESS_THAN, 100))
                        .cooldown(Duration.ofHours(24))
                        .action(new Action(null, "send_email", Map.of(), Duration.ZERO))
                        .build());
    }

    private static TrackRequest abandon(int completion) {
        return event(EventType.FORM_ABANDON)
                .properties(Map.of("completion", completion))
                .build();
    }

    @Test
    void a_trigger_tells_all_that_stands_in_its_way_and_when_the_cooldown_lets_it_fire_again() {
        recovery();
        TriggerExplanation before = explanations.trigger(LEAD, "recovery", abandon(40));
        assertThat(before.fires()).isTrue();
        kit.given(abandon(40));
        kit.advance(Duration.ofHours(1));

        TriggerExplanation blocked = explanations.trigger(LEAD, "recovery", abandon(40));
        assertThat(blocked.fires()).isFalse();
        assertThat(blocked.reasons()).containsExactly(Skip.Reason.COOLDOWN);
        assertThat(blocked.outlook().changesAt()).isEqualTo(Instant.parse("2026-01-06T09:00:00Z"));
        TriggerExplanation complete = explanations.trigger(LEAD, "recovery", abandon(100));
        assertThat(complete.reasons()).containsExactly(Skip.Reason.CONDITION);
        assertThat(complete.why().failed())
                .extracting(Explanation.Leaf::clause)
                .containsExactly("properties.completion less_than 100", "cooldown of PT24H over");
        assertThat(complete.text())
                .startsWith(
                        "trigger 'recovery' (version 1) does not fire for lead:lead-1 at 2026-01-05T10:00:00Z: condition\n")
                .contains("  false: properties.completion less_than 100 (100 seen)\n");
        assertThat(explanations.trigger(LEAD, "recovery", null).reasons()).containsExactly(Skip.Reason.CONDITION);

        kit.advance(Duration.between(kit.now(), blocked.outlook().changesAt()).minusNanos(1_000));
        assertThat(explanations.trigger(LEAD, "recovery", abandon(40)).fires()).isFalse();
        kit.advance(Duration.ofNanos(1_000));
        assertThat(explanations.trigger(LEAD, "recovery", abandon(40)).fires()).isTrue();
        kit.given(abandon(40));
        assertThat(kit.fired()).hasSize(2);
    }

    @Test
    void a_stored_firing_and_a_stored_skip_are_explained_by_the_version_that_decided() {
        recovery();
        kit.given(abandon(40));
        kit.advance(Duration.ofHours(1));
        kit.given(abandon(50));
        kit.advance(Duration.ofDays(2));
        kit.analytics()
                .triggers()
                .update(
                        "recovery",
                        TriggerDraft.builder("Recovery", EventType.FORM_ABANDON)
                                .when(Condition.of("properties.completion", Operator.LESS_THAN, 10))
                                .action(new Action(null, "send_email", Map.of(), Duration.ZERO))
                                .build());

        TriggerExplanation firing = explanations.execution(kit.fired().get(0));
        assertThat(firing.fires()).isTrue();
        assertThat(firing.triggerVersion()).isEqualTo(1);
        assertThat(firing.remarks()).isEmpty();
        Skip logged = kit.analytics().triggers().skips("recovery", LEAD, 10).get(0);
        TriggerExplanation skip = explanations.skip(logged);
        assertThat(skip.fires()).isFalse();
        assertThat(skip.reasons()).containsExactly(Skip.Reason.COOLDOWN);
        assertThat(skip.remarks()).containsExactly("logged as cooldown at 2026-01-05T10:00:00Z");
        assertThat(skip.text()).contains("false: cooldown of PT24H over (until 2026-01-06T09:00:00Z seen)");
    }

    @Test
    void a_firing_is_explained_with_the_segments_of_then_though_they_were_deleted_and_their_keys_given_away() {
        readers(1);
        kit.analytics()
                .segments()
                .create(SegmentDraft.of(
                        "Fans",
                        Criteria.all().segment(SegmentFilter.in("readers")).build()));
        TriggerDraft greeting = TriggerDraft.fromJson("{\"name\": \"Greeting\", \"event\": \"page_view\","
                + " \"targetSegments\": [\"fans\"], \"actions\": [{\"action\": \"send_email\"}]}");
        kit.analytics().triggers().create(greeting);
        kit.given(event(EventType.PAGE_VIEW).build());
        kit.advance(Duration.ofMinutes(1));
        TriggerExecution firing = kit.fired().get(0);
        kit.analytics().triggers().delete("greeting");
        kit.analytics().segments().delete("fans");
        kit.analytics().segments().delete("readers");
        assertThat(explanations.execution(firing).fires()).isTrue();
        readers(9);
        kit.analytics()
                .segments()
                .create(SegmentDraft.of(
                        "Fans", Criteria.all().event(EventType.FORM_SUBMIT).build()));

        TriggerExplanation explained = explanations.execution(firing);

        assertThat(explained.fires()).isTrue();
        assertThat(explained.remarks()).isEmpty();
        assertThat(explained.text()).contains("true: in segment fans");
    }

    @Test
    void an_event_that_nothing_was_decided_for_says_why() {
        kit.given(abandon(40));
        UUID event = kit.analytics()
                .profiles()
                .get(LEAD, new ProfileQuery(null, null, true))
                .orElseThrow()
                .events()
                .get(0)
                .id();
        kit.advance(Duration.ofHours(1));
        recovery();

        TriggerExplanation explanation = explanations.event(LEAD, "recovery", event);
        assertThat(explanation.fires()).isFalse();
        assertThat(explanation.remarks())
                .containsExactly(
                        "nothing was decided: the log has no firing and no skip for it",
                        "the trigger fires for what comes true from 2026-01-05T10:00:00Z on");
        assertThatThrownBy(() -> explanations.event(LEAD, "recovery", new UUID(1, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no event");
        assertThatThrownBy(() -> explanations.trigger(
                        LEAD, "recovery", event(EventType.DOWNLOAD).build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("trigger 'recovery' waits for form_abandon, not for download");
    }

    private void capped(String rules) {
        kit.analytics().triggers().create(TriggerDraft.fromJson("""
                {"name": "Capped", "event": "form_abandon", "cooldown": 0, %s,
                 "actions": [{"action": "send_email", "parameters": {}, "delay": 60}]}""".formatted(rules)));
    }

    /** The instant that is told is the first at which the event fires: one microsecond before it does not, then it does. */
    private void assertFiresFirstAt(Instant at) {
        kit.advance(Duration.between(kit.now(), at).minusNanos(1_000));
        assertThat(explanations.trigger(LEAD, "capped", abandon(40)).fires()).isFalse();
        kit.advance(Duration.ofNanos(1_000));
        assertThat(explanations.trigger(LEAD, "capped", abandon(40)).fires()).isTrue();
        int before = kit.fired().size();
        kit.given(abandon(40));
        assertThat(kit.fired()).hasSize(before + 1);
    }

    @Test
    void a_cap_tells_what_is_taken_of_it_and_when_it_lets_the_trigger_fire_again() {
        capped("\"caps\": [{\"max\": 2, \"last\": \"PT24H\"}]");
        kit.given(abandon(40));
        kit.advance(Duration.ofHours(3));
        kit.given(abandon(40));
        kit.advance(Duration.ofHours(1));

        TriggerExplanation over = explanations.trigger(LEAD, "capped", abandon(40));
        assertThat(over.reasons()).containsExactly(Skip.Reason.CAP);
        assertThat(over.text())
                .contains("false: an action within its caps (")
                .contains("2 taken, the last for 2026-01-05T13:00:00Z");
        assertThat(over.outlook().changesAt()).isEqualTo(Instant.parse("2026-01-06T09:00:00Z"));
        assertFiresFirstAt(requireNonNull(over.outlook().changesAt()));
    }

    @Test
    void a_calendar_cap_frees_its_slot_when_the_plan_reaches_the_next_day() {
        capped("\"caps\": [{\"max\": 1, \"calendar\": \"day\"}]");
        kit.given(abandon(40));
        TriggerExplanation over = explanations.trigger(LEAD, "capped", abandon(40));
        assertThat(over.outlook().changesAt()).isEqualTo(Instant.parse("2026-01-05T23:00:00Z"));
        assertFiresFirstAt(requireNonNull(over.outlook().changesAt()));
    }

    @Test
    void a_greatest_number_of_firings_and_dates_are_told_with_what_was_seen() {
        capped("\"maxPerLead\": 1, \"startDate\": \"2026-01-06T00:00:00Z\", \"endDate\": \"2026-02-01T00:00:00Z\"");
        TriggerExplanation early = explanations.trigger(LEAD, "capped", abandon(40));
        assertThat(early.reasons()).containsExactly(Skip.Reason.INACTIVE);
        assertThat(early.outlook().changesAt()).isEqualTo(Instant.parse("2026-01-06T00:00:00Z"));
        assertFiresFirstAt(requireNonNull(early.outlook().changesAt()));

        TriggerExplanation again = explanations.trigger(LEAD, "capped", abandon(40));
        assertThat(again.reasons()).containsExactly(Skip.Reason.MAX_PER_LEAD);
        assertThat(again.text())
                .contains("false: fewer firings than maxPerLead 1 (1 seen)")
                .contains("smallest change: 1 fewer: firings of the trigger");
        assertThat(again.outlook().changesAt()).isNull();
        kit.given(abandon(40));
        Skip logged = kit.analytics().triggers().skips("capped", LEAD, 1).get(0);
        assertThat(explanations.skip(logged).reasons()).containsExactly(Skip.Reason.MAX_PER_LEAD);
    }

    @Test
    void a_logged_cap_is_told_although_the_slots_of_that_moment_are_not_kept() {
        capped("\"caps\": [{\"max\": 1, \"last\": \"PT24H\"}]");
        kit.given(abandon(40), abandon(40));
        Skip logged = kit.analytics().triggers().skips("capped", LEAD, 1).get(0);

        TriggerExplanation explanation = explanations.skip(logged);
        assertThat(explanation.fires()).isFalse();
        assertThat(explanation.reasons()).containsExactly(Skip.Reason.CAP);
        assertThat(explanation.why().failed())
                .extracting(Explanation.Leaf::clause)
                .containsExactly("an action within its caps");
    }
}
