package io.behavioranalytics.trigger;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a trigger from doing too much, at the wrong time, or beside another; all of it is optional.
 *
 * @param maxPerLead the most firings for one subject, ever; 1 to 1,000,000, or null for any number
 * @param startDate nothing that came true earlier fires, or null
 * @param endDate from here on nothing fires and nothing that waits is carried out, or null
 * @param expiresAt from here on nothing that waits is carried out, or null
 * @param expiresAfter how long after the firing an action may be carried out, or null; at most 400 days
 * @param caps the most actions of this trigger for one subject in a stretch of time
 * @param quietHours when nothing is carried out, in the lead's zone; null for the setting's, {@link QuietHours#NONE} for none
 * @param recheck when target segments and conditions on the profile have to hold
 * @param exclusiveGroup of the triggers of one group only one fires by one event, or at one instant of the clock; null for none
 */
public record Moderation(
        @Nullable Integer maxPerLead,
        @Nullable Instant startDate,
        @Nullable Instant endDate,
        @Nullable Instant expiresAt,
        @Nullable Duration expiresAfter,
        List<Cap> caps,
        @Nullable QuietHours quietHours,
        Recheck recheck,
        @Nullable String exclusiveGroup) {
    /** No rule. */
    public static final Moderation NONE =
            new Moderation(null, null, null, null, null, List.of(), null, Recheck.AT_TRIGGER, null);

    /** The greatest {@code maxPerLead}. */
    public static final int MAX_PER_LEAD = 1_000_000;

    /** The longest {@code expiresAfter}. */
    public static final Duration MAX_EXPIRY = Duration.ofDays(400);

    /** Copies the list, and truncates instants and spans to microseconds. */
    public Moderation {
        caps = List.copyOf(caps);
        startDate = micros(startDate);
        endDate = micros(endDate);
        expiresAt = micros(expiresAt);
        expiresAfter = expiresAfter == null ? null : expiresAfter.truncatedTo(ChronoUnit.MICROS);
    }

    private static @Nullable Instant micros(@Nullable Instant instant) {
        return instant == null ? null : instant.truncatedTo(ChronoUnit.MICROS);
    }

    /**
     * From when on an action of a firing is not carried out any more.
     *
     * @param firedAt the decision instant of the firing
     * @return the earliest of the end date and the expiries, or null if there is none
     */
    public @Nullable Instant expiryOf(Instant firedAt) {
        Instant expiry = earlier(endDate, expiresAt);
        return expiresAfter == null ? expiry : earlier(expiry, firedAt.plus(expiresAfter));
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        return one == null || (other != null && other.isBefore(one)) ? other : one;
    }
}
