package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.decision.SegmentExplanation;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.EventFilter;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.Schedule;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.segment.SegmentFilter;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.trigger.TriggerDraft;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Behavioral segments on a store: calculated on a schedule and on demand, and right as of the last calculation in between. */
public abstract class BehavioralSegmentContract {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final SubjectId ADA = SubjectId.lead("ada");
    private static final Schedule HOURLY = new Schedule.Every(Duration.ofHours(1), null);
    private static final Criteria LOOKED =
            Criteria.all().event(EventType.PAGE_VIEW).build();

    private final VirtualClock clock = VirtualClock.at(NOON.plusSeconds(600));
    private DyingHostStore store;
    private BehaviorAnalytics analytics;

    @BeforeEach
    void open() {
        store = new DyingHostStore(createStore(clock));
        analytics = host(store);
    }

    /**
     * Makes an empty store.
     *
     * @param storeClock the clock of leases and rates
     * @return the store; it is closed after one test
     */
    protected abstract Store createStore(InstantSource storeClock);

    @AfterEach
    void close() {
        analytics.close();
        store.close();
    }

    private BehaviorAnalytics host(Store shared) {
        return host(shared, Runnable::run);
    }

    private BehaviorAnalytics host(Store shared, Executor background) {
        return BehaviorAnalytics.builder()
                .store(shared)
                .clock(clock)
                .executor(background)
                .inlineActions()
                .build();
    }

    private Segment create(@Nullable Schedule schedule) {
        return create(LOOKED, schedule);
    }

    /** Saves it, and lets a second pass: what happens at the instant of a calculation is seen by it. */
    private Segment create(Criteria criteria, @Nullable Schedule schedule) {
        Segment saved = analytics.segments().create(SegmentDraft.behavioral("Lookers", criteria, schedule));
        clock.advance(Duration.ofSeconds(1));
        return saved;
    }

    private void happens(String lead, EventType type) {
        happens(lead, type, clock.instant());
    }

    private void happens(String lead, EventType type, Instant at) {
        analytics.track(TrackRequest.builder(type).leadId(lead).timestamp(at).build());
    }

    private void at(Instant instant) {
        clock.advance(Duration.between(clock.instant(), instant));
        while (!analytics.runDue().isEmpty()) {
            // As the loop does.
        }
    }

    private List<SubjectId> members() {
        return analytics.segments().members("lookers", null, 100);
    }

    private @Nullable Instant lastCalculated() {
        return analytics.segments().get("lookers").orElseThrow().lastCalculated();
    }

    private void verify(String lead) {
        assertThat(analytics.maintenance().verify(SubjectId.lead(lead)).differences())
                .isEmpty();
    }

    @Test
    void a_member_enters_with_the_next_calculation_and_not_with_the_event() {
        create(HOURLY);
        happens("ada", EventType.PAGE_VIEW);
        assertThat(members()).isEmpty();
        assertThat(lastCalculated()).isEqualTo(NOON.plusSeconds(600));

        at(NOON.plusSeconds(3_599));
        assertThat(members()).isEmpty();
        at(NOON.plusSeconds(3_600));
        assertThat(members()).containsExactly(ADA);
        assertThat(lastCalculated()).isEqualTo(NOON.plusSeconds(3_600));
        assertThat(analytics.segments().history("lookers", ADA, 10))
                .extracting(MembershipChange::entered, MembershipChange::effectiveAt, MembershipChange::cause)
                .containsExactly(tuple(true, NOON.plusSeconds(3_600), new Cause.Calculation(false)));
        verify("ada");
    }

    @Test
    void an_event_at_the_very_instant_of_a_calculation_is_seen_by_it() {
        create(HOURLY);
        at(NOON.plusSeconds(3_600));
        happens("ada", EventType.PAGE_VIEW);
        at(NOON.plusSeconds(3_601));

        assertThat(members()).containsExactly(ADA);
        verify("ada");
    }

