package io.behavioranalytics;

import io.behavioranalytics.event.EventIds;
import io.behavioranalytics.event.TrackRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Runs old input as if it happened now (S26): the clock follows the events, and what falls due between two of them runs between
 * them, each at its own instant. Used by one thread.
 *
 * <p>Build the facade with the same clock, with {@link BehaviorAnalytics.Builder#inlineActions()} if the order of actions matters,
 * and its store with that clock too, since the rate of actions is measured on the store's.
 */
public final class Replay {
    private static final UUID NAMESPACE = EventIds.v5(new UUID(0, 0), "https://behavioranalytics.io/imported-line");
    private static final Duration FIRST_STEP = Duration.ofSeconds(1);

    private final BehaviorAnalytics analytics;
    private final VirtualClock clock;
    private final Map<UUID, Integer> ordinals = new HashMap<>();
    private DueReport report = DueReport.NOTHING;

    private Replay(BehaviorAnalytics analytics, VirtualClock clock) {
        this.analytics = analytics;
        this.clock = clock;
    }

    /**
     * Begins a replay.
     *
     * @param analytics a facade that was built with the clock
     * @param clock shows the first instant, or an earlier one
     * @return the replay
     */
    public static Replay of(BehaviorAnalytics analytics, VirtualClock clock) {
        return new Replay(analytics, clock);
    }

    /**
     * Moves to an event's instant and tracks it there. What is due at that very instant runs after it (S3), when the clock moves
     * on. An event older than the clock is tracked late, where the clock stands.
     *
     * @param request the event; without a timestamp it happens where the clock stands
     * @return what became of it
     * @throws io.behavioranalytics.event.InvalidEventException if the event is not as events have to be; the clock has moved
     */
    public TrackResult feed(TrackRequest request) {
        Instant at = request.timestamp();
        if (at != null && at.isAfter(clock.instant())) {
            runBefore(at);
            clock.set(at);
        }
        return analytics.track(request);
    }

    /**
     * Moves to an instant, running what falls due until then, at that instant included.
     *
     * @param instant where to; not before the clock
     * @return what was done
     * @throws IllegalArgumentException if the instant is before the clock's
     */
    public DueReport advanceTo(Instant instant) {
        if (instant.isBefore(clock.instant())) {
            throw new IllegalArgumentException(
                    "a replay does not run backwards: " + clock.instant() + " to " + instant);
        }
        DueReport before = report;
        report = DueReport.NOTHING;
        runBefore(instant);
        clock.set(instant);
        run();
        DueReport done = report;
        report = before.plus(done);
        return done;
    }

    /**
     * Ends the replay: runs what falls due until an instant, at that instant included.
     *
     * @param until where the clock ends up
     * @return what was done since the beginning
     * @throws IllegalArgumentException if the instant is before the clock's
     */
    public DueReport finish(Instant until) {
        advanceTo(until);
        return report;
    }

    /**
     * The id of an imported line: the same whenever the same source is imported again, and different for equal lines. Ask once for
     * every line, in their order; what is remembered grows by one entry for every different line.
     *
     * @param source the file's name, or whatever tells sources apart
     * @param line the line as it stands
     * @return an id of version 5 of (source, line, how many equal lines came before)
     */
    public UUID lineId(String source, String line) {
        UUID base = EventIds.v5(NAMESPACE, source.getBytes(StandardCharsets.UTF_8).length + ":" + source + line);
        int ordinal = ordinals.merge(base, 1, Integer::sum) - 1;
        return ordinal == 0 ? base : EventIds.v5(base, Integer.toString(ordinal));
    }

    /** Runs everything that falls due before an instant, each at its own. */
    private void runBefore(Instant end) {
        Duration step = FIRST_STEP;
        while (true) {
            Optional<Instant> due = analytics.nextDue();
            if (due.isEmpty() || !due.get().isBefore(end)) {
                return;
            }
            Instant now = clock.instant();
            if (due.get().isAfter(now)) {
                clock.set(due.get());
                step = FIRST_STEP;
            }
            if (run()) {
                step = FIRST_STEP;
                continue;
            }
            if (!due.get().isAfter(now)) {
                // Due and not to be had: the rate is used up, or somebody else has it. Time may help, in growing steps.
                Instant next = now.plus(step);
                if (!next.isBefore(end)) {
                    return;
                }
                clock.set(next);
                step = step.multipliedBy(2);
            }
        }
    }

    private boolean run() {
        DueReport done = analytics.runDue();
        report = report.plus(done);
        return !done.isEmpty();
    }
}
