package io.behavioranalytics.jdbc.fault;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.event.EventIds;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.trigger.TriggerDraft;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Definitions, and events that are told by a number alone: whoever sends number n, on whatever host and however often, sends the
 * same event. A lead has a session of its own, in which it is sometimes anonymous.
 *
 * @param start the instant of event 0; each later one comes a millisecond after the one before
 * @param leads how many leads there are
 */
record Campaign(Instant start, int leads) {
    /** The type of action that the tests carry out. */
    static final String NOTE = "note";

    private static final UUID NAMESPACE = UUID.fromString("0c4e8a1e-5b0f-4e0c-9a53-6d5d1f3a9b10");
    private static final String[] TYPES = {
        "page_view", "page_view", "page_view", "quote_request", "social_share", "form_abandon", "form_submit"
    };

    /**
     * Defines a segment and four triggers, of which one fires at most every ten minutes and two for each of their events, and begins
     * a campaign at once: what happens before a trigger is there does not fire it.
     */
    static Campaign begin(BehaviorAnalytics analytics, int leads) {
        analytics
                .segments()
                .create(SegmentDraft.fromJson("{\"name\": \"Busy\", \"type\": \"dynamic\", \"status\": \"active\","
                        + " \"criteria\": {\"eventFilters\": [{\"eventType\": \"page_view\", \"minFrequency\": 3,"
                        + " \"timeRange\": {\"last\": \"P7D\"}}]}}"));
        trigger(analytics, "Share", "\"social_share\"", 0, "PT0S");
        trigger(analytics, "Quote", "\"quote_request\"", 10, "PT0S");
        trigger(analytics, "Entered", "{\"type\": \"segment_entered\", \"segment\": \"busy\"}", 0, "PT0S");
        trigger(analytics, "Recovery", "\"form_abandon\"", 0, "PT24H");
        return new Campaign(Instant.now().truncatedTo(ChronoUnit.MILLIS).plusMillis(1), leads);
    }

    /** Defines one trigger whose action is a note; a submitted form cancels it. */
    static void trigger(BehaviorAnalytics analytics, String name, String event, long cooldownMinutes, String delay) {
        analytics
                .triggers()
                .create(TriggerDraft.fromJson("{\"name\": \"" + name + "\", \"status\": \"active\", \"event\": " + event
                        + ", \"cooldown\": " + cooldownMinutes + ", \"cancelOn\": [\"form_submit\"],"
                        + " \"actions\": [{\"action\": \"" + NOTE + "\", \"parameters\": {}, \"delay\": \"" + delay
                        + "\"}]}"));
    }

    static UUID id(long number) {
        return EventIds.v5(NAMESPACE, Long.toString(number));
    }

    TrackRequest request(long number) {
        SplittableRandom chance = new SplittableRandom(number * 0x9E3779B97F4A7C15L);
        int lead = chance.nextInt(leads);
        int naming = chance.nextInt(10);
        return TrackRequest.builder(TYPES[chance.nextInt(TYPES.length)])
                .id(id(number))
                .leadId(naming < 9 ? "lead-" + lead : null)
                .sessionId(naming < 6 ? null : "session-" + lead)
                .timestamp(start.plusMillis(number))
                .value(chance.nextInt(100))
                .build();
    }

    /** Sends an event until it is stored; whatever else than a refusal for now comes of it is a fault. */
    TrackResult send(BehaviorAnalytics analytics, long number) {
        while (true) {
            TrackResult result = analytics.track(request(number));
            if (result.isDurable()) {
                return result;
            }
            if (result.outcome() != TrackResult.Outcome.RETRY_LATER) {
                throw new AssertionError("event " + number + ": " + result);
            }
        }
    }
}
