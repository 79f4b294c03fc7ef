package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.UnitOutcome;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Events that come again, to another host or as another subject's: decided once, and nobody is blocked by them. */
class RepeatedEventTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final UUID ID = new UUID(0, 1);

    private final VirtualClock clock = VirtualClock.at(NOON.minus(Duration.ofHours(1)));
    private final InMemoryStore store = new InMemoryStore(clock);
    private long hosts;

    @AfterEach
    void close() {
        store.close();
    }

    private static final class Noting implements ActionExecutor {
        @Override
        public String type() {
            return "note";
        }

        @Override
        public ActionResult execute(ActionRequest request) {
            return ActionResult.success();
        }
    }

    private BehaviorAnalytics host(VirtualClock itsClock, Settings settings) {
        return BehaviorAnalytics.builder()
                .store(store)
                .clock(itsClock)
                .settings(settings)
                .random(new SplittableRandom(++hosts)) // ids of batches are each host's own
                .executor(Runnable::run)
                .inlineActions()
                .action(new Noting())
                .build();
    }

    private BehaviorAnalytics host() {
        return host(clock, Settings.defaults());
    }

    /** A trigger that was defined an hour before noon, when everything begins. */
    private void onQuote(BehaviorAnalytics analytics) {
        analytics
                .triggers()
                .create(TriggerDraft.fromJson(
                        "{\"name\": \"Quote\", \"status\": \"active\", \"event\": \"quote_request\","
                                + " \"cooldown\": 0, \"actions\": [{\"action\": \"note\", \"parameters\": {}}]}"));
        clock.set(NOON);
    }

    private static TrackRequest.Builder quote(Instant at) {
        return TrackRequest.builder(EventType.QUOTE_REQUEST).timestamp(at);
    }

    private List<SubjectId> fired() {
        return store.ledger().executions(null, null, 100).stream()
                .map(TriggerExecution::subject)
                .toList();
    }

    @Test
    void a_late_event_that_another_host_stored_comes_again_among_others_and_is_decided_once() {
        try (BehaviorAnalytics first = host();
                BehaviorAnalytics second = host()) {
            onQuote(first);
            second.track(quote(NOON).leadId("ada").build());
            TrackRequest late =
                    quote(NOON.minusSeconds(600)).id(ID).leadId("ada").build();
            assertThat(first.track(late).outcome()).isEqualTo(Outcome.ACCEPTED);

            clock.advance(Duration.ofMinutes(1));
            List<TrackResult> results = second.trackAll(List.of(
                    quote(NOON.plusSeconds(60)).leadId("ada").build(),
                    late,
                    quote(NOON.minusSeconds(900)).leadId("ada").build(),
                    quote(NOON.minusSeconds(300)).id(ID).leadId("ada").build()));

            assertThat(results)
                    .extracting(TrackResult::outcome)
                    .containsExactly(Outcome.ACCEPTED, Outcome.DUPLICATE, Outcome.ACCEPTED, Outcome.CONFLICT);
            assertThat(fired()).hasSize(4);
            assertThat(second.statistics().failed()).isZero();
        }
    }

    @Test
    void an_id_that_was_purged_may_come_again_with_another_event_and_that_fires() {
        try (BehaviorAnalytics analytics =
                host(clock, Settings.builder().retention(Duration.ofDays(1)).build())) {
            onQuote(analytics);
            analytics.track(quote(NOON).id(ID).leadId("ada").build());
            clock.advance(Duration.ofHours(25));
            analytics.track(quote(clock.instant()).leadId("ada").build());
            assertThat(analytics.maintenance().purge().events()).isEqualTo(1);

            TrackResult again =
                    analytics.track(quote(clock.instant()).id(ID).leadId("ada").build());

            assertThat(again.outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(fired()).hasSize(3);
        }
    }

    @Test
    void what_a_host_ahead_decided_for_a_session_is_not_decided_again_for_its_lead_by_a_host_behind() {
        VirtualClock behind = VirtualClock.at(NOON.minusSeconds(240));
        try (BehaviorAnalytics ahead = host();
                BehaviorAnalytics late = host(behind, Settings.defaults())) {
            onQuote(ahead);
            ahead.track(quote(NOON).sessionId("s").build());
            assertThat(fired()).containsExactly(SubjectId.session("s"));

            late.identify("s", "ada", behind.instant(), new UUID(0, 2));
            clock.advance(Duration.ofMinutes(10));
            ahead.runDue();
            late.identify("s", "bob", NOON.minusSeconds(300), new UUID(0, 3));
            ahead.track(quote(clock.instant()).leadId("ada").build());

            assertThat(fired()).containsExactlyInAnyOrder(SubjectId.session("s"), SubjectId.lead("ada"));
        }
    }

    @Test
    void an_event_that_was_still_ahead_fires_though_another_session_of_its_lead_was_decided_later() {
        try (BehaviorAnalytics analytics = host()) {
            onQuote(analytics);
            analytics.track(quote(NOON.plusSeconds(120)).sessionId("early").build());
            clock.advance(Duration.ofMinutes(3));
            analytics.track(TrackRequest.builder(EventType.PAGE_VIEW)
                    .sessionId("later")
                    .timestamp(clock.instant())
                    .build());

            clock.advance(Duration.ofMinutes(1));
            analytics.trackAll(List.of(
                    TrackRequest.builder(EventType.PAGE_VIEW)
                            .sessionId("early")
                            .leadId("ada")
                            .timestamp(clock.instant())
                            .build(),
                    TrackRequest.builder(EventType.PAGE_VIEW)
                            .sessionId("later")
                            .leadId("ada")
                            .timestamp(clock.instant())
                            .build()));

            assertThat(fired()).containsExactly(SubjectId.lead("ada"));
        }
    }

    @Test
    void an_event_that_the_store_stumbles_over_does_not_take_its_leads_other_events_along() {
        ForwardingStore stumbling = new ForwardingStore(store) {
            @Override
            public List<UnitOutcome> commit(Batch batch) {
                batch.units()
                        .forEach(unit -> unit.changes()
                                .forEach(change -> change.events().forEach(event -> {
                                    if (event.id().equals(ID)) {
                                        throw new IllegalStateException("no");
                                    }
                                })));
                return super.commit(batch);
            }
        };
        clock.set(NOON);
        try (LoggedErrors errors = new LoggedErrors();
                BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                        .store(stumbling)
                        .clock(clock)
                        .executor(Runnable::run)
                        .build()) {
            List<TrackResult> results = analytics.trackAll(List.of(
                    quote(NOON).leadId("ada").build(),
                    quote(NOON).id(ID).leadId("ada").build(),
                    quote(NOON).leadId("ada").build()));

            assertThat(results)
                    .extracting(TrackResult::outcome)
                    .containsExactly(Outcome.ACCEPTED, Outcome.RETRY_LATER, Outcome.ACCEPTED);
            assertThat(analytics.statistics().failed()).isEqualTo(1);
            assertThat(errors.messages()).singleElement().asString().endsWith("failed, of events [" + ID + "]");
        }
    }
}
