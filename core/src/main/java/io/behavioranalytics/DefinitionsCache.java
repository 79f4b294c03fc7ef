package io.behavioranalytics;

import io.behavioranalytics.decision.Decider;
import io.behavioranalytics.decision.DecisionSettings;
import io.behavioranalytics.decision.Plan;
import io.behavioranalytics.experiment.AssignmentPlan;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.ExperimentJson;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.segment.Rollout;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentJson;
import io.behavioranalytics.store.DefinitionRecord;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import io.behavioranalytics.store.Definitions;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreException;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The definitions in force, compiled. Their version is asked of the store at most once in a while, and at once after a save of our
 * own. Thread-safe.
 */
final class DefinitionsCache {
    private static final GuardedLog LOG = GuardedLog.of(DefinitionsCache.class);

    /**
     * The definitions of one version.
     *
     * @param version the version of the whole
     * @param segments the newest version of all that are not deleted
     * @param triggers all that are not deleted
     * @param experiments the newest version of all that are not deleted
     * @param rollout which versions of segments answer while the newest are calculated
     * @param rolloutRecord the number of the record in which that is written down, 0 if none is
     * @param leftOut segments, triggers and experiments that are defined, but cannot be read or compiled on this host
     * @param decider decides by them
     * @param assignments assigns by them
     */
    record Defined(
            long version,
            List<Segment> segments,
            List<Trigger> triggers,
            List<Experiment> experiments,
            Rollout rollout,
            long rolloutRecord,
            Set<UUID> leftOut,
            Decider decider,
            AssignmentPlan assignments) {
        /** The version on which whoever was decided, or on a newer one, was decided by all of this. */
        long decidingVersion() {
            return decider.plan().version();
        }

        Defined {
            leftOut = Set.copyOf(leftOut);
            segments = List.copyOf(segments);
            triggers = List.copyOf(triggers);
            experiments = List.copyOf(experiments);
        }

        Optional<Segment> segment(String keyOrId) {
            return segments.stream()
                    .filter(s -> s.key().equals(keyOrId) || s.id().toString().equals(keyOrId))
                    .findFirst();
        }

        Segment requireSegment(String keyOrId) {
            return segment(keyOrId).orElseThrow(() -> new UnknownDefinitionException(Kind.SEGMENT, keyOrId));
        }

        /** The newest version of a segment, or null if it is deleted. */
        @Nullable
        Segment segment(UUID id) {
            for (Segment segment : segments) {
                if (segment.id().equals(id)) {
                    return segment;
                }
            }
            return null;
        }

        Optional<Trigger> trigger(String keyOrId) {
            return triggers.stream()
                    .filter(t -> t.key().equals(keyOrId) || t.id().toString().equals(keyOrId))
                    .findFirst();
        }

        Trigger requireTrigger(String keyOrId) {
            return trigger(keyOrId).orElseThrow(() -> new UnknownDefinitionException(Kind.TRIGGER, keyOrId));
        }

        Optional<Experiment> experiment(String keyOrId) {
            return experiments.stream()
                    .filter(e -> e.key().equals(keyOrId) || e.id().toString().equals(keyOrId))
                    .findFirst();
        }

        Experiment requireExperiment(String keyOrId) {
            return experiment(keyOrId).orElseThrow(() -> new UnknownDefinitionException(Kind.EXPERIMENT, keyOrId));
        }

        /** Refuses a key that another definition of the kind has. */
        void requireFree(Kind kind, String key, UUID id) {
            Optional<UUID> holder = switch (kind) {
                case SEGMENT -> segment(key).map(Segment::id);
                case TRIGGER -> trigger(key).map(Trigger::id);
                case EXPERIMENT -> experiment(key).map(Experiment::id);
                case ROLLOUT -> Optional.empty();
            };
            if (holder.isPresent() && !holder.get().equals(id)) {
                throw new DuplicateKeyException(kind, key);
            }
        }
    }

    /** A definition that was switched off on another host is off here at most this long after, and a second for good measure. */
    private static final long MOST_NANOS = 2_000_000_000L;

    private final Store store;
    private final DecisionSettings settings;
    private final int holdout;
    private final long ttlNanos;
    private final Runnable whenAsked;
    private final ReentrantLock loading = new ReentrantLock();
    private volatile @Nullable Defined defined;
    private volatile long checkAt;

    /**
     * Makes a cache.
     *
     * @param holdout the part of all users that is in no experiment, in basis points
     * @param whenAsked called where the store is asked for the version anyway
     */
    DefinitionsCache(Store store, DecisionSettings settings, int holdout, long ttlNanos, Runnable whenAsked) {
        this.whenAsked = whenAsked;
        this.store = store;
        this.settings = settings;
        this.holdout = holdout;
        this.ttlNanos = Math.min(ttlNanos, MOST_NANOS);
    }

    /** Asks the store again before the next decision. */
    void expire() {
        checkAt = System.nanoTime();
    }

