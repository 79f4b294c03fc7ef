package io.behavioranalytics.segment;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.EventValue;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.Scope;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.condition.Verdict;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.AggregationFilter.Aggregation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns aggregations into clauses.
 *
 * <p>Only sums and averages have to be added up. A count is one of {@link Counter}; and that the greatest number is above a bound
 * means that there is an event above it, so least and greatest are counts of events, too.
 */
final class AggregationCompiler {
    private static final Clause NEVER = new Clause.Constant(Verdict.constant(Truth.FALSE), "a number that cannot be");

    private final CriteriaCompiler criteria;
    private final String path;
    private final List<Violation> violations;

    AggregationCompiler(CriteriaCompiler criteria, String path, List<Violation> violations) {
        this.criteria = criteria;
        this.path = path;
        this.violations = violations;
    }

    Clause compile(AggregationFilter filter) {
        Numbers numbers = Numbers.of(filter.operator(), filter.value());
        if (numbers == null) {
            violations.add(new Violation(path, "TYPE", "an aggregation is compared with a number"));
            return NEVER;
        }
        Clause clause = switch (filter.aggregation()) {
            case COUNT -> count(filter, numbers);
            case DISTINCT -> distinct(filter, numbers);
            case SUM, AVG -> amount(filter, numbers);
            case MIN, MAX -> extreme(filter, numbers);
        };
        return CriteriaCompiler.negate(filter.operator() == Operator.NOT_EQUALS, clause);
    }

    private static List<EventType> types(AggregationFilter filter) {
        return filter.eventTypes().stream().distinct().sorted().toList();
    }

    private Clause count(AggregationFilter filter, Numbers numbers) {
        return filter.field() == null
                ? count(filter, numbers, null)
                : count(filter, numbers, Condition.of(filter.field(), Operator.EXISTS, null));
    }

    private Clause count(AggregationFilter filter, Numbers numbers, @Nullable Condition more) {
        Counts counts = Counts.of(numbers, EventFilter.MAX_COUNT);
        return counts == null ? NEVER : criteria.count(key(filter, more), counts.min, counts.max, path);
    }

    private static CounterKey key(AggregationFilter filter, @Nullable Condition more) {
        List<Condition> conditions = new ArrayList<>(filter.conditions());
        if (more != null) {
            conditions.add(more);
        }
        return new CounterKey(types(filter), conditions, filter.timeRange(), null, null);
    }

    private Clause extreme(AggregationFilter filter, Numbers numbers) {
        boolean greatest = filter.aggregation() == Aggregation.MAX;
        List<Clause> clauses = new ArrayList<>();
        // The numbers beyond which there is none are those on the side to which the extreme points.
        BigDecimal outer = greatest ? numbers.most() : numbers.least();
        boolean outerIncluded = greatest ? numbers.mostIncluded() : numbers.leastIncluded();
        clauses.add(some(filter, within(filter, numbers)));
        if (outer != null) {
            Operator beyond = greatest
                    ? (outerIncluded ? Operator.GREATER_THAN : Operator.GREATER_OR_EQUAL)
                    : (outerIncluded ? Operator.LESS_THAN : Operator.LESS_OR_EQUAL);
            String field = Objects.requireNonNull(filter.field());
            clauses.add(new Clause.Not(some(filter, Condition.of(field, beyond, outer))));
        }
        return clauses.size() == 1 ? clauses.get(0) : new Clause.Join(true, List.copyOf(clauses));
    }

    private static Condition within(AggregationFilter filter, Numbers numbers) {
        String field = Objects.requireNonNull(filter.field());
        BigDecimal least = numbers.least();
        BigDecimal most = numbers.most();
        if (least != null && most != null) {
            return Condition.of(field, Operator.BETWEEN, List.of(least, most));
        }
        if (least != null) {
            return Condition.of(
                    field, numbers.leastIncluded() ? Operator.GREATER_OR_EQUAL : Operator.GREATER_THAN, least);
        }
        return Condition.of(field, numbers.mostIncluded() ? Operator.LESS_OR_EQUAL : Operator.LESS_THAN, most);
    }

    private Clause some(AggregationFilter filter, Condition condition) {
        return criteria.count(key(filter, condition), 1, null, path);
    }

    private Clause amount(AggregationFilter filter, Numbers numbers) {
        EventValue field = field(filter);
        if (field == null) {
            return NEVER;
        }
        Total.Key key = totalKey(filter);
        int index = criteria.other(Total.class, key, () -> new Total(key, conditions(filter), field));
        return new Clause.Amount(
                index, (Total) criteria.other(index), filter.aggregation() == Aggregation.AVG, numbers);
    }

    private Clause distinct(AggregationFilter filter, Numbers numbers) {
        EventValue field = field(filter);
        Counts counts = Counts.of(numbers, AggregationFilter.MAX_DISTINCT);
        if (field == null || counts == null) {
            return NEVER;
        }
        Total.Key key = totalKey(filter);
        int index = criteria.other(Distinct.class, key, () -> new Distinct(key, conditions(filter), field));
        Distinct distinct = (Distinct) criteria.other(index);
        distinct.need(Math.max(counts.min, counts.max == null ? 0 : counts.max + 1));
        return new Clause.Different(index, distinct, counts.min, counts.max == null ? -1 : counts.max);
    }

    private static Total.Key totalKey(AggregationFilter filter) {
        return new Total.Key(
                types(filter), filter.conditions(), Objects.requireNonNull(filter.field()), filter.timeRange());
    }

    private @Nullable EventValue field(AggregationFilter filter) {
        if (filter.field() == null) {
            violations.add(new Violation(path, "REQUIRED", "this aggregation is one of a field"));
            return null;
        }
        return EventValue.compile(filter.field(), path, violations);
    }

    private List<CompiledCondition> conditions(AggregationFilter filter) {
        List<CompiledCondition> compiled = new ArrayList<>();
        for (Condition condition : filter.conditions()) {
            compiled.add(CompiledCondition.compile(condition, Scope.EVENT, path, violations));
        }
        return compiled;
    }

    /**
     * Whole numbers between bounds.
     *
     * @param min the least, 0 or more
     * @param max the greatest, or null for any
     */
    record Counts(int min, @Nullable Integer max) {
        /** The whole numbers of 0 or more among some; null if there are none, or they are too great to be counted up to. */
        static @Nullable Counts of(Numbers numbers, int greatest) {
            BigDecimal least = numbers.leastCount();
            BigDecimal most = numbers.mostCount();
            BigDecimal limit = BigDecimal.valueOf(greatest);
            boolean none = most != null && (most.signum() < 0 || most.compareTo(least) < 0);
            if (none || least.compareTo(limit) > 0 || (most != null && most.compareTo(limit) > 0)) {
                return null;
            }
            return new Counts(least.intValueExact(), most == null ? null : most.intValueExact());
        }
    }
}
