package io.behavioranalytics.condition;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of one step of a sequence, as an explanation shows it.
 *
 * @param step the step, in words
 * @param outcome what became of it
 * @param event the event that took the step; of a step that failed, the one that was in the way or came at the wrong time; null if
 *     there is none
 * @param reason why the step is not met, in words, or null if it is
 */
public record SeenStep(
        String step,
        Outcome outcome,
        @Nullable UUID event,
        @Nullable String reason) {
    /** What became of a step. */
    public enum Outcome {
        /** An event took it; of a negated step: its event stayed away. */
        MET,
        /** Unknown: a condition of the step cannot be answered for the event. */
        MAY_BE_MET,
        /** It can still be met, by an event that comes or by time. */
        OPEN,
        /** It was not met and cannot be any more by what the steps before it took. */
        FAILED,
        /** A step before it was not met. */
        NOT_REACHED
    }

    Map<String, @Nullable Object> fields() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("step", step);
        fields.put("outcome", outcome.name().toLowerCase(Locale.ROOT));
        if (event != null) {
            fields.put("event", event.toString());
        }
        if (reason != null) {
            fields.put("reason", reason);
        }
        return fields;
    }

    String text() {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ')
                + ": " + step
                + (event == null ? "" : ", event " + event)
                + (reason == null ? "" : ", " + reason);
    }
}
