package io.behavioranalytics.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventBuilder;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.profile.ScoringModel;
import io.behavioranalytics.segment.Calculations;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.EventFilter;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects;
import io.behavioranalytics.store.UnitOutcome;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.Moderation;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerEvent;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeciderTest {
    private static final Instant T0 = Instant.parse("2026-03-02T10:00:00Z");
    private static final SubjectId LEAD = SubjectId.lead("lead-1");

    private final InMemoryStore store = new InMemoryStore(() -> T0);
    private final List<SubjectChange> changes = new ArrayList<>();
    private long ids = 1;
    private long definitionsVersion = 1;
    private List<Segment> segments = new ArrayList<>();
    private List<Trigger> triggers = new ArrayList<>();

    // ---------------------------------------------------------------- segments

    @Test
    void an_event_enters_and_the_clock_leaves_at_the_very_instant() {
        segments.add(segment("weekly", rolling(EventType.QUOTE_REQUEST, 1, Duration.ofDays(7))));
        decide(T0, event(EventType.QUOTE_REQUEST, T0));
        assertThat(memberships()).extracting(MembershipChange::entered).containsExactly(true);
        assertThat(last().due()).isEqualTo(T0.plus(Duration.ofDays(7)));

        redecide(T0.plus(Duration.ofDays(7)).minusNanos(1_000));
        assertThat(memberships()).isEmpty();
        redecide(T0.plus(Duration.ofDays(9)));
        assertThat(memberships()).singleElement().satisfies(change -> {
            assertThat(change.entered()).isFalse();
            assertThat(change.effectiveAt()).isEqualTo(T0.plus(Duration.ofDays(7)));
            assertThat(change.cause()).isEqualTo(new Cause.Clock());
        });
    }

    @Test
    void S8_a_late_event_gives_the_bytes_that_order_would_have_given() {
        segments.add(segment("three", rolling(EventType.PAGE_VIEW, 3, Duration.ofDays(1))));
        BehaviorEvent a = event(EventType.PAGE_VIEW, T0.plusSeconds(10));
        BehaviorEvent b = event(EventType.FORM_START, T0.plusSeconds(20));
        BehaviorEvent c = event(EventType.PAGE_VIEW, T0.plusSeconds(30));
        BehaviorEvent d = event(EventType.PAGE_VIEW, T0.plusSeconds(40));
        Instant now = T0.plusSeconds(60);
        decide(now, a, b, c, d);
        byte[] inOrder = state(last()).accumulators();

        DeciderTest other = new DeciderTest();
        other.segments = segments;
        other.decide(now, d);
        other.decide(now, b);
        other.decide(now, c, a);
        assertThat(state(other.last()).accumulators()).isEqualTo(inOrder);
        assertThat(state(other.last()).profile()).isEqualTo(state(last()).profile());
        assertThat(other.memberships()).singleElement().satisfies(change -> {
            assertThat(change.entered()).isTrue();
            assertThat(change.effectiveAt()).isEqualTo(d.timestamp());
        });
    }

    @Test
    void a_new_definition_is_recorded_as_its_own_cause_and_fires_nothing_unless_asked() {
        decide(T0, event(EventType.QUOTE_REQUEST, T0));
        triggers.add(trigger("welcome", new TriggerEvent.SegmentEntered("weekly")));
        segments.add(segment("weekly", rolling(EventType.QUOTE_REQUEST, 1, Duration.ofDays(7)), 2, T0.plusSeconds(60)));
        definitionsVersion++;
        redecide(T0.plusSeconds(90));
        assertThat(memberships()).singleElement().satisfies(change -> {
            assertThat(change.cause()).isEqualTo(new Cause.Definition(2));
            assertThat(change.effectiveAt()).isEqualTo(T0.plusSeconds(60));
        });
        assertThat(executions()).isEmpty();
    }

    @Test
    void a_new_definition_is_the_cause_also_for_who_was_decided_behind_its_instant_but_without_it() {
        decide(T0, event(EventType.QUOTE_REQUEST, T0));
        // Another host, or one whose clock is ahead, had not heard of it yet.
        decide(T0.plusSeconds(61), event(EventType.SCROLL_DEPTH, T0.plusSeconds(61)));
        triggers.add(trigger("welcome", new TriggerEvent.SegmentEntered("weekly")));
        segments.add(segment("weekly", rolling(EventType.QUOTE_REQUEST, 1, Duration.ofDays(7)), 2, T0.plusSeconds(60)));
        definitionsVersion++;
        decide(T0.plusSeconds(90), event(EventType.SCROLL_DEPTH, T0.plusSeconds(90)));
        assertThat(memberships()).singleElement().satisfies(change -> {
            assertThat(change.cause()).isEqualTo(new Cause.Definition(2));
            assertThat(change.effectiveAt()).isEqualTo(T0.plusSeconds(61));
        });
        assertThat(executions()).isEmpty();
    }

    @Test
    void an_event_behind_a_new_definition_enters_and_fires_although_nobody_recalculated_yet() {
        decide(T0, event(EventType.PAGE_VIEW, T0));
        segments.add(segment("weekly", rolling(EventType.QUOTE_REQUEST, 1, Duration.ofDays(7)), 2, T0.plusSeconds(60)));
        triggers.add(trigger("welcome", new TriggerEvent.SegmentEntered("weekly")));
        definitionsVersion++;
        decide(T0.plusSeconds(90), event(EventType.QUOTE_REQUEST, T0.plusSeconds(90)));
        assertThat(executions()).hasSize(1);
    }

    // ---------------------------------------------------------------- triggers

    @Test
    void a_trigger_fires_once_within_its_cooldown() {
        triggers.add(trigger("abandon", new TriggerEvent.Happened(EventType.FORM_ABANDON)));
        decide(T0, event(EventType.FORM_ABANDON, T0));
        assertThat(executions()).hasSize(1);
        decide(T0.plus(Duration.ofHours(23)), event(EventType.FORM_ABANDON, T0.plus(Duration.ofHours(23))));
        assertThat(executions()).isEmpty();
        assertThat(last().skips()).extracting(Skip::reason).containsExactly(Skip.Reason.COOLDOWN);
        decide(T0.plus(Duration.ofHours(24)), event(EventType.FORM_ABANDON, T0.plus(Duration.ofHours(24))));
        assertThat(executions()).hasSize(1);
    }

    @Test
    void a_trigger_that_is_changed_to_wait_longer_may_fire_for_the_same_absence_again() {
        triggers.add(waiting(1, Duration.ofMinutes(30)));
        decide(T0, event(EventType.FORM_START, T0));
        redecide(T0.plus(Duration.ofMinutes(30)));
        UUID first = executions().get(0).id();

        triggers.set(0, waiting(2, Duration.ofHours(2)));
        definitionsVersion++;
        redecide(T0.plus(Duration.ofHours(2)));
        assertThat(executions()).singleElement().satisfies(again -> {
            assertThat(again.triggerVersion()).isEqualTo(2);
            assertThat(again.id()).isNotEqualTo(first);
        });
    }

    @Test
    void of_triggers_that_wake_together_the_higher_priority_fires_first_and_then_the_lower_id() {
        triggers.add(ranked(trigger("low", new TriggerEvent.Happened(EventType.QUOTE_REQUEST)), 1, 10));
        triggers.add(ranked(trigger("high", new TriggerEvent.SegmentEntered("weekly")), 4, 90));
        triggers.add(ranked(trigger("even", new TriggerEvent.Happened(EventType.QUOTE_REQUEST)), 3, 50));
        triggers.add(ranked(trigger("first-of-even", new TriggerEvent.SegmentEntered(null)), 2, 50));
        segments.add(segment("weekly", rolling(EventType.QUOTE_REQUEST, 1, Duration.ofDays(7))));
        for (int turn = 0; turn < 4; turn++) {
            DeciderTest turned = new DeciderTest();
            turned.segments = segments;
            turned.triggers = new ArrayList<>(triggers);
            java.util.Collections.rotate(turned.triggers, turn);
            turned.decide(T0, event(EventType.QUOTE_REQUEST, T0));

            assertThat(turned.executions())
                    .extracting(TriggerExecution::triggerKey)
                    .containsExactly("high", "first-of-even", "even", "low");
            assertThat(turned.last().scheduled())
                    .extracting(action -> action.triggerKey() + " " + action.priority())
                    .containsExactly("high 90", "first-of-even 50", "even 50", "low 10");
        }
    }

    private static Trigger ranked(Trigger trigger, long id, int priority) {
        return new Trigger(
                new UUID(0, id),
                trigger.key(),
                trigger.version(),
                trigger.name(),
                trigger.description(),
                trigger.event(),
                trigger.status(),
                trigger.conditions(),
                trigger.actions(),
                trigger.targetSegments(),
                trigger.cooldown(),
                priority,
                trigger.cancelOn(),
                trigger.onDefinitionChange(),
                trigger.moderation(),
                trigger.activeFrom(),
                trigger.createdAt(),
                trigger.updatedAt());
    }

    private static Trigger waiting(long version, Duration within) {
        Trigger trigger =
                trigger("left", new TriggerEvent.Inactivity(EventType.FORM_START, List.of(), List.of(), within));
        return new Trigger(
                trigger.id(),
                trigger.key(),
                version,
                trigger.name(),
                null,
                trigger.event(),
                trigger.status(),
                List.of(),
                trigger.actions(),
                List.of(),
                Duration.ZERO,
                0,
                List.of(),
                false,
                Moderation.NONE,
                T0.minusSeconds(60),
                T0.minusSeconds(60),
                T0.minusSeconds(60));
    }

    @Test
    void S5_absence_fires_at_a_plus_within_unless_b_came_at_that_very_instant() {
        triggers.add(inactivity());
        decide(T0, event(EventType.FORM_START, T0));
        assertThat(last().due()).isEqualTo(T0.plus(Duration.ofMinutes(30)));
        redecide(T0.plus(Duration.ofMinutes(30)));
        assertThat(executions())
                .singleElement()
                .extracting(TriggerExecution::cameTrueAt)
                .isEqualTo(T0.plus(Duration.ofMinutes(30)));

        DeciderTest other = new DeciderTest();
        other.triggers = triggers;
        other.decide(T0, other.event(EventType.FORM_START, T0));
        other.decide(
                T0.plus(Duration.ofMinutes(30)), other.event(EventType.FORM_SUBMIT, T0.plus(Duration.ofMinutes(30))));
        assertThat(other.executions()).isEmpty();
        other.redecide(T0.plus(Duration.ofMinutes(31)));
        assertThat(other.executions()).isEmpty();
    }

    @Test
    void S18_a_late_event_that_prevents_an_absence_cancels_what_is_pending() {
        triggers.add(inactivity());
        decide(T0, event(EventType.FORM_START, T0));
        redecide(T0.plus(Duration.ofMinutes(30)));
        UUID action = executions().get(0).actions().get(0);
        decide(T0.plus(Duration.ofMinutes(40)), event(EventType.FORM_SUBMIT, T0.plus(Duration.ofMinutes(10))));
        assertThat(last().cancelled()).containsExactly(new Cancellation(action, Cancellation.Reason.SUPERSEDED));
    }

    @Test
    void cancel_on_cancels_only_what_lies_before() {
        triggers.add(trigger("abandon", new TriggerEvent.Happened(EventType.FORM_ABANDON)));
        decide(T0, event(EventType.FORM_ABANDON, T0));
        UUID action = executions().get(0).actions().get(0);
        decide(T0.plusSeconds(5), event(EventType.FORM_SUBMIT, T0.minusSeconds(5)));
        assertThat(last().cancelled()).isEmpty();
        decide(T0.plusSeconds(9), event(EventType.FORM_SUBMIT, T0.plusSeconds(8)));
        assertThat(last().cancelled()).containsExactly(new Cancellation(action, Cancellation.Reason.CANCEL_ON));
    }

    @Test
    void S18_an_event_later_than_an_hour_is_too_old_to_fire() {
        triggers.add(trigger("abandon", new TriggerEvent.Happened(EventType.FORM_ABANDON)));
        decide(T0, event(EventType.PAGE_VIEW, T0));
        decide(T0.plusSeconds(3_601), event(EventType.FORM_ABANDON, T0));
        assertThat(last().skips()).extracting(Skip::reason).containsExactly(Skip.Reason.TOO_OLD);
        decide(T0.plusSeconds(3_602), event(EventType.FORM_ABANDON, T0.plusSeconds(2)));
        assertThat(executions()).hasSize(1);
    }

    @Test
    void S2_an_event_ahead_of_the_clock_waits_for_it() {
        triggers.add(trigger("abandon", new TriggerEvent.Happened(EventType.FORM_ABANDON)));
        decide(T0, event(EventType.FORM_ABANDON, T0.plusSeconds(200)));
        assertThat(executions()).isEmpty();
        assertThat(state(last()).profile().totalEvents()).isZero();
        assertThat(last().due()).isEqualTo(T0.plusSeconds(200));
        // The host restarts: nothing is cached.
        redecide(T0.plusSeconds(200));
        assertThat(state(last()).profile().totalEvents()).isEqualTo(1);
        assertThat(executions()).hasSize(1);
    }

    // ---------------------------------------------------------------- identity

    @Test
    void S11_a_session_goes_over_to_its_lead_with_events_and_memory() {
        triggers.add(trigger("abandon", new TriggerEvent.Happened(EventType.FORM_ABANDON)));
        BehaviorEvent anonymous = anonymous("s-1", EventType.FORM_ABANDON, T0);
        decide(T0, anonymous);
        assertThat(executions()).hasSize(1);
        decide(T0.plusSeconds(60), identify("s-1", "lead-1", T0.plusSeconds(60)));
        SubjectChange lead = changes.stream()
                .filter(change -> change.subject().equals(LEAD))
                .findFirst()
                .orElseThrow();
        assertThat(state(lead).profile().totalEvents()).isEqualTo(1);
        assertThat(lead.adopted()).containsExactly(Adoption.ofTheRest(SubjectId.session("s-1")));
        decide(T0.plusSeconds(90), anonymous("s-1", EventType.FORM_ABANDON, T0.plusSeconds(90)));
        assertThat(executions()).isEmpty();
        assertThat(changes.stream().flatMap(change -> change.skips().stream()).map(Skip::reason))
                .containsExactly(Skip.Reason.COOLDOWN);
    }

    @Test
    void S11_a_late_identify_of_another_lead_splits_the_run() {
        decide(T0.plusSeconds(1), identified("s-1", "lead-1", T0.plusSeconds(1)));
        decide(T0.plusSeconds(4), anonymous("s-1", EventType.PAGE_VIEW, T0.plusSeconds(4)));
        decide(T0.plusSeconds(5), identified("s-1", "lead-1", T0.plusSeconds(5)));
        decide(T0.plusSeconds(6), anonymous("s-1", EventType.DOWNLOAD, T0.plusSeconds(6)));
        decide(T0.plusSeconds(9), identified("s-1", "lead-2", T0.plusSeconds(3)));
        assertThat(total(SubjectId.lead("lead-1"))).isEqualTo(3); // 1 s, 5 s, 6 s
        assertThat(total(SubjectId.lead("lead-2"))).isEqualTo(2); // 3 s, 4 s
    }

    // ---------------------------------------------------------------- retention

    @Test
    void S7_an_event_is_invisible_from_the_end_of_its_retention() {
        DeciderTest limited = new DeciderTest();
        limited.retention = Retention.of(Duration.ofDays(1));
        limited.segments.add(segment("ever", EventFilter.atLeast(EventType.QUOTE_REQUEST, 1)));
        limited.decide(T0, limited.event(EventType.QUOTE_REQUEST, T0));
        limited.decide(T0.plusSeconds(60), limited.event(EventType.PAGE_VIEW, T0.plusSeconds(60)));
        assertThat(limited.last().due()).isEqualTo(T0.plus(Duration.ofDays(1)));
        limited.redecide(T0.plus(Duration.ofDays(1)));
        assertThat(limited.memberships()).singleElement().satisfies(change -> {
            assertThat(change.entered()).isFalse();
            assertThat(change.effectiveAt()).isEqualTo(T0.plus(Duration.ofDays(1)));
        });
        assertThat(limited.total(LEAD)).isEqualTo(1);
    }

    // ---------------------------------------------------------------- the harness

    private Retention retention = Retention.unlimited();

    private Plan plan() {
        return Plan.compile(
                definitionsVersion,
                segments,
                triggers,
                new DecisionSettings(ScoringModel.defaults(), retention, Duration.ofHours(1), Duration.ofHours(24)));
    }

    private void decide(Instant now, BehaviorEvent... events) {
        Map<SubjectId, SubjectSnapshot> snapshots = new HashMap<>();
        for (BehaviorEvent event : events) {
            Decider.subjectsOf(event).forEach(subject -> snapshots.put(subject, load(subject, false)));
        }
        commit(snapshots, List.of(events), Set.of(), now);
    }

    private void redecide(Instant now) {
        commit(new HashMap<>(Map.of(LEAD, load(LEAD, false))), List.of(), Set.of(LEAD), now);
    }

    private void commit(
            Map<SubjectId, SubjectSnapshot> snapshots,
            List<BehaviorEvent> events,
            Set<SubjectId> claimed,
            Instant now) {
        Decider decider = new Decider(plan());
        Decision decision = decider.decide(snapshots, events, claimed, now);
        for (int i = 0; decision instanceof Decision.NeedsHistory needs && i < 5; i++) {
            needs.subjects().forEach((subject, whole) -> snapshots.put(subject, load(subject, whole)));
            decision = decider.decide(snapshots, events, claimed, now);
        }
        Decision.Decided decided = (Decision.Decided) decision;
        changes.clear();
        changes.addAll(decided.unit().changes());
        List<UnitOutcome> outcomes = store.commit(new Batch(new UUID(7, ids++), "host", now, List.of(decided.unit())));
        assertThat(outcomes).singleElement().isInstanceOf(UnitOutcome.Committed.class);
    }

    private SubjectSnapshot load(SubjectId subject, boolean whole) {
        SubjectRecord loaded = read(subject, whole ? Subjects.Projection.TIMELINE : Subjects.Projection.STATE);
        return SubjectSnapshot.of(subject, loaded.version(), loaded.state(), loaded.links(), loaded.timeline(), whole);
    }

    private SubjectRecord read(SubjectId subject, Subjects.Projection projection) {
        return Objects.requireNonNull(
                store.subjects().load(List.of(subject), projection).get(subject));
    }

    private long total(SubjectId subject) {
        return Objects.requireNonNull(read(subject, Subjects.Projection.STATE).state())
                .profile()
                .totalEvents();
    }

    private static SubjectState state(SubjectChange change) {
        return Objects.requireNonNull(change.state());
    }

    private SubjectChange last() {
        return changes.stream()
                .filter(change -> change.state() != null)
                .findFirst()
                .orElseThrow();
    }

    private List<MembershipChange> memberships() {
        return changes.stream().flatMap(change -> change.memberships().stream()).toList();
    }

    private List<TriggerExecution> executions() {
        return changes.stream().flatMap(change -> change.executions().stream()).toList();
    }

    private BehaviorEvent event(EventType type, Instant at) {
        return event(null, "lead-1", type, Category.ENGAGEMENT, at);
    }

    private BehaviorEvent anonymous(String session, EventType type, Instant at) {
        return event(session, null, type, Category.ENGAGEMENT, at);
    }

    private BehaviorEvent identified(String session, String lead, Instant at) {
        return event(session, lead, EventType.SEARCH_QUERY, Category.INTENT, at);
    }

    private BehaviorEvent identify(String session, String lead, Instant at) {
        return event(session, lead, EventType.IDENTIFY, Category.SYSTEM, at);
    }

    private BehaviorEvent event(
            @Nullable String session, @Nullable String lead, EventType type, Category category, Instant at) {
        return EventBuilder.event(new UUID(1, ids++), at)
                .session(session)
                .lead(lead)
                .type(type)
                .category(category)
                .build();
    }

    private static EventFilter rolling(EventType type, int min, Duration last) {
        return new EventFilter(type, min, null, List.of(), new TimeWindow.Rolling(last), false);
    }

    private static Segment segment(String key, EventFilter filter) {
        return segment(key, filter, T0.minusSeconds(60));
    }

    private static Segment segment(String key, EventFilter filter, Instant updatedAt) {
        return segment(key, filter, 1, updatedAt);
    }

    private static Segment segment(String key, EventFilter filter, long definedIn, Instant updatedAt) {
        return new Segment(
                UUID.nameUUIDFromBytes(key.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                key,
                1,
                key,
                null,
                Segment.Type.DYNAMIC,
                Segment.Status.ACTIVE,
                Criteria.all().event(filter).build(),
                Calculations.NONE,
                false,
                List.of(),
                definedIn,
                updatedAt,
                updatedAt);
    }

    private static Trigger inactivity() {
        return trigger(
                "left",
                new TriggerEvent.Inactivity(
                        EventType.FORM_START, List.of(), List.of(EventType.FORM_SUBMIT), Duration.ofMinutes(30)));
    }

    private static Trigger trigger(String key, TriggerEvent event) {
        return new Trigger(
                UUID.nameUUIDFromBytes(key.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                key,
                1,
                key,
                null,
                event,
                Trigger.Status.ACTIVE,
                List.of(Condition.of("totalEvents", Operator.GREATER_THAN, 0L)),
                List.of(new Action(null, "send_email", Map.of(), Duration.ofHours(1))),
                List.of(),
                Duration.ofHours(24),
                0,
                List.of(EventType.FORM_SUBMIT),
                false,
                Moderation.NONE,
                T0.minusSeconds(60),
                T0.minusSeconds(60),
                T0.minusSeconds(60));
    }

    @Test
    void a_timeline_is_needed_only_when_something_lies_behind() {
        decide(T0, event(EventType.PAGE_VIEW, T0));
        SubjectSnapshot cold = load(LEAD, false);
        Decider decider = new Decider(plan());
        assertThat(decider.decide(
                        Map.of(LEAD, cold),
                        List.of(event(EventType.DOWNLOAD, T0.plusSeconds(1))),
                        Set.of(),
                        T0.plusSeconds(1)))
                .isInstanceOf(Decision.Decided.class);
        assertThat(decider.decide(
                        Map.of(LEAD, cold),
                        List.of(event(EventType.DOWNLOAD, T0.minusSeconds(1))),
                        Set.of(),
                        T0.plusSeconds(1)))
                .isEqualTo(new Decision.NeedsHistory(Map.of(LEAD, true)));
    }
}
