package io.behavioranalytics.trigger;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.event.EventView;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many core effects lie behind an event (S23): none behind a host's, one more behind each event that a trigger tracks. It stands in
 * the event's metadata, and until then in the parameters of the action.
 */
public final class CausalDepth {
    /** The deepest effect that is carried out. */
    public static final int MOST = 5;

    /** The name under which it stands. */
    public static final String NAME = "causalDepth";

    private CausalDepth() {}

    /**
     * The depth of an event.
     *
     * @param event the event, or null where the clock is the cause
     * @return 0 to {@link #MOST}, whatever a host wrote into its event
     */
    public static long of(@Nullable EventView event) {
        return event != null && event.metadata().get(NAME) instanceof Long depth
                ? Math.min(Math.max(0, depth), MOST)
                : 0;
    }

    /**
     * An action that says how deep it is.
     *
     * @param action the action
     * @param depth its depth
     * @return the action with one more parameter
     */
    public static Action in(Action action, long depth) {
        Map<String, @Nullable Object> parameters = new LinkedHashMap<>(action.parameters());
        parameters.put(NAME, depth);
        return new Action(action.id(), action.type(), parameters, action.delay());
    }
}
