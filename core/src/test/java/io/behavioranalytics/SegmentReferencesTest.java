package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.EventFilter;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.segment.SegmentFilter;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Segments on segments (S15), and what is refused when a segment is saved. */
class SegmentReferencesTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final SubjectId LEAD = SubjectId.lead("lead-1");

    private final VirtualClock clock = VirtualClock.at(NOW);
    private final InMemoryStore store = new InMemoryStore(clock);
    private final Deque<Runnable> background = new ArrayDeque<>();
    private final BehaviorAnalytics analytics = BehaviorAnalytics.builder()
            .store(store)
            .clock(clock)
            .retention(Retention.of(Duration.ofDays(30)).withType(EventType.DOWNLOAD, Duration.ofDays(5)))
            .executor(background::add)
            .build();

    @AfterEach
    void close() {
        analytics.close();
    }

    @Test
    void an_entry_is_seen_by_those_who_refer_to_it_at_the_same_instant_whatever_their_ids() {
        create(
                "Recent",
                Criteria.all()
                        .event(EventFilter.atLeast(EventType.PAGE_VIEW, 1).in(TimeWindow.last(Duration.ofHours(1)))));
        create("Quiet", Criteria.all().segment(SegmentFilter.notIn("recent")));
        create("Loud", Criteria.all().segment(SegmentFilter.notIn("quiet")).segment(SegmentFilter.in("all-visitors")));
        view();

        assertThat(segments()).containsExactly("loud", "recent");
        clock.advance(Duration.ofHours(1));
        analytics.runDue();

        assertThat(segments()).containsExactly("quiet");
        assertThat(analytics.segments().history(null, LEAD, 10))
                .filteredOn(change -> change.effectiveAt().equals(NOW.plus(Duration.ofHours(1))))
                .allSatisfy(change -> assertThat(change.cause()).isInstanceOf(Cause.Clock.class))
                .extracting(MembershipChange::segmentKey)
                .containsExactlyInAnyOrder("recent", "quiet", "loud");
    }

    @Test
    void a_segment_that_refers_to_one_made_later_is_answered_behind_it() {
        create("First", Criteria.all().event(EventType.FORM_START));
        create("Second", Criteria.all().event(EventType.PAGE_VIEW));
        analytics
                .segments()
                .update(
                        "first",
                        SegmentDraft.of(
                                "First",
                                Criteria.all()
                                        .segment(SegmentFilter.in("second"))
                                        .build()));
        view();

        assertThat(segments()).containsExactly("first", "second");
    }

    @Test
    void whoever_refers_to_a_changed_segment_is_changed_by_the_definition_not_by_an_event() {
        create("Base", Criteria.all().event(EventType.PAGE_VIEW));
        create("On base", Criteria.all().segment(SegmentFilter.in("base")));
        view();
        clock.advance(Duration.ofMinutes(1));
        analytics
                .segments()
                .update(
                        "base",
                        SegmentDraft.of(
                                "Base", Criteria.all().event(EventType.DOWNLOAD).build()));
        drain();

        assertThat(segments()).isEmpty();
        assertThat(analytics.segments().history("on-base", LEAD, 10))
                .last()
                .satisfies(change -> assertThat(change.cause()).isInstanceOf(Cause.Definition.class));
    }

    @Test
    void nobody_is_in_a_segment_that_was_switched_off() {
        create("Base", Criteria.all().event(EventType.PAGE_VIEW));
        create("On base", Criteria.all().segment(SegmentFilter.in("base")));
        view();
        clock.advance(Duration.ofMinutes(1));
        analytics.segments().update("base", SegmentDraft.fromJson("""
                                {"name": "Base", "status": "inactive",
                                 "criteria": {"eventFilters": [{"eventType": "page_view"}]}}
                                """));
        drain();

        assertThat(segments()).isEmpty();
    }

    @Test
    void a_late_event_corrects_those_who_refer_to_what_it_changes() {
        create("Sent", Criteria.all().event(EventType.FORM_SUBMIT));
        create("Unsent", Criteria.all().event(EventType.FORM_START).segment(SegmentFilter.notIn("sent")));
        for (int i = 0; i < 100; i++) {
            clock.advance(Duration.ofMinutes(1));
            track(EventType.FORM_START, clock.instant());
        }
        assertThat(segments()).containsExactly("unsent");
        track(EventType.FORM_SUBMIT, NOW.plus(Duration.ofMinutes(30)));

        assertThat(segments()).containsExactly("sent");
        assertThat(analytics.segments().history("unsent", LEAD, 10)).last().satisfies(change -> {
            assertThat(change.entered()).isFalse();
            assertThat(change.effectiveAt()).isEqualTo(NOW.plus(Duration.ofMinutes(30)));
        });
    }

    @Test
    void a_circle_is_refused_when_it_is_defined_and_named() {
        create("A", Criteria.all().event(EventType.PAGE_VIEW));
        create("B", Criteria.all().segment(SegmentFilter.in("a")));
        create(
                "C",
                Criteria.any()
                        .group(Criteria.all().segment(SegmentFilter.notIn("b")).build()));

        assertThat(refused("a", Criteria.all().segment(SegmentFilter.in("c"))))
                .singleElement()
                .satisfies(violation -> {
                    assertThat(violation.code()).isEqualTo("CYCLE");
                    assertThat(violation.message()).contains("a -> c -> b -> a");
                });
        assertThat(refused("a", Criteria.all().segment(SegmentFilter.in("a"))))
                .singleElement()
                .satisfies(violation -> assertThat(violation.message()).contains("a -> a"));
        assertThat(analytics.segments().get("a").orElseThrow().segment().version())
                .isEqualTo(1);
    }

    @Test
    void of_a_long_circle_the_first_ten_are_named_and_the_rest_counted() {
        create("S 0", Criteria.all().event(EventType.PAGE_VIEW));
        for (int i = 1; i < 30; i++) {
            create("S " + i, Criteria.all().segment(SegmentFilter.in("s-" + (i - 1))));
        }
        assertThat(refused("s-0", Criteria.all().segment(SegmentFilter.in("s-29"))))
                .singleElement()
                .satisfies(violation -> assertThat(violation.message())
                        .endsWith("circle: s-0 -> s-29 -> s-28 -> s-27 -> s-26 -> s-25 -> s-24 -> s-23 -> s-22 -> s-21"
                                + " -> and 21 more"));
    }

    @Test
    void what_others_refer_to_is_neither_deleted_nor_renamed_and_all_of_them_are_named() {
        Segment base = create("Base", Criteria.all().event(EventType.PAGE_VIEW));
        create("By key", Criteria.all().segment(SegmentFilter.in("base")));
        create("By id", Criteria.all().segment(SegmentFilter.in(base.id().toString())));
        analytics
                .triggers()
                .create(TriggerDraft.builder("Waits", new TriggerEvent.SegmentEntered("base"))
                        .action(Action.of("log", Map.of()))
                        .build());
        analytics
                .triggers()
                .create(TriggerDraft.builder("Targets", EventType.PAGE_VIEW)
                        .targetSegment("base")
                        .action(Action.of("log", Map.of()))
                        .build());

        InvalidDefinitionException deleted = catchThrowableOfType(
                InvalidDefinitionException.class, () -> analytics.segments().delete("base"));
        assertThat(deleted.violations()).extracting(Violation::code).containsOnly("IN_USE");
        assertThat(deleted.violations())
                .extracting(Violation::message)
                .containsExactlyInAnyOrder(
                        "segment 'base' is used by segment 'by-key'",
                        "segment 'base' is used by segment 'by-id'",
                        "segment 'base' is used by trigger 'waits'",
                        "segment 'base' is used by trigger 'targets'");
        SegmentDraft renamed = SegmentDraft.of("Base", base.criteria()).withKey("other");
        InvalidDefinitionException refusal = catchThrowableOfType(
                InvalidDefinitionException.class, () -> analytics.segments().update("base", renamed));
        assertThat(refusal.violations()).hasSize(3);
    }

    @Test
    void everything_that_is_wrong_is_said_at_once() {
        create("Base", Criteria.all().event(EventType.PAGE_VIEW));
        List<Violation> violations = refused(
                "base",
                Criteria.all()
                        .segment(SegmentFilter.in("none-such"))
                        .event(EventFilter.atLeast(EventType.DOWNLOAD, 1).in(TimeWindow.last(Duration.ofDays(6))))
                        .event(EventFilter.atLeast(EventType.PAGE_VIEW, 3))
                        .event(EventFilter.never(EventType.PAGE_VIEW))
                        .profile("intentScore", Operator.GREATER_THAN, 100));

        assertThat(violations)
                .extracting(violation -> violation.path() + " " + violation.code())
                .containsExactlyInAnyOrder(
                        "criteria.segmentFilters[0].segment UNKNOWN_REF",
                        "criteria.eventFilters[0].timeRange RETENTION",
                        "criteria.eventFilters[2] CONTRADICTION",
                        "criteria.profileConditions CONTRADICTION");
    }

    private List<Violation> refused(String key, Criteria.Builder criteria) {
        return catchThrowableOfType(
                        InvalidDefinitionException.class,
                        () -> analytics.segments().update(key, SegmentDraft.of(key, criteria.build())))
                .violations();
    }

    private Segment create(String name, Criteria.Builder criteria) {
        return analytics.segments().create(SegmentDraft.of(name, criteria.build()));
    }

    private void view() {
        track(EventType.PAGE_VIEW, clock.instant());
    }

    private void track(EventType type, Instant at) {
        analytics.track(
                TrackRequest.builder(type).leadId(LEAD.value()).timestamp(at).build());
    }

    private List<String> segments() {
        return analytics.profiles().get(LEAD).orElseThrow().segments();
    }

    private void drain() {
        while (!background.isEmpty()) {
            background.remove().run();
        }
    }
}