    @Test
    void nobody_is_woken_for_a_calculation_that_can_change_nothing() {
        create(HOURLY);
        happens("ada", EventType.PAGE_VIEW);
        at(NOON.plusSeconds(3_600));
        assertThat(members()).containsExactly(ADA);

        assertThat(store.subjects().firstDue()).isEmpty();
        at(NOON.plus(Duration.ofDays(9)));
        assertThat(lastCalculated()).as("right all the same").isEqualTo(NOON.plus(Duration.ofDays(9)));
    }

    @Test
    void a_window_that_ends_is_noticed_by_the_first_calculation_behind_it() {
        Criteria lately = Criteria.all()
                .event(EventFilter.atLeast(EventType.PAGE_VIEW, 1).in(new TimeWindow.Rolling(Duration.ofMinutes(90))))
                .build();
        create(lately, HOURLY);
        happens("ada", EventType.PAGE_VIEW);
        at(NOON.plusSeconds(3_600));
        assertThat(members()).containsExactly(ADA);

        at(NOON.plusSeconds(2 * 3_600 - 1));
        assertThat(members())
                .as("12:10 is more than 90 minutes ago, but nobody has looked")
                .containsExactly(ADA);
        at(NOON.plusSeconds(2 * 3_600));
        assertThat(members()).isEmpty();
        verify("ada");
    }

    @Test
    void a_late_event_corrects_what_was_calculated_after_it_happened() {
        create(HOURLY);
        happens("ada", EventType.FORM_START);
        at(NOON.plusSeconds(3_700));
        assertThat(members()).isEmpty();

        happens("ada", EventType.PAGE_VIEW, NOON.plusSeconds(3_600));
        assertThat(members()).containsExactly(ADA);
        assertThat(analytics.segments().history("lookers", ADA, 10))
                .extracting(MembershipChange::effectiveAt)
                .containsExactly(NOON.plusSeconds(3_600));
        happens("bob", EventType.PAGE_VIEW, NOON.plusSeconds(3_650));
        assertThat(members()).as("of whom the calculation knew nothing").containsExactly(ADA);
        verify("ada");
        verify("bob");
    }

    @Test
    void without_a_schedule_it_is_calculated_when_it_is_saved_and_when_it_is_demanded() {
        happens("ada", EventType.PAGE_VIEW);
        Segment saved = create(null);
        assertThat(members()).containsExactly(ADA);
        happens("bob", EventType.PAGE_VIEW);
        at(NOON.plus(Duration.ofDays(30)));
        assertThat(members()).containsExactly(ADA);
        assertThat(lastCalculated()).isEqualTo(NOON.plusSeconds(600));

        Segment again = analytics.segments().calculate("lookers");
        at(NOON.plus(Duration.ofDays(30)).plusSeconds(1));
        assertThat(again.version()).isEqualTo(saved.version() + 1);
        assertThat(members()).containsExactly(ADA, SubjectId.lead("bob"));
        assertThat(lastCalculated()).isEqualTo(NOON.plus(Duration.ofDays(30)));
        assertThat(analytics.segments().history("lookers", SubjectId.lead("bob"), 1))
                .extracting(MembershipChange::effectiveAt, MembershipChange::cause)
                .containsExactly(tuple(NOON.plus(Duration.ofDays(30)), new Cause.Calculation(true)));
        verify("bob");
    }

    @Test
    void only_an_active_behavioral_segment_can_be_demanded() {
        analytics.segments().create(SegmentDraft.of("Live", LOOKED));
        Violation refused = catchThrowableOfType(
                        InvalidDefinitionException.class,
                        () -> analytics.segments().calculate("live"))
                .violations()
                .get(0);
        assertThat(refused.code()).isEqualTo("UNSUPPORTED");
    }

