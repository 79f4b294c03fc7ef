package io.behavioranalytics.testkit;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.DueReport;
import io.behavioranalytics.Replay;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A facade for tests: one thread, a clock that stands until the test moves it, and executors that write down what they are asked.
 * What falls due while the clock moves runs in order, each at its own instant. Makes no assertions: ask it and use your own.
 */
public final class TestKit implements AutoCloseable {
    private static final Instant START = Instant.parse("2026-01-05T09:00:00Z");
    private static final int PAGE = 1_000;

    private final Store store;
    private final VirtualClock clock;
    private final BehaviorAnalytics analytics;
    private final Replay replay;
    private final Map<String, RecordingExecutor> executors;

    private TestKit(
            Store store, VirtualClock clock, BehaviorAnalytics analytics, Map<String, RecordingExecutor> executors) {
        this.store = store;
        this.clock = clock;
        this.analytics = analytics;
        this.executors = executors;
        this.replay = Replay.of(analytics, clock);
    }

    /**
     * Makes a kit in memory that records the actions of some types; its clock stands at Monday 2026-01-05, 9:00 UTC.
     *
     * @param actionTypes the types of action that the test's triggers use
     * @return the kit
     */
    public static TestKit recording(String... actionTypes) {
        return of(START, InMemoryStore::new, builder -> {}, actionTypes);
    }

    /**
     * Makes a kit.
     *
     * @param start where the clock stands
     * @param store makes the store, given the kit's clock for leases and rates; the kit closes it
     * @param more sets what else the facade needs: catalog, settings, executors of the test's own
     * @param actionTypes the types of action to record
     * @return the kit
     */
    public static TestKit of(
            Instant start,
            Function<VirtualClock, Store> store,
            Consumer<BehaviorAnalytics.Builder> more,
            String... actionTypes) {
        VirtualClock clock = VirtualClock.at(start);
        Store made = store.apply(clock);
        Map<String, RecordingExecutor> executors = new LinkedHashMap<>();
        BehaviorAnalytics.Builder builder = BehaviorAnalytics.builder()
                .store(made)
                .clock(clock)
                .executor(Runnable::run)
                .inlineActions();
        for (String type : actionTypes) {
            RecordingExecutor executor = new RecordingExecutor(type);
            builder.action(executor);
            executors.put(type, executor);
        }
        more.accept(builder);
        return new TestKit(made, clock, builder.build(), executors);
    }

    /**
     * The facade, for definitions and for all that the kit does not offer.
     *
     * @return the same object each time
     */
    public BehaviorAnalytics analytics() {
        return analytics;
    }

    /**
     * The instant at which the kit's clock stands.
     *
     * @return the instant
     */
    public Instant now() {
        return clock.instant();
    }

    /**
     * Tracks events in the order given. One with a later timestamp moves the clock there first, and runs what falls due on the
     * way; one with an earlier timestamp comes late.
     *
     * @param events the events
     * @return what became of each
     */
    public List<TrackResult> given(TrackRequest... events) {
        List<TrackResult> results = new ArrayList<>();
        for (TrackRequest event : events) {
            results.add(replay.feed(event));
        }
        return results;
    }

    /**
     * Moves the clock forward, and runs what falls due on the way and at its end.
     *
     * @param span how far; zero runs what is due now
     * @return what was done
     * @throws IllegalArgumentException if the span is negative
     */
    public DueReport advance(Duration span) {
        return replay.advanceTo(clock.instant().plus(span));
    }

    /**
     * The firings so far, of all triggers.
     *
     * @return in the order in which they were decided
     */
    public List<TriggerExecution> fired() {
        return store.ledger().executions(null, null, Integer.MAX_VALUE);
    }

    /**
     * The attempts that were made at actions of a recorded type.
     *
     * @param actionType the type
     * @return in their order
     * @throws IllegalArgumentException if the type is not recorded
     */
    public List<ActionRequest> executed(String actionType) {
        return executor(actionType).requests();
    }

    /**
     * The executor that records a type, to set its answers.
     *
     * @param actionType the type
     * @return the executor
     * @throws IllegalArgumentException if the type is not recorded
     */
    public RecordingExecutor executor(String actionType) {
        RecordingExecutor executor = executors.get(actionType);
        if (executor == null) {
            throw new IllegalArgumentException(
                    "action type " + actionType + " is not recorded, only " + executors.keySet());
        }
        return executor;
    }

    /**
     * The actions that still wait.
     *
     * @return the earliest first
     */
    public List<ActionRecord> pending() {
        List<ActionRecord> all = new ArrayList<>();
        List<ActionRecord> page = analytics.actions().list(ActionStatus.PENDING, null, PAGE);
        while (!page.isEmpty()) {
            all.addAll(page);
            UUID last = page.get(page.size() - 1).action().id();
            page = analytics.actions().list(ActionStatus.PENDING, last, PAGE);
        }
        all.sort(Comparator.comparing(ActionRecord::notBefore)
                .thenComparing(record -> record.action().id()));
        return List.copyOf(all);
    }

    /**
     * The ids of the leads and sessions that are in a segment now.
     *
     * @param keyOrId the segment
     * @return leads first, by their ids
     */
    public List<String> membersOf(String keyOrId) {
        return Stream.of(analytics.segments().members(keyOrId, null, Integer.MAX_VALUE))
                .flatMap(List::stream)
                .map(SubjectId::value)
                .toList();
    }

    @Override
    public void close() {
        analytics.close();
        store.close();
    }
}
