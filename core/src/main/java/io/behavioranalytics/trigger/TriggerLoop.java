package io.behavioranalytics.trigger;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.profile.BehaviorPattern;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SequencePattern;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Triggers that would cause each other for ever: each tracks the type of event that the next one waits for, or changes a membership
 * for whose beginning or end the next one waits: by adding or removing the subject, or by an event that a sum or an average takes, or
 * that makes the pattern at_risk or ends that, directly or through segments that ask for that one.
 */
public final class TriggerLoop {
    private final SegmentConsequences segments;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Effect, Set<SegmentConsequences.Change>> changes = new HashMap<>();
    /** Effects that nothing in the loop takes back, so that they have one only the first time. */
    private final Set<Effect> lasting = new HashSet<>();

    private TriggerLoop(Collection<Segment> segments) {
        this.segments = new SegmentConsequences(segments);
    }

    private enum Kind {
        TRACKED,
        ADDED,
        REMOVED,
        /** A sum has grown. */
        RAISED,
        LOWERED,
        /** A form was abandoned, so that the pattern may become at_risk. */
        RISKED,
        /** A form was submitted, so that it may be at_risk no more. */
        CLEARED
    }

    /** What an action brings about: an event of a type, an entry into a segment or an exit from it, or that a sum changes. */
    private record Effect(Kind kind, String name) {
        @Nullable
        Effect opposite() {
            return switch (kind) {
                case TRACKED -> null;
                case ADDED -> new Effect(Kind.REMOVED, name);
                case REMOVED -> new Effect(Kind.ADDED, name);
                case RAISED -> new Effect(Kind.LOWERED, name);
                case LOWERED -> new Effect(Kind.RAISED, name);
                case RISKED -> new Effect(Kind.CLEARED, name);
                case CLEARED -> new Effect(Kind.RISKED, name);
            };
        }
    }

