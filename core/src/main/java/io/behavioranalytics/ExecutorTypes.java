package io.behavioranalytics;

import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.LogExecutor;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.SafeText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Which types of action an executor may have. */
final class ExecutorTypes {
    /** Effects on our own state, which are not for executors to carry out. */
    static final Set<String> CORE_EFFECTS = Set.of("add_to_segment", "remove_from_segment", "tag_lead", "track_event");

    private ExecutorTypes() {}

    /**
     * Adds an executor under its type.
     *
     * @throws IllegalArgumentException if the type is malformed, reserved, or taken
     */
    static void add(Map<String, ActionExecutor> executors, ActionExecutor executor) {
        String type = executor.type();
        if (type == null || !EventType.isName(type)) {
            throw new IllegalArgumentException(
                    "an executor's type must match [a-z][a-z0-9_]{0,63}: '" + SafeText.escape(String.valueOf(type), 64)
                            + "' of " + executor.getClass().getName());
        }
        if (CORE_EFFECTS.contains(type)) {
            throw new IllegalArgumentException("action type " + type + " is reserved for an effect on our own state");
        }
        ActionExecutor other = executors.putIfAbsent(type, executor);
        if (other != null) {
            throw new IllegalArgumentException("action type " + type + " has two executors: "
                    + other.getClass().getName() + " and " + executor.getClass().getName());
        }
    }

    /** The executors of a host with the built-in one, which a host may replace. */
    static Map<String, ActionExecutor> withBuiltIn(Map<String, ActionExecutor> executors) {
        Map<String, ActionExecutor> all = new LinkedHashMap<>(executors);
        all.putIfAbsent(LogExecutor.TYPE, new LogExecutor());
        return all;
    }
}
