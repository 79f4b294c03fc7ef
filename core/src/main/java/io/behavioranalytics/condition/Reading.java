package io.behavioranalytics.condition;

import io.behavioranalytics.event.Micros;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What one clause read: the value seen, and what the clause would have answered to others. It answers by the evaluator that
 * decides, so that a change found with it is one that the evaluator agrees to. Immutable.
 */
public final class Reading {
    private final String input;
    private final @Nullable Object seen;
    private final Function<@Nullable Object, Truth> answer;
    private final List<@Nullable Object> others;
    private final @Nullable ToLongFunction<Object> steps;
    private final boolean open;

    private Reading(
            String input,
            @Nullable Object seen,
            Function<@Nullable Object, Truth> answer,
            List<@Nullable Object> others,
            @Nullable ToLongFunction<Object> steps,
            boolean open) {
        this.input = input;
        this.seen = seen;
        this.answer = answer;
        this.others = Collections.unmodifiableList(others);
        this.steps = steps;
        this.open = open;
    }

    /**
     * A value that a clause read.
     *
     * @param input the name of the value; clauses that read the same value name it alike
     * @param seen the value, or null if it is missing
     * @param answer what the clause answers to a value, null if it is missing
     * @return a reading that tries no other value
     */
    public static Reading of(String input, @Nullable Object seen, Function<@Nullable Object, Truth> answer) {
        return new Reading(input, seen, answer, List.of(), null, false);
    }

    /**
     * This reading with more values to try.
     *
     * @param values values at which the answer may turn
     * @return the reading
     */
    public Reading or(List<? extends @Nullable Object> values) {
        List<@Nullable Object> more = new ArrayList<>(others);
        more.addAll(values);
        return new Reading(input, seen, answer, more, steps, open);
    }

    Reading orMissing() {
        return or(Collections.singletonList(null));
    }

    /** This reading without the values that cannot be. */
    Reading within(Predicate<Object> possible) {
        List<@Nullable Object> kept = new ArrayList<>();
        for (Object value : others) {
            if (value == null || possible.test(value)) {
                kept.add(value);
            }
        }
        return new Reading(input, seen, answer, kept, steps, open);
    }

    /** This reading, of which more values are possible than are tried: that none is found proves nothing. */
    Reading open() {
        return new Reading(input, seen, answer, others, steps, true);
    }

    /**
     * This reading with a measure of how far a value is from the one seen; without one, every other value is one step away.
     *
     * @param measure steps to a value: 0 for the value seen
     * @return the reading
     */
    public Reading measuredBy(ToLongFunction<Object> measure) {
        return new Reading(input, seen, answer, others, measure, open);
    }

    /**
     * The name of the value that was read.
     *
     * @return such as {@code intentScore}
     */
    public String input() {
        return input;
    }

    /**
     * The value that was seen.
     *
     * @return a text, number, boolean, instant, list or map of such; null if it is missing
     */
    public @Nullable Object seen() {
        return seen;
    }

    /**
     * What the clause answers to a value.
     *
     * @param value the value, null if it is missing
     * @return the evaluator's answer
     */
    public Truth answer(@Nullable Object value) {
        return answer.apply(value);
    }

    List<@Nullable Object> others() {
        return others;
    }

    boolean isOpen() {
        return open;
    }

    boolean isCounted() {
        return steps != null;
    }

    long steps(@Nullable Object value) {
        if (steps != null && value != null) {
            return steps.applyAsLong(value);
        }
        return Objects.equals(value, seen) ? 0 : 1;
    }

    // --- values beside an operand

    /** The doubles at and beside numbers. */
    static List<Object> doublesNear(List<?> operands) {
        Set<Object> near = new LinkedHashSet<>();
        for (Object operand : operands) {
            if (operand instanceof Number number) {
                double value = number.doubleValue();
                if (Double.isFinite(value)) {
                    near.addAll(List.of(value, Math.nextUp(value), Math.nextDown(value)));
                    near.addAll(List.of(Math.floor(value), Math.ceil(value)));
                    near.addAll(List.of(Math.floor(value) + 1, Math.ceil(value) - 1));
                }
            }
        }
        near.removeIf(value -> !Double.isFinite((Double) value));
        return List.copyOf(near);
    }

    static List<Object> integersNear(List<?> operands) {
        Set<Object> near = new LinkedHashSet<>();
        for (Object operand : operands) {
            if (operand instanceof Number number) {
                BigDecimal floor = exact(number).setScale(0, RoundingMode.FLOOR);
                for (int step = -1; step <= 2; step++) {
                    BigDecimal value = floor.add(BigDecimal.valueOf(step));
                    if (value.toBigInteger().bitLength() < Long.SIZE) {
                        near.add(value.longValueExact());
                    }
                }
            }
        }
        return List.copyOf(near);
    }

    static List<Object> decimalsNear(List<?> operands) {
        Set<Object> near = new LinkedHashSet<>();
        for (Object operand : operands) {
            if (operand instanceof Number number) {
                near.add(exact(number).add(BigDecimal.ONE));
                near.add(exact(number).subtract(BigDecimal.ONE));
            }
        }
        return List.copyOf(near);
    }

    private static BigDecimal exact(Number number) {
        return number instanceof BigDecimal decimal ? decimal : BigDecimal.valueOf(number.longValue());
    }

    /** The instants at and beside some. */
    static List<Instant> instants(long[] micros) {
        Set<Instant> near = new LinkedHashSet<>();
        for (long instant : micros) {
            if (instant != Micros.NEVER && instant != Micros.ALWAYS) {
                near.add(Micros.toInstant(instant));
                near.add(Micros.toInstant(instant + 1));
                near.add(Micros.toInstant(instant - 1));
            }
        }
        return List.copyOf(near);
    }
}
