package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Explanation;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.SeenCount;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.segment.AggregationFilter;
import io.behavioranalytics.segment.AggregationFilter.Aggregation;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.EventFilter;
import io.behavioranalytics.segment.FrequencyFilter;
import io.behavioranalytics.segment.SegmentFilter;
import io.behavioranalytics.segment.SequenceFilter;
import io.behavioranalytics.segment.TimeFilter;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Answers criteria from the values of an explanation's leaves, which stand in the order of the definition. */
final class ExplainedAnswer {
    private final List<Explanation.Leaf> leaves = new ArrayList<>();
    private final Map<Explanation.Leaf, SequenceFilter> sequences = new LinkedHashMap<>();
    private int place;
    private Map<String, Object> needed = Map.of();

    ExplainedAnswer(Explanation why) {
        collect(why);
    }

    private void collect(Explanation at) {
        if (at instanceof Explanation.Leaf leaf) {
            leaves.add(leaf);
        }
        at.parts().forEach(this::collect);
    }

    Truth answer(Criteria criteria, Instant now, Map<String, Object> edits) {
        place = 0;
        needed = edits;
        Truth answer = answer(criteria, now);
        assertThat(place).isEqualTo(leaves.size());
        return answer;
    }

    private Truth answer(Criteria criteria, Instant now) {
        List<Truth> answers = new ArrayList<>();
        for (EventFilter filter : criteria.eventFilters()) {
            answers.add(turned(filter.negate(), count(filter.minFrequency(), filter.maxFrequency())));
        }
        for (FrequencyFilter filter : criteria.frequencyFilters()) {
            answers.add(turned(filter.negate(), count(filter.minCount(), filter.maxCount())));
        }
        for (TimeFilter filter : criteria.timeFilters()) {
            answers.add(turned(filter.negate(), time(filter, now)));
        }
        for (SequenceFilter filter : criteria.sequenceFilters()) {
            sequences.put(peek(), filter);
            answers.add(turned(filter.negate(), said()));
        }
        for (AggregationFilter filter : criteria.aggregationFilters()) {
            boolean turned = filter.operator() == Operator.NOT_EQUALS;
            answers.add(turned(filter.negate(), turned(turned, aggregation(filter))));
        }
        for (SegmentFilter filter : criteria.segmentFilters()) {
            answers.add(turned(filter.negate() == filter.in(), said()));
        }
        for (Condition condition : criteria.profileConditions()) {
            Object value = value();
            if (condition.field().equals("tags")) { // told of one tag, whether it is there
                value = Boolean.TRUE.equals(value) ? List.of(condition.value()) : List.of();
            }
            answers.add(NaiveConditions.ofProfile(condition, value, now));
        }
        for (Criteria group : criteria.groups()) {
            answers.add(answer(group, now));
        }
        boolean all = criteria.logicOperator() == Criteria.Logic.AND;
        return turned(criteria.negate(), all ? NaiveEvaluator.all(answers) : NaiveEvaluator.any(answers));
    }

    private Truth time(TimeFilter filter, Instant now) {
        if (filter instanceof TimeFilter.FirstSeen first) {
            return within(first.timeRange(), (Instant) value(), now);
        }
        if (filter instanceof TimeFilter.LastSeen last) {
            return within(last.timeRange(), (Instant) value(), now);
        }
        if (filter instanceof TimeFilter.ActiveDays days) {
            return count(days.minDays(), days.maxDays());
        }
        if (filter instanceof TimeFilter.LocalTime local) {
            return count(local.minCount(), local.maxCount());
        }
        return count(0, 0);
    }

    private static Truth within(TimeWindow window, Instant seen, Instant now) {
        return Truth.of(seen != null && NaiveEvaluator.within(window, seen, now));
    }

    /** A value that is true or false, or unknown if nothing was seen. */
    private Truth said() {
        Object value = value();
        return value == null ? Truth.UNKNOWN : Truth.of((Boolean) value);
    }

