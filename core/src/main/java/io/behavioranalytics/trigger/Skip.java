package io.behavioranalytics.trigger;

import io.behavioranalytics.event.SubjectId;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/**
 * Why a trigger that its event woke did not fire.
 *
 * @param triggerId the trigger
 * @param triggerKey its key
 * @param triggerVersion the version that decided
 * @param subject for whom
 * @param cameTrueAt the instant of its event
 * @param decidedAt the decision instant
 * @param reason why not
 */
public record Skip(
        UUID triggerId,
        String triggerKey,
        long triggerVersion,
        SubjectId subject,
        Instant cameTrueAt,
        Instant decidedAt,
        Reason reason) {
    /** A reason not to fire. */
    public enum Reason {
        /** A condition was false. */
        CONDITION,
        /** No condition was false, but one unknown: what was there could not be compared with what the condition names. */
        CONDITION_UNKNOWN,
        /** The subject is in none of the target segments. */
        TARGET_SEGMENT,
        /** The cooldown is not over. */
        COOLDOWN,
        /** It has fired for the subject as often as it may. */
        MAX_PER_LEAD,
        /** An action is over a cap (S20); it is dropped, and if none is left nothing fires. */
        CAP,
        /** Quiet hours would hold an action until it has expired (S21). */
        QUIET_HOURS,
        /** An action would expire before it is due. */
        EXPIRED,
        /** Another trigger of its exclusive group fires (S19). */
        EXCLUSIVE_GROUP,
        /** Its effect would be one too many in a chain of effects (S23). */
        DEPTH,
        /** It came true outside of the trigger's dates. */
        INACTIVE,
        /** It came true longer ago than late events or late timers may act (S18). */
        TOO_OLD;

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
