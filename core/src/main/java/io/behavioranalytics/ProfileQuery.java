package io.behavioranalytics;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a subject's timeline a profile is asked for.
 *
 * @param start the first instant, or null from the first event on
 * @param end the first instant that is left out, or null up to now
 * @param includeEvents whether the events are wanted too
 */
public record ProfileQuery(
        @Nullable Instant start, @Nullable Instant end, boolean includeEvents) {
    private static final Instant FIRST_END = Instant.parse("0001-01-01T00:00:00Z");

    /**
     * Checks the order. {@link Instant#MIN} as the start and {@link Instant#MAX} as the end say the same as null.
     *
     * @throws IllegalArgumentException if the end is not behind the start, or is before the year 1
     */
    public ProfileQuery {
        if (end != null && end.isBefore(FIRST_END)) {
            throw new IllegalArgumentException("the end must not be before " + FIRST_END + ": " + end);
        }
        if (start != null && end != null && !start.isBefore(end)) {
            throw new IllegalArgumentException("the end must be behind the start: " + start + ", " + end);
        }
    }

    /**
     * Everything, with the events.
     *
     * @return the query
     */
    public static ProfileQuery withEvents() {
        return new ProfileQuery(null, null, true);
    }

    /**
     * One range, without the events.
     *
     * @param start the first instant
     * @param end the first instant that is left out
     * @return the query
     * @throws IllegalArgumentException if the end is not behind the start
     */
    public static ProfileQuery between(Instant start, Instant end) {
        return new ProfileQuery(start, end, false);
    }
}