    @Test
    void who_refers_to_it_follows_it_and_triggers_fire_when_it_is_calculated() {
        create(HOURLY);
        analytics
                .segments()
                .create(SegmentDraft.of(
                        "Silent lookers",
                        Criteria.all().segment(SegmentFilter.in("lookers")).build()));
        analytics.triggers().create(TriggerDraft.fromJson("""
                        {"name": "Greet", "event": {"type": "segment_entered", "segment": "lookers"}, "cooldown": 0,
                         "actions": [{"action": "tag_lead", "parameters": {"tag": "greeted"}}]}
                        """));
        happens("ada", EventType.PAGE_VIEW);
        assertThat(analytics.segments().members("silent-lookers", null, 10)).isEmpty();

        at(NOON.plusSeconds(3_601));
        assertThat(analytics.segments().members("silent-lookers", null, 10)).containsExactly(ADA);
        assertThat(analytics.profiles().get(ADA).orElseThrow().tags()).contains("greeted");
        verify("ada");
    }

    @Test
    void the_host_may_overrule_a_calculation_at_once() {
        create(HOURLY);
        happens("ada", EventType.PAGE_VIEW);
        analytics.segments().addMember("lookers", ADA, null);
        assertThat(members()).containsExactly(ADA);
        analytics.segments().releaseMember("lookers", ADA, null);
        assertThat(members()).as("as of the last calculation").isEmpty();
        at(NOON.plusSeconds(3_600));
        assertThat(members()).containsExactly(ADA);
        verify("ada");
    }

    @Test
    void a_dynamic_segment_becomes_behavioral_and_back_with_everybody_at_once() {
        analytics.segments().create(SegmentDraft.of("Lookers", LOOKED));
        happens("ada", EventType.PAGE_VIEW);
        clock.advance(Duration.ofSeconds(1));
        analytics.segments().update("lookers", SegmentDraft.behavioral("Lookers", LOOKED, HOURLY));
        at(clock.instant().plusSeconds(1));
        assertThat(members()).containsExactly(ADA);
        happens("bob", EventType.PAGE_VIEW);
        assertThat(members()).containsExactly(ADA);

        clock.advance(Duration.ofSeconds(1));
        analytics.segments().update("lookers", SegmentDraft.of("Lookers", LOOKED));
        at(clock.instant());
        assertThat(members()).containsExactly(ADA, SubjectId.lead("bob"));
        verify("ada");
        verify("bob");
    }

    @Test
    void a_new_name_calculates_nothing() {
        create(HOURLY);
        happens("ada", EventType.PAGE_VIEW);
        clock.advance(Duration.ofSeconds(1));
        analytics
                .segments()
                .update(
                        "lookers",
                        SegmentDraft.behavioral("Visitors", LOOKED, HOURLY).withKey("lookers"));
        at(clock.instant());

        assertThat(members()).isEmpty();
        assertThat(lastCalculated()).isEqualTo(NOON.plusSeconds(600));
    }

    @Test
    void two_hosts_calculate_everybody_once() {
        try (BehaviorAnalytics other = host(store)) {
            create(HOURLY);
            IntStream.range(0, 20)
                    .forEach(i -> (i % 2 == 0 ? analytics : other)
                            .track(TrackRequest.builder(EventType.PAGE_VIEW)
                                    .leadId("lead-" + i)
                                    .timestamp(clock.instant())
                                    .build()));
            clock.advance(Duration.ofHours(1));
            other.runDue();
            at(clock.instant());

            assertThat(members()).hasSize(20);
            assertThat(analytics.segments().history("lookers", null, 100)).hasSize(20);
        }
    }

    @Test
    void what_has_not_been_calculated_yet_is_not_claimed_to_be() {
        create(HOURLY);
        happens("ada", EventType.PAGE_VIEW);
        clock.advance(Duration.ofHours(2));
        assertThat(lastCalculated()).as("her timer of 13:00 stands").isEqualTo(NOON.plusSeconds(600));

        at(clock.instant());
        assertThat(lastCalculated()).isEqualTo(NOON.plusSeconds(2 * 3_600));
    }