    /** A trigger; the key alone tells it from others. */
    private record Node(String key, TriggerEvent event, Set<Effect> effects) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Node node && node.key.equals(key);
        }

        @Override
        public int hashCode() {
            return key.hashCode();
        }
    }

    /**
     * Finds a loop that goes through a trigger, as far as types of event, the segments that actions name, and the criteria of
     * segments tell.
     *
     * @param key the key of the trigger that is to be saved
     * @param draft what it will be
     * @param others the other triggers; those that are not active are left aside
     * @param segments all segments
     * @return the keys along the loop, the trigger's own first and last; empty if there is none
     */
    public static Optional<List<String>> through(
            String key, TriggerDraft draft, Collection<Trigger> others, Collection<Segment> segments) {
        if (draft.status() != Trigger.Status.ACTIVE) {
            return Optional.empty();
        }
        TriggerLoop search = new TriggerLoop(segments);
        Node start = search.add(key, draft.event(), draft.actions());
        if (start.effects().isEmpty()) {
            return Optional.empty();
        }
        for (Trigger other : others) {
            if (other.status() == Trigger.Status.ACTIVE && !other.key().equals(key)) {
                search.add(other.key(), other.event(), other.actions());
            }
        }
        return search.from(start);
    }

    /**
     * Finds a loop among triggers that goes through an entry or an exit.
     *
     * @param triggers all triggers; those that are not active are left aside
     * @param segments all segments
     * @return the keys along the loop, the first trigger's first and last; empty if there is none
     */
    public static Optional<List<String>> among(Collection<Trigger> triggers, Collection<Segment> segments) {
        TriggerLoop search = new TriggerLoop(segments);
        for (Trigger trigger : triggers) {
            if (trigger.status() == Trigger.Status.ACTIVE) {
                search.add(trigger.key(), trigger.event(), trigger.actions());
            }
        }
        for (Node node : search.behindLoops()) {
            boolean waitsForMembers = node.event() instanceof TriggerEvent.SegmentEntered
                    || node.event() instanceof TriggerEvent.SegmentExited;
            if (waitsForMembers && !node.effects().isEmpty()) {
                search.lasting.clear();
                Optional<List<String>> loop = search.from(node);
                if (loop.isPresent()) {
                    return loop;
                }
            }
        }
        return Optional.empty();
    }

    private Node add(String key, TriggerEvent event, List<Action> actions) {
        Node node = new Node(key, event, effects(actions));
        nodes.add(node);
        return node;
    }

    /** Those that are in a loop, or behind one, if no effect is lasting: who is caused by nobody is taken away, and so on (Kahn). */
    private Set<Node> behindLoops() {
        Map<Node, List<Node>> next = new HashMap<>();
        Map<Node, Integer> causes = new HashMap<>();
        for (Node node : nodes) {
            if (!node.effects().isEmpty()) {
                List<Node> woken =
                        nodes.stream().filter(other -> leads(node, other)).toList();
                woken.forEach(other -> causes.merge(other, 1, Integer::sum));
                next.put(node, woken);
            }
        }
        Set<Node> left = new LinkedHashSet<>(nodes);
        Deque<Node> uncaused = new ArrayDeque<>(
                nodes.stream().filter(node -> !causes.containsKey(node)).toList());
        while (!uncaused.isEmpty()) {
            Node node = uncaused.remove();
            left.remove(node);
            for (Node other : next.getOrDefault(node, List.of())) {
                if (causes.merge(other, -1, Integer::sum) == 0) {
                    uncaused.add(other);
                }
            }
        }
        return left;
    }

    private Optional<List<String>> from(Node start) {
        while (true) {
            Set<Node> loop = reachable(start, true);
            if (!loop.contains(start)) {
                return Optional.empty();
            }
            loop.retainAll(reachable(start, false));
            Set<Effect> all = new HashSet<>();
            loop.forEach(node -> all.addAll(node.effects()));
            Set<Effect> once = new HashSet<>(all);
            once.removeIf(effect -> effect.opposite() == null || all.contains(effect.opposite()));
            if (!lasting.addAll(once)) {
                return Optional.of(shortest(start));
            }
        }
    }

    /** Those that a trigger leads to, or that lead to it, by one step or more. */
    private Set<Node> reachable(Node start, boolean forward) {
        Set<Node> found = new LinkedHashSet<>();
        Deque<Node> open = new ArrayDeque<>(List.of(start));
        while (!open.isEmpty()) {
            Node node = open.remove();
            for (Node other : nodes) {
                if ((forward ? leads(node, other) : leads(other, node)) && found.add(other)) {
                    open.add(other);
                }
            }
        }
        return found;
    }

    /** The keys along the shortest way from a trigger to itself, which there is. */
    private List<String> shortest(Node start) {
        Map<Node, Node> before = new HashMap<>();
        Deque<Node> open = new ArrayDeque<>(List.of(start));
        while (!before.containsKey(start)) {
            Node node = open.remove();
            for (Node other : nodes) {
                if (leads(node, other) && before.putIfAbsent(other, node) == null) {
                    open.add(other);
                }
            }
        }
        List<String> keys = new ArrayList<>(List.of(start.key()));
        for (Node node = before.get(start); node != null && !node.equals(start); node = before.get(node)) {
            keys.add(0, node.key());
        }
        keys.add(0, start.key());
        return keys;
    }

    private boolean leads(Node one, Node other) {
        for (Effect effect : one.effects()) {
            if (!lasting.contains(effect) && wakes(effect, other.event())) {
                return true;
            }
        }
        return false;
    }

    private boolean wakes(Effect effect, TriggerEvent event) {
        return switch (effect.kind()) {
            case TRACKED ->
                (event instanceof TriggerEvent.Happened happened
                                && happened.eventType().name().equals(effect.name()))
                        || (event instanceof TriggerEvent.Sequence sequence && isCompletedBy(sequence, effect.name()));
            case ADDED, REMOVED, RAISED, LOWERED -> wakes(changes.computeIfAbsent(effect, this::changesOf), event);
            case RISKED, CLEARED ->
                changesPattern(effect.kind() == Kind.RISKED, event)
                        || wakes(changes.computeIfAbsent(effect, this::changesOf), event);
        };
    }

    /** Whether an event waits for the pattern to become at_risk, or to be so no more; high_intent goes before it and ends by time. */
    private static boolean changesPattern(boolean begins, TriggerEvent event) {
        if (!(event instanceof TriggerEvent.PatternChanged changed)) {
            return false;
        }
        BehaviorPattern risk = begins ? changed.to() : changed.from();
        BehaviorPattern other = begins ? changed.from() : changed.to();
        return (risk == null || risk == BehaviorPattern.AT_RISK)
                && other != BehaviorPattern.AT_RISK
                && other != BehaviorPattern.HIGH_INTENT;
    }

    private Set<SegmentConsequences.Change> changesOf(Effect effect) {
        return switch (effect.kind()) {
            case TRACKED -> Set.of();
            case ADDED, REMOVED ->
                segments.of(new SegmentConsequences.Change(effect.kind() == Kind.ADDED, effect.name()));
            case RAISED, LOWERED -> segments.of(effect.name(), effect.kind() == Kind.RAISED);
            case RISKED, CLEARED -> segments.ofRisk(effect.kind() == Kind.RISKED);
        };
    }

    /** Whether events of a type alone complete the sequence again and again, once the steps before have theirs. */
    private static boolean isCompletedBy(TriggerEvent.Sequence sequence, String type) {
        List<SequencePattern.Step> steps = sequence.pattern().steps();
        EventType last = steps.get(steps.size() - 1).eventType();
        return !sequence.waits() && (last == null || last.name().equals(type));
    }

    private boolean wakes(Set<SegmentConsequences.Change> all, TriggerEvent event) {
        if (event instanceof TriggerEvent.SegmentEntered entered) {
            return isAmong(all, true, entered.segment());
        }
        return event instanceof TriggerEvent.SegmentExited exited && isAmong(all, false, exited.segment());
    }

    private boolean isAmong(Set<SegmentConsequences.Change> all, boolean entered, @Nullable String segment) {
        return segment == null
                ? all.stream().anyMatch(change -> change.entered() == entered)
                : all.contains(new SegmentConsequences.Change(entered, segments.key(segment)));
    }

    private Set<Effect> effects(List<Action> actions) {
        Set<Effect> effects = new HashSet<>();
        for (Action action : actions) {
            boolean tracks = action.type().equals("track_event");
            if (tracks && action.parameters().get("eventType") instanceof String name && EventType.isName(name)) {
                effects.add(new Effect(Kind.TRACKED, name));
                if (name.equals(EventType.FORM_ABANDON.name())) {
                    effects.add(new Effect(Kind.RISKED, "pattern"));
                } else if (name.equals(EventType.FORM_SUBMIT.name())) {
                    effects.add(new Effect(Kind.CLEARED, "pattern"));
                }
                segments.sumsOf(name, action.parameters())
                        .forEach((sum, grows) -> effects.add(new Effect(grows ? Kind.RAISED : Kind.LOWERED, sum)));
            }
            String segment = SegmentEffects.segmentOf(action);
            if (segment != null) {
                Kind kind = action.type().equals(SegmentEffects.ADD) ? Kind.ADDED : Kind.REMOVED;
                effects.add(new Effect(kind, segments.key(segment)));
            }
        }
        return effects;
    }
}
