package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.DecisionSettings;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.profile.ScoringModel;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.segment.SegmentFilter;
import io.behavioranalytics.segment.SegmentJson;
import io.behavioranalytics.store.ArchiveRecord;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.StoreException;
import io.behavioranalytics.store.UnitOutcome;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** S16: a new version of a segment is calculated beside the old one, which answers alone until everybody was decided on it. */
@Timeout(300)
class RolloutTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final int ALL = 1_000;

    private final VirtualClock clock = VirtualClock.at(NOW);
    private final InMemoryStore store = new InMemoryStore(clock);
    private final Deque<Runnable> background = new ArrayDeque<>();
    private final BehaviorAnalytics analytics = host(background);

    private BehaviorAnalytics host(Deque<Runnable> tasks) {
        return BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .settings(Settings.builder().cacheTtl(Duration.ZERO).build())
                .executor(tasks::add)
                .build();
    }

    @AfterEach
    void close() {
        analytics.close();
    }

    private void calculate() {
        while (!background.isEmpty()) {
            background.remove().run();
        }
    }

    /** Ada has one view, Bob two, Eve three; the first version wants one view, and all three are in. */
    private Segment defineViewers() {
        view("ada", 1);
        view("bob", 2);
        view("eve", 3);
        Segment segment = analytics.segments().create(viewers(1));
        calculate();
        assertThat(members()).containsExactly("ada", "bob", "eve");
        clock.advance(Duration.ofMinutes(1));
        return segment;
    }

    @Test
    void the_old_version_alone_answers_until_everybody_was_decided_on_the_new_one() {
        Segment first = defineViewers();
        Segment second = analytics.segments().update("viewers", viewers(3));

        view("bob", 1);
        view("zoe", 1);
        // Bob, who is in by both versions now, and Zoe, who is in by the first alone, were decided on both.
        assertThat(members()).containsExactly("ada", "bob", "eve", "zoe");
        assertThat(segmentsOf("zoe")).containsExactly("viewers");
        SegmentView view = analytics.segments().get("viewers").orElseThrow();
        assertThat(view.calculating()).isTrue();
        assertThat(view.segment()).isEqualTo(first);
        assertThat(view.next()).isEqualTo(second);
        assertThat(view.memberCount()).isEqualTo(4);

        calculate();
        assertThat(members()).containsExactly("bob", "eve");
        view = analytics.segments().get("viewers").orElseThrow();
        assertThat(view).isEqualTo(new SegmentView(second, 2, clock.instant(), false, null));
        assertThat(segmentsOf("zoe")).isEmpty();
    }

    @Test
    void the_new_version_answers_for_everybody_in_one_instant_before_anybody_is_recorded() {
        defineViewers();
        analytics.segments().update("viewers", viewers(3));
        Deque<Runnable> later = new ArrayDeque<>();
        try (BehaviorAnalytics other = host(later)) {
            bringEverybodyToTheNewest();
            assertThat(members()).containsExactly("ada", "bob", "eve");
            assertThat(exits()).isEmpty();

            letTheNewestAnswer();
            assertThat(members()).containsExactly("eve");
            assertThat(other.segments().get("viewers").orElseThrow().memberCount())
                    .isEqualTo(1);
            assertThat(segmentsOf("ada")).isEmpty();
            assertThat(exits()).isEmpty();

            // Who has an event before being recorded is recorded by it, and does not make a mixture.
            view("ada", 2);
            view("zoe", 3);
            assertThat(members()).containsExactly("ada", "eve", "zoe");
            calculate();
            assertThat(members()).containsExactly("ada", "eve", "zoe");
        }
        assertThat(changes("bob")).extracting(MembershipChange::entered).containsExactly(true, false);
        assertThat(changes("eve")).hasSize(1);
        assertThat(changes("ada")).extracting(MembershipChange::entered).containsExactly(true, false, true);
    }

    /** As the recalculation does, but stopping before the new version answers. */
    private void bringEverybodyToTheNewest() {
        long target = store.definitions().version();
        for (SubjectId subject : store.subjects().decidedBefore(target, null, ALL)) {
            view(subject.value(), 0);
            analytics.identify("session of " + subject.value(), subject.value());
        }
        assertThat(store.subjects().decidedBefore(target, null, ALL)).isEmpty();
    }

    /** Runs the first round of the recalculation alone. */
    private void letTheNewestAnswer() {
        long target = store.definitions().version();
        new Rollouts(
                        store,
                        new DefinitionsCache(
                                store,
                                new DecisionSettings(
                                        ScoringModel.builder().build(),
                                        Retention.unlimited(),
                                        Duration.ofHours(1),
                                        Duration.ofHours(24)),
                                0,
                                0,
                                () -> {}),
                        clock)
                .advance(target);
    }

    private void refers(String name, String other) {
        analytics.segments().create(SegmentDraft.fromJson("""
                {"name": "%s", "status": "active", "criteria": {"logicOperator": "AND",
                 "segmentFilters": [{"segment": "%s", "operator": "not_in"}]}}""".formatted(name, other)));
    }

    private List<String> members(String key) {
        SegmentView view = analytics.segments().get(key).orElseThrow();
        List<String> members = analytics.segments().members(key, null, ALL).stream()
                .map(SubjectId::value)
                .toList();
        assertThat(view.memberCount()).isEqualTo(members.size());
        return members;
    }

    private List<MembershipChange> history(String key) {
        return analytics.segments().history(key, null, ALL);
    }

    @Test
    void whoever_refers_to_a_changed_segment_turns_with_it_in_one_instant_and_is_recorded_once() {
        defineViewers();
        refers("Others", "viewers");
        refers("Others of others", "others");
        calculate();
        assertThat(members("others")).isEmpty();
        assertThat(members("others-of-others")).containsExactly("ada", "bob", "eve");
        Segment others = analytics.segments().get("others").orElseThrow().segment();
        analytics.segments().update("viewers", viewers(3));

        bringEverybodyToTheNewest();
        assertThat(members("others")).isEmpty();
        assertThat(analytics.segments().get("others").orElseThrow())
                .returns(true, SegmentView::calculating)
                .returns(others, SegmentView::segment)
                .returns(null, SegmentView::next);
        assertThat(history("others")).isEmpty();

        clock.advance(Duration.ofMinutes(1));
        letTheNewestAnswer();
        assertThat(members("viewers")).containsExactly("eve");
        assertThat(members("others")).containsExactly("ada", "bob");
        assertThat(members("others-of-others")).containsExactly("eve");
        assertThat(segmentsOf("ada")).containsExactly("others");
        assertThat(history("others")).isEmpty();
        assertThat(analytics.segments().get("others").orElseThrow().calculating())
                .isFalse();

        Instant turned = clock.instant();
        clock.advance(Duration.ofMinutes(1));
        view("ada", 2); // recorded by this event, and a viewer again
        assertThat(members("others")).containsExactly("bob");
        calculate();
        assertThat(members("others")).containsExactly("bob");
        assertThat(members("others-of-others")).containsExactly("ada", "eve");
        assertThat(history("others").stream().filter(MembershipChange::entered))
                .hasSize(2)
                .allSatisfy(entry -> {
                    assertThat(entry.cause()).isInstanceOf(Cause.Definition.class);
                    assertThat(entry.effectiveAt()).isEqualTo(turned);
                    assertThat(entry.segmentVersion()).isEqualTo(others.version());
                });
        assertThat(history("others-of-others").stream().filter(change -> !change.entered()))
                .hasSize(2);
        assertNothingIsKeptApart();
    }

    @Test
    void a_segment_to_which_others_refer_is_empty_once_that_was_calculated_for_them() {
        defineViewers();
        refers("Others", "viewers");
        calculate();
        analytics
                .segments()
                .update("viewers", SegmentDraft.fromJson(viewersJson(1).replace("\"active\"", "\"inactive\"")));
        assertThat(members("viewers")).containsExactly("ada", "bob", "eve");
        assertThat(members("others")).isEmpty();

        bringEverybodyToTheNewest();
        letTheNewestAnswer();
        assertThat(members("viewers")).isEmpty();
        assertThat(members("others")).containsExactly("ada", "bob", "eve");
        calculate();
        assertThat(members("others")).containsExactly("ada", "bob", "eve");
        assertNothingIsKeptApart();
    }

    @Test
    void a_version_that_answers_still_and_refers_to_another_that_changes_turns_with_it() {
        defineViewers();
        refers("Others", "viewers");
        calculate();
        analytics.segments().update("viewers", viewers(3));
        analytics.segments().update("others", viewers(2).withKey("others"));
        bringEverybodyToTheNewest();
        assertThat(members("others")).isEmpty();

        letTheNewestAnswer();
        assertThat(members("viewers")).containsExactly("eve");
        assertThat(members("others")).containsExactly("bob", "eve");
        calculate();
        assertThat(members("others")).containsExactly("bob", "eve");
        assertNothingIsKeptApart();
    }

    @Test
    void what_a_definition_changed_is_recorded_with_its_cause_and_instant_and_fires_only_what_wants_it() {
        defineViewers();
        trigger("left", "segment_exited", false);
        trigger("left by definition", "segment_exited", true);
        Segment second = analytics.segments().update("viewers", viewers(2));
        calculate();

        assertThat(changes("ada").get(1)).satisfies(exit -> {
            assertThat(exit.entered()).isFalse();
            assertThat(exit.segmentVersion()).isEqualTo(second.version());
            assertThat(exit.cause()).isInstanceOf(Cause.Definition.class);
            assertThat(exit.effectiveAt()).isEqualTo(clock.instant());
        });
        assertThat(store.ledger().executions(null, null, ALL))
                .extracting(TriggerExecution::triggerKey)
                .containsExactly("left-by-definition");
        clock.advance(Duration.ofMinutes(1));
        view("ada", 1);
        assertThat(changes("ada").get(2).cause()).isInstanceOf(Cause.Event.class);
    }

    @Test
    void triggers_and_their_conditions_know_the_old_version_alone_meanwhile() {
        defineViewers();
        trigger("entered", "segment_entered", true);
        analytics.triggers().create(TriggerDraft.fromJson("""
                {"name": "Shared", "status": "active", "event": "social_share", "cooldown": 0,
                 "targetSegments": ["viewers"], "actions": [{"action": "log"}],
                 "conditions": [{"field": "segments", "operator": "contains", "value": "viewers"}]}"""));
        calculate();
        analytics.segments().update("viewers", viewers(3));

        view("bob", 1);
        view("zoe", 3);
        view("max", 0);
        assertThat(fired("bob")).isEmpty();
        assertThat(fired("zoe")).containsExactly("entered");
        view("ada", 0);
        assertThat(fired("ada")).containsExactly("shared");
        assertThat(fired("max")).isEmpty();

        calculate();
        view("ada", 0);
        view("bob", 0);
        assertThat(fired("ada")).containsExactly("shared");
        assertThat(fired("bob")).containsExactly("shared");
    }

    private List<String> fired(String lead) {
        return store.ledger().executions(null, SubjectId.lead(lead), ALL).stream()
                .map(TriggerExecution::triggerKey)
                .toList();
    }

    @Test
    void a_third_version_takes_the_place_of_the_second_that_was_being_calculated() {
        defineViewers();
        analytics.segments().update("viewers", viewers(2));
        view("ada", 0);
        view("bob", 0);
        Segment third = analytics.segments().update("viewers", viewers(3));
        view("eve", 0);
        assertThat(members()).containsExactly("ada", "bob", "eve");

        calculate();
        assertThat(members()).containsExactly("eve");
        assertThat(analytics.segments().get("viewers").orElseThrow().segment()).isEqualTo(third);
        assertThat(exits()).hasSize(2).allMatch(exit -> exit.segmentVersion() == 3);
        assertNothingIsKeptApart();
    }

    @Test
    void a_third_version_while_the_second_is_recorded_leaves_the_second_answering() {
        defineViewers();
        analytics.segments().update("viewers", viewers(2));
        bringEverybodyToTheNewest();
        letTheNewestAnswer();
        analytics.segments().update("viewers", viewers(3));
        view("ada", 0);
        assertThat(members()).containsExactly("bob", "eve");
        calculate();
        assertThat(members()).containsExactly("eve");
        assertThat(changes("ada")).extracting(MembershipChange::segmentVersion).containsExactly(1L, 2L);
        assertThat(changes("bob")).extracting(MembershipChange::segmentVersion).containsExactly(1L, 3L);
        assertNothingIsKeptApart();
    }

    @Test
    void a_withdrawn_version_never_answers_and_nobody_leaves_by_it() {
        Segment first = defineViewers();
        analytics.segments().update("viewers", viewers(3));
        view("ada", 0);
        Segment again = analytics.segments().withdraw("viewers").orElseThrow();
        assertThat(again.version()).isEqualTo(3);
        assertThat(again.criteria()).isEqualTo(first.criteria());
        assertThat(analytics.segments().get("viewers").orElseThrow().calculating())
                .isFalse();
        assertThat(members()).containsExactly("ada", "bob", "eve");

        calculate();
        assertThat(members()).containsExactly("ada", "bob", "eve");
        assertThat(exits()).isEmpty();
        assertThat(analytics.segments().get("viewers").orElseThrow().segment()).isEqualTo(again);
        assertNothingIsKeptApart();
        assertThatThrownBy(() -> analytics.segments().withdraw("viewers"))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("no version of segment 'viewers' is being calculated");
    }

    @Test
    void a_version_is_not_withdrawn_for_one_that_closes_a_circle_with_what_was_saved_meanwhile() {
        view("ada", 1);
        analytics.segments().create(viewers(1));
        refers("others", "viewers");
        calculate();
        SegmentDraft alone = SegmentDraft.of(
                "Others", Criteria.all().event(EventType.FORM_START).build());
        analytics.segments().update("others", alone);
        analytics.segments().update("viewers", on("Viewers", "others"));

        assertThatThrownBy(() -> analytics.segments().withdraw("others"))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("circle: ")
                .hasMessageContaining("others -> viewers");
        calculate();
        assertThat(analytics.segments().get("others").orElseThrow().segment().criteria())
                .isEqualTo(alone.criteria());
        assertNothingIsKeptApart();
    }

    @Test
    void a_version_is_not_withdrawn_for_one_that_closes_a_loop_of_triggers_that_were_saved_meanwhile() {
        view("ada", 1);
        analytics.segments().create(SegmentDraft.ofMembers("Hand"));
        analytics.segments().create(on("Picked", "hand"));
        calculate();
        analytics
                .segments()
                .update("picked", SegmentDraft.of("Picked", viewers(1).criteria()));
        turn("Out", "segment_entered", "remove_from_segment");
        turn("In", "segment_exited", "add_to_segment");

        assertThatThrownBy(() -> analytics.segments().withdraw("picked"))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("[LOOP]");
    }

    private static SegmentDraft on(String name, String other) {
        return SegmentDraft.of(
                name, Criteria.all().segment(SegmentFilter.in(other)).build());
    }

    private void turn(String name, String event, String action) {
        analytics.triggers().create(TriggerDraft.fromJson("""
                {"name": "%s", "cooldown": 0, "event": {"type": "%s", "segment": "picked"},
                 "actions": [{"action": "%s", "parameters": {"segment": "hand"}}]}""".formatted(name, event, action)));
    }

    @Test
    void a_first_version_that_is_withdrawn_is_deleted() {
        view("ada", 1);
        analytics.segments().create(viewers(1));
        view("ada", 0);
        assertThat(analytics.segments().withdraw("viewers")).isEmpty();
        calculate();
        assertThat(analytics.segments().list()).isEmpty();
        assertThat(store.ledger().memberships(null, null, ALL)).isEmpty();
        assertNothingIsKeptApart();
    }

    @Test
    void a_segment_that_is_deleted_while_it_is_calculated_leaves_nothing() {
        Segment first = defineViewers();
        analytics.segments().update("viewers", viewers(2));
        view("ada", 0);
        analytics.segments().delete("viewers");
        calculate();
        assertThat(store.ledger().memberCount(first.id())).isZero();
        assertThat(exits()).hasSize(3);
        assertNothingIsKeptApart();
    }

    @Test
    void S28_tags_and_visibility_are_in_force_at_once_and_nobody_is_decided_anew() {
        Segment first = defineViewers();
        assertThat(first.isPublic()).isFalse();
        SegmentDraft draft = viewers(1);
        Segment changed = analytics
                .segments()
                .update(
                        "viewers",
                        new SegmentDraft(
                                null,
                                draft.name(),
                                null,
                                draft.type(),
                                draft.status(),
                                draft.criteria(),
                                null,
                                true,
                                List.of("vip")));

        assertThat(changed.definedIn()).isEqualTo(first.definedIn());
        assertThat(analytics.segments().get("viewers").orElseThrow())
                .returns(false, SegmentView::calculating)
                .returns(changed, SegmentView::segment);
        assertThat(analytics.segments().list(null, null, "vip")).singleElement().returns(true, Segment::isPublic);
        calculate();
        assertThat(store.ledger().memberships(null, null, ALL)).hasSize(3);
        assertThat(store.definitions().history(Kind.SEGMENT, first.id()))
                .as("versions are immutable, and none is lost")
                .extracting(record -> SegmentJson.read(record.json()))
                .containsExactly(first, changed);
    }

    @Test
    void a_new_name_is_in_force_at_once_and_a_segment_that_is_switched_off_is_empty_at_once() {
        defineViewers();
        analytics
                .segments()
                .update("viewers", SegmentDraft.fromJson(viewers(1).toJson().replace("\"Viewers\"", "\"Lookers\"")));
        assertThat(analytics.segments().get("viewers").orElseThrow()).satisfies(view -> {
            assertThat(view.calculating()).isFalse();
            assertThat(view.segment().name()).isEqualTo("Lookers");
        });
        calculate();
        assertThat(store.ledger().memberships(null, null, ALL)).hasSize(3);

        analytics
                .segments()
                .update("viewers", SegmentDraft.fromJson(viewers(1).toJson().replace("active", "inactive")));
        assertThat(members()).isEmpty();
        calculate();
        assertThat(exits()).hasSize(3);
        analytics.segments().update("viewers", viewers(2));
        assertThat(members()).isEmpty();
        calculate();
        assertThat(members()).containsExactly("bob", "eve");
        assertNothingIsKeptApart();
    }

    @Test
    void a_calculation_that_stopped_at_any_point_is_gone_on_with_by_another_host_and_recorded_once() {
        for (int steps = 0; steps < 6; steps++) {
            InMemoryStore shared = new InMemoryStore(clock);
            Deque<Runnable> forgotten = new ArrayDeque<>();
            try (BehaviorAnalytics dies = new Dying(shared, steps).host(forgotten);
                    BehaviorAnalytics lives = BehaviorAnalytics.builder()
                            .store(shared)
                            .clock(clock)
                            .settings(Settings.builder().cacheTtl(Duration.ZERO).build())
                            .executor(Runnable::run)
                            .build()) {
                for (int i = 0; i < 5; i++) {
                    track(lives, "lead-" + i, 1 + i % 2);
                }
                lives.segments().create(viewers(1));
                assertThat(lives.segments().members("viewers", null, ALL)).hasSize(5);
                dies.segments().update("viewers", viewers(2));
                while (!forgotten.isEmpty()) {
                    forgotten.remove().run();
                }
                lives.runDue();

                assertThat(lives.segments().members("viewers", null, ALL))
                        .as("after %s commits", steps)
                        .extracting(SubjectId::value)
                        .containsExactly("lead-1", "lead-3");
                assertThat(shared.ledger().memberships(null, null, ALL))
                        .as("after %s commits", steps)
                        .filteredOn(change -> !change.entered())
                        .hasSize(3);
            }
        }
    }

    /** A host whose recalculation fails after so many commits. */
    private final class Dying {
        private final InMemoryStore shared;
        private int left;

        Dying(InMemoryStore shared, int left) {
            this.shared = shared;
            this.left = left;
        }

        BehaviorAnalytics host(Deque<Runnable> tasks) {
            ForwardingStore failing = new ForwardingStore(shared) {
                @Override
                public List<UnitOutcome> commit(Batch batch) {
                    if (left-- <= 0) {
                        throw new StoreException("the host died");
                    }
                    return super.commit(batch);
                }
            };
            return BehaviorAnalytics.builder()
                    .store(failing)
                    .clock(clock)
                    .settings(Settings.builder().batchSize(2).build())
                    .executor(tasks::add)
                    .build();
        }
    }

    @Test
    void hosts_that_calculate_at_once_record_everything_once() throws Exception {
        for (int i = 0; i < 300; i++) {
            view("lead-" + i, 1 + i % 2);
        }
        analytics.segments().create(viewers(1));
        calculate();
        analytics.segments().update("viewers", viewers(2));
        try (Racers racers = new Racers(4)) {
            racers.race(number -> {
                try (BehaviorAnalytics host = BehaviorAnalytics.builder()
                        .store(store)
                        .clock(clock)
                        .settings(Settings.builder()
                                .batchSize(16)
                                .cacheTtl(Duration.ZERO)
                                .build())
                        .executor(Runnable::run)
                        .host("host-" + number)
                        .build()) {
                    host.runDue();
                    return host.runDue();
                }
            });
        }
        calculate();
        assertThat(members()).hasSize(150);
        assertThat(exits()).hasSize(150);
        assertThat(store.ledger().memberships(null, null, ALL)).hasSize(450);
        assertNothingIsKeptApart();
    }

    private void assertNothingIsKeptApart() {
        store.upkeep().read(record -> {
            if (record instanceof ArchiveRecord.Membership membership) {
                assertThat(membership.change().isApart()).isFalse();
            }
        });
    }

    private List<MembershipChange> changes(String lead) {
        return store.ledger().memberships(null, SubjectId.lead(lead), ALL);
    }

    private List<MembershipChange> exits() {
        return store.ledger().memberships(null, null, ALL).stream()
                .filter(change -> !change.entered())
                .toList();
    }

    private List<String> segmentsOf(String lead) {
        return analytics.profiles().get(SubjectId.lead(lead)).orElseThrow().segments();
    }

    private List<String> members() {
        return analytics.segments().members("viewers", null, ALL).stream()
                .map(SubjectId::value)
                .toList();
    }

    private void view(String lead, int times) {
        track(analytics, lead, times);
    }

    /** Views of pages, or for none of them something that no segment here asks for. */
    private static void track(BehaviorAnalytics on, String lead, int times) {
        for (int i = 0; i < times; i++) {
            on.track(TrackRequest.builder(EventType.PAGE_VIEW).leadId(lead).build());
        }
        if (times == 0) {
            on.track(TrackRequest.builder(EventType.SOCIAL_SHARE).leadId(lead).build());
        }
    }

    private void trigger(String name, String event, boolean onDefinitionChange) {
        analytics.triggers().create(TriggerDraft.fromJson("""
                {"name": "%s", "status": "active", "event": {"type": "%s", "segment": "viewers"}, "cooldown": 0,
                 "onDefinitionChange": %s, "actions": [{"action": "log"}]}""".formatted(name, event, onDefinitionChange)));
    }

    private static SegmentDraft viewers(int times) {
        return SegmentDraft.fromJson(viewersJson(times));
    }

    private static String viewersJson(int times) {
        return """
                {"name": "Viewers", "status": "active", "criteria": {"logicOperator": "AND",
                 "eventFilters": [{"eventType": "page_view", "minFrequency": %d}]}}""".formatted(times);
    }
}