    @Test
    void who_was_a_member_can_be_asked_of_the_past_as_decided_and_as_known_today() {
        create(HOURLY);
        happens("ada", EventType.PAGE_VIEW);
        at(NOON.plusSeconds(3_600));
        at(NOON.plusSeconds(2 * 3_600));

        SegmentReports reports = analytics.segmentReports();
        assertThat(reports.membersAsOf("lookers", NOON.plusSeconds(3_599))).isEmpty();
        assertThat(reports.membersAsOf("lookers", NOON.plusSeconds(3_600))).containsExactly(ADA);
        assertThat(reports.recomputeAsOf("lookers", 1, NOON.plusSeconds(3_599))).isEmpty();
        assertThat(reports.recomputeAsOf("lookers", 1, NOON.plusSeconds(3_600))).containsExactly(ADA);
        assertThat(reports.preview(SegmentDraft.behavioral("Other", LOOKED, HOURLY), 10, () -> true)
                        .members())
                .isEqualTo(1);
    }

    @Test
    void a_simulation_tells_what_live_did() {
        create(HOURLY);
        happens("ada", EventType.PAGE_VIEW);
        at(NOON.plusSeconds(2 * 3_600));

        Simulation.Membership simulated = analytics
                .simulations()
                .segment(SegmentDraft.behavioral("Lookers", LOOKED, HOURLY), SimulationQuery.all())
                .membership();
        assertThat(simulated.difference())
                .isEqualTo(new Simulation.Difference<SubjectId>(1, 0, 0, List.of(), List.of()));
    }

    @Test
    void an_explanation_says_as_of_when_it_is_and_when_it_will_be_another() {
        create(HOURLY);
        happens("ada", EventType.PAGE_VIEW);
        SegmentExplanation before = analytics.explanations().segment(ADA, "lookers");
        assertThat(before.member()).isFalse();
        assertThat(before.outlook().changesAt()).isEqualTo(NOON.plusSeconds(3_600));
        assertThat(before.text())
                .contains("as of the calculation of 2026-03-01T12:10:00Z; the next is at 2026-03-01T13:00:00Z")
                .contains("a calculation now would say otherwise");

        at(NOON.plusSeconds(3_700));
        SegmentExplanation after = analytics.explanations().segment(ADA, "lookers");
        assertThat(after.member()).isTrue();
        assertThat(after.text()).contains("as of the calculation of 2026-03-01T13:00:00Z");
        MembershipChange entry = analytics.segments().history("lookers", ADA, 1).get(0);
        assertThat(analytics.explanations().membership(entry).member()).isTrue();
    }

    @Test
    void a_demanded_calculation_survives_the_host_that_makes_it() {
        create(null);
        IntStream.range(0, 30).forEach(i -> happens("lead-" + i, EventType.PAGE_VIEW));
        assertThat(members()).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        Instant demanded = clock.instant();
        // Nobody is decided by this one but whoever has an event: it ends with a third of them.
        BehaviorAnalytics dying = BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .executor(task -> {})
                .inlineActions()
                .build();
        dying.segments().calculate("lookers");
        clock.advance(Duration.ofSeconds(1));
        IntStream.range(0, 10)
                .forEach(i -> dying.track(TrackRequest.builder(EventType.FORM_START)
                        .leadId("lead-" + i)
                        .timestamp(clock.instant())
                        .build()));
        assertThat(members()).hasSize(10);
        assertThat(lastCalculated()).isEqualTo(NOON.plusSeconds(600));
        dying.close();

        try (BehaviorAnalytics next = host(store)) {
            next.runDue();
            assertThat(next.segments().members("lookers", null, 100)).hasSize(30);
            assertThat(next.segments().get("lookers").orElseThrow().lastCalculated())
                    .isEqualTo(demanded);
            assertThat(next.segments().history("lookers", null, 100))
                    .hasSize(30)
                    .allMatch(change -> change.effectiveAt().equals(demanded));
        }
    }

