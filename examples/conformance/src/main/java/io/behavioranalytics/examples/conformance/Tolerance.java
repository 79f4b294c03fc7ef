package io.behavioranalytics.examples.conformance;

import org.jspecify.annotations.Nullable;

/**
 * How far a number may be from the one expected: the larger of an absolute part and one relative to the number expected.
 *
 * @param absolute 0 or more
 * @param relative 0 or more
 */
record Tolerance(double absolute, double relative) {
    /** What is left to rounding where a case states nothing, or 0, of a number that was computed. */
    private static final double ROUNDING = 1e-12;

    /** The tolerance of a case for one of the names it expects, or for all of it. */
    static Tolerance of(Fields inputs, @Nullable String name) {
        boolean relative = inputs.text("tolerance_kind", "absolute").equals("relative");
        Object stated = inputs.value("tolerance");
        if (stated instanceof Number number) {
            double size = number.doubleValue();
            return relative ? new Tolerance(0, size) : new Tolerance(size, 0);
        }
        if (stated == null) {
            return new Tolerance(0, 0);
        }
        Fields parts = inputs.object("tolerance");
        if (name != null && parts.value(name) instanceof Number number) {
            return relative ? new Tolerance(0, number.doubleValue()) : new Tolerance(number.doubleValue(), 0);
        }
        return new Tolerance(parts.number("abs", 0), parts.number("rel", 0));
    }

    boolean allows(double expected, double actual) {
        double allowed = Math.max(absolute, relative * Math.abs(expected));
        return Math.abs(actual - expected) <= allowed + ROUNDING * Math.abs(expected);
    }
}
