package io.behavioranalytics.statistics;

import java.util.function.DoubleUnaryOperator;

/**
 * Roots of functions of which only the direction is known, by halving: it needs no finite value at the ends, and stops at the last bit.
 */
final class Root {
    private static final int HALVINGS = 200;

    private Root() {}

    /** Where a function that falls between two ends is 0; an end if it is on one side of 0 throughout. */
    static double falling(DoubleUnaryOperator f, double low, double high) {
        double from = low;
        double to = high;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = from + (to - from) / 2;
            if (middle <= from || middle >= to) {
                break;
            }
            if (f.applyAsDouble(middle) > 0) {
                from = middle;
            } else {
                to = middle;
            }
        }
        return from + (to - from) / 2;
    }

    /**
     * Where a function that is not above 0 at an inner point comes above it on the way to an outer one; the outer one if it never does. What is no
     * number counts as above.
     */
    static double crossing(DoubleUnaryOperator f, double inner, double outer) {
        double inside = inner;
        double outside = outer;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = inside + (outside - inside) / 2;
            if (middle == inside || middle == outside) {
                break;
            }
            if (f.applyAsDouble(middle) <= 0) {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        return outside == outer && f.applyAsDouble(outer) <= 0 ? outer : inside + (outside - inside) / 2;
    }

    /** The first power of two times a start at which a function that rises is at least 0, or NaN if none below a limit is. */
    static double bracket(DoubleUnaryOperator f, double start, double limit) {
        for (double x = start; x <= limit; x *= 2) {
            if (f.applyAsDouble(x) >= 0) {
                return x;
            }
        }
        return Double.NaN;
    }
}