    @Test
    void a_demand_calculates_the_version_that_answers_and_the_one_that_is_being_calculated() {
        happens("ada", EventType.PAGE_VIEW);
        create(null);
        happens("bob", EventType.PAGE_VIEW);
        happens("eve", EventType.FORM_START);
        Criteria began = Criteria.all().event(EventType.FORM_START).build();
        Deque<Runnable> background = new ArrayDeque<>();
        try (BehaviorAnalytics busy = host(store, background::add)) {
            clock.advance(Duration.ofSeconds(1));
            busy.segments().update("lookers", SegmentDraft.behavioral("Lookers", began, null));
            clock.advance(Duration.ofSeconds(1));
            Instant demanded = clock.instant();
            busy.segments().calculate("lookers");
            clock.advance(Duration.ofSeconds(1));
            busy.track(TrackRequest.builder(EventType.DOWNLOAD)
                    .leadId("bob")
                    .timestamp(clock.instant())
                    .build());
            assertThat(busy.segments().members("lookers", null, 10)).containsExactly(ADA, SubjectId.lead("bob"));

            while (!background.isEmpty()) {
                background.remove().run();
            }
            assertThat(busy.segments().members("lookers", null, 10)).containsExactly(SubjectId.lead("eve"));
            assertThat(busy.segments().get("lookers").orElseThrow().lastCalculated())
                    .isEqualTo(demanded);
        }
        assertThat(analytics.segments().history("lookers", SubjectId.lead("bob"), 10))
                .extracting(MembershipChange::entered, MembershipChange::segmentVersion)
                .containsExactly(tuple(true, 1L), tuple(false, 3L));
        verify("bob");
        verify("eve");
    }

    @Test
    void nobody_at_all_is_calculated_as_well() {
        create(HOURLY);
        at(NOON.plus(Duration.ofDays(1)));
        assertThat(members()).isEmpty();
        assertThat(lastCalculated()).isEqualTo(NOON.plus(Duration.ofDays(1)));
        Segment demanded = analytics.segments().calculate("lookers");
        assertThat(demanded.calculations().demanded()).hasSize(2);
    }

    @Test
    void what_was_calculated_is_carried_over_to_another_store() throws Exception {
        create(HOURLY);
        happens("ada", EventType.PAGE_VIEW);
        at(NOON.plusSeconds(3_600));
        happens("bob", EventType.PAGE_VIEW, NOON.plusSeconds(3_600));
        clock.advance(Duration.ofSeconds(1));
        happens("eve", EventType.PAGE_VIEW);
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        analytics.maintenance().export(archive);

        try (InMemoryStore copy = new InMemoryStore(clock);
                BehaviorAnalytics there = host(copy)) {
            there.maintenance().restore(new ByteArrayInputStream(archive.toByteArray()));
            assertThat(there.segments().members("lookers", null, 10)).isEqualTo(members());
            assertThat(there.segments().history("lookers", null, 10))
                    .isEqualTo(analytics.segments().history("lookers", null, 10));
            assertThat(there.segments().get("lookers"))
                    .isEqualTo(analytics.segments().get("lookers"));
            clock.advance(Duration.ofHours(1));
            there.runDue();
            assertThat(there.segments().members("lookers", null, 10)).contains(SubjectId.lead("eve"));
        }
    }

    /** Each refers to the two before it: asked by ways instead of by segments, the last would take longer than anybody lives. */
    @Test
    @Timeout(300)
    void a_lattice_of_behavioral_segments_is_asked_segment_by_segment() {
        create(HOURLY);
        for (int i = 0; i < 60; i++) {
            String first = i == 0 ? "lookers" : "s-" + (i - 1);
            String second = i < 2 ? "lookers" : "s-" + (i - 2);
            Criteria both = Criteria.all()
                    .segment(SegmentFilter.in(first))
                    .segment(SegmentFilter.in(second))
                    .build();
            analytics
                    .segments()
                    .create(SegmentDraft.behavioral("S " + i, both, i % 2 == 0 ? HOURLY : null)
                            .withKey("s-" + i));
        }
        clock.advance(Duration.ofSeconds(1));
        happens("ada", EventType.PAGE_VIEW);
        at(NOON.plusSeconds(3_600));
        assertThat(members()).containsExactly(ADA);
        for (int i = 1; i < 60; i += 2) {
            analytics.segments().calculate("s-" + i);
        }
        at(NOON.plusSeconds(2 * 3_600));

        assertThat(analytics.segments().members("s-58", null, 10)).containsExactly(ADA);
        verify("ada");
    }
}
