package io.behavioranalytics.proof;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
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

    /** A tag that the host adds or removes. */
    record Tagged(SubjectId subject, String tag, boolean added, UUID id, Instant at) implements Call {
        @Override
        public TrackResult on(BehaviorAnalytics analytics) {
            return added
                    ? analytics.leads().addTag(subject, tag, at, id)
                    : analytics.leads().removeTag(subject, tag, at, id);
        }
    }

    /** An attribute that the host sets, or removes if it is null. */
    record Attributed(SubjectId subject, String name, Object value, UUID id, Instant at) implements Call {
        @Override
        public TrackResult on(BehaviorAnalytics analytics) {
            return analytics.leads().setAttributes(subject, Collections.singletonMap(name, value), at, id);
        }
    }

    /**
     * What the host says of somebody.
     *
     * @param timelines decides
     * @param subject of whom
     * @param at when
     * @return the call
     */
    static Call said(RandomTimelines timelines, SubjectId subject, Instant at) {
        return timelines.pick(List.of(true, true, false))
                ? new Tagged(
                        subject,
                        timelines.pick(RandomTimelines.TAGS),
                        timelines.pick(List.of(true, true, false)),
                        timelines.id(),
                        at)
                : new Attributed(
                        subject,
                        timelines.pick(List.of("plan", "seats")),
                        timelines.pick(Arrays.asList("gold", "a\"b", 5L, new BigDecimal("0.10"), false, null)),
                        timelines.id(),
                        at);
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
            } else if (kind == 1) {
                calls.add(
                        said(timelines, random.nextBoolean() ? SubjectId.lead(lead) : SubjectId.session(session), at));
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
