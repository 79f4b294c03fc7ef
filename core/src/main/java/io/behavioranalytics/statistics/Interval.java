package io.behavioranalytics.statistics;

import java.util.OptionalDouble;

/**
 * An interval, open on the side that a one-sided statement says nothing of.
 *
 * @param lower the lower end, empty if there is none
 * @param upper the upper end, empty if there is none
 */
public record Interval(OptionalDouble lower, OptionalDouble upper) {
    /**
     * Checks the ends.
     *
     * @throws IllegalArgumentException if an end is not finite, both are missing, or they are in the wrong order
     */
    public Interval {
        if (lower.isEmpty() && upper.isEmpty()) {
            throw new IllegalArgumentException("an interval must have an end");
        }
        lower.ifPresent(end -> Domain.finite("lower", end));
        upper.ifPresent(end -> Domain.finite("upper", end));
        if (lower.isPresent() && upper.isPresent() && lower.getAsDouble() > upper.getAsDouble()) {
            throw new IllegalArgumentException(
                    "lower must not be above upper: " + lower.getAsDouble() + " > " + upper.getAsDouble());
        }
    }

    /**
     * An interval with two ends.
     *
     * @param lower finite
     * @param upper finite, not below the other
     * @return the interval
     * @throws IllegalArgumentException as the constructor
     */
    public static Interval of(double lower, double upper) {
        return new Interval(OptionalDouble.of(lower), OptionalDouble.of(upper));
    }

    /**
     * Everything from a value on.
     *
     * @param lower finite
     * @return the interval
     * @throws IllegalArgumentException if it is not finite
     */
    public static Interval atLeast(double lower) {
        return new Interval(OptionalDouble.of(lower), OptionalDouble.empty());
    }

    /**
     * Everything up to a value.
     *
     * @param upper finite
     * @return the interval
     * @throws IllegalArgumentException if it is not finite
     */
    public static Interval atMost(double upper) {
        return new Interval(OptionalDouble.empty(), OptionalDouble.of(upper));
    }

    /** The interval of an estimate with a half-width, on the side or sides that the alternative leaves. */
    static Interval around(double estimate, double halfWidth, Alternative alternative) {
        return switch (alternative) {
            case TWO_SIDED -> of(estimate - halfWidth, estimate + halfWidth);
            case GREATER -> atLeast(estimate - halfWidth);
            case LESS -> atMost(estimate + halfWidth);
        };
    }

    /**
     * Whether a value lies within, the ends included.
     *
     * @param value any
     * @return whether it does
     */
    public boolean contains(double value) {
        return !(lower.isPresent() && value < lower.getAsDouble())
                && !(upper.isPresent() && value > upper.getAsDouble());
    }
}