    /**
     * The definitions in force.
     *
     * @throws StoreException if they were never read and cannot be now
     */
    Defined current() {
        return current(System.nanoTime());
    }

    /** The definitions in force at a count of nanoseconds that has just been read. */
    Defined current(long nanos) {
        Defined known = defined;
        if (known != null && nanos - checkAt < 0) {
            return known;
        }
        loading.lock();
        try {
            known = defined;
            if (known != null && System.nanoTime() - checkAt < 0) {
                return known;
            }
            return refresh(known);
        } finally {
            loading.unlock();
        }
    }

    /** The newest definitions, whatever was read before. */
    Defined newest() {
        loading.lock();
        try {
            return read(defined);
        } finally {
            loading.unlock();
        }
    }

    /** Compiles definitions without keeping them: what a save would bring. */
    Plan compile(long version, List<Segment> segments, List<Trigger> triggers) {
        return Plan.compile(version, segments, triggers, settings);
    }

    /** Makes experiments ready to assign among some segments. */
    AssignmentPlan assignments(List<Experiment> experiments, List<Segment> segments) {
        Map<String, String> keys = new HashMap<>();
        for (Segment segment : segments) {
            keys.put(segment.id().toString(), segment.key());
        }
        return AssignmentPlan.compile(experiments, holdout, reference -> keys.getOrDefault(reference, reference));
    }

    /** Compiles what was read; what does not compile, as after a change of the catalog, is left out rather than stop the rest. */
    private Plan plan(long version, List<Segment> segments, Rollout rollout, List<Trigger> triggers) {
        try {
            return Plan.compile(version, segments, rollout, triggers, settings);
        } catch (InvalidDefinitionException invalid) {
            segments.removeIf(segment ->
                    !compiles(segment.key(), List.of(segment), List.of()) || !compiles(rollout.answering(segment)));
            triggers.removeIf(trigger -> !compiles(trigger.key(), List.of(), List.of(trigger)));
            return Plan.compile(version, segments, rollout, triggers, settings);
        }
    }

    private boolean compiles(@Nullable Segment answering) {
        return answering == null || compiles(answering.key(), List.of(answering), List.of());
    }

    private boolean compiles(String key, List<Segment> segments, List<Trigger> triggers) {
        try {
            compile(0, segments, triggers);
            return true;
        } catch (InvalidDefinitionException invalid) {
            LOG.error("definition {} is left out: {}", key, invalid.getMessage());
            return false;
        }
    }

    private Defined refresh(@Nullable Defined known) {
        try {
            whenAsked.run();
            return read(known);
        } catch (StoreException failed) {
            if (known == null) {
                throw failed;
            }
            LOG.warn(
                    "the version of the definitions could not be read, {} stays: {}",
                    known.version(),
                    failed.getMessage());
            checkAt = System.nanoTime() + Math.min(ttlNanos, 1_000_000_000L);
            return known;
        }
    }

    private Defined read(@Nullable Defined known) {
        Definitions definitions = store.definitions();
        if (known == null || definitions.version() != known.version()) {
            Definitions.Snapshot snapshot = definitions.load();
            List<Segment> segments = new ArrayList<>();
            List<Trigger> triggers = new ArrayList<>();
            List<Experiment> experiments = new ArrayList<>();
            Rollout rollout = Rollout.NONE;
            long rolloutRecord = 0;
            Set<UUID> leftOut = new HashSet<>();
            for (DefinitionRecord record : snapshot.records()) {
                if (record.kind() == DefinitionRecord.Kind.SEGMENT) {
                    leftOut.add(record.id());
                }
                try {
                    switch (record.kind()) {
                        case SEGMENT -> segments.add(SegmentJson.read(record.json()));
                        case TRIGGER -> triggers.add(TriggerJson.read(record.json()));
                        case EXPERIMENT -> experiments.add(ExperimentJson.read(record.json()));
                        case ROLLOUT -> {
                            rolloutRecord = record.version();
                            rollout = Rollout.read(record.json());
                        }
                    }
                } catch (RuntimeException unreadable) {
                    leftOut.add(record.id());
                    LOG.error(
                            "{} {} of version {} cannot be read and is left out",
                            record.kind().json(),
                            record.id(),
                            record.version(),
                            unreadable);
                }
            }
            Set<UUID> readable = new HashSet<>();
            triggers.forEach(trigger -> readable.add(trigger.id()));
            Plan plan = plan(snapshot.decidingVersion(), segments, rollout, triggers);
            segments.forEach(segment -> leftOut.remove(segment.id()));
            triggers.forEach(trigger -> readable.remove(trigger.id()));
            leftOut.addAll(readable);
            known = new Defined(
                    snapshot.version(),
                    segments,
                    triggers,
                    experiments,
                    rollout,
                    rolloutRecord,
                    leftOut,
                    new Decider(plan),
                    assignments(experiments, segments));
        }
        defined = known;
        checkAt = System.nanoTime() + ttlNanos;
        return known;
    }
}
