package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.BehaviorAnalytics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A clickstream that has been replayed.
 *
 * @param analytics what it was replayed through; its clock stands at the end
 * @param executors what stood for the outside world
 * @param events what is stored, by id, in the order of time
 * @param duplicates how many of them were stored before
 * @param unreadable the lines that were not read or not accepted
 * @param from the first event
 * @param last the last event
 * @param to where the clock stands
 * @param wall how long it took
 * @param cpu how much processor time it took, by all threads
 */
record Played(
        BehaviorAnalytics analytics,
        List<RecordingExecutor> executors,
        Map<UUID, InputEvent> events,
        long duplicates,
        UnreadableLines unreadable,
        Instant from,
        Instant last,
        Instant to,
        Duration wall,
        Duration cpu) {}
