package io.behavioranalytics.proof;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.TrackRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Events of a few leads and sessions that cross each other in every way: anonymous, identified, two leads on one device, one
 * lead on two devices, links made late, and times that tie.
 */
final class World {
    /** What a caller does once; done again it is a duplicate. */
    interface Call {
        UUID id();

        Instant at();

        TrackResult on(BehaviorAnalytics analytics);
    }

    /** An event. */
    record Track(TrackRequest request, UUID id, Instant at) implements Call {
        @Override
        public TrackResult on(BehaviorAnalytics analytics) {
            return analytics.track(request);
        }
    }

    /** A link of a session with a lead. */
    record Identify(String sessionId, String leadId, UUID id, Instant at) implements Call {
        @Override
        public TrackResult on(BehaviorAnalytics analytics) {
            return analytics.identify(sessionId, leadId, at, id);
        }
    }

    /** The end of what links of a session said before it. */
    record Unlink(String sessionId, UUID id, Instant at) implements Call {
        @Override
        public TrackResult on(BehaviorAnalytics analytics) {
            return analytics.unlink(sessionId, at, id);
        }
    }

    private World() {}

    /**
     * Random calls.
     *
     * @param random decides
     * @param now most happen before it, none behind now + ahead
     * @param count how many
     * @param ahead how far behind now one may be
     * @return the calls, in random order
     */
    static List<Call> calls(SplittableRandom random, Instant now, int count, Duration ahead) {
        RandomTimelines timelines = new RandomTimelines(random);
        int leads = 1 + random.nextInt(3);
        int sessions = 1 + random.nextInt(3);
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String lead = "lead-" + random.nextInt(leads);
            String session = "session-" + random.nextInt(sessions);
            Instant at = timelines.instant(now, ahead);
            int kind = random.nextInt(10);
            if (kind == 0) {
                calls.add(
                        random.nextInt(4) == 0
                                ? new Unlink(session, timelines.id(), at)
                                : new Identify(session, lead, timelines.id(), at));
            } else {
                boolean anonymous = kind < 6;
                boolean without = kind == 9;
                BehaviorEvent event = timelines.event(without ? null : session, anonymous ? null : lead, at);
                calls.add(new Track(request(event), event.id(), at));
            }
        }
        return calls;
    }

    /**
     * What a caller sends for an event.
     *
     * @param event the event
     * @return the request
     */
    static TrackRequest request(BehaviorEvent event) {
        TrackRequest.Builder builder = TrackRequest.builder(event.type())
                .id(event.id())
                .sessionId(event.sessionId())
                .leadId(event.leadId())
                .userId(event.userId())
                .sequence(event.sequence())
                .timestamp(event.timestamp())
                .source(event.source())
                .properties(event.properties())
                .context(event.context())
                .metadata(event.metadata());
        if (!event.page().isEmpty()) {
            builder.page((String) event.page().get("url"), (String) event.page().get("title"), null);
        }
        if (event.value() != null) {
            builder.value(event.value());
        }
        return builder.build();
    }
}
