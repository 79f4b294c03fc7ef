package io.behavioranalytics;

import io.behavioranalytics.DefinitionsCache.Defined;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.segment.Calculations;
import io.behavioranalytics.segment.RolloutLayer;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import io.behavioranalytics.store.Ledger;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How many are in a segment and how often a trigger fired, by the facts. No decision writes these numbers down, since all would contend
 * for one row (S13); what a store shows of them is refreshed here, one definition at a time.
 */
final class DefinitionCounts {
    private final Store store;
    private final DefinitionsCache definitions;
    private final InstantSource clock;

    DefinitionCounts(Store store, DefinitionsCache definitions, InstantSource clock) {
        this.store = store;
        this.definitions = definitions;
        this.clock = clock;
    }

    /** A segment of these definitions as it stands. */
    static SegmentView view(Store store, Defined defined, Segment newest, Instant now) {
        boolean changes = defined.rollout().isCalculating(newest);
        boolean calculating = changes
                || RolloutLayer.calculating(defined.segments(), defined.rollout())
                        .apart()
                        .containsKey(newest.id());
        Segment answering = defined.rollout().answering(newest);
        UUID kept = kept(defined, newest);
        return new SegmentView(
                answering == null ? newest : answering,
                kept == null ? 0 : store.ledger().memberCount(kept),
                kept == null || answering == null ? null : lastCalculated(store, answering, now),
                calculating,
                changes ? newest : null);
    }

    /** As of when everybody was decided: a behavioral segment as of its last calculation but those that are still being made. */
    private static @Nullable Instant lastCalculated(Store store, Segment answering, Instant now) {
        if (!answering.isBehavioral()) {
            return now;
        }
        Calculations calculations = answering.calculations();
        long until = Micros.of(now);
        Instant due = store.subjects().firstDue().orElse(null);
        if (due != null) {
            until = Math.min(until, Micros.of(due) - 1);
        }
        List<Instant> demanded = calculations.demanded();
        if (!demanded.isEmpty()
                && !store.subjects()
                        .decidedBefore(calculations.demandedIn(), null, 1)
                        .isEmpty()) {
            until = Math.min(until, Micros.of(demanded.get(demanded.size() - 1)) - 1);
        }
        long latest = calculations.latest(until);
        return latest == Micros.ALWAYS ? null : Micros.toInstant(latest);
    }

    /** The id under which the members are kept of the version that answers; null if none does. */
    static @Nullable UUID kept(Defined defined, Segment newest) {
        Segment answering = defined.rollout().answering(newest);
        if (answering == null) {
            return null;
        }
        Segment apart = RolloutLayer.recording(defined.segments(), defined.rollout())
                .apart()
                .get(newest.id());
        return apart == null ? newest.id() : apart.id();
    }

    /** A trigger and its firings; of a firing that comes meanwhile the instant may be told and not yet the number. */
    static TriggerView view(Ledger ledger, Trigger trigger) {
        long count = ledger.executionCount(trigger.id());
        List<TriggerExecution> newest = count == 0 ? List.of() : ledger.executions(trigger.id(), null, 1);
        return new TriggerView(
                trigger, count, newest.isEmpty() ? null : newest.get(0).executedAt());
    }

    /** Refreshes the definition behind another, by their ids; null if none is left. */
    @Nullable
    UUID refreshNext(@Nullable UUID after) {
        Defined newest = definitions.newest();
        NavigableMap<UUID, Runnable> all = new TreeMap<>();
        newest.segments().forEach(segment -> all.put(segment.id(), () -> refresh(newest, segment)));
        newest.triggers().forEach(trigger -> all.put(trigger.id(), () -> refresh(trigger)));
        Map.Entry<UUID, Runnable> next = after == null ? all.firstEntry() : all.higherEntry(after);
        if (next == null) {
            return null;
        }
        next.getValue().run();
        return next.getKey();
    }

    private void refresh(Defined defined, Segment segment) {
        SegmentView view = view(store, defined, segment, clock.instant());
        // Members are moved when another version begins to answer: what was counted across that is not shown.
        if (store.definitions().version() == defined.version()) {
            store.definitions().refresh(Kind.SEGMENT, segment.id(), view.memberCount(), view.lastCalculated());
        }
    }

    private void refresh(Trigger trigger) {
        TriggerView view = view(store.ledger(), trigger);
        store.definitions().refresh(Kind.TRIGGER, trigger.id(), view.triggerCount(), view.lastTriggered());
    }
}
