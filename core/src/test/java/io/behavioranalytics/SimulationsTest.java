package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.EventFilter;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.segment.SegmentFilter;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.DefinitionRecord;
import io.behavioranalytics.store.Definitions;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.UnitOutcome;
import io.behavioranalytics.testkit.TestKit;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerExecution;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulationsTest {
    private static final SimulationQuery ALL = SimulationQuery.all();

    private final AtomicBoolean readOnly = new AtomicBoolean();
    private final TestKit kit = TestKit.of(
            Instant.parse("2026-01-05T09:00:00Z"),
            clock -> new ReadOnly(new InMemoryStore(clock), readOnly),
            builder -> {},
            "send_email");

    /** A store that can be told to refuse every write. */
    private static final class ReadOnly extends ForwardingStore {
        private final AtomicBoolean refuses;

        ReadOnly(InMemoryStore to, AtomicBoolean refuses) {
            super(to);
            this.refuses = refuses;
        }

        @Override
        public List<UnitOutcome> commit(Batch batch) {
            if (refuses.get()) {
                throw new AssertionError("a simulation wrote");
            }
            return to.commit(batch);
        }

        @Override
        public Definitions definitions() {
            Definitions original = to.definitions();
            return new ForwardingDefinitions(original) {
                @Override
                public boolean saveAll(List<DefinitionRecord> records, long expectedVersion) {
                    if (refuses.get()) {
                        throw new AssertionError("a simulation saved a definition");
                    }
                    return original.saveAll(records, expectedVersion);
                }
            };
        }
    }

    @AfterEach
    void close() {
        kit.close();
    }

    private static TriggerDraft recovery(Duration cooldown) {
        return TriggerDraft.builder("Recovery", EventType.FORM_ABANDON)
                .cooldown(cooldown)
                .action(new Action(null, "send_email", Map.of(), Duration.ofHours(1)))
                .cancelOn(EventType.FORM_SUBMIT)
                .build();
    }

    private static SegmentDraft readers(int least) {
        return SegmentDraft.of(
                "Readers",
                Criteria.all()
                        .event(EventFilter.atLeast(EventType.PAGE_VIEW, least).in(TimeWindow.last(Duration.ofDays(7))))
                        .build());
    }

    private void track(String lead, EventType type) {
        kit.given(TrackRequest.builder(type)
                .leadId(lead)
                .sessionId("session-of-" + lead)
                .build());
    }

    /** Three leads abandon every six hours for two days; the first submits after its last one. */
    private void history() {
        for (int i = 0; i < 8; i++) {
            track("a", EventType.FORM_ABANDON);
            track("b", EventType.FORM_ABANDON);
            track("c", EventType.PAGE_VIEW);
            kit.advance(Duration.ofHours(6));
        }
        track("a", EventType.FORM_ABANDON);
        kit.advance(Duration.ofMinutes(30));
        track("a", EventType.FORM_SUBMIT);
        kit.advance(Duration.ofHours(6));
    }

    @Test
    void a_draft_tells_how_often_for_whom_when_and_what_was_in_its_way() {
        history();
        Simulation simulation = kit.analytics().simulations().trigger(recovery(Duration.ofHours(12)), ALL);

        assertThat(simulation.subjects()).isEqualTo(3);
        assertThat(simulation.triggered().fired()).isEqualTo(9);
        assertThat(simulation.triggered().firedFor()).isEqualTo(2);
        assertThat(simulation.triggered().most()).isEqualTo(5);
        assertThat(simulation.triggered().skipped()).isEqualTo(Map.of(Skip.Reason.COOLDOWN, 8L));
        assertThat(simulation.triggered().byDay())
                .isEqualTo(Map.of(
                        LocalDate.of(2026, 1, 5), 4L, LocalDate.of(2026, 1, 6), 4L, LocalDate.of(2026, 1, 7), 1L));
        assertThat(simulation.triggered().actions()).isEqualTo(9);
        assertThat(simulation.triggered().cancelled()).isEqualTo(1);
        assertThat(simulation.triggered().firings()).hasSize(9);
        assertThat(simulation.triggered().firings().get(0).subject()).isEqualTo(SubjectId.lead("a"));
        assertThat(simulation.triggered().difference()).isNull();
        assertThat(kit.fired()).isEmpty();
        assertThat(kit.executed("send_email")).isEmpty();
    }

    @Test
    void a_draft_is_compared_with_the_live_version_over_the_same_history() {
        kit.analytics().triggers().create(recovery(Duration.ofHours(12)));
        history();
        assertThat(kit.fired()).hasSize(9);
        Simulation.Triggered more = kit.analytics()
                .simulations()
                .trigger(recovery(Duration.ofHours(6)), ALL)
                .triggered();

        assertThat(more.fired()).isEqualTo(17);
        Simulation.Difference<TriggerExecution> difference = Objects.requireNonNull(more.difference());
        assertThat(difference.both()).isEqualTo(9);
        assertThat(difference.onlyInDraft()).isEqualTo(8);
        assertThat(difference.draftExamples()).hasSize(8);
        assertThat(difference.onlyInLive()).isZero();
        Simulation.Triggered same =
                kit.analytics().simulations().trigger("recovery", ALL).triggered();
        assertThat(same.firings()).containsExactlyInAnyOrderElementsOf(kit.fired());
    }

    @Test
    void a_draft_of_a_segment_tells_who_is_in_it_and_who_is_only_in_one_of_both() {
        kit.analytics().segments().create(readers(2));
        history();
        track("b", EventType.PAGE_VIEW);
        Simulation.Membership simulation =
                kit.analytics().simulations().segment(readers(1), ALL).membership();

        assertThat(simulation.members()).isEqualTo(2);
        assertThat(simulation.entered()).isEqualTo(2);
        assertThat(simulation.enteredByDay())
                .isEqualTo(Map.of(LocalDate.of(2026, 1, 5), 1L, LocalDate.of(2026, 1, 7), 1L));
        Simulation.Difference<SubjectId> difference = Objects.requireNonNull(simulation.difference());
        assertThat(difference.both()).isEqualTo(1);
        assertThat(difference.onlyInDraft()).isEqualTo(1);
        assertThat(difference.draftExamples()).containsExactly(SubjectId.lead("b"));
        assertThat(difference.onlyInLive()).isZero();
        kit.advance(Duration.ofDays(10));
        assertThat(kit.analytics()
                        .simulations()
                        .segment(readers(1), ALL)
                        .membership()
                        .exited())
                .isEqualTo(2);
        assertThat(kit.analytics()
                        .segments()
                        .get("readers")
                        .orElseThrow()
                        .segment()
                        .version())
                .isEqualTo(1);
    }

    @Test
    void nothing_is_written_and_the_store_is_the_same_to_the_last_byte() throws IOException {
        kit.analytics().segments().create(readers(2));
        kit.analytics().triggers().create(recovery(Duration.ofHours(12)));
        history();
        byte[] before = exported();
        readOnly.set(true);
        kit.analytics().simulations().trigger(recovery(Duration.ZERO), ALL);
        kit.analytics().simulations().segment(readers(1), ALL);
        kit.analytics().explanations().segment(SubjectId.lead("c"), "readers");
        kit.analytics().explanations().trigger(SubjectId.lead("a"), "recovery", null);
        kit.analytics().explanations().execution(kit.fired().get(0));
        kit.analytics()
                .explanations()
                .skip(kit.analytics().triggers().skips("recovery", null, 1).get(0));
        readOnly.set(false);

        assertThat(exported()).isEqualTo(before);
    }

    private byte[] exported() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        kit.analytics().maintenance().export(out);
        return out.toByteArray();
    }

    @Test
    void several_threads_count_what_one_counts() {
        for (int i = 0; i < 300; i++) {
            track("lead-" + i % 40, i % 3 == 0 ? EventType.FORM_ABANDON : EventType.PAGE_VIEW);
            kit.advance(Duration.ofMinutes(i % 7));
        }
        SimulationQuery query = ALL.sample(7);
        Simulation alone = kit.analytics().simulations().trigger(recovery(Duration.ofHours(1)), query);
        ExecutorService pool = Executors.newFixedThreadPool(3);
        try {
            Simulation together =
                    kit.analytics().simulations().trigger(recovery(Duration.ofHours(1)), query.parallel(pool, 5));
            assertThat(together).isEqualTo(alone);
        } finally {
            pool.shutdownNow();
        }
        assertThat(alone.triggered().firings()).hasSize(7);
        assertThat(alone.triggered().fired()).isGreaterThan(7);
        assertThat(kit.analytics().simulations().trigger(recovery(Duration.ofHours(1)), query.parallel(pool, 2)))
                .as("an executor that refuses everything leaves the work to the caller")
                .isEqualTo(alone);
    }

    @Test
    void a_simulation_that_is_cancelled_says_that_it_is_not_complete() {
        history();
        AtomicInteger asked = new AtomicInteger();
        Simulation simulation = kit.analytics()
                .simulations()
                .trigger(recovery(Duration.ZERO), ALL.until(() -> asked.incrementAndGet() > 12));

        assertThat(simulation.complete()).isFalse();
        assertThat(simulation.subjects()).isEqualTo(1);
        assertThat(simulation.triggered().firedFor()).isEqualTo(1);
        assertThat(asked.get()).isLessThan(25);
    }

    @Test
    void only_what_falls_into_the_range_counts_and_what_was_before_is_lived() {
        history();
        Instant from = Instant.parse("2026-01-06T09:00:00Z");
        Simulation part = kit.analytics()
                .simulations()
                .trigger(
                        recovery(Duration.ofHours(12)),
                        ALL.between(from, Instant.parse("2026-01-06T23:00:00Z")).in(ZoneId.of("Asia/Kathmandu")));

        assertThat(part.triggered().fired()).isEqualTo(4);
        assertThat(part.triggered().byDay())
                .isEqualTo(Map.of(LocalDate.of(2026, 1, 6), 2L, LocalDate.of(2026, 1, 7), 2L));
        assertThat(part.to()).isEqualTo(Instant.parse("2026-01-06T23:00:00Z"));
    }

    @Test
    void imported_events_are_silent_as_they_were_unless_they_are_asked_to_fire() {
        kit.analytics()
                .importHistory(List.of(TrackRequest.builder(EventType.FORM_ABANDON)
                        .leadId("old")
                        .timestamp(kit.now().minus(Duration.ofDays(3)))
                        .build()));

        assertThat(kit.analytics()
                        .simulations()
                        .trigger(recovery(Duration.ZERO), ALL)
                        .triggered()
                        .fired())
                .isZero();
        assertThat(kit.analytics()
                        .simulations()
                        .trigger(recovery(Duration.ZERO), ALL.withImported())
                        .triggered()
                        .fired())
                .isEqualTo(1);
    }

    @Test
    void what_is_asked_again_when_an_action_is_due_is_asked_in_a_simulation_too() {
        kit.analytics().triggers().create(TriggerDraft.fromJson("""
                {"name": "Offer", "event": "quote_request", "cooldown": 0, "checkConditions": "at_execution",
                 "conditions": [{"field": "totalEvents", "operator": "less_than", "value": 2}],
                 "caps": [{"max": 1, "last": "P7D"}], "quietHours": {"from": "22:00", "to": "06:00"},
                 "cancelOn": ["form_submit"],
                 "actions": [{"action": "send_email", "delay": "PT2H"}]}"""));
        // The profile is another when the first is due: it gives its slot back, so that there is a second firing.
        track("a", EventType.QUOTE_REQUEST);
        track("a", EventType.PAGE_VIEW);
        kit.advance(Duration.ofHours(3));
        track("a", EventType.QUOTE_REQUEST);
        // This lead has moved into a night when it is due: it waits, and is cancelled in the morning before it ends.
        track("b", EventType.QUOTE_REQUEST);
        kit.given(TrackRequest.builder(EventType.DOWNLOAD)
                .leadId("b")
                .context("timezone", "Asia/Tokyo")
                .build());
        kit.advance(Duration.ofHours(4));
        track("b", EventType.FORM_SUBMIT);
        kit.advance(Duration.ofDays(2));

        Simulation.Triggered told =
                kit.analytics().simulations().trigger("offer", ALL).triggered();
        assertThat(kit.fired()).hasSize(3);
        assertThat(told.firings()).containsExactlyInAnyOrderElementsOf(kit.fired());
        assertThat(told.skipped()).isEmpty();
        assertThat(kit.analytics().actions().list(ActionStatus.CANCELLED, null, 10))
                .extracting(ActionRecord::cancellation)
                .containsExactlyInAnyOrder(
                        Cancellation.Reason.CONDITION, Cancellation.Reason.CONDITION, Cancellation.Reason.CANCEL_ON);
        assertThat(told.cancelled()).isEqualTo(3);
    }

    @Test
    void a_campaign_that_is_over_may_be_simulated_while_it_ran() {
        history();
        Instant end = Instant.parse("2026-01-06T00:00:00Z");
        TriggerDraft over = TriggerDraft.fromJson("""
                {"name": "Over", "event": "form_abandon", "endDate": "2026-01-06T00:00:00Z", "cooldown": 0,
                 "actions": [{"action": "send_email"}]}""");
        assertThat(kit.now()).isAfter(end);
        assertThatThrownBy(() -> kit.analytics().triggers().create(over))
                .isInstanceOf(InvalidDefinitionException.class);

        Simulation.Triggered told =
                kit.analytics().simulations().trigger(over, ALL).triggered();
        assertThat(told.byDay()).containsOnlyKeys(LocalDate.of(2026, 1, 5));
        assertThat(told.skipped()).containsOnlyKeys(Skip.Reason.INACTIVE);
        assertThatThrownBy(() -> kit.analytics().simulations().trigger(over, ALL.between(end, null)))
                .isInstanceOf(InvalidDefinitionException.class);
    }

    private static SegmentDraft on(String name, String other) {
        return SegmentDraft.of(
                name, Criteria.all().segment(SegmentFilter.in(other)).build());
    }

    private void assertRefused(String path, String code, SegmentDraft draft) {
        assertThatThrownBy(() -> kit.analytics().simulations().segment(draft, ALL))
                .isInstanceOfSatisfying(
                        InvalidDefinitionException.class,
                        refused -> assertThat(refused.violations())
                                .extracting(violation -> violation.path() + " " + violation.code())
                                .containsExactly(path + " " + code));
    }

    @Test
    void a_draft_that_could_not_be_saved_is_refused_and_so_is_a_query_out_of_range() {
        assertThatThrownBy(() -> kit.analytics()
                        .simulations()
                        .trigger(
                                TriggerDraft.builder("Lost", EventType.FORM_ABANDON)
                                        .action(new Action(null, "send_email", Map.of(), Duration.ZERO))
                                        .targetSegment("nowhere")
                                        .build(),
                                ALL))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("nowhere");
        assertRefused("criteria.segmentFilters[0].segment", "UNKNOWN_REF", on("Lost", "nowhere"));
        kit.analytics().segments().create(readers(1));
        kit.analytics().segments().create(on("Next", "readers"));
        assertRefused("criteria.segmentFilters", "CYCLE", on("Readers", "next"));
        assertThatThrownBy(() -> kit.analytics()
                        .simulations()
                        .trigger(
                                TriggerDraft.builder("Echo", EventType.FORM_ABANDON)
                                        .cooldown(Duration.ZERO)
                                        .action(new Action(
                                                null,
                                                "track_event",
                                                Map.of("eventType", "form_abandon"),
                                                Duration.ZERO))
                                        .build(),
                                ALL))
                .hasMessageContaining("echo → echo [LOOP]");
        assertThatThrownBy(() -> kit.analytics().simulations().segment("nowhere", ALL))
                .isInstanceOf(UnknownDefinitionException.class);
        assertThatThrownBy(() -> ALL.sample(10_001))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sample must be 0 to 10000: 10001");
        assertThatThrownBy(() -> ALL.between(Instant.MAX, Instant.MIN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ALL.parallel(Runnable::run, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
