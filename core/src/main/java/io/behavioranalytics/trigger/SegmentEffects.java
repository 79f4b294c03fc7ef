package io.behavioranalytics.trigger;

import io.behavioranalytics.action.Action;
import org.jspecify.annotations.Nullable;

/**
 * The core effects on membership: the subject is made a member of a segment, or taken out of it, whatever the segment's criteria say.
 * Their parameters are {@code segment}, a key or id, and {@code reason}, a text that is kept.
 */
public final class SegmentEffects {
    /** Makes the subject a member. */
    public static final String ADD = "add_to_segment";

    /** Takes the subject out. */
    public static final String REMOVE = "remove_from_segment";

    private SegmentEffects() {}

    /**
     * Tells whether an action is such an effect.
     *
     * @param type the action's type
     * @return true if so
     */
    public static boolean isOne(String type) {
        return type.equals(ADD) || type.equals(REMOVE);
    }

    /**
     * The segment that an action names.
     *
     * @param action any action
     * @return a key or id, or null if the action is no such effect or names none
     */
    public static @Nullable String segmentOf(Action action) {
        return isOne(action.type()) && action.parameters().get("segment") instanceof String named ? named : null;
    }
}
