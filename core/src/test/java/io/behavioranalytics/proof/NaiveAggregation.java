package io.behavioranalytics.proof;

import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.segment.AggregationFilter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** An aggregation by collecting all values there may be, and asking of every result that is possible whether it fits. */
final class NaiveAggregation {
    private static final BigDecimal LITTLE = new BigDecimal("1e-400");

    private final AggregationFilter filter;
    private final List<Object> certain = new ArrayList<>();
    private final List<Object> maybe = new ArrayList<>();

    NaiveAggregation(AggregationFilter filter) {
        this.filter = filter;
    }

    void add(BehaviorEvent event, Truth meets) {
        Object value = filter.field() == null ? (Object) true : NaiveConditions.read(filter.field(), event);
        if (value instanceof Double written) {
            value = new BigDecimal(written.toString());
        }
        if (value != null && meets == Truth.TRUE) {
            certain.add(value);
        } else if (value != null && meets == Truth.UNKNOWN) {
            maybe.add(value);
        }
    }

    Truth answer() {
        boolean turned = filter.operator() == Operator.NOT_EQUALS;
        Truth answer = switch (filter.aggregation()) {
            case COUNT -> counts(certain.size(), certain.size() + maybe.size());
            case DISTINCT -> distinct();
            case SUM, AVG -> amount();
            case MIN, MAX -> extreme();
        };
        return turned ? NaiveEvaluator.not(answer) : answer;
    }

    private Truth counts(int least, int most) {
        Set<Boolean> answers = new HashSet<>();
        for (int count = least; count <= most; count++) {
            answers.add(fits(BigDecimal.valueOf(count)));
        }
        return answers.size() > 1 ? Truth.UNKNOWN : Truth.of(answers.contains(true));
    }

    /** Values of which it is certain that they are different ones, and all that may be. */
    private Truth distinct() {
        Set<Object> known = new HashSet<>();
        Set<Object> possible = new HashSet<>();
        for (List<Object> values : List.of(certain, maybe)) {
            for (Object value : values) {
                if (value instanceof java.util.Collection || value instanceof java.util.Map) {
                    possible.add(new Object());
                } else {
                    Object same = number(value) == null ? value : number(value).stripTrailingZeros();
                    possible.add(same);
                    if (values == certain) {
                        known.add(same);
                    }
                }
            }
        }
        return counts(known.size(), possible.size());
    }

    private Truth amount() {
        boolean known = maybe.isEmpty() && certain.stream().allMatch(value -> number(value) != null);
        if (!known) {
            return Truth.UNKNOWN;
        }
        BigDecimal sum = BigDecimal.ZERO;
        for (Object value : certain) {
            sum = sum.add(number(value));
        }
        if (filter.aggregation() == AggregationFilter.Aggregation.SUM) {
            return Truth.of(fits(sum));
        }
        return Truth.of(!certain.isEmpty() && fitsAverage(sum, certain.size()));
    }

    /** Compared as fractions, so that nothing is rounded. */
    private boolean fitsAverage(BigDecimal sum, int count) {
        return fits(sum, BigDecimal.valueOf(count));
    }

    private Truth extreme() {
        boolean greatest = filter.aggregation() == AggregationFilter.Aggregation.MAX;
        List<BigDecimal> probes = new ArrayList<>();
        for (BigDecimal bound : bounds()) {
            probes.addAll(List.of(bound, bound.add(LITTLE), bound.subtract(LITTLE)));
        }
        probes.add(new BigDecimal("1e999"));
        probes.add(new BigDecimal("-1e999"));
        BigDecimal edge = null;
        boolean anything = false;
        for (Object value : certain) {
            BigDecimal number = read(value);
            if (number == null) {
                anything = true;
            } else {
                edge = edge == null || (number.compareTo(edge) > 0) == greatest ? number : edge;
            }
        }
        Set<Boolean> answers = new HashSet<>();
        if (!anything) {
            answers.add(edge != null && fits(edge));
        }
        for (Object value : maybe) {
            BigDecimal number = read(value);
            if (number == null) {
                for (BigDecimal probe : probes) {
                    reached(probe, edge, greatest, answers);
                }
            } else if (!anything) {
                reached(number, edge, greatest, answers);
            }
        }
        if (anything) {
            for (BigDecimal probe : probes) {
                reached(probe, edge, greatest, answers);
            }
        }
        return answers.size() > 1 ? Truth.UNKNOWN : Truth.of(answers.contains(true));
    }

    private void reached(BigDecimal number, BigDecimal edge, boolean greatest, Set<Boolean> answers) {
        BigDecimal result = edge == null || (number.compareTo(edge) > 0) == greatest ? number : edge;
        answers.add(fits(result));
    }

    /** Conditions compare an event's value, a double, with an operand that has a fraction as with the operand's double. */
    private BigDecimal read(Object value) {
        BigDecimal number = number(value);
        return number != null && "value".equals(filter.field()) ? new BigDecimal(number.doubleValue()) : number;
    }

    private List<BigDecimal> bounds() {
        List<BigDecimal> bounds = new ArrayList<>();
        List<?> operands = filter.value() instanceof List<?> list ? list : List.of(filter.value());
        for (Object operand : operands) {
            BigDecimal bound = number(operand);
            boolean extreme = filter.aggregation() == AggregationFilter.Aggregation.MIN
                    || filter.aggregation() == AggregationFilter.Aggregation.MAX;
            boolean fraction = bound.stripTrailingZeros().scale() > 0;
            bounds.add(
                    extreme && fraction && "value".equals(filter.field())
                            ? new BigDecimal(bound.doubleValue())
                            : bound);
        }
        return bounds;
    }

    boolean fits(BigDecimal result) {
        return fits(result, BigDecimal.ONE);
    }

    private boolean fits(BigDecimal result, BigDecimal times) {
        List<BigDecimal> bounds = bounds();
        int order = result.compareTo(bounds.get(0).multiply(times, MathContext.UNLIMITED));
        return switch (filter.operator()) {
            case EQUALS, NOT_EQUALS -> order == 0;
            case GREATER_THAN -> order > 0;
            case GREATER_OR_EQUAL -> order >= 0;
            case LESS_THAN -> order < 0;
            case LESS_OR_EQUAL -> order <= 0;
            case BETWEEN -> order >= 0 && result.compareTo(bounds.get(1).multiply(times)) <= 0;
            default -> throw new AssertionError("no operator of an aggregation: " + filter.operator());
        };
    }

    private static BigDecimal number(Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal;
        }
        return value instanceof Long || value instanceof Integer
                ? BigDecimal.valueOf(((Number) value).longValue())
                : null;
    }
}
