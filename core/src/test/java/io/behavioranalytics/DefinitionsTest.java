package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(300)
class DefinitionsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final VirtualClock clock = VirtualClock.at(NOW);
    private final InMemoryStore store = new InMemoryStore(clock);
    private final Deque<Runnable> background = new ArrayDeque<>();
    private final BehaviorAnalytics analytics = BehaviorAnalytics.builder()
            .store(store)
            .clock(clock)
            .executor(background::add)
            .build();

    @AfterEach
    void close() {
        analytics.close();
    }

    private void runBackground() {
        while (!background.isEmpty()) {
            background.remove().run();
        }
    }

    @Test
    void a_new_segment_has_no_members_until_everybody_was_decided_on_it_and_then_has_them_all_at_once() {
        analytics.track(view("lead-1"));
        analytics.track(view("lead-2"));
        analytics.track(
                TrackRequest.builder(EventType.PAGE_VIEW).sessionId("s-1").build());
        Segment segment = analytics.segments().create(viewers("Viewers", 1));
        assertThat(segment.key()).isEqualTo("viewers");
        assertThat(segment.version()).isEqualTo(1);
        assertThat(members("viewers")).isEmpty();
        assertThat(view().calculating()).isTrue();
        Recalculation recalculation = analytics.segments().recalculation();
        assertThat(recalculation.isRunning()).isTrue();
        assertThat(recalculation.progress()).isEqualTo(new Recalculation.Progress(2, 0, 3));

        analytics.track(view("lead-1"));
        assertThat(members("viewers")).isEmpty();
        assertThat(recalculation.progress()).isEqualTo(new Recalculation.Progress(2, 1, 3));
        runBackground();
        assertThat(recalculation.isRunning()).isFalse();
        assertThat(recalculation.progress().share()).isEqualTo(1);
        assertThat(view().calculating()).isFalse();
        assertThat(view().memberCount()).isEqualTo(3);
        assertThat(members("viewers")).containsExactly("lead-1", "lead-2", "s-1");
        assertThat(members(segment.id().toString())).hasSize(3);
        assertThat(analytics.segments().history("viewers", SubjectId.lead("lead-2"), 10))
                .singleElement()
                .satisfies(change -> {
                    assertThat(change.entered()).isTrue();
                    assertThat(change.cause()).isInstanceOf(Cause.Definition.class);
                });
    }

    @Test
    void a_change_of_criteria_moves_members_and_a_deletion_empties_the_segment() {
        analytics.track(view("lead-1"));
        analytics.track(view("lead-2"));
        analytics.track(view("lead-2"));
        Segment segment = analytics.segments().create(viewers("Viewers", 1));
        runBackground();
        assertThat(members("viewers")).containsExactly("lead-1", "lead-2");
        clock.advance(Duration.ofMinutes(1));
        Segment changed = analytics.segments().update("viewers", viewers("Keen viewers", 2));
        runBackground();
        assertThat(changed.version()).isEqualTo(2);
        assertThat(changed.key()).isEqualTo("viewers");
        assertThat(changed.createdAt()).isEqualTo(NOW);
        assertThat(changed.updatedAt()).isEqualTo(NOW.plus(Duration.ofMinutes(1)));
        assertThat(members("viewers")).containsExactly("lead-2");
        analytics.segments().delete("viewers");
        runBackground();
        assertThat(analytics.segments().get("viewers")).isEmpty();
        assertThat(analytics.segments().list()).isEmpty();
        assertThat(store.ledger().memberCount(segment.id())).isZero();
        assertThat(store.ledger().memberships(segment.id(), SubjectId.lead("lead-2"), 10))
                .extracting(MembershipChange::entered)
                .containsExactly(true, false);
        assertThatThrownBy(() -> members("viewers"))
                .isInstanceOf(UnknownDefinitionException.class)
                .hasMessage("there is no segment with the key or id 'viewers'");
        // The key is free again.
        assertThat(analytics.segments().create(viewers("Viewers", 1)).version()).isEqualTo(1);
    }

    @Test
    void all_visitors_is_built_in_and_stays() {
        analytics.track(view("lead-1"));
        analytics.track(
                TrackRequest.builder(EventType.PAGE_VIEW).sessionId("s-1").build());
        assertThat(members(Segment.ALL_VISITORS)).containsExactly("lead-1", "s-1");
        assertThat(analytics.segments().members(Segment.ALL_VISITORS, SubjectId.lead("lead-1"), 1))
                .containsExactly(SubjectId.session("s-1"));
        assertThat(analytics.segments().get(Segment.ALL_VISITORS).orElseThrow().memberCount())
                .isEqualTo(2);
        assertViolation("NAME", () -> analytics.segments().delete(Segment.ALL_VISITORS));
        assertViolation("NAME", () -> analytics.segments().create(viewers("All visitors", 1)));
    }

    @Test
    void a_lead_that_is_known_by_an_identification_alone_is_a_visitor() {
        analytics.identify("s-1", "lead-1");

        assertThat(members(Segment.ALL_VISITORS)).containsExactly("lead-1");
        assertThat(analytics.segments().get(Segment.ALL_VISITORS).orElseThrow().memberCount())
                .isEqualTo(1);
    }

    @Test
    void a_key_is_given_once() {
        analytics.segments().create(viewers("Viewers", 1));
        assertThatThrownBy(() -> analytics.segments().create(viewers("viewers", 2)))
                .isInstanceOf(DuplicateKeyException.class)
                .hasMessage("another segment has the key 'viewers': choose another name, or give a key");
        analytics.segments().create(viewers("Others", 2));
        assertThatThrownBy(() ->
                        analytics.segments().update("others", viewers("x", 2).withKey("viewers")))
                .isInstanceOf(DuplicateKeyException.class);
        assertThat(analytics.segments().list()).extracting(Segment::key).containsExactly("others", "viewers");
    }

    @ParameterizedTest(name = "{0}, then {1}: {2}")
    @CsvSource({
        "Viewers, Viewers, viewers",
        "Viewers, VIEWERS, viewers",
        "Viewers, '  viewers ', viewers",
        "New viewers, new-viewers!, new-viewers",
        "Viewers, Viewers 2,",
        "New viewers, newviewers,"
    })
    void C42_a_second_definition_of_one_name_is_a_conflict_and_changes_nothing(
            String first, String second, @Nullable String conflict) {
        Segment segment = analytics.segments().create(viewers(first, 1));
        Trigger trigger = analytics.triggers().create(recovery(first).build());
        if (conflict == null) {
            analytics.segments().create(viewers(second, 2));
            analytics.triggers().create(recovery(second).build());
            assertThat(analytics.segments().list()).hasSize(2);
            assertThat(analytics.triggers().list()).hasSize(2);
            return;
        }
        assertThatThrownBy(() -> analytics.segments().create(viewers(second, 2)))
                .isInstanceOf(DuplicateKeyException.class)
                .hasMessageContaining("segment has the key '" + conflict + "'");
        assertThatThrownBy(() -> analytics.triggers().create(recovery(second).build()))
                .isInstanceOf(DuplicateKeyException.class)
                .hasMessageContaining("trigger has the key '" + conflict + "'");
        assertThat(analytics.segments().list()).containsExactly(segment);
        assertThat(analytics.triggers().list()).containsExactly(trigger);
    }

    @Test
    void a_segment_that_a_trigger_uses_is_neither_deleted_nor_renamed() {
        Segment segment = analytics.segments().create(viewers("Viewers", 1));
        analytics.triggers().create(recovery().targetSegment("viewers").build());
        assertThatThrownBy(() -> analytics.segments().delete("viewers"))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("segment 'viewers' is used by trigger 'recovery'");
        assertViolation(
                "IN_USE",
                () -> analytics.segments().update("viewers", viewers("New", 1).withKey("new")));
        analytics.triggers().delete("recovery");
        analytics
                .triggers()
                .create(TriggerDraft.builder(
                                "Entered",
                                new TriggerEvent.SegmentEntered(segment.id().toString()))
                        .action(log())
                        .build());
        assertViolation("IN_USE", () -> analytics.segments().delete("viewers"));
        analytics.segments().update("viewers", viewers("New", 1).withKey("new"));
        analytics.triggers().delete("entered");
        analytics.segments().delete("new");
    }

    @Test
    void a_trigger_says_everything_that_is_wrong_with_it_at_once() {
        TriggerDraft draft = TriggerDraft.builder(" ", new TriggerEvent.SegmentExited("nowhere"))
                .targetSegment("missing")
                .action(new Action(null, "send_pigeon", Map.of(), Duration.ZERO))
                .build();
        assertThatThrownBy(() -> analytics.triggers().create(draft))
                .isInstanceOfSatisfying(
                        InvalidDefinitionException.class,
                        refused -> assertThat(refused.violations())
                                .extracting(Violation::path)
                                .contains("targetSegments[0]", "event.segment", "name")
                                .anyMatch(path -> path.startsWith("actions[0]")));
        assertThat(analytics.triggers().list()).isEmpty();
    }

    @Test
    void a_trigger_fires_for_what_comes_true_after_it_was_switched_on() {
        Trigger draft = analytics
                .triggers()
                .create(recovery().status(Trigger.Status.DRAFT).build());
        assertThat(draft.cooldown()).isEqualTo(Duration.ofDays(1));
        analytics.track(abandon("lead-1"));
        assertThat(analytics.triggers().executions(null, null, 10)).isEmpty();
        clock.advance(Duration.ofMinutes(1));
        Trigger active = analytics
                .triggers()
                .update("recovery", recovery().cooldown(Duration.ofMinutes(5)).build());
        assertThat(active.activeFrom()).isEqualTo(clock.instant());
        assertThat(active.version()).isEqualTo(2);
        analytics.track(abandon("lead-1"));
        clock.advance(Duration.ofMinutes(1));
        analytics.track(abandon("lead-1"));
        assertThat(analytics.triggers().executions("recovery", null, 10)).hasSize(1);
        assertThat(analytics.triggers().skips("recovery", SubjectId.lead("lead-1"), 10))
                .extracting(Skip::reason)
                .containsExactly(Skip.Reason.COOLDOWN);
        Trigger changed =
                analytics.triggers().update("recovery", recovery().priority(5).build());
        assertThat(changed.activeFrom()).isEqualTo(active.activeFrom());
        assertThat(analytics.triggers().get("recovery").orElseThrow().priority())
                .isEqualTo(5);
        analytics.triggers().delete("recovery");
        assertThat(analytics.triggers().get("recovery")).isEmpty();
        assertThatThrownBy(() -> analytics.triggers().delete("recovery"))
                .isInstanceOf(UnknownDefinitionException.class);
    }

    @Test
    void threads_that_define_at_once_all_succeed() throws Exception {
        try (Racers racers = new Racers(8)) {
            racers.race(number -> analytics.segments().create(viewers("Viewers " + number, 1)));
        }
        assertThat(analytics.segments().list()).hasSize(8);
    }

    @Test
    void definitions_of_one_host_reach_another() {
        try (BehaviorAnalytics other = BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .settings(Settings.builder().cacheTtl(Duration.ZERO).build())
                .executor(Runnable::run)
                .build()) {
            other.track(view("lead-1"));
            analytics.segments().create(viewers("Viewers", 1));
            other.track(view("lead-2"));
            assertThat(members("viewers")).isEmpty();
            // The first host died before it recalculated: the other one sees to it.
            other.runDue();
            assertThat(members("viewers")).containsExactly("lead-1", "lead-2");
        }
    }

    private BehaviorAnalytics another() {
        return BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .executor(Runnable::run)
                .build();
    }

    @Test
    void a_new_segment_fires_nothing_for_who_was_decided_meanwhile_by_a_host_that_had_not_heard_of_it() {
        try (BehaviorAnalytics other = another();
                BehaviorAnalytics recalculates = another()) {
            analytics.triggers().create(TriggerDraft.fromJson("""
                            {"name": "Welcome", "status": "active", "event": {"type": "segment_entered"}, "cooldown": 0,
                             "actions": [{"action": "log", "parameters": {}}]}"""));
            other.track(view("lead-1"));
            clock.advance(Duration.ofDays(1));
            analytics.segments().create(viewers("Viewers", 1));
            clock.advance(Duration.ofSeconds(1));
            other.track(abandon("lead-1"));
            recalculates.runDue();

            assertThat(members("viewers")).containsExactly("lead-1");
            assertThat(store.ledger().memberships(null, null, 9))
                    .isNotEmpty()
                    .allSatisfy(change -> assertThat(change.cause()).isInstanceOf(Cause.Definition.class));
            assertThat(store.ledger().executions(null, null, 9)).isEmpty();
        }
    }

    @Test
    void nobody_is_decided_without_the_definitions_on_which_another_host_decided_already() {
        try (BehaviorAnalytics other = another();
                BehaviorAnalytics recalculates = another()) {
            other.track(view("lead-1"));
            analytics.segments().create(viewers("Viewers", 1));
            recalculates.runDue();
            assertThat(members("viewers")).containsExactly("lead-1");

            other.track(abandon("lead-1"));

            assertThat(members("viewers")).containsExactly("lead-1");
            assertThat(store.ledger().memberships(null, null, 9)).hasSize(1);
        }
    }

    @Test
    void a_recalculation_may_be_waited_for() throws Exception {
        try (BehaviorAnalytics threaded =
                BehaviorAnalytics.builder().store(store).clock(clock).build()) {
            for (int i = 0; i < 500; i++) {
                threaded.track(view("lead-" + i));
            }
            threaded.segments().create(viewers("Viewers", 1));
            assertThat(threaded.segments().recalculation().await(Duration.ofSeconds(Racers.SECONDS)))
                    .isTrue();
            assertThat(threaded.segments().get("viewers").orElseThrow().memberCount())
                    .isEqualTo(500);
        }
    }

    private static void assertViolation(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        InvalidDefinitionException.class,
                        refused -> assertThat(refused.violations())
                                .extracting(Violation::code)
                                .containsExactly(code));
    }

    private SegmentView view() {
        return analytics.segments().get("viewers").orElseThrow();
    }

    private List<String> members(String keyOrId) {
        return analytics.segments().members(keyOrId, null, 1_000).stream()
                .map(SubjectId::value)
                .toList();
    }

    private static TriggerDraft.Builder recovery() {
        return recovery("Recovery");
    }

    private static TriggerDraft.Builder recovery(String name) {
        return TriggerDraft.builder(name, EventType.FORM_ABANDON).action(log());
    }

    private static Action log() {
        return new Action(null, "log", Map.of(), Duration.ZERO);
    }

    private static TrackRequest view(String leadId) {
        return TrackRequest.builder(EventType.PAGE_VIEW).leadId(leadId).build();
    }

    private static TrackRequest abandon(String leadId) {
        return TrackRequest.builder(EventType.FORM_ABANDON).leadId(leadId).build();
    }

    private static SegmentDraft viewers(String name, int times) {
        return SegmentDraft.fromJson("""
                {"name":"%s","type":"dynamic","criteria":{"logicOperator":"AND",
                 "eventFilters":[{"eventType":"page_view","minFrequency":%d}]}}""".formatted(name, times));
    }

    @Test
    void nobody_is_recorded_to_enter_the_built_in_segment_so_what_would_wait_for_it_is_refused() {
        for (String type : List.of("segment_entered", "segment_exited")) {
            assertThatThrownBy(() -> analytics.triggers().create(TriggerDraft.fromJson("""
                            {"name": "Welcome", "event": {"type": "%s", "segment": "all-visitors"},
                             "actions": [{"action": "log"}]}""".formatted(type))))
                    .isInstanceOfSatisfying(
                            InvalidDefinitionException.class,
                            refused -> assertThat(refused.violations())
                                    .singleElement()
                                    .satisfies(violation -> {
                                        assertThat(violation.path()).isEqualTo("event.segment");
                                        assertThat(violation.code()).isEqualTo("UNSUPPORTED");
                                    }));
        }
        assertViolation("UNSUPPORTED", () -> analytics.segments().history("all-visitors", null, 10));
    }
}
