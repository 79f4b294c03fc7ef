package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Replay;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.event.InvalidEventException;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.trigger.TriggerDraft;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** Replays a clickstream as if it happened now: the clock follows the file, and timers and actions run between its lines. */
final class Player {
    private final Optional<Path> segments;
    private final Optional<Path> triggers;
    private final Duration after;

    /**
     * Prepares.
     *
     * @param segments a file of definitions instead of the bundled ones
     * @param triggers the same for triggers
     * @param after how long the clock runs on after the last event
     */
    Player(Optional<Path> segments, Optional<Path> triggers, Duration after) {
        this.segments = segments;
        this.triggers = triggers;
        this.after = after;
    }

    /** Replays a clickstream that has at least one event. */
    Played play(Clickstream clicks, Progress progress) {
        List<InputEvent> input = clicks.events();
        Instant first = input.get(0).timestamp();
        Instant last = input.get(input.size() - 1).timestamp();
        VirtualClock clock = VirtualClock.at(first);
        List<RecordingExecutor> executors =
                List.of(new RecordingExecutor("send_email"), new RecordingExecutor("assign_agent"));
        BehaviorAnalytics.Builder builder = BehaviorAnalytics.builder()
                .clock(clock)
                .store(new InMemoryStore(clock))
                .catalog(clicks.catalog())
                .inlineActions()
                .executor(Runnable::run) // one thread does everything, and chance has a seed:
                .random(new Random(1)); // so the same file gives the same output
        executors.forEach(builder::action);
        BehaviorAnalytics analytics = builder.build();
        Definitions.each(segments, "segments.json", json -> analytics.segments().create(SegmentDraft.fromJson(json)));
        Definitions.each(triggers, "triggers.json", json -> analytics.triggers().create(TriggerDraft.fromJson(json)));

        Stopwatch stopwatch = new Stopwatch();
        Replay replay = Replay.of(analytics, clock);
        Map<UUID, InputEvent> accepted = new LinkedHashMap<>();
        long done = 0;
        for (InputEvent event : input) {
            feed(replay, clicks, event, accepted);
            progress.at(++done, clock.instant());
        }
        progress.end();
        Instant end = last.plus(after);
        replay.finish(end);
        return new Played(
                analytics,
                executors,
                accepted,
                clicks.unreadable(),
                first,
                last,
                end,
                stopwatch.wall(),
                stopwatch.processor());
    }

    /** What the library refuses is as unreadable as what could not be parsed. */
    private static void feed(Replay replay, Clickstream clicks, InputEvent event, Map<UUID, InputEvent> accepted) {
        UUID id = event.id() != null ? event.id() : replay.lineId(clicks.source(), event.text());
        try {
            TrackResult result = replay.feed(event.request().id(id).build());
            if (result.isDurable()) {
                accepted.put(id, event);
            } else {
                clicks.unreadable().add(event.line(), result.reason());
            }
        } catch (InvalidEventException e) {
            clicks.unreadable().add(event.line(), String.valueOf(e.getMessage()));
        }
    }
}
