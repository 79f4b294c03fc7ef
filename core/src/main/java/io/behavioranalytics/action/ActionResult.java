package io.behavioranalytics.action;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of one attempt. */
public sealed interface ActionResult {
    /** Done; there will be no further attempt. */
    record Success() implements ActionResult {}

    /**
     * Not done; try again.
     *
     * @param after how long to wait, or null for the usual back-off
     * @param reason why, for people; cut to 1,024 characters
     */
    record Retry(@Nullable Duration after, String reason) implements ActionResult {
        /**
         * Checks the wait.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Retry {
            if (after != null && after.isNegative()) {
                throw new IllegalArgumentException("after must not be negative: " + after);
            }
        }
    }

    /**
     * Not done and never will be: the action becomes a dead letter.
     *
     * @param reason why, for people; cut to 1,024 characters
     */
    record Failure(String reason) implements ActionResult {}

    /**
     * Done.
     *
     * @return success
     */
    static ActionResult success() {
        return new Success();
    }

    /**
     * Try again after the usual back-off.
     *
     * @param reason why
     * @return retry
     */
    static ActionResult retry(String reason) {
        return new Retry(null, reason);
    }

    /**
     * Try again after a wait.
     *
     * @param after how long to wait, not negative
     * @param reason why
     * @return retry
     * @throws IllegalArgumentException if the wait is negative
     */
    static ActionResult retry(Duration after, String reason) {
        return new Retry(after, reason);
    }

    /**
     * Give up.
     *
     * @param reason why
     * @return failure
     */
    static ActionResult failure(String reason) {
        return new Failure(reason);
    }
}
