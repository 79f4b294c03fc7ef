package io.behavioranalytics.condition;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A number that fields are compared with: exactly, whatever the field's own representation, and without allocating.
 *
 * <p>What is needed at evaluation is worked out once. Against a {@code double} field the operand is replaced by its nearest
 * double, and the one case in which that lies, the field being that very double, is answered from a comparison made here.
 */
final class NumberOperand {
    private static final BigDecimal LEAST_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal GREATEST_LONG = BigDecimal.valueOf(Long.MAX_VALUE);

    private final BigDecimal exact;
    private final boolean integral;
    /** The operand rounded down, if it fits. */
    private final long floor;
    /** 0 if the operand fits a long, else its sign. */
    private final int beyondLong;

    private final double nearest;
    private final int computedAtNearest;
    private final int writtenAtNearest;

    NumberOperand(Number number) {
        exact = number instanceof BigDecimal decimal
                ? decimal.stripTrailingZeros()
                : BigDecimal.valueOf(number.longValue());
        integral = exact.scale() <= 0;
        if (exact.compareTo(GREATEST_LONG) > 0 || exact.compareTo(LEAST_LONG) < 0) {
            beyondLong = exact.signum();
            floor = 0;
        } else {
            beyondLong = 0;
            floor = exact.setScale(0, RoundingMode.FLOOR).longValue();
        }
        nearest = exact.doubleValue();
        computedAtNearest = Double.isInfinite(nearest) ? 0 : new BigDecimal(nearest).compareTo(exact);
        writtenAtNearest = integral ? computedAtNearest : 0;
    }

    /**
     * The operand itself.
     *
     * @return the exact number
     */
    BigDecimal exact() {
        return exact;
    }

    /**
     * The double at which comparisons of a computed double with this operand flip.
     *
     * @return the nearest double, infinite if the operand is beyond all doubles
     */
    double bound() {
        return nearest;
    }

    /**
     * Compares an integer with this operand.
     *
     * @param number the field's value
     * @return negative, zero or positive, as the field is below, equal or above
     */
    int compareInteger(long number) {
        if (beyondLong != 0) {
            return -beyondLong;
        }
        if (number < floor) {
            return -1;
        }
        if (number > floor) {
            return 1;
        }
        return integral ? 0 : -1;
    }

    /**
     * Compares a decimal with this operand.
     *
     * @param number the field's value
     * @return negative, zero or positive
     */
    int compareDecimal(BigDecimal number) {
        return number.compareTo(exact);
    }

    /**
     * Compares a computed double, such as a score, as {@code new BigDecimal(number)} would.
     *
     * @param number the field's value, finite
     * @return negative, zero or positive
     */
    int compareComputed(double number) {
        return number < nearest ? -1 : number > nearest ? 1 : computedAtNearest;
    }

    /**
     * Compares an event's {@code value}, which was written as a decimal and is kept as the nearest double: an operand with
     * a fraction is rounded likewise, so that a value written as 19.99 equals 19.99; integers compare exactly.
     *
     * @param number the field's value, finite
     * @return negative, zero or positive
     */
    int compareWritten(double number) {
        return number < nearest ? -1 : number > nearest ? 1 : writtenAtNearest;
    }
}
