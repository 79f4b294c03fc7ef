package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.Objects;

/**
 * What a source cost in a period, as the host knows it. All costs of a report are of one currency, which is that of the events' values.
 * Immutable.
 *
 * @param source the source, as the events tell it; told apart by every character
 * @param from the first instant of the period
 * @param to the first instant behind it
 * @param amount what was spent in it, 0 or more; 0 is a cost that is known, and not a missing one
 */
public record Cost(String source, Instant from, Instant to, BigDecimal amount) {
    private static final int LONGEST = 100;

    /**
     * Checks the cost.
     *
     * @throws IllegalArgumentException if the period ends before it begins, is empty or does not lie in the years 0001 to 9999, or the
     *     amount is negative or has more than 100 digits or decimals
     */
    public Cost {
        Objects.requireNonNull(source, "source");
        ReportFilter.check("from", from);
        ReportFilter.check("to", to);
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("the period must end behind its beginning: from " + from + ", to " + to);
        }
        if (amount.signum() < 0) {
            throw new IllegalArgumentException("amount must be 0 or more: " + amount.signum());
        }
        if (amount.precision() > LONGEST || Math.abs((long) amount.scale()) > LONGEST) {
            throw new IllegalArgumentException("amount must have at most " + LONGEST + " digits and decimals");
        }
    }

    /**
     * The part of the amount that falls into a range, by time: all of it, exactly, if the period lies within; otherwise to 34 digits.
     *
     * @param first the first instant of the range
     * @param end the first instant behind it, which is after the first
     * @return 0 to the amount
     */
    BigDecimal within(long first, long end) {
        long begin = Micros.of(from);
        long until = Micros.of(to);
        if (begin >= first && until <= end) {
            return amount;
        }
        long inside = Math.min(until, end) - Math.max(begin, first);
        return inside <= 0 || until == begin
                ? BigDecimal.ZERO
                : amount.multiply(BigDecimal.valueOf(inside))
                        .divide(BigDecimal.valueOf(until - begin), MathContext.DECIMAL128);
    }

    /** Whether any of the period lies in a range. */
    boolean touches(long first, long end) {
        return Micros.of(from) < end && Micros.of(to) > first;
    }
}
