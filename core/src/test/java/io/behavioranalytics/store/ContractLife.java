package io.behavioranalytics.store;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Settings;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.trigger.TriggerDraft;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A host that lives by chance on a store: events of leads and sessions, late and early ones, links, definitions that change, timers,
 * actions that fail, and time that passes. One seed, one life. For tests of a store's upkeep; not thread-safe.
 */
public final class ContractLife implements AutoCloseable {
    private static final List<EventType> TYPES = List.of(
            EventType.PAGE_VIEW,
            EventType.FORM_START,
            EventType.FORM_SUBMIT,
            EventType.QUOTE_REQUEST,
            EventType.VIDEO_PLAY,
            EventType.FORM_ABANDON);

    private final long seed;
    private final SplittableRandom random;
    private final VirtualClock clock;
    private final BehaviorAnalytics analytics;
    private int defined;

    /**
     * Makes a host.
     *
     * @param store where it lives; stays open
     * @param start its first instant
     * @param seed what it does
     */
    public ContractLife(Store store, Instant start, long seed) {
        this.seed = seed;
        random = new SplittableRandom(seed);
        clock = VirtualClock.at(start);
        analytics = BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .random(new SplittableRandom(seed ^ 0x5eed))
                .host("host-" + seed)
                .executor(Runnable::run)
                .inlineActions()
                .settings(Settings.builder()
                        .retention(Duration.ofDays(20))
                        .actionMaxAttempts(2)
                        .build())
                .action(new Moody())
                .build();
    }

    private final class Moody implements ActionExecutor {
        @Override
        public String type() {
            return "note";
        }

        @Override
        public ActionResult execute(ActionRequest request) {
            return random.nextInt(4) == 0 ? ActionResult.failure("no, grüße 😀") : ActionResult.success();
        }
    }

    /**
     * The facade that the host uses.
     *
     * @return the same object each time
     */
    public BehaviorAnalytics analytics() {
        return analytics;
    }

    /**
     * The host's clock.
     *
     * @return the instant at which it is
     */
    public Instant now() {
        return clock.instant();
    }

    /**
     * Lives on.
     *
     * @param steps how many things happen
     */
    public void go(int steps) {
        for (int i = 0; i < steps; i++) {
            int what = random.nextInt(100);
            if (what < 70) {
                track();
            } else if (what < 88) {
                clock.advance(Duration.ofSeconds(random.nextLong(200_000)));
                analytics.runDue();
            } else if (what < 93) {
                analytics.identify("session-" + random.nextInt(6), "lead-" + random.nextInt(8));
            } else {
                define();
            }
        }
    }

    private void track() {
        TrackRequest.Builder event = TrackRequest.builder(TYPES.get(random.nextInt(TYPES.size())));
        int whose = random.nextInt(3);
        if (whose > 0) {
            event.leadId("lead-" + random.nextInt(8));
        }
        if (whose < 2) {
            event.sessionId("session-" + random.nextInt(6));
        }
        Instant at = clock.instant();
        switch (random.nextInt(6)) {
            case 0 -> event.timestamp(at.minusSeconds(random.nextLong(1_000_000)));
            case 1 -> event.timestamp(at.minusSeconds(random.nextLong(3_000)));
            case 2 -> event.timestamp(at.plusSeconds(random.nextLong(200)));
            default -> event.timestamp(at);
        }
        if (random.nextBoolean()) {
            event.value(random.nextInt(4) == 0 ? -0.1 - 0.2 : random.nextDouble(1_000));
            event.properties(
                    Map.of("z", "Grüße 😀", "n", random.nextInt(100), "deep", Map.of("b", 1.5, "a", List.of(1, 2))));
        }
        analytics.track(event.build());
    }

    private void define() {
        defined++;
        String type = TYPES.get(random.nextInt(TYPES.size())).name();
        int which = random.nextInt(4);
        SegmentDraft segment = SegmentDraft.fromJson("{\"name\": \"S" + which
                + "\", \"type\": \"dynamic\", \"status\": \"active\", \"criteria\": {\"logicOperator\": \"AND\","
                + " \"eventFilters\": [{\"eventType\": \"" + type + "\", \"minFrequency\": " + (1 + random.nextInt(3))
                + ", \"timeRange\": {\"last\": \"P" + (1 + random.nextInt(9)) + "D\"}}]}}");
        boolean there = analytics.segments().list().stream()
                .anyMatch(known -> known.key().equals("s" + which));
        if (there && random.nextInt(4) == 0) {
            analytics.segments().delete("s" + which);
        } else if (there) {
            analytics.segments().update("s" + which, segment);
        } else {
            analytics.segments().create(segment);
        }
        if (random.nextBoolean()) {
            String event = random.nextInt(3) == 0
                    ? "{\"type\": \"inactivity\", \"after\": \"" + type
                            + "\", \"unless\": [\"form_submit\"], \"within\":" + " \"PT3H\"}"
                    : "\"" + type + "\"";
            analytics
                    .triggers()
                    .create(TriggerDraft.fromJson(
                            "{\"name\": \"T" + seed + " " + defined + "\", \"status\": \"active\", \"event\": "
                                    + event + ", \"cooldown\": " + random.nextInt(2_000)
                                    + ", \"actions\": [{\"action\": \"note\", \"parameters\": {\"b\": 1, \"a\": \"ü\"}, \"delay\": \"PT"
                                    + random.nextInt(50) + "H\"}], \"cancelOn\": [\"form_submit\"]}"));
        }
    }

    /**
     * Whom the host may have met.
     *
     * @return leads and sessions
     */
    public static List<SubjectId> subjects() {
        List<SubjectId> subjects = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            subjects.add(SubjectId.lead("lead-" + i));
        }
        for (int i = 0; i < 6; i++) {
            subjects.add(SubjectId.session("session-" + i));
        }
        return subjects;
    }

    @Override
    public void close() {
        analytics.close();
    }
}
