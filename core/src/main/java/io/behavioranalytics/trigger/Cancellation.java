package io.behavioranalytics.trigger;

import java.util.Locale;
import java.util.UUID;

/**
 * A pending action that is not to be carried out any more.
 *
 * @param actionId the action
 * @param reason why
 */
public record Cancellation(UUID actionId, Reason reason) {
    /** A reason to cancel. */
    public enum Reason {
        /** An event named by the trigger's {@code cancelOn} happened. */
        CANCEL_ON,
        /** A late event shows that the cause does not hold (S18). */
        SUPERSEDED,
        /** The event that caused it turned out to belong to somebody else (S11). */
        UNLINKED,
        /** It was held or late beyond its expiry, or the trigger's end date (S21). */
        EXPIRED,
        /** When it was to be carried out, a target segment or a condition on the profile did not hold. */
        CONDITION,
        /** When it was to be carried out, its trigger was switched off or deleted. */
        SWITCHED_OFF;

        /**
         * The name used in JSON and SQL.
         *
         * @return lower case
         */
        public String json() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
