package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Replay;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.event.InvalidEventException;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreException;
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
    private final Optional<Path> definitions;
    private final Duration after;
    private final Optional<String> address;

    /**
     * Prepares.
     *
     * @param definitions a folder of definitions instead of the bundled ones
     * @param after how long the clock runs on after the last event
     * @param address the database to keep everything in, or empty for memory
     */
    Player(Optional<Path> definitions, Duration after, Optional<String> address) {
        this.address = address;
        this.definitions = definitions;
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
                .store(store(clock))
                .catalog(clicks.catalog())
                .inlineActions()
                .executor(Runnable::run); // one thread does everything
        if (address.isEmpty()) {
            builder.random(
                    new Random(1)); // the same file gives the same output; a database wants new ids with each run
        }
        executors.forEach(builder::action);
        BehaviorAnalytics analytics = builder.build();
        Definitions.apply(definitions, analytics);

        Stopwatch stopwatch = new Stopwatch();
        Replay replay = Replay.of(analytics, clock);
        Map<UUID, InputEvent> stored = new LinkedHashMap<>();
        long duplicates = 0;
        long done = 0;
        for (InputEvent event : input) {
            if (feed(replay, clicks, event, stored)) {
                duplicates++;
            }
            progress.at(++done, clock.instant());
        }
        progress.end();
        Instant end = last.plus(after);
        replay.finish(end);
        return new Played(
                analytics,
                executors,
                stored,
                duplicates,
                clicks.unreadable(),
                first,
                last,
                end,
                stopwatch.wall(),
                stopwatch.processor());
    }

    /** The store, whose clock follows the file too: the rate of actions is measured on it. */
    private Store store(VirtualClock clock) {
        if (address.isEmpty()) {
            return new InMemoryStore(clock);
        }
        try {
            return JdbcStore.builder().url(address.get()).storeClock(clock).build();
        } catch (StoreException | IllegalArgumentException | IllegalStateException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new UsageException("cannot use the database " + address.get() + ": " + cause.getMessage());
        }
    }

    /** Feeds an event; true if it was there already. What the library refuses is as unreadable as what could not be parsed. */
    private static boolean feed(Replay replay, Clickstream clicks, InputEvent event, Map<UUID, InputEvent> stored) {
        UUID id = event.id() != null ? event.id() : replay.lineId(clicks.source(), event.text());
        try {
            TrackResult result = replay.feed(event.request().id(id).build());
            if (result.isDurable()) {
                stored.put(id, event);
            } else {
                clicks.unreadable().add(event.line(), result.reason());
            }
            return result.outcome() == TrackResult.Outcome.DUPLICATE;
        } catch (InvalidEventException e) {
            clicks.unreadable().add(event.line(), String.valueOf(e.getMessage()));
            return false;
        }
    }
}
