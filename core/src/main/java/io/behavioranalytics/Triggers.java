package io.behavioranalytics;

import io.behavioranalytics.DefinitionWriter.Change;
import io.behavioranalytics.DefinitionsCache.Defined;
import io.behavioranalytics.action.Action;
import io.behavioranalytics.event.EventCatalog;
import io.behavioranalytics.event.EventIds;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentContext;
import io.behavioranalytics.store.DefinitionRecord;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import io.behavioranalytics.store.Ledger;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.trigger.Reachability;
import io.behavioranalytics.trigger.SegmentEffects;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerEvent;
import io.behavioranalytics.trigger.TriggerExecution;
import io.behavioranalytics.trigger.TriggerJson;
import io.behavioranalytics.trigger.TriggerLoop;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The triggers, what they did, and why they did not. References take a key or an id. Thread-safe. */
public final class Triggers {
    private final Ledger ledger;
    private final DefinitionsCache definitions;
    private final DefinitionWriter writer;
    private final EventCatalog catalog;
    private final Retention retention;
    private final Duration defaultCooldown;
    private final InstantSource clock;
    private final EventIds ids;
    private final Predicate<String> carriedOut;

    Triggers(
            Store store,
            DefinitionsCache definitions,
            Recalculation recalculation,
            EventCatalog catalog,
            Retention retention,
            Settings settings,
            InstantSource clock,
            EventIds ids,
            Predicate<String> carriedOut) {
        this.ledger = store.ledger();
        this.definitions = definitions;
        this.writer = new DefinitionWriter(store, definitions, recalculation);
        this.catalog = catalog;
        this.retention = retention;
        this.defaultCooldown = settings.triggerDefaultCooldown();
        this.clock = clock;
        this.ids = ids;
        this.carriedOut = carriedOut;
    }

    /**
     * Defines a trigger. It fires for what comes true from now on.
     *
     * @param draft what it is
     * @return the trigger, in force
     * @throws InvalidDefinitionException listing everything that is wrong: also a segment that does not exist, and an action for
     *     which neither this host nor another living host of the store has an executor
     * @throws DuplicateKeyException if another trigger has its key
     */
    public Trigger create(TriggerDraft draft) {
        Objects.requireNonNull(draft, "draft");
        List<Violation> faults = faults(draft);
        Instant now = clock.instant();
        UUID id = ids.next(now);
        return writer.save(newest -> {
            refuseIfAny(all(faults, draft, draft.key(), newest, now), draft, newest);
            Trigger trigger = draft.toTrigger(id, 1, defaultCooldown, now, now, now);
            newest.requireFree(Kind.TRIGGER, trigger.key(), trigger.id());
            return change(trigger, newest);
        });
    }

    /**
     * Changes a trigger: makes a new version of it. What is pending still runs, unless it falls due while the trigger is off.
     *
     * @param keyOrId which
     * @param draft all that it is from now on; without a key it keeps its own
     * @return the new version, in force; switched on again it fires for what comes true from now on
     * @throws InvalidDefinitionException listing everything that is wrong
     * @throws DuplicateKeyException if another trigger has its key
     * @throws UnknownDefinitionException if there is no such trigger
     */
    public Trigger update(String keyOrId, TriggerDraft draft) {
        Objects.requireNonNull(draft, "draft");
        List<Violation> faults = faults(draft);
        Instant now = clock.instant();
        return writer.save(newest -> {
            Trigger old = newest.requireTrigger(keyOrId);
            String key = draft.key() == null ? old.key() : draft.key();
            refuseIfAny(all(faults, draft, key, newest, now), draft, newest);
            Trigger trigger = draft.toNext(old, defaultCooldown, now);
            newest.requireFree(Kind.TRIGGER, trigger.key(), trigger.id());
            return change(trigger, newest);
        });
    }

    /**
     * All triggers that are defined, by their keys.
     *
     * @return the newest version of each
     */
    public List<Trigger> list() {
        List<Trigger> triggers = new ArrayList<>(definitions.newest().triggers());
        triggers.sort((one, other) -> one.key().compareTo(other.key()));
        return triggers;
    }

    /**
     * Finds a trigger.
     *
     * @param keyOrId which
     * @return the newest version, or empty if there is none
     */
    public Optional<Trigger> get(String keyOrId) {
        return definitions.newest().trigger(keyOrId);
    }

    /**
     * A trigger, how often it fired and when last. It is counted anew each time, which grows with the firings.
     *
     * @param keyOrId which
     * @return the trigger with its firings, or empty if there is none
     */
    public Optional<TriggerView> view(String keyOrId) {
        return get(keyOrId).map(trigger -> DefinitionCounts.view(ledger, trigger));
    }

    /**
     * Deletes a trigger. It fires no more, what is pending is cancelled when it falls due, and its executions stay.
     *
     * @param keyOrId which
     * @throws UnknownDefinitionException if there is no such trigger
     */
    public void delete(String keyOrId) {
        writer.save(newest -> {
            Trigger trigger = newest.requireTrigger(keyOrId);
            return new Change<>(record(trigger, trigger.version() + 1, true), newest.rollout(), trigger);
        });
    }

