package io.behavioranalytics.decision;

import io.behavioranalytics.trigger.Cancellation;
import java.time.Instant;

/** Whether an action that is due may be begun. */
public sealed interface Release {
    /** It may. */
    record Go() implements Release {}

    /**
     * Not yet, for it is quiet where the lead is (S21).
     *
     * @param until the first instant at which it is not
     */
    record Hold(Instant until) implements Release {}

    /**
     * Never; the decision cancels it and returns its slot.
     *
     * @param reason why
     */
    record Cancelled(Cancellation.Reason reason) implements Release {}

    /** The subject does not know of it: it has gone over to another, or was cancelled. */
    record Unknown() implements Release {}
}
