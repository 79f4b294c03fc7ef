package io.behavioranalytics.trigger;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.ProfileField;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.profile.BehaviorPattern;
import io.behavioranalytics.segment.AggregationFilter;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentFilter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which memberships may begin or end because of another, because a sum or an average grows or shrinks, or because the pattern becomes
 * at_risk or is so no more, by the criteria of the active segments.
 *
 * <p>Whatever else criteria ask can be moved to and fro by no effect: counts only grow, and come back by time alone.
 */
final class SegmentConsequences {
    /** The patterns that form_abandon makes at_risk; high_intent goes before that. */
    private static final List<BehaviorPattern> BESIDE_RISK =
            List.of(BehaviorPattern.QUALIFIED_INTEREST, BehaviorPattern.RESEARCHING, BehaviorPattern.EXPLORING);

    /**
     * An entry or an exit.
     *
     * @param entered whether it is an entry
     * @param segment the segment's key
     */
    record Change(boolean entered, String segment) {
        Change opposite() {
            return new Change(!entered, segment);
        }
    }

    /**
     * What some filters add up; equal for filters that add up the same.
     *
     * @param level a number above it makes the result grow, if at all, and one below it shrink: 0 of a sum, the bound of an average
     */
    private record Sum(
            Set<EventType> types,
            List<?> conditions,
            @Nullable String field,
            Object window,
            double level) {
        static Sum of(AggregationFilter filter) {
            Object bound = filter.value() instanceof List<?> bounds ? bounds.get(0) : filter.value();
            double level = filter.aggregation() == AggregationFilter.Aggregation.AVG && bound instanceof Number number
                    ? number.doubleValue()
                    : 0;
            return new Sum(
                    new HashSet<>(filter.eventTypes()), filter.conditions(), filter.field(), filter.timeRange(), level);
        }

        /** The number that an event of a type brings, or null if it brings none. */
        @Nullable
        Number of(String type, Map<String, @Nullable Object> parameters) {
            boolean counts = types.isEmpty()
                    || types.stream().anyMatch(counted -> counted.name().equals(type));
            if (!counts || field == null) {
                return null;
            }
            Object value = parameters;
            for (String name : field.split("\\.", -1)) {
                value = value instanceof Map<?, ?> map ? map.get(name) : null;
            }
            return value instanceof Number number ? number : null;
        }
    }

    private final Map<String, String> keys = new HashMap<>();
    private final Map<Change, Set<Change>> direct = new HashMap<>();
    private final Map<Sum, Set<Change>> grown = new HashMap<>();
    /** What follows where the pattern becomes at_risk; the opposite follows where it is so no more. */
    private final Set<Change> risked = new LinkedHashSet<>();

    SegmentConsequences(Collection<Segment> segments) {
        for (Segment segment : segments) {
            keys.put(segment.key(), segment.key());
            keys.put(segment.id().toString(), segment.key());
        }
        for (Segment segment : segments) {
            if (segment.status() == Segment.Status.ACTIVE && segment.type() != Segment.Type.STATIC) {
                read(segment.criteria(), new Change(true, segment.key()));
            }
        }
    }

    /** The key of a segment that is named by key or id. */
    String key(String reference) {
        return keys.getOrDefault(reference, reference);
    }

    private void read(Criteria criteria, Change ifHolds) {
        Change holds = criteria.negate() ? ifHolds.opposite() : ifHolds;
        for (SegmentFilter filter : criteria.segmentFilters()) {
            Change whenEntered = filter.in() == filter.negate() ? holds.opposite() : holds;
            String segment = key(filter.segment());
            add(direct, new Change(true, segment), whenEntered);
            add(direct, new Change(false, segment), whenEntered.opposite());
        }
        for (AggregationFilter filter : criteria.aggregationFilters()) {
            if (filter.aggregation() == AggregationFilter.Aggregation.SUM
                    || filter.aggregation() == AggregationFilter.Aggregation.AVG) {
                sum(filter, filter.negate() ? holds.opposite() : holds);
            }
        }
        for (Condition condition : criteria.profileConditions()) {
            if (condition.field().equals(ProfileField.PATTERN.json())) {
                pattern(condition, holds);
            }
        }
        criteria.groups().forEach(group -> read(group, holds));
    }

    /** What a condition on the pattern makes of its becoming at_risk, and of its becoming another again. */
    private void pattern(Condition condition, Change holds) {
        boolean atRisk = meets(condition, BehaviorPattern.AT_RISK);
        if (BESIDE_RISK.stream().anyMatch(other -> meets(condition, other) != atRisk)) {
            risked.add(atRisk ? holds : holds.opposite());
        }
    }

    /** Of operators that compare whole patterns; of any other it is not asked. */
    private static boolean meets(Condition condition, BehaviorPattern pattern) {
        boolean met = switch (condition.operator()) {
            case EQUALS -> pattern.json().equals(condition.value());
            case NOT_EQUALS -> !pattern.json().equals(condition.value());
            case IN -> condition.value() instanceof List<?> list && list.contains(pattern.json());
            case NOT_IN -> condition.value() instanceof List<?> list && !list.contains(pattern.json());
            default -> false;
        };
        return met != condition.negate();
    }

    private void sum(AggregationFilter filter, Change holds) {
        Sum sum = Sum.of(filter);
        switch (filter.operator()) {
            case GREATER_THAN, GREATER_OR_EQUAL -> add(grown, sum, holds);
            case LESS_THAN, LESS_OR_EQUAL -> add(grown, sum, holds.opposite());
            default -> {
                add(grown, sum, holds);
                add(grown, sum, holds.opposite());
            }
        }
    }

    private static <K> void add(Map<K, Set<Change>> changes, K cause, Change change) {
        changes.computeIfAbsent(cause, any -> new LinkedHashSet<>()).add(change);
    }

    /** An entry or exit, and all that may follow from it. */
    Set<Change> of(Change first) {
        return closure(List.of(first));
    }

    /** What may follow if a sum grows, or shrinks. */
    Set<Change> of(String sum, boolean grows) {
        List<Change> first = new ArrayList<>();
        grown.forEach((known, changes) -> {
            if (known.toString().equals(sum)) {
                changes.forEach(change -> first.add(grows ? change : change.opposite()));
            }
        });
        return closure(first);
    }

    /** What may follow if the pattern becomes at_risk, or is so no more. */
    Set<Change> ofRisk(boolean begins) {
        return closure(risked.stream()
                .map(change -> begins ? change : change.opposite())
                .toList());
    }

    private Set<Change> closure(List<Change> first) {
        Set<Change> found = new LinkedHashSet<>(first);
        Deque<Change> open = new ArrayDeque<>(first);
        while (!open.isEmpty()) {
            for (Change next : direct.getOrDefault(open.remove(), Set.of())) {
                if (found.add(next)) {
                    open.add(next);
                }
            }
        }
        return found;
    }

    /** The sums that a tracked event makes grow (true) or shrink (false). */
    Map<String, Boolean> sumsOf(String type, Map<String, @Nullable Object> parameters) {
        Map<String, Boolean> sums = new HashMap<>();
        for (Sum sum : grown.keySet()) {
            Number number = sum.of(type, parameters);
            if (number != null && number.doubleValue() != sum.level()) {
                sums.put(sum.toString(), number.doubleValue() > sum.level());
            }
        }
        return sums;
    }
}
