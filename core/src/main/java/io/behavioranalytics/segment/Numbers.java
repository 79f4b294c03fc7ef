package io.behavioranalytics.segment;

import io.behavioranalytics.condition.Operator;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that meet a comparison: those between two bounds, each of which may be missing and may belong to them or not.
 *
 * @param least the lower bound, or null
 * @param leastIncluded whether it belongs to them
 * @param most the upper bound, or null
 * @param mostIncluded whether it belongs to them
 */
record Numbers(
        @Nullable BigDecimal least,
        boolean leastIncluded,
        @Nullable BigDecimal most,
        boolean mostIncluded) {
    /** Those that meet an operator, {@code not_equals} taken as equals; null if operator and operand do not fit. */
    static @Nullable Numbers of(Operator operator, @Nullable Object operand) {
        if (operator == Operator.BETWEEN) {
            if (!(operand instanceof List<?> pair) || pair.size() != 2) {
                return null;
            }
            BigDecimal least = number(pair.get(0));
            BigDecimal most = number(pair.get(1));
            return least == null || most == null || least.compareTo(most) > 0
                    ? null
                    : new Numbers(least, true, most, true);
        }
        BigDecimal bound = number(operand);
        if (bound == null) {
            return null;
        }
        return switch (operator) {
            case EQUALS, NOT_EQUALS -> new Numbers(bound, true, bound, true);
            case GREATER_THAN -> new Numbers(bound, false, null, false);
            case GREATER_OR_EQUAL -> new Numbers(bound, true, null, false);
            case LESS_THAN -> new Numbers(null, false, bound, false);
            case LESS_OR_EQUAL -> new Numbers(null, false, bound, true);
            default -> null;
        };
    }

    static @Nullable BigDecimal number(@Nullable Object value) {
        if (value instanceof Long number) {
            return BigDecimal.valueOf(number);
        }
        return value instanceof BigDecimal decimal ? decimal : null;
    }

    /** Whether a sum of so many numbers, or their average, is one of them. */
    boolean contain(BigDecimal sum, BigDecimal times) {
        if (least != null) {
            int order = sum.compareTo(least.multiply(times));
            if (order < 0 || (order == 0 && !leastIncluded)) {
                return false;
            }
        }
        if (most != null) {
            int order = sum.compareTo(most.multiply(times));
            return order < 0 || (order == 0 && mostIncluded);
        }
        return true;
    }

    /** The least whole number of 0 or more among them. */
    BigDecimal leastCount() {
        if (least == null || least.signum() < 0) {
            return BigDecimal.ZERO;
        }
        BigDecimal whole = least.setScale(0, java.math.RoundingMode.CEILING);
        return whole.compareTo(least) == 0 && !leastIncluded ? whole.add(BigDecimal.ONE) : whole;
    }

    /** The greatest whole number among them, which may be negative; null if there is no greatest. */
    @Nullable
    BigDecimal mostCount() {
        if (most == null) {
            return null;
        }
        BigDecimal whole = most.setScale(0, java.math.RoundingMode.FLOOR);
        return whole.compareTo(most) == 0 && !mostIncluded ? whole.subtract(BigDecimal.ONE) : whole;
    }

    /** Those that are among others as well. */
    Numbers and(Numbers other) {
        BigDecimal low = least;
        boolean lowIncluded = leastIncluded;
        if (other.least != null) {
            int order = low == null ? -1 : low.compareTo(other.least);
            lowIncluded =
                    order < 0 ? other.leastIncluded : order > 0 ? lowIncluded : lowIncluded && other.leastIncluded;
            low = order < 0 ? other.least : low;
        }
        BigDecimal high = most;
        boolean highIncluded = mostIncluded;
        if (other.most != null) {
            int order = high == null ? 1 : high.compareTo(other.most);
            highIncluded =
                    order > 0 ? other.mostIncluded : order < 0 ? highIncluded : highIncluded && other.mostIncluded;
            high = order > 0 ? other.most : high;
        }
        return new Numbers(low, lowIncluded, high, highIncluded);
    }

    boolean hasNegativeBound() {
        return (least != null && least.signum() < 0) || (most != null && most.signum() < 0);
    }

    /** Whether there are none. */
    boolean isEmpty() {
        if (least == null || most == null) {
            return false;
        }
        int order = least.compareTo(most);
        return order > 0 || (order == 0 && !(leastIncluded && mostIncluded));
    }

    /** These numbers, for people. */
    String words() {
        if (least != null && most != null) {
            return least.compareTo(most) == 0 ? least.toString() : "from " + least + " to " + most;
        }
        return least != null
                ? (leastIncluded ? "at least " : "above ") + least
                : (mostIncluded ? "at most " : "below ") + most;
    }

    /** Numbers at which the answer turns: each bound, and a little beside it. */
    List<BigDecimal> borders() {
        List<BigDecimal> borders = new ArrayList<>();
        for (BigDecimal bound : new @Nullable BigDecimal[] {least, most}) {
            if (bound != null) {
                BigDecimal little = BigDecimal.ONE.movePointLeft(Math.max(0, bound.scale()));
                borders.addAll(List.of(bound, bound.add(little), bound.subtract(little)));
            }
        }
        return borders;
    }
}