    private Truth aggregation(AggregationFilter filter) {
        NaiveAggregation naive = new NaiveAggregation(filter);
        if (filter.aggregation() == Aggregation.MIN || filter.aggregation() == Aggregation.MAX) {
            // An extreme is told as two counts: of the events that fit, and of those beyond, if there is a beyond.
            Truth fits = count(1, null);
            boolean beyond = filter.aggregation() == Aggregation.MAX
                    ? filter.operator() != Operator.GREATER_THAN && filter.operator() != Operator.GREATER_OR_EQUAL
                    : filter.operator() != Operator.LESS_THAN && filter.operator() != Operator.LESS_OR_EQUAL;
            return beyond ? NaiveEvaluator.all(List.of(fits, NaiveEvaluator.not(count(1, null)))) : fits;
        }
        Explanation.Leaf leaf = peek();
        Object value = value();
        if (value instanceof SeenCount count) {
            Set<Truth> answers = new LinkedHashSet<>();
            for (long number = count.certain(); number <= count.possible(); number++) {
                answers.add(Truth.of(naive.fits(BigDecimal.valueOf(number))));
            }
            return answers.size() > 1 ? Truth.UNKNOWN : answers.iterator().next();
        }
        if (value instanceof BigDecimal amount) {
            return Truth.of(naive.fits(amount));
        }
        if (value != null) {
            assertThat(value).as("a number that no count can be").isEqualTo(false);
            return Truth.FALSE;
        }
        // Nothing was seen: the average of nothing is no number, and a sum is not known if one of its numbers is not.
        Truth missing = leaf.events().isEmpty() ? Truth.FALSE : Truth.UNKNOWN;
        assertThat(missing == Truth.UNKNOWN || filter.aggregation() == Aggregation.AVG)
                .isTrue();
        return missing;
    }

    private Truth count(int least, Integer most) {
        SeenCount count = (SeenCount) value();
        Set<Truth> answers = new LinkedHashSet<>();
        for (long number = count.certain(); number <= count.possible(); number++) {
            answers.add(Truth.of(number >= least && (most == null || number <= most)));
        }
        return answers.size() > 1 ? Truth.UNKNOWN : answers.iterator().next();
    }

    /** The leaves of sequences, with what they were asked, once an answer was read. */
    Map<Explanation.Leaf, SequenceFilter> sequences() {
        return sequences;
    }

    private Explanation.Leaf peek() {
        return leaves.get(place);
    }

    private Object value() {
        Explanation.Leaf leaf = leaves.get(place++);
        String input = leaf.reading().input();
        return needed.containsKey(input) ? needed.get(input) : leaf.reading().seen();
    }

    private static Truth turned(boolean negate, Truth answer) {
        return negate ? NaiveEvaluator.not(answer) : answer;
    }

    /** The values that are counts, or are true, false or unknown. */
    private Map<String, Object> steps() {
        Map<String, Object> steps = new LinkedHashMap<>();
        for (Explanation.Leaf leaf : leaves) {
            boolean open = !leaf.clause().equals("a number that cannot be")
                    && !leaf.clause().equals("in segment all-visitors")
                    && !leaf.clause().equals("in segment none-such");
            if (open) {
                Object seen = leaf.reading().seen();
                steps.put(leaf.reading().input(), seen == null ? "unknown" : seen);
            }
        }
        return steps;
    }

    boolean isSmall(int most) {
        return steps().size() <= most
                && leaves.stream()
                        .allMatch(leaf -> leaf.reading().seen() instanceof SeenCount
                                || leaf.reading().seen() instanceof Boolean
                                || !leaf.steps().isEmpty());
    }

    /**
     * The fewest inputs, then the fewest steps, of all changes that bring an answer: of counts to 0 to 12, of what is true or false to
     * the one or the other.
     */
    long[] bruteForce(Criteria criteria, Instant now, Truth wanted) {
        List<String> inputs = new ArrayList<>(steps().keySet());
        List<Object> seen = new ArrayList<>(steps().values());
        int[] tried = new int[inputs.size()];
        Arrays.fill(tried, -1);
        long[] best = null;
        while (true) {
            Map<String, Object> values = new HashMap<>();
            long steps = 0;
            for (int i = 0; i < tried.length; i++) {
                if (tried[i] >= 0) {
                    boolean counted = seen.get(i) instanceof SeenCount;
                    Object value = counted ? SeenCount.of(tried[i]) : (Object) (tried[i] > 0);
                    values.put(inputs.get(i), value);
                    steps += seen.get(i) instanceof SeenCount count
                            ? count.stepsTo(SeenCount.of(tried[i]))
                            : value.equals(seen.get(i)) ? 0 : 1;
                }
            }
            boolean smaller = best == null || values.size() < best[0] || (values.size() == best[0] && steps < best[1]);
            if (smaller && answer(criteria, now, values) == wanted) {
                best = new long[] {values.size(), steps};
            }
            int place = 0;
            while (place < tried.length && ++tried[place] > (seen.get(place) instanceof SeenCount ? 12 : 1)) {
                tried[place++] = -1;
            }
            if (place == tried.length) {
                return best;
            }
        }
    }
}
