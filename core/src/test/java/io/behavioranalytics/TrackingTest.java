package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.SubjectState;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.InvalidEventException;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.EventFilter;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreException;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects;
import io.behavioranalytics.store.UnitOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TrackingTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final VirtualClock clock = VirtualClock.at(NOW);
    private final InMemoryStore memory = new InMemoryStore(clock);

    @Test
    void an_accepted_event_is_durable_and_decided_when_track_returns() {
        try (BehaviorAnalytics analytics = over(memory)) {
            TrackResult result = analytics.track(view("lead-1").build());
            assertThat(result.outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(result.isDurable()).isTrue();
            assertThat(result.subject()).isEqualTo(SubjectId.lead("lead-1"));
            assertThat(profile(analytics, "lead-1").totalEvents()).isEqualTo(1);
            assertThat(analytics.statistics().accepted()).isEqualTo(1);
        }
    }

    @Test
    void the_same_id_again_is_a_duplicate_and_with_other_content_a_conflict() {
        UUID id = UUID.randomUUID();
        try (BehaviorAnalytics analytics = over(memory)) {
            TrackRequest first = view("lead-1").id(id).value(1).build();
            analytics.track(first);
            clock.advance(Duration.ofSeconds(5));
            TrackResult again = analytics.track(first);
            assertThat(again.outcome()).isEqualTo(Outcome.DUPLICATE);
            assertThat(again.event())
                    .isNotNull()
                    .satisfies(e -> assertThat(e.timestamp()).isEqualTo(NOW));
            TrackResult other = analytics.track(view("lead-1").id(id).value(2).build());
            assertThat(other.outcome()).isEqualTo(Outcome.CONFLICT);
            assertThat(other.isDurable()).isFalse();
            assertThat(other.event())
                    .isNotNull()
                    .satisfies(e -> assertThat(e.value()).isEqualTo(1.0));
            assertThat(profile(analytics, "lead-1").totalEvents()).isEqualTo(1);
            assertThat(analytics.statistics().duplicates()).isEqualTo(1);
            assertThat(analytics.statistics().conflicts()).isEqualTo(1);
        }
    }

    @Test
    void one_id_twice_in_a_batch_is_told_apart_as_if_they_had_come_one_after_the_other() {
        UUID id = UUID.randomUUID();
        try (BehaviorAnalytics analytics = over(memory)) {
            List<TrackResult> results = analytics.trackAll(List.of(
                    view("lead-1").id(id).value(1).build(),
                    view("lead-1").id(id).value(1).build(),
                    view("lead-1").id(id).value(2).build(),
                    view("lead-2").build()));
            assertThat(results)
                    .extracting(TrackResult::outcome)
                    .containsExactly(Outcome.ACCEPTED, Outcome.DUPLICATE, Outcome.CONFLICT, Outcome.ACCEPTED);
            assertThat(analytics.statistics().batches()).isEqualTo(1);
        }
    }

    @Test
    void an_invalid_event_is_thrown_completed_or_answered_by_how_it_was_handed_in() {
        TrackRequest bad = view("lead-1").value(Double.NaN).build();
        try (BehaviorAnalytics analytics = over(memory)) {
            assertThatThrownBy(() -> analytics.track(bad)).isInstanceOf(InvalidEventException.class);
            assertThatThrownBy(() -> analytics.trackAsync(bad).join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(InvalidEventException.class);
            List<TrackResult> results =
                    analytics.trackAll(List.of(bad, view("lead-1").build()));
            assertThat(results).extracting(TrackResult::outcome).containsExactly(Outcome.INVALID, Outcome.ACCEPTED);
            assertThat(results.get(0).violations()).isNotEmpty();
            assertThat(analytics.statistics().invalid()).isEqualTo(3);
        }
    }

    @Test
    void C15_a_list_built_in_java_may_be_longer_than_a_document() {
        List<TrackRequest> requests = new ArrayList<>();
        for (int i = 0; i < 501; i++) {
            requests.add(view("lead-" + i % 7).build());
        }
        try (BehaviorAnalytics analytics = over(memory)) {
            assertThat(analytics.trackAll(requests))
                    .hasSize(501)
                    .allMatch(result -> result.outcome() == Outcome.ACCEPTED);
            assertThat(analytics.statistics().accepted()).isEqualTo(501);
            assertThat(profile(analytics, "lead-0").totalEvents()).isEqualTo(72);
        }
    }

    @Test
    void events_of_one_session_and_its_lead_are_decided_together_across_batches() {
        try (BehaviorAnalytics analytics = over(memory)) {
            analytics.track(
                    TrackRequest.builder(EventType.PAGE_VIEW).sessionId("s-1").build());
            assertThat(analytics.profiles().get(SubjectId.session("s-1"))).isPresent();
            assertThat(analytics.identify("s-1", "lead-1").outcome()).isEqualTo(Outcome.ACCEPTED);
            clock.advance(Duration.ofSeconds(1));
            List<TrackResult> results = analytics.trackAll(List.of(
                    TrackRequest.builder(EventType.PAGE_VIEW).sessionId("s-1").build(),
                    view("lead-1").build(),
                    view("lead-2").sessionId("s-2").build()));
            assertThat(results)
                    .extracting(TrackResult::subject)
                    .containsExactly(SubjectId.lead("lead-1"), SubjectId.lead("lead-1"), SubjectId.lead("lead-2"));
            assertThat(profile(analytics, "lead-1").totalEvents()).isEqualTo(3);
            assertThat(analytics.profiles().get(SubjectId.session("s-1")))
                    .get()
                    .satisfies(p -> assertThat(p.totalEvents()).isEqualTo(2));
        }
    }

    @Test
    void a_subject_beyond_its_most_events_is_throttled_and_everybody_else_is_not() {
        Settings settings = Settings.builder().subjectMaxEvents(3).build();
        try (BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                .store(memory)
                .clock(clock)
                .settings(settings)
                .build()) {
            List<TrackRequest> requests = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                requests.add(view("lead-1").build());
            }
            requests.add(view("lead-2").build());
            assertThat(analytics.trackAll(requests))
                    .extracting(TrackResult::outcome)
                    .containsExactly(
                            Outcome.ACCEPTED,
                            Outcome.ACCEPTED,
                            Outcome.ACCEPTED,
                            Outcome.THROTTLED,
                            Outcome.THROTTLED,
                            Outcome.ACCEPTED);
            assertThat(analytics.track(view("lead-1").build()).reason()).isEqualTo("the subject has reached 3 events");
            assertThat(profile(analytics, "lead-1").totalEvents()).isEqualTo(3);
            assertThat(analytics.statistics().throttled()).isEqualTo(3);
        }
    }

    @Test
    void a_repeat_takes_no_room_and_is_told_as_a_repeat_though_its_subject_is_full() {
        try (BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                .store(memory)
                .clock(clock)
                .settings(Settings.builder().subjectMaxEvents(3).build())
                .build()) {
            TrackRequest first = view("lead-1").id(new UUID(0x4000, 1L << 63)).build();
            TrackRequest other =
                    view("lead-1").id(new UUID(0x4000, (1L << 63) + 1)).build();
            analytics.trackAll(List.of(first, other));

            // Two repeats and two new events, for one of which there is room.
            assertThat(analytics.trackAll(List.of(
                            first, view("lead-1").build(), other, view("lead-1").build())))
                    .extracting(TrackResult::outcome)
                    .containsExactly(Outcome.DUPLICATE, Outcome.ACCEPTED, Outcome.DUPLICATE, Outcome.THROTTLED);
            TrackResult again = analytics.track(first);
            assertThat(again.outcome()).isEqualTo(Outcome.DUPLICATE);
            assertThat(again.subject()).isEqualTo(analytics.track(other).subject());
            assertThat(analytics
                            .track(TrackRequest.builder(EventType.DOWNLOAD)
                                    .leadId("lead-1")
                                    .id(Objects.requireNonNull(first.id()))
                                    .build())
                            .outcome())
                    .isEqualTo(Outcome.CONFLICT);
            assertThat(analytics.statistics().throttled()).isEqualTo(1);
            assertThat(profile(analytics, "lead-1").totalEvents()).isEqualTo(3);
        }
    }

    @Test
    void a_stale_unit_is_loaded_and_decided_again() {
        try (BehaviorAnalytics one = over(memory);
                BehaviorAnalytics other = over(memory)) {
            for (int i = 0; i < 20; i++) {
                clock.advance(Duration.ofSeconds(1)); // in order, so that nobody reads the whole timeline
                assertThat((i % 2 == 0 ? one : other)
                                .track(view("lead-1").build())
                                .outcome())
                        .isEqualTo(Outcome.ACCEPTED);
            }
            assertThat(profile(one, "lead-1").totalEvents()).isEqualTo(20);
            assertThat(one.statistics().staleRetries()).isEqualTo(9);
        }
    }

    @Test
    void a_subject_that_is_stale_every_time_is_given_up_after_ten_tries() {
        Store store = new ForwardingStore(memory) {
            @Override
            public List<UnitOutcome> commit(Batch batch) {
                return batch.units().stream()
                        .map(unit -> (UnitOutcome)
                                new UnitOutcome.Stale(unit.changes().get(0).subject(), 99))
                        .toList();
            }
        };
        try (BehaviorAnalytics analytics = over(store)) {
            TrackResult result = analytics.track(view("lead-1").build());
            assertThat(result.outcome()).isEqualTo(Outcome.RETRY_LATER);
            assertThat(result.reason()).isEqualTo("the subject changed 10 times meanwhile; nothing is stored");
            assertThat(analytics.statistics().batches()).isEqualTo(10);
        }
    }

    @Test
    void a_busy_subject_is_tried_again_and_does_not_hold_up_the_others() {
        AtomicInteger refusals = new AtomicInteger(5);
        Store store = new ForwardingStore(memory) {
            @Override
            public List<UnitOutcome> commit(Batch batch) {
                List<UnitOutcome> outcomes = new ArrayList<>();
                batch.units().forEach(unit -> {
                    SubjectId subject = unit.changes().get(0).subject();
                    boolean busy = subject.equals(SubjectId.lead("busy")) && refusals.getAndDecrement() > 0;
                    outcomes.addAll(
                            busy
                                    ? List.of(new UnitOutcome.Busy(subject))
                                    : to.commit(new Batch(
                                            UUID.randomUUID(), batch.host(), batch.decidedAt(), List.of(unit))));
                });
                return outcomes;
            }
        };
        try (BehaviorAnalytics analytics = over(store)) {
            assertThat(analytics.trackAll(
                            List.of(view("busy").build(), view("lead-2").build())))
                    .extracting(TrackResult::outcome)
                    .containsOnly(Outcome.ACCEPTED);
            assertThat(analytics.statistics().busyRetries()).isEqualTo(5);
            assertThat(profile(analytics, "busy").totalEvents()).isEqualTo(1);
        }
    }

    @Test
    void a_subject_that_stays_busy_is_answered_at_the_deadline() {
        Store store = new ForwardingStore(memory) {
            @Override
            public List<UnitOutcome> commit(Batch batch) {
                return batch.units().stream()
                        .map(unit -> (UnitOutcome)
                                new UnitOutcome.Busy(unit.changes().get(0).subject()))
                        .toList();
            }
        };
        Settings settings =
                Settings.builder().callTimeout(Duration.ofMillis(200)).build();
        try (BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .settings(settings)
                .build()) {
            TrackResult result = analytics.track(view("lead-1").build());
            assertThat(result.outcome()).isEqualTo(Outcome.RETRY_LATER);
            assertThat(result.reason()).isEqualTo("not taken up within PT0.2S; nothing is stored");
            assertThat(memory.subjects().nextDue()).isEmpty();
        }
    }

    @Test
    void an_unknown_outcome_is_resolved_by_repeating_the_batch() {
        try (BehaviorAnalytics analytics = over(losingReplies(2))) {
            assertThat(analytics.track(view("lead-1").build()).outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(profile(analytics, "lead-1").totalEvents()).isEqualTo(1);
        }
    }

    @Test
    void an_outcome_that_stays_unknown_is_answered_so_that_a_second_try_is_a_duplicate() {
        try (BehaviorAnalytics analytics = over(losingReplies(3))) {
            TrackResult unknown = analytics.track(view("lead-1").build());
            assertThat(unknown.outcome()).isEqualTo(Outcome.RETRY_LATER);
            assertThat(unknown.reason()).contains("may be stored").contains("same id");
            UUID id = Objects.requireNonNull(unknown.eventId());
            TrackResult again = analytics.track(view("lead-1").id(id).build());
            assertThat(again.outcome()).isEqualTo(Outcome.DUPLICATE);
            assertThat(profile(analytics, "lead-1").totalEvents()).isEqualTo(1);
        }
    }

    @Test
    void a_store_that_cannot_be_read_is_answered_with_retry_later() {
        AtomicInteger failures = new AtomicInteger();
        Store store = readingThrough((loaded, id) -> {
            if (failures.getAndIncrement() == 0) {
                throw new StoreException("no connection");
            }
            return loaded;
        });
        try (BehaviorAnalytics analytics = over(store)) {
            assertThat(analytics.track(view("lead-1").build()).outcome()).isEqualTo(Outcome.RETRY_LATER);
            assertThat(analytics.track(view("lead-1").build()).outcome()).isEqualTo(Outcome.ACCEPTED);
        }
    }

    @Test
    void a_subject_whose_state_is_damaged_fails_alone() {
        try (BehaviorAnalytics analytics = over(memory)) {
            analytics.track(view("poison").build());
        }
        Store store = readingThrough((loaded, id) -> {
            SubjectState state = loaded.state();
            return !id.equals(SubjectId.lead("poison")) || state == null
                    ? loaded
                    : new SubjectRecord(
                            id,
                            loaded.version(),
                            new SubjectState(
                                    state.definitionsVersion(),
                                    state.asOf(),
                                    state.profile(),
                                    new byte[] {42},
                                    new byte[] {42}),
                            loaded.links(),
                            loaded.timeline());
        });
        try (LoggedErrors errors = new LoggedErrors();
                BehaviorAnalytics analytics = over(store)) {
            List<TrackResult> results = analytics.trackAll(List.of(
                    view("lead-1").build(),
                    view("poison").build(),
                    view("lead-2").build()));
            assertThat(results)
                    .extracting(TrackResult::outcome)
                    .containsExactly(Outcome.ACCEPTED, Outcome.RETRY_LATER, Outcome.ACCEPTED);
            assertThatThrownBy(() -> analytics.track(view("poison").build()))
                    .isInstanceOf(DecisionFailedException.class);
            assertThat(analytics.statistics().failed()).isEqualTo(2);
            assertThatThrownBy(() -> analytics.profiles().get(SubjectId.lead("poison")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the stored lead is damaged, the log says how");
            assertThat(errors.messages())
                    .hasSize(3)
                    .containsOnly(SubjectId.lead("poison").pseudonym() + " of version 1 cannot be read");
        }
    }

    @Test
    void a_store_that_stumbles_over_one_unit_does_not_sink_the_others() {
        Store store = new ForwardingStore(memory) {
            @Override
            public List<UnitOutcome> commit(Batch batch) {
                boolean poisoned = batch.units().stream()
                        .flatMap(unit -> unit.changes().stream())
                        .anyMatch(change -> change.subject().equals(SubjectId.lead("poison")));
                if (poisoned) {
                    throw new IllegalArgumentException("invalid byte sequence");
                }
                return to.commit(batch);
            }
        };
        try (LoggedErrors errors = new LoggedErrors();
                BehaviorAnalytics analytics = over(store)) {
            List<TrackRequest> requests = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                requests.add(view(i == 50 ? "poison" : "lead-" + i).build());
            }
            List<TrackResult> results = analytics.trackAll(requests);
            assertThat(results).filteredOn(TrackResult::isDurable).hasSize(99);
            assertThat(results.get(50).outcome()).isEqualTo(Outcome.RETRY_LATER);
            assertThat(errors.messages())
                    .containsExactly("the decision on ["
                            + SubjectId.lead("poison").pseudonym() + "] failed, of events ["
                            + results.get(50).eventId() + "]");
        }
    }

    @Test
    void an_import_counts_collects_problems_and_fires_nothing() {
        try (BehaviorAnalytics analytics = over(memory)) {
            UUID id = UUID.randomUUID();
            List<TrackRequest> history = new ArrayList<>();
            for (int i = 0; i < 250; i++) {
                history.add(view("lead-" + i % 10)
                        .timestamp(NOW.minus(Duration.ofDays(30)).plusSeconds(i))
                        .build());
            }
            history.add(view("lead-1").id(id).timestamp(NOW).build());
            history.add(view("lead-1").id(id).timestamp(NOW).build());
            history.add(view("lead-1").value(Double.NaN).build());
            ImportResult result = analytics.importHistory(history);
            assertThat(result.accepted()).isEqualTo(251);
            assertThat(result.duplicates()).isEqualTo(1);
            assertThat(result.refused()).isEqualTo(1);
            assertThat(result.problems()).singleElement().satisfies(problem -> {
                assertThat(problem.index()).isEqualTo(252);
                assertThat(problem.result().outcome()).isEqualTo(Outcome.INVALID);
            });
            assertThat(analytics.statistics().invalid()).isEqualTo(1);
            assertThat(analytics.statistics().batches()).isEqualTo(3);
        }
    }

    // ---- what the tests are made of

    private BehaviorAnalytics over(Store store) {
        return BehaviorAnalytics.builder().store(store).clock(clock).build();
    }

    private static TrackRequest.Builder view(String leadId) {
        return TrackRequest.builder(EventType.PAGE_VIEW).leadId(leadId);
    }

    @Test
    void who_is_decided_elsewhere_while_history_is_read_here_is_decided_on_the_newer_definitions() {
        AtomicBoolean overtaken = new AtomicBoolean();
        try (BehaviorAnalytics fast = BehaviorAnalytics.builder()
                        .store(memory)
                        .clock(clock)
                        .executor(Runnable::run)
                        .build();
                BehaviorAnalytics slow = BehaviorAnalytics.builder()
                        .store(readingThrough((loaded, id) -> {
                            if (!overtaken.getAndSet(false)) {
                                return loaded;
                            }
                            fast.segments().update("viewers", viewers(2));
                            return Objects.requireNonNull(memory.subjects()
                                    .load(List.of(id), Subjects.Projection.TIMELINE)
                                    .get(id));
                        }))
                        .clock(clock)
                        .executor(Runnable::run)
                        .build()) {
            fast.segments().create(viewers(1));
            slow.track(TrackRequest.builder(EventType.PAGE_VIEW).leadId("ada").build());
            clock.advance(Duration.ofSeconds(1));

            overtaken.set(true);
            slow.track(TrackRequest.builder(EventType.FORM_START)
                    .leadId("ada")
                    .timestamp(clock.instant().minusSeconds(60))
                    .build());

            assertThat(overtaken).as("history was read").isFalse();
            assertThat(fast.segments().members("viewers", null, 10)).isEmpty();
            assertThat(fast.segments().history("viewers", null, 10))
                    .extracting(MembershipChange::entered)
                    .containsExactly(true, false);
        }
    }

    private static SegmentDraft viewers(int views) {
        return SegmentDraft.of(
                "Viewers",
                Criteria.all()
                        .event(EventFilter.atLeast(EventType.PAGE_VIEW, views))
                        .build());
    }

    private static Profile profile(BehaviorAnalytics analytics, String leadId) {
        return analytics.profiles().get(SubjectId.lead(leadId)).orElseThrow();
    }

    /** The store in memory, which commits and does not say so the first few times. */
    private Store losingReplies(int times) {
        AtomicInteger lost = new AtomicInteger(times);
        return new ForwardingStore(memory) {
            @Override
            public List<UnitOutcome> commit(Batch batch) {
                List<UnitOutcome> outcomes = to.commit(batch);
                if (lost.getAndDecrement() > 0) {
                    throw new StoreException("the reply was lost");
                }
                return outcomes;
            }
        };
    }

    private interface Reading {
        SubjectRecord read(SubjectRecord loaded, SubjectId id);
    }

    /** The store in memory, with what is read from it changed. */
    private Store readingThrough(Reading reading) {
        Subjects subjects = new Subjects() {
            @Override
            public Map<SubjectId, SubjectRecord> load(Collection<SubjectId> ids, Projection projection) {
                Map<SubjectId, SubjectRecord> changed = new HashMap<>();
                memory.subjects()
                        .load(ids, projection)
                        .forEach((id, loaded) -> changed.put(id, reading.read(loaded, id)));
                return changed;
            }

            @Override
            public Map<UUID, BehaviorEvent> events(Collection<UUID> ids) {
                return memory.subjects().events(ids);
            }

            @Override
            public Optional<SubjectRecord> load(SubjectId id, Instant from) {
                return memory.subjects().load(id, from).map(loaded -> reading.read(loaded, id));
            }

            @Override
            public void scan(Projection projection, Predicate<SubjectRecord> visitor) {
                memory.subjects().scan(projection, visitor);
            }

            @Override
            public long count() {
                return memory.subjects().count();
            }

            @Override
            public List<SubjectId> claimDue(Instant now, int limit, Duration lease) {
                return memory.subjects().claimDue(now, limit, lease);
            }

            @Override
            public Optional<Instant> firstDue() {
                return memory.subjects().firstDue();
            }

            @Override
            public Optional<Instant> nextDue() {
                return memory.subjects().nextDue();
            }

            @Override
            public Decided decidedSince(long definitionsVersion) {
                return memory.subjects().decidedSince(definitionsVersion);
            }

            @Override
            public List<SubjectId> decidedBefore(long definitionsVersion, @Nullable SubjectId after, int limit) {
                return memory.subjects().decidedBefore(definitionsVersion, after, limit);
            }
        };
        return new ForwardingStore(memory) {
            @Override
            public Subjects subjects() {
                return subjects;
            }
        };
    }
}
