package io.behavioranalytics.trigger;

import io.behavioranalytics.action.Action;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which way an action reaches the lead, for caps. */
public final class Channel {
    /** Actions on our own state: they reach nobody, so no cap counts them and no quiet hour holds them. */
    public static final Set<String> CORE_EFFECTS =
            Set.of("add_to_segment", "remove_from_segment", "tag_lead", "track_event");

    private static final Map<String, String> BY_TYPE = Map.of("send_email", "email", "send_sms", "sms", "push", "push");

    private static final int LONGEST = 64;

    private Channel() {}

    /**
     * The channel of an action: its parameter {@code channel} if that is a text, else the one of its type: {@code send_email} is
     * {@code email}, {@code send_sms} is {@code sms}, {@code push} is {@code push}.
     *
     * @param action the action
     * @return the channel, or null if it reaches no lead
     */
    public static @Nullable String of(Action action) {
        if (isCoreEffect(action)) {
            return null;
        }
        boolean isNamed = action.parameters().get("channel") instanceof String named
                && !named.isBlank()
                && named.length() <= LONGEST;
        return isNamed ? (String) action.parameters().get("channel") : BY_TYPE.get(action.type());
    }

    /**
     * Tells whether an action is a core effect.
     *
     * @param action the action
     * @return true if so
     */
    public static boolean isCoreEffect(Action action) {
        return CORE_EFFECTS.contains(action.type());
    }
}
