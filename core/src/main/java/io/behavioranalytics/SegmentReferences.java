package io.behavioranalytics;

import io.behavioranalytics.DefinitionsCache.Defined;
import io.behavioranalytics.action.Action;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.SafeText;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentOrder;
import io.behavioranalytics.trigger.SegmentEffects;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What refers to segments among the definitions: where it leads nowhere, stands in the way, or leads in a circle. */
final class SegmentReferences {
    /** So many keys of a circle are named; the rest are counted. */
    private static final int MOST_SHOWN = 10;

    private SegmentReferences() {}

    /**
     * Adds a violation if there is no such segment.
     *
     * @param reference a key or an id; null refers to none
     */
    static void require(@Nullable String reference, String path, Defined defined, List<Violation> violations) {
        if (reference != null
                && !reference.equals(Segment.ALL_VISITORS)
                && defined.segment(reference).isEmpty()) {
            violations.add(
                    new Violation(path, "UNKNOWN_REF", "there is no segment '" + SafeText.escape(reference, 64) + "'"));
        }
    }

    /**
     * Refuses to take away what others refer to, naming all of them.
     *
     * @param key the segment's key
     * @param more by what else it may be referred to
     */
    static void refuseIfUsed(Defined defined, String key, String... more) {
        List<String> references = new ArrayList<>(List.of(more));
        references.add(key);
        Set<String> users = new TreeSet<>();
        for (Segment segment : defined.segments()) {
            Segment answering = defined.rollout().answering(segment);
            if (refers(segment, references) || (answering != null && refers(answering, references))) {
                users.add("segment '" + segment.key() + "'");
            }
        }
        List<String> all = new ArrayList<>(users);
        for (Trigger trigger : defined.triggers()) {
            if (refers(trigger, references)) {
                all.add("trigger '" + trigger.key() + "'");
            }
        }
        for (Experiment experiment : defined.experiments()) {
            if (ExperimentReferences.segments(experiment.definition()).stream().anyMatch(references::contains)) {
                all.add("experiment '" + experiment.key() + "'");
            }
        }
        DefinitionWriter.refuseIfAny(all.stream()
                .map(user -> new Violation("key", "IN_USE", "segment '" + key + "' is used by " + user))
                .toList());
    }

    private static boolean refers(Segment segment, List<String> references) {
        return segment.criteria().references().stream().anyMatch(references::contains);
    }

    private static boolean refers(Trigger trigger, List<String> references) {
        String waitedFor = waitedFor(trigger.event());
        if (waitedFor != null && references.contains(waitedFor)) {
            return true;
        }
        for (Action action : trigger.actions()) {
            String set = SegmentEffects.segmentOf(action);
            if (set != null && references.contains(set)) {
                return true;
            }
        }
        return trigger.targetSegments().stream().anyMatch(references::contains);
    }

    /** The segment whose entries or exits an event is, or null if it is another event, or that of any segment. */
    static @Nullable String waitedFor(TriggerEvent event) {
        if (event instanceof TriggerEvent.SegmentEntered entered) {
            return entered.segment();
        }
        return event instanceof TriggerEvent.SegmentExited exited ? exited.segment() : null;
    }

    /** Refuses a change by which segments would refer to each other in a circle (S15), or triggers would cause each other for ever. */
    static void refuseCircles(Defined newest, Segment changed) {
        List<Segment> segments = new ArrayList<>(newest.segments());
        segments.removeIf(other -> other.id().equals(changed.id()));
        segments.add(changed);
        List<String> circle = SegmentOrder.cycle(segments);
        if (!circle.isEmpty()) {
            throw new InvalidDefinitionException(List.of(circle(circle)));
        }
        DefinitionWriter.refuseIfAny(Triggers.loops(newest, newest.triggers(), segments));
    }

    static Violation circle(List<String> keys) {
        return new Violation(
                "criteria.segmentFilters",
                "CYCLE",
                "segments may not refer to each other in a circle: " + shown(keys, " -> "));
    }

    /** Keys along a way, as many as a message can name. */
    static String shown(List<String> keys, String arrow) {
        String first = keys.stream().limit(MOST_SHOWN).collect(Collectors.joining(arrow));
        return keys.size() <= MOST_SHOWN ? first : first + arrow + "and " + (keys.size() - MOST_SHOWN) + " more";
    }
}
