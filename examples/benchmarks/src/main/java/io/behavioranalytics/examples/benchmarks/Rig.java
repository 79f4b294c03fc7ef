package io.behavioranalytics.examples.benchmarks;

import io.behavioranalytics.BackPressure;
import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Settings;
import io.behavioranalytics.SettingsBuilder;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A fresh facade on a fresh store, with a clock that follows the events. */
final class Rig implements AutoCloseable {
    final FollowingClock clock = new FollowingClock(WorkloadRows.BASE.minus(Duration.ofDays(1)));
    final Store store;
    final BehaviorAnalytics analytics;
    final DefinitionSet.Saved definitions;

    Rig(DefinitionSet definitionSet) {
        this(definitionSet, Settings.builder());
    }

    Rig(DefinitionSet definitionSet, SettingsBuilder settings) {
        this(definitionSet, null, settings);
    }

    /** On a store that it closes, or without one on a new one in memory. */
    Rig(DefinitionSet definitionSet, @Nullable Store given, SettingsBuilder settings) {
        store = given == null ? new InMemoryStore(clock) : given;
        BehaviorAnalytics.Builder builder = BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .settings(settings.triggerMaxExecutionRate(100_000_000).build())
                .backPressure(BackPressure.block(Duration.ofMinutes(1)))
                .inlineActions();
        for (String type : List.of("send_email", "send_sms", "assign_agent", "create_task")) {
            builder.action(ActionExecutor.of(type, request -> ActionResult.success()));
        }
        analytics = builder.build();
        definitions = definitionSet.saveIn(analytics);
    }

    /** Moves the clock to an event. */
    void reach(TrackRequest request) {
        if (request.timestamp() != null) {
            clock.reach(request.timestamp());
        }
    }

    /** A benchmark that loses events measures nothing. */
    static void requireAccepted(TrackResult result) {
        if (result.outcome() != TrackResult.Outcome.ACCEPTED) {
            throw new IllegalStateException("an event was not accepted: " + result.outcome() + " " + result.reason());
        }
    }

    @Override
    public void close() {
        analytics.close();
        store.close();
    }
}
