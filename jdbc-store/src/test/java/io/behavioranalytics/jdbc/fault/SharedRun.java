package io.behavioranalytics.jdbc.fault;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Settings;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.jdbc.postgres.ChildJvm;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.trigger.TriggerDraft;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Events of many leads that several hosts share among them, decided at one instant, so that whoever decides them in whatever order
 * must come to the same; and one of the hosts, in a JVM of its own.
 *
 * @param start the instant of the first event; all come within the half hour after it, at whose end they are decided
 * @param events how many there are
 * @param leads how many leads they belong to
 */
record SharedRun(Instant start, int events, int leads) {
    /** What the server knows the hosts' connections by. */
    static final String APPLICATION = "shared-run";

    private static final int LIST = 100;
    private static final int TRIGGERS = 48;
    private static final String[] TYPES = {
        "page_view",
        "page_view",
        "page_view",
        "quote_request",
        "social_share",
        "form_abandon",
        "form_submit",
        "download"
    };
    private static final Duration SPAN = Duration.ofMinutes(30);

    /** The one instant of decision. */
    Instant now() {
        return start.plus(SPAN);
    }

    /**
     * Defines two segments and fifty triggers: those with a cooldown of a day fire at most once for a lead, the others for each
     * event that is worth enough.
     */
    static void define(BehaviorAnalytics analytics) {
        segment(analytics, "Busy", "page_view", 5);
        segment(analytics, "Generous", "social_share", 2);
        for (int i = 0; i < TRIGGERS; i++) {
            boolean often = i % 12 == 0;
            analytics
                    .triggers()
                    .create(TriggerDraft.fromJson("{\"name\": \"T" + i + "\", \"status\": \"active\", \"event\": \""
                            + TYPES[i % TYPES.length] + "\", \"cooldown\": " + (often ? 0 : 1_440)
                            + ", \"conditions\": [{\"field\": \"value\", \"operator\": \"greater_or_equal\","
                            + " \"value\": "
                            + (often ? 90 : 50 + i % 40) + "}], \"actions\": [{\"action\": \"" + Campaign.NOTE
                            + "\", \"parameters\": {}, \"delay\": \"" + (often ? "PT0S" : "PT24H") + "\"}]}"));
        }
        for (String segment : List.of("busy", "generous")) {
            Campaign.trigger(
                    analytics,
                    "Entered " + segment,
                    "{\"type\": \"segment_entered\", \"segment\": \"" + segment + "\"}",
                    0,
                    "PT0S");
        }
    }

    private static void segment(BehaviorAnalytics analytics, String name, String type, int frequency) {
        analytics
                .segments()
                .create(SegmentDraft.fromJson("{\"name\": \"" + name + "\", \"type\": \"dynamic\","
                        + " \"status\": \"active\", \"criteria\": {\"eventFilters\": [{\"eventType\": \"" + type
                        + "\", \"minFrequency\": " + frequency + ", \"timeRange\": {\"last\": \"P7D\"}}]}}"));
    }

    TrackRequest request(long number) {
        SplittableRandom chance = new SplittableRandom(number * 0x9E3779B97F4A7C15L);
        int lead = chance.nextInt(leads);
        return TrackRequest.builder(TYPES[chance.nextInt(TYPES.length)])
                .id(Campaign.id(number))
                .leadId("lead-" + lead)
                .sessionId(chance.nextInt(10) < 5 ? null : "session-" + lead)
                .timestamp(start.plusNanos(SPAN.toNanos() / events * number / 1_000 * 1_000))
                .value(chance.nextInt(100))
                .build();
    }

    BehaviorAnalytics host(Store store, ActionExecutor executor) {
        return BehaviorAnalytics.builder()
                .store(store)
                .clock(this::now)
                .settings(Settings.builder()
                        .processingInterval(Duration.ofMillis(50))
                        .triggerMaxExecutionRate(100_000_000)
                        .batchSize(200)
                        .build())
                .action(executor)
                .build();
    }

    /** Sends one part of the events in lists, and each until it is stored. */
    void send(BehaviorAnalytics analytics, int part, int parts) {
        List<Long> open = new ArrayList<>();
        for (long number = part; number < events; number += parts) {
            open.add(number);
            if (open.size() == LIST || number + parts >= events) {
                sendAll(analytics, open);
                open.clear();
            }
        }
    }

    private void sendAll(BehaviorAnalytics analytics, List<Long> numbers) {
        List<Long> open = List.copyOf(numbers);
        while (!open.isEmpty()) {
            List<TrackResult> results =
                    analytics.trackAll(open.stream().map(this::request).toList());
            List<Long> again = new ArrayList<>();
            for (int i = 0; i < results.size(); i++) {
                TrackResult result = results.get(i);
                if (result.outcome() == TrackResult.Outcome.RETRY_LATER) {
                    again.add(open.get(i));
                } else if (!result.isDurable()) {
                    throw new AssertionError("event " + open.get(i) + ": " + result);
                }
            }
            open = again;
        }
    }

    /** Starts a host that sends its part, prints "sent", runs what is due until it is alone with nothing due, and ends. */
    ChildJvm startHost(String url, int part, int parts) {
        return ChildJvm.of(
                        SharedRun.class,
                        url + "&ApplicationName=" + APPLICATION,
                        start.toString(),
                        String.valueOf(events),
                        String.valueOf(leads),
                        String.valueOf(part),
                        String.valueOf(parts))
                .start();
    }

    /**
     * The host.
     *
     * @param args the database, the run's three components, the part, and how many there are
     */
    public static void main(String[] args) {
        SharedRun run = new SharedRun(Instant.parse(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
        try (JdbcStore store = JdbcStore.builder().url(args[0]).build();
                BehaviorAnalytics analytics = run.host(store, Calls.note(request -> {
                    ChildJvm.acknowledge("called " + request.idempotencyKey() + " " + request.attempt());
                    return ActionResult.success();
                }))) {
            analytics.start();
            ChildJvm.acknowledge("ready");
            run.send(analytics, Integer.parseInt(args[4]), Integer.parseInt(args[5]));
            ChildJvm.acknowledge("sent, stale " + analytics.statistics().staleRetries() + ", busy "
                    + analytics.statistics().busyRetries());
            Waiting.until(
                    "nothing is due",
                    Duration.ofMinutes(10),
                    () -> store.queue()
                            .nextDue(List.of(Campaign.NOTE))
                            .filter(due -> !due.isAfter(run.now()))
                            .isEmpty());
        }
        ChildJvm.acknowledge("closed");
    }
}
