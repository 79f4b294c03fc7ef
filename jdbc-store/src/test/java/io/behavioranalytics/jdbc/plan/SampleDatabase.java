package io.behavioranalytics.jdbc.plan;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Settings;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.trigger.TriggerDraft;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * A store filled by a facade, with leads and their sessions, a few leads with long histories, sessions that nobody was linked to,
 * memberships that come and go, and actions that are waiting, done, cancelled and dead. The same for the same number of events.
 */
final class SampleDatabase implements AutoCloseable {
    /** The leads of whom there are many events. */
    static final String HEAVY = "heavy-";

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    /** An experiment that nothing but exposures knows. */
    static final UUID EXPERIMENT = new UUID(0x7000L, 0x8000000000000001L);

    private static final Duration STEP = Duration.ofMillis(2_600);
    private static final int EVENTS_OF_LEAD = 10;
    private static final int EVENTS_OF_HEAVY_LEAD = 5_000;
    private static final int BATCH = 1_000;
    private static final int BATCHES_UNTIL_DUE = 10;

    final VirtualClock clock = VirtualClock.at(START);
    final BehaviorAnalytics analytics;
    private final Store store;
    private final Random random = new Random(20_261_128);
    private final int events;
    private final int leads;
    private final int heavyLeads;

    SampleDatabase(Store store, int events) {
        this.store = store;
        this.events = events;
        leads = Math.max(10, events / EVENTS_OF_LEAD);
        heavyLeads = Math.max(2, events / 10 / EVENTS_OF_HEAVY_LEAD);
        analytics = BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .settings(Settings.builder()
                        .batchSize(BATCH)
                        .triggerMaxExecutionRate(100_000_000)
                        .actionMaxAttempts(1)
                        .skipLimit(100_000_000)
                        .build())
                .random(new Random(1))
                .executor(Runnable::run)
                .inlineActions()
                .action(ActionExecutor.of(
                        "send_email",
                        request -> Math.floorMod(request.idempotencyKey().hashCode(), 20) == 0
                                ? ActionResult.failure("the address does not exist")
                                : ActionResult.success()))
                .build();
    }

    /** A lead of whom there are some events. */
    SubjectId lead(int number) {
        return SubjectId.lead("lead-" + number % leads);
    }

    private void define() {
        for (String segment : List.of(
                "{\"name\":\"Viewers\",\"criteria\":{\"eventFilters\":[{\"eventType\":\"page_view\",\"timeRange\":{\"last\":\"PT6H\"}}]}}",
                "{\"name\":\"Readers\",\"criteria\":{\"eventFilters\":[{\"eventType\":\"download\"}]}}",
                "{\"name\":\"Busy\",\"criteria\":{\"frequencyFilters\":[{\"eventTypes\":[\"form_start\",\"form_submit\",\"search_query\"],\"minCount\":2,\"timeRange\":{\"last\":\"PT12H\"}}]}}",
                "{\"name\":\"Rare\",\"criteria\":{\"eventFilters\":[{\"eventType\":\"video_play\",\"conditions\":[{\"field\":\"value\",\"operator\":\"greater_than\",\"value\":99}]}]}}",
                "{\"name\":\"Askers\",\"criteria\":{\"eventFilters\":[{\"eventType\":\"quote_request\"}]}}")) {
            analytics.segments().create(SegmentDraft.fromJson(segment));
        }
        for (String trigger : List.of(
                "{\"name\":\"Quote\",\"event\":\"quote_request\",\"cooldown\":60,\"actions\":[{\"action\":\"send_email\",\"delay\":30,\"parameters\":{\"template\":\"quote\"}}],\"cancelOn\":[\"phone_call\"]}",
                "{\"name\":\"Rarely\",\"event\":\"video_play\",\"conditions\":[{\"field\":\"value\",\"operator\":\"greater_than\",\"value\":99}],\"cooldown\":60,\"actions\":[{\"action\":\"send_email\",\"delay\":5,\"parameters\":{\"template\":\"film\"}}]}",
                "{\"name\":\"Silence\",\"event\":{\"type\":\"inactivity\",\"after\":\"form_start\",\"unless\":[\"form_submit\"],\"within\":\"PT30M\"},\"cooldown\":600,\"actions\":[{\"action\":\"send_email\",\"delay\":600,\"parameters\":{\"template\":\"form\"}}]}",
                "{\"name\":\"Welcome\",\"event\":{\"type\":\"segment_entered\",\"segment\":\"viewers\"},\"cooldown\":1440,\"actions\":[{\"action\":\"send_email\",\"delay\":1,\"parameters\":{\"template\":\"hello\"}}]}",
                "{\"name\":\"Searching\",\"event\":\"search_query\",\"cooldown\":10080,\"actions\":[{\"action\":\"send_email\",\"delay\":20000,\"parameters\":{\"template\":\"found\"}}]}")) {
            analytics.triggers().create(TriggerDraft.fromJson(trigger));
        }
    }

    /** Fills the store. */
    void fill() {
        define();
        expose();
        List<TrackRequest> batch = new ArrayList<>();
        int batches = 0;
        for (int i = 0; i < events; i++) {
            clock.advance(STEP);
            batch.add(event());
            if (batch.size() == BATCH || i == events - 1) {
                for (TrackResult result : analytics.trackAll(batch)) {
                    if (result.outcome() != TrackResult.Outcome.ACCEPTED) {
                        throw new IllegalStateException(result.outcome() + " " + result.reason());
                    }
                }
                batch.clear();
                if (++batches % BATCHES_UNTIL_DUE == 0) {
                    analytics.runDue();
                }
            }
        }
    }

    /** Every second lead is exposed to an experiment, and one in ten of those to another variant of it later. */
    private void expose() {
        List<Exposure> exposures = new ArrayList<>();
        for (int lead = 0; lead < leads; lead += 2) {
            exposures.add(exposure(lead, "control"));
            if (lead % 20 == 0) {
                exposures.add(exposure(lead, "treatment"));
            }
            if (exposures.size() >= BATCH || lead + 2 >= leads) {
                store.ledger().expose(exposures);
                exposures.clear();
            }
        }
    }

    private Exposure exposure(int lead, String variant) {
        return new Exposure(EXPERIMENT, 1, 0, lead(lead), variant, 1, -1, clock.instant());
    }

    private TrackRequest event() {
        TrackRequest.Builder event = TrackRequest.builder(
                        EventType.BUILT_IN.get(random.nextInt(EventType.BUILT_IN.size())))
                .timestamp(clock.instant())
                .page("https://shop.example/quote/" + random.nextInt(1_000), "Quote", null)
                .property("step", (long) random.nextInt(10))
                .property("formId", "quote-form")
                .context("device", random.nextBoolean() ? "mobile" : "desktop")
                .value(random.nextInt(10_000) / 100.0);
        if (random.nextInt(10) == 0) {
            int heavy = random.nextInt(heavyLeads);
            return event.leadId(HEAVY + heavy)
                    .sessionId("heavy-session-" + heavy)
                    .build();
        }
        int lead = random.nextInt(leads);
        event.sessionId("session-" + lead);
        // Of one session in ten nobody ever learns whose it is; the others' events name the lead, most of them.
        if (lead % 10 != 0 && random.nextInt(4) != 0) {
            event.leadId("lead-" + lead);
        }
        return event.build();
    }

    @Override
    public void close() {
        analytics.close();
    }
}
