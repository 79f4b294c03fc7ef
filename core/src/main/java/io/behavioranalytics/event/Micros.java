package io.behavioranalytics.event;

import java.time.Duration;
import java.time.Instant;

/**
 * The library's resolution of time: whole microseconds since 1970-01-01T00:00Z, as {@code long}.
 *
 * <p>PostgreSQL and H2 keep microseconds, so every instant is truncated to them once, at the edge, before it is compared or
 * used as a key.
 */
public final class Micros {
    /** An instant that never comes; the largest value, so that it sorts last and every minimum ignores it. */
    public static final long NEVER = Long.MAX_VALUE;

    /** An instant before every event; the smallest value. */
    public static final long ALWAYS = Long.MIN_VALUE;

    private Micros() {}

    /**
     * Truncates an instant to microseconds.
     *
     * @param instant any instant within about 292,000 years of 1970
     * @return microseconds since 1970-01-01T00:00Z, rounded towards the past
     * @throws ArithmeticException if the instant does not fit a {@code long}
     */
    public static long of(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
    }

    /**
     * Truncates any instant to microseconds.
     *
     * @param instant any instant
     * @return microseconds since 1970-01-01T00:00Z, rounded towards the past; {@link #ALWAYS} or {@link #NEVER} for one that does not
     *     fit a {@code long}
     */
    public static long ofAny(Instant instant) {
        if (instant.isBefore(toInstant(ALWAYS))) {
            return ALWAYS;
        }
        return instant.isAfter(toInstant(NEVER)) ? NEVER : of(instant);
    }

    /**
     * Truncates a span to microseconds.
     *
     * @param span not negative
     * @return microseconds
     * @throws ArithmeticException if the span does not fit a {@code long}
     */
    public static long of(Duration span) {
        return Math.addExact(Math.multiplyExact(span.getSeconds(), 1_000_000L), span.getNano() / 1_000);
    }

    /**
     * Restores an instant.
     *
     * @param micros microseconds since 1970-01-01T00:00Z
     * @return the instant
     */
    public static Instant toInstant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
    }

    /**
     * Adds a span, staying at {@link #NEVER} when the sum does not fit.
     *
     * @param micros an instant
     * @param span microseconds, not negative
     * @return the later instant, or {@link #NEVER}
     */
    public static long plus(long micros, long span) {
        long sum = micros + span;
        return span >= 0 && sum < micros ? NEVER : sum;
    }
}
