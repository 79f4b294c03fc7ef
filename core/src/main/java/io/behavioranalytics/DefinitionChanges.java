package io.behavioranalytics;

import io.behavioranalytics.DefinitionsCache.Defined;
import io.behavioranalytics.decision.Decider;
import io.behavioranalytics.event.EventCatalog;
import io.behavioranalytics.event.EventIds;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.ExperimentDraft;
import io.behavioranalytics.experiment.ExperimentLife;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.SafeText;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.Rollout;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentContext;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.segment.SegmentOrder;
import io.behavioranalytics.store.DefinitionRecord;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerDraft;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a folder of definitions makes of those in force: the records to save, and what is wrong with the whole. */
final class DefinitionChanges {
    private final DefinitionsCache definitions;
    private final EventCatalog catalog;
    private final Retention retention;
    private final Predicate<String> carriedOut;
    private final Duration defaultCooldown;
    private final ExperimentLife life;
    private final InstantSource clock;
    private final EventIds ids;
    private final BooleanSupplier anybodyDecided;

    DefinitionChanges(
            DefinitionsCache definitions,
            EventCatalog catalog,
            Retention retention,
            Predicate<String> carriedOut,
            Duration defaultCooldown,
            ExperimentLife life,
            InstantSource clock,
            EventIds ids,
            BooleanSupplier anybodyDecided) {
        this.anybodyDecided = anybodyDecided;
        this.definitions = definitions;
        this.catalog = catalog;
        this.retention = retention;
        this.carriedOut = carriedOut;
        this.defaultCooldown = defaultCooldown;
        this.life = life;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * What applying would come to.
     *
     * @param records what to save, in this order
     * @param violations what is wrong
     */
    record Target(List<DefinitionRecord> records, List<Violation> violations) {}

    /** Reads one definition and checks it by itself. */
    DefinitionFile parse(Kind kind, String json) {
        return switch (kind) {
            case SEGMENT -> DefinitionFile.of("", SegmentDraft.fromJson(json, catalog::accepts));
            case TRIGGER -> DefinitionFile.of("", TriggerDraft.fromJson(json, catalog::accepts, carriedOut));
            case EXPERIMENT -> DefinitionFile.of("", ExperimentDraft.fromJson(json, catalog::accepts));
            case ROLLOUT -> throw new IllegalArgumentException("what the library keeps for itself stands in no file");
        };
    }

    /** The trees of what is in force, by kind and key. */
    Map<String, Map<String, @Nullable Object>> trees(Defined defined) {
        Map<String, Map<String, @Nullable Object>> trees = new TreeMap<>();
        UnaryOperator<String> keys = keys(defined);
        defined.segments().forEach(segment -> trees.put(name(segment), DefinitionTree.of(segment, keys)));
        defined.triggers().forEach(trigger -> trees.put(name(trigger), DefinitionTree.of(trigger, keys)));
        defined.experiments().forEach(each -> trees.put(name(each), DefinitionTree.of(each, keys)));
        return trees;
    }

    /** The trees of what files define, by kind and key. */
    Map<String, Map<String, @Nullable Object>> trees(Defined defined, List<DefinitionFile> files) {
        Map<String, Map<String, @Nullable Object>> trees = new TreeMap<>();
        UnaryOperator<String> keys = keys(defined);
        Instant now = clock.instant();
        for (DefinitionFile file : files) {
            if (file.segment() != null) {
                Segment segment = file.segment().toSegment(new UUID(0, 0), 1, 1, now, now);
                trees.put(name(segment), DefinitionTree.of(segment, keys));
            } else if (file.trigger() != null) {
                Trigger trigger = file.trigger().toTrigger(new UUID(0, 0), 1, defaultCooldown, now, now, now);
                trees.put(name(trigger), DefinitionTree.of(trigger, keys));
            } else if (file.experiment() != null) {
                Experiment experiment = life.first(new UUID(0, 0), file.experiment(), now);
                trees.put(name(experiment), DefinitionTree.of(experiment, keys));
            }
        }
        return trees;
    }

    private static UnaryOperator<String> keys(Defined defined) {
        return reference -> defined.segment(reference).map(Segment::key).orElse(reference);
    }

    private static String name(Segment segment) {
        return FolderReader.folder(Kind.SEGMENT) + "/" + segment.key();
    }

    private static String name(Experiment experiment) {
        return FolderReader.folder(Kind.EXPERIMENT) + "/" + experiment.key();
    }

    private static String name(Trigger trigger) {
        return FolderReader.folder(Kind.TRIGGER) + "/" + trigger.key();
    }

    /** Everything that is to be saved, each record of the version after the one before it; and what is wrong with the whole. */
    Target target(Defined newest, List<DefinitionFile> files, boolean deleteOthers) {
        Map<String, Map<String, @Nullable Object>> before = trees(newest);
        Map<String, Map<String, @Nullable Object>> after = trees(newest, files);
        Instant now = clock.instant();
        List<DefinitionRecord> records = new ArrayList<>();
        Map<String, Segment> segments = new TreeMap<>();
        Map<String, Trigger> triggers = new TreeMap<>();
        Map<String, Experiment> experiments = new TreeMap<>();
        newest.experiments().forEach(experiment -> experiments.put(name(experiment), experiment));
        newest.segments().forEach(segment -> segments.put(name(segment), segment));
        newest.triggers().forEach(trigger -> triggers.put(name(trigger), trigger));
        List<DefinitionFile> changed = files.stream()
                .filter(file -> !after.getOrDefault(name(file), Map.of()).equals(before.get(name(file))))
                .toList();
        Map<String, UUID> fresh = new HashMap<>();
        Rollout rollout = newest.rollout();
        boolean anybody = anybodyDecided.getAsBoolean();
        for (DefinitionFile file : changed) {
            Segment old = segments.get(name(file));
            if (file.segment() != null) {
                UUID id = old == null ? ids.next(now) : old.id();
                fresh.put(name(file), id);
                boolean calculates = old == null
                        ? file.segment().status() == Segment.Status.ACTIVE
                        : !file.segment().toSegment(id, 1, 1, now, now).hasMembersOf(old);
                rollout = anybody && calculates ? rollout.beginning(id, old) : rollout;
            }
        }
        if (!rollout.equals(newest.rollout())) {
            records.add(Rollouts.record(rollout, newest));
        }
        for (DefinitionFile file : changed) {
            UUID id = fresh.get(name(file));
            if (file.segment() != null && id != null) {
                long definedIn = newest.version() + records.size() + 1;
                Segment segment = next(segments.get(name(file)), file.segment(), id, definedIn, now);
                segments.put(name(file), segment);
                records.add(Segments.record(segment, segment.version(), false));
            }
        }
        for (DefinitionFile file : changed) {
            if (file.trigger() != null) {
                Trigger trigger = next(triggers.get(name(file)), file.trigger(), now);
                triggers.put(name(file), trigger);
                records.add(Triggers.record(trigger, trigger.version(), false));
            }
        }
        List<Violation> stopped = new ArrayList<>();
        for (DefinitionFile file : changed) {
            ExperimentDraft draft = file.experiment();
            if (draft != null) {
                Experiment old = experiments.get(name(file));
                List<Violation> faults = life.violations(old, draft, now);
                faults.forEach(fault -> stopped.add(FolderReader.located(file.place(), fault)));
                if (faults.isEmpty()) {
                    Experiment next = old == null ? life.first(ids.next(now), draft, now) : life.next(old, draft, now);
                    experiments.put(name(file), next);
                    records.add(Experiments.record(next, next.version(), false));
                }
            }
        }
        if (deleteOthers) {
            Set<String> gone = new HashSet<>(before.keySet());
            gone.removeAll(after.keySet());
            for (String name : gone.stream().sorted().toList()) {
                Trigger trigger = triggers.remove(name);
                if (trigger != null) {
                    records.add(Triggers.record(trigger, trigger.version() + 1, true));
                }
                Experiment experiment = experiments.remove(name);
                if (experiment != null) {
                    records.add(Experiments.record(experiment, experiment.version() + 1, true));
                }
                Segment segment = segments.remove(name);
                if (segment != null) {
                    records.add(Segments.record(segment, segment.version() + 1, true));
                }
            }
        }
        stopped.addAll(stillAnswered(newest, rollout, segments.values()));
        stopped.addAll(violations(newest, files, changed, segments, triggers, experiments));
        return new Target(records, stopped);
    }

    /** What would be deleted while a version that refers to it answers until the one after it is calculated. */
    private static List<Violation> stillAnswered(Defined newest, Rollout rollout, Collection<Segment> left) {
        Set<UUID> kept = left.stream().map(Segment::id).collect(Collectors.toSet());
        List<Violation> violations = new ArrayList<>();
        for (Segment segment : left) {
            Segment answering = rollout.answering(segment);
            if (answering == null || answering.version() == segment.version()) {
                continue; // what the newest refers to is looked for with the rest
            }
            for (String reference : answering.criteria().references()) {
                newest.segment(reference)
                        .filter(other -> !kept.contains(other.id()))
                        .ifPresent(other -> violations.add(new Violation(
                                name(other),
                                "IN_USE",
                                "segment '" + other.key() + "' is used by version " + answering.version()
                                        + " of segment '" + segment.key()
                                        + "', which answers until the next is calculated: delete it then")));
            }
        }
        return violations;
    }

    private static String name(DefinitionFile file) {
        return FolderReader.folder(file.kind()) + "/" + file.key();
    }

    /** The next version; one that the same subjects belong to is in force without deciding anybody anew. */
    private static Segment next(@Nullable Segment old, SegmentDraft draft, UUID id, long definedIn, Instant now) {
        if (old == null) {
            return draft.toSegment(id, 1, definedIn, now, now);
        }
        return draft.toNext(old, definedIn, now);
    }

    private Trigger next(@Nullable Trigger old, TriggerDraft draft, Instant now) {
        return old == null
                ? draft.toTrigger(ids.next(now), 1, defaultCooldown, now, now, now)
                : draft.toNext(old, defaultCooldown, now);
    }

    /**
     * What is wrong with the whole: references that lead nowhere, circles, and what does not compile together. What only time can make
     * wrong, such as a date that has passed, is looked for in what changes, so that a folder that was applied can be applied again.
     */
    private List<Violation> violations(
            Defined newest,
            List<DefinitionFile> files,
            List<DefinitionFile> changed,
            Map<String, Segment> segments,
            Map<String, Trigger> triggers,
            Map<String, Experiment> experiments) {
        List<Segment> allSegments = List.copyOf(segments.values());
        List<Trigger> allTriggers = List.copyOf(triggers.values());
        List<String> circle = SegmentOrder.cycle(allSegments);
        if (!circle.isEmpty()) {
            return List.of(FolderReader.located(
                    FolderReader.folder(Kind.SEGMENT) + "/" + circle.get(0), SegmentReferences.circle(circle)));
        }
        List<Violation> violations = new ArrayList<>();
        try {
            Decider decider = new Decider(definitions.compile(newest.version(), allSegments, allTriggers));
            Defined whole = new Defined(
                    newest.version(),
                    allSegments,
                    allTriggers,
                    List.copyOf(experiments.values()),
                    newest.rollout(),
                    newest.rolloutRecord(),
                    Set.of(),
                    decider,
                    definitions.assignments(List.copyOf(experiments.values()), allSegments));
            Map<String, String> places = new HashMap<>();
            files.forEach(file -> places.put(name(file), file.place()));
            SegmentContext context = Segments.context(whole, catalog, retention, clock.instant());
            changed.forEach(file -> among(file, whole, context)
                    .forEach(violation -> violations.add(FolderReader.located(file.place(), violation))));
            boolean looped =
                    violations.stream().anyMatch(violation -> violation.code().equals("LOOP"));
            changed.stream()
                    .filter(file -> file.segment() != null && !looped)
                    .limit(1)
                    .forEach(file -> Triggers.loops(newest, allTriggers, allSegments)
                            .forEach(violation -> violations.add(FolderReader.located(file.place(), violation))));
            triggers.forEach((name, trigger) -> Triggers.unknownReferences(
                            trigger.targetSegments(), trigger.event(), trigger.actions(), whole)
                    .forEach(violation ->
                            violations.add(FolderReader.located(places.getOrDefault(name, name), violation))));
            experiments.forEach((name, experiment) -> ExperimentReferences.among(
                            experiment.definition(), experiment.id(), whole)
                    .forEach(violation ->
                            violations.add(FolderReader.located(places.getOrDefault(name, name), violation))));
            Set<String> settled = new HashSet<>(segments.keySet());
            changed.forEach(file -> settled.remove(name(file)));
            settled.stream()
                    .sorted()
                    .forEach(name -> unknownReferences(segments, name, whole)
                            .forEach(violation ->
                                    violations.add(FolderReader.located(places.getOrDefault(name, name), violation))));
        } catch (InvalidDefinitionException together) {
            violations.addAll(together.violations());
        }
        return violations;
    }

    /** What is wrong with a definition among all that would be in force. */
    private static List<Violation> among(DefinitionFile file, Defined whole, SegmentContext context) {
        SegmentDraft segment = file.segment();
        if (segment != null) {
            return segment.violations(context);
        }
        TriggerDraft trigger = file.trigger();
        return trigger == null ? List.of() : Triggers.among(trigger, file.key(), whole, context);
    }

    private static List<Violation> unknownReferences(Map<String, Segment> segments, String name, Defined whole) {
        Segment segment = segments.get(name);
        return segment == null
                ? List.of()
                : segment.criteria().references().stream()
                        .filter(reference -> !reference.equals(Segment.ALL_VISITORS)
                                && whole.segment(reference).isEmpty())
                        .map(reference -> new Violation(
                                "criteria",
                                "UNKNOWN_REF",
                                "there is no segment '" + SafeText.escape(reference, 64) + "'"))
                        .toList();
    }
}
