package io.behavioranalytics.trigger;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.event.EventType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Triggers that would cause each other for ever: each tracks the type of event that the next one waits for. */
public final class TriggerLoop {
    private TriggerLoop() {}

    /**
     * Finds a loop that goes through a trigger, as far as types of event tell.
     *
     * @param key the key of the trigger that is to be saved
     * @param draft what it will be
     * @param others the other triggers; those that are not active are left aside
     * @return the keys along the loop, the trigger's own first and last; empty if there is none
     */
    public static Optional<List<String>> through(String key, TriggerDraft draft, Collection<Trigger> others) {
        if (draft.status() != Trigger.Status.ACTIVE || !(draft.event() instanceof TriggerEvent.Happened start)) {
            return Optional.empty();
        }
        List<String> path = new ArrayList<>(List.of(key));
        return leads(tracked(draft.actions()), start.eventType(), others, path, new HashSet<>())
                ? Optional.of(path)
                : Optional.empty();
    }

    private static boolean leads(
            Set<EventType> tracked, EventType goal, Collection<Trigger> others, List<String> path, Set<String> seen) {
        if (tracked.contains(goal)) {
            path.add(path.get(0));
            return true;
        }
        for (Trigger other : others) {
            boolean follows = other.status() == Trigger.Status.ACTIVE
                    && other.event() instanceof TriggerEvent.Happened happened
                    && tracked.contains(happened.eventType());
            if (follows && !other.key().equals(path.get(0)) && seen.add(other.key())) {
                path.add(other.key());
                if (leads(tracked(other.actions()), goal, others, path, seen)) {
                    return true;
                }
                path.remove(path.size() - 1);
            }
        }
        return false;
    }

    private static Set<EventType> tracked(List<Action> actions) {
        Set<EventType> types = new HashSet<>();
        for (Action action : actions) {
            boolean tracks = action.type().equals("track_event");
            if (tracks && action.parameters().get("eventType") instanceof String name && EventType.isName(name)) {
                types.add(EventType.of(name));
            }
        }
        return types;
    }
}