    /**
     * Firings in the order in which they were decided, each with its cause.
     *
     * @param keyOrId only this trigger, or null for all
     * @param subject only this subject, or null for all
     * @param limit the most firings; the newest are kept
     * @return the firings
     * @throws UnknownDefinitionException if there is no such trigger
     */
    public List<TriggerExecution> executions(@Nullable String keyOrId, @Nullable SubjectId subject, int limit) {
        return ledger.executions(id(keyOrId), subject, limit);
    }

    /**
     * Why triggers that were woken did not fire, in the order in which that was decided.
     *
     * @param keyOrId only this trigger, or null for all
     * @param subject only this subject, or null for all
     * @param limit the most; the newest are kept
     * @return the skips
     * @throws UnknownDefinitionException if there is no such trigger
     */
    public List<Skip> skips(@Nullable String keyOrId, @Nullable SubjectId subject, int limit) {
        return ledger.skips(id(keyOrId), subject, limit);
    }

    private @Nullable UUID id(@Nullable String keyOrId) {
        return keyOrId == null
                ? null
                : definitions.newest().requireTrigger(keyOrId).id();
    }

    private List<Violation> faults(TriggerDraft draft) {
        return draft.violations(catalog::accepts, carriedOut);
    }

    /** Adds the references that lead nowhere, so that everything is said at once. */
    static void refuseIfAny(List<Violation> faults, TriggerDraft draft, Defined defined) {
        DefinitionWriter.refuseIfAny(
                faults, unknownReferences(draft.targetSegments(), draft.event(), draft.actions(), defined));
    }

    /** The references to segments that lead nowhere. */
    static List<Violation> unknownReferences(
            List<String> targetSegments, TriggerEvent event, List<Action> actions, Defined defined) {
        List<Violation> all = new ArrayList<>();
        for (int i = 0; i < targetSegments.size(); i++) {
            SegmentReferences.require(targetSegments.get(i), "targetSegments[" + i + "]", defined, all);
        }
        String waitedFor = SegmentReferences.waitedFor(event);
        requireKept(waitedFor, all);
        SegmentReferences.require(waitedFor, "event.segment", defined, all);
        for (int i = 0; i < actions.size(); i++) {
            String segment = SegmentEffects.segmentOf(actions.get(i));
            String path = "actions[" + i + "].parameters.segment";
            if (Segment.ALL_VISITORS.equals(segment)) {
                all.add(new Violation(
                        path,
                        "UNSUPPORTED",
                        Segment.ALL_VISITORS + " is built in and has everybody: nobody sets members"));
            }
            SegmentReferences.require(segment, path, defined, all);
        }
        return all;
    }

    /** What is wrong with a draft by itself, and what would be among the others from now on. */
    private List<Violation> all(
            List<Violation> faults, TriggerDraft draft, @Nullable String key, Defined defined, Instant now) {
        List<Violation> all = new ArrayList<>(faults);
        String known = key != null || !faults.isEmpty() ? key : draft.resolvedKey();
        all.addAll(
                among(draft, known == null ? "" : known, defined, Segments.context(defined, catalog, retention, now)));
        return all;
    }

    /** What is wrong with a draft among the others: that it can never fire, or would cause itself. */
    static List<Violation> among(TriggerDraft draft, String key, Defined defined, SegmentContext context) {
        List<Violation> all = new ArrayList<>();
        Reachability.check(draft, context, all);
        TriggerLoop.through(key, draft, defined.triggers(), defined.segments())
                .ifPresent(loop -> all.add(new Violation("actions", "LOOP", loop(loop))));
        return all;
    }

    /** Loops that the criteria of segments would close among the triggers, beside those that there are. */
    static List<Violation> loops(Defined before, Collection<Trigger> triggers, Collection<Segment> segments) {
        return TriggerLoop.among(triggers, segments)
                .filter(loop ->
                        TriggerLoop.among(before.triggers(), before.segments()).isEmpty())
                .map(loop -> List.of(new Violation("criteria", "LOOP", loop(loop))))
                .orElse(List.of());
    }

    private static String loop(List<String> keys) {
        return "the triggers would cause each other for ever: " + SegmentReferences.shown(keys, " → ");
    }

    /** Nobody is recorded to enter or leave the built-in segment, so such a trigger would be silent for ever. */
    private static void requireKept(@Nullable String reference, List<Violation> violations) {
        if (Segment.ALL_VISITORS.equals(reference)) {
            violations.add(new Violation(
                    "event.segment",
                    "UNSUPPORTED",
                    Segment.ALL_VISITORS + " is built in and wakes no trigger; name an event type for a first event"));
        }
    }

    private static Change<Trigger> change(Trigger trigger, Defined newest) {
        return new Change<>(record(trigger, trigger.version(), false), newest.rollout(), trigger);
    }

    static DefinitionRecord record(Trigger trigger, long version, boolean deleted) {
        return new DefinitionRecord(
                Kind.TRIGGER, trigger.id(), trigger.key(), version, deleted, TriggerJson.write(trigger));
    }
}
