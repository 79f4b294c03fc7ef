package io.behavioranalytics.segment;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.ProfileField;
import io.behavioranalytics.condition.Scope;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.condition.Verdict;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns criteria into clauses, and lets equal filters of all segments share one counter. Used once. */
final class CriteriaCompiler {
    private final Map<CounterKey, Integer> indexes = new LinkedHashMap<>();
    private final List<Counter> counters = new ArrayList<>();
    private final List<Set<Integer>> segmentsOfCounter = new ArrayList<>();
    private final Map<Object, Integer> otherIndexes = new HashMap<>();
    private final List<Accumulator> others = new ArrayList<>();
    private final List<Set<Integer>> segmentsOfOther = new ArrayList<>();
    private final Map<String, Integer> places = new HashMap<>();
    private final List<String> keys = new ArrayList<>();
    private final List<Set<Integer>> dependencies = new ArrayList<>();
    private final BitSet profileDependent = new BitSet();
    private final List<Violation> violations = new ArrayList<>();
    private int segment;

    SegmentEvaluator compile(List<Segment> segments) {
        Clause[] clauses = new Clause[segments.size()];
        for (int i = 0; i < clauses.length; i++) {
            places.put(segments.get(i).key(), i);
            places.put(segments.get(i).id().toString(), i);
            keys.add(segments.get(i).key());
            dependencies.add(new TreeSet<>());
        }
        for (segment = 0; segment < clauses.length; segment++) {
            Segment compiled = segments.get(segment);
            clauses[segment] = compiled.type() == Segment.Type.STATIC
                    ? new Clause.Constant(Verdict.constant(Truth.FALSE), "added by the host")
                    : join(compiled.criteria(), compiled.key());
        }
        if (!violations.isEmpty()) {
            throw new InvalidDefinitionException(violations);
        }
        List<List<EventType>> typesOfCounters =
                counters.stream().map(counter -> counter.key().types()).toList();
        List<Collection<EventType>> typesOfOthers =
                others.stream().map(Accumulator::types).toList();
        return new SegmentEvaluator(
                segments,
                clauses,
                counters.toArray(new Counter[0]),
                ByType.of(typesOfCounters, segmentsOfCounter),
                others.toArray(new Accumulator[0]),
                ByType.of(typesOfOthers, segmentsOfOther),
                dependencies.stream().map(CriteriaCompiler::array).toArray(int[][]::new),
                profileDependent);
    }

    static int[] array(Iterable<Integer> numbers) {
        List<Integer> list = new ArrayList<>();
        numbers.forEach(list::add);
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    private Clause join(Criteria criteria, String path) {
        List<Clause> clauses = new ArrayList<>();
        for (EventFilter filter : criteria.eventFilters()) {
            clauses.add(negate(filter.negate(), count(filter, path)));
        }
        for (FrequencyFilter filter : criteria.frequencyFilters()) {
            CounterKey key = new CounterKey(
                    filter.eventTypes().stream().distinct().sorted().toList(),
                    List.of(),
                    filter.timeRange(),
                    null,
                    null);
            clauses.add(negate(filter.negate(), count(key, filter.minCount(), filter.maxCount(), path)));
        }
        for (TimeFilter filter : criteria.timeFilters()) {
            clauses.add(negate(filter.negate(), time(filter, path)));
        }
        for (SequenceFilter filter : criteria.sequenceFilters()) {
            clauses.add(negate(filter.negate(), sequence(filter, path)));
        }
        AggregationCompiler aggregations = new AggregationCompiler(this, path, violations);
        for (AggregationFilter filter : criteria.aggregationFilters()) {
            clauses.add(negate(filter.negate(), aggregations.compile(filter)));
        }
        for (SegmentFilter filter : criteria.segmentFilters()) {
            clauses.add(negate(filter.negate(), negate(!filter.in(), member(filter.segment()))));
        }
        for (Condition condition : criteria.profileConditions()) {
            profileDependent.set(segment);
            CompiledCondition compiled = CompiledCondition.compile(condition, Scope.PROFILE, path, violations);
            clauses.add(new Clause.Comparison(compiled));
        }
        for (Criteria group : criteria.groups()) {
            clauses.add(join(group, path));
        }
        if (clauses.isEmpty()) {
            violations.add(new Violation(path, "EMPTY", "criteria need at least one filter, condition or group"));
            return new Clause.Join(true, List.of());
        }
        Clause joined = clauses.size() == 1
                ? clauses.get(0)
                : new Clause.Join(criteria.logicOperator() == Criteria.Logic.AND, List.copyOf(clauses));
        return negate(criteria.negate(), joined);
    }

    /** Nobody is in a segment that is not evaluated, or that can be evaluated only after this one. */
    private Clause member(String reference) {
        if (reference.equals(Segment.ALL_VISITORS)) {
            return new Clause.Constant(Verdict.constant(Truth.TRUE), "in segment " + reference);
        }
        Integer place = places.get(reference);
        if (place == null || place >= segment) {
            return new Clause.Constant(Verdict.constant(Truth.FALSE), "in segment " + reference);
        }
        dependencies.get(segment).add(place);
        return new Clause.Member(place, keys.get(place));
    }

    private Clause sequence(SequenceFilter filter, String path) {
        int index = other(filter.pattern(), filter.timeRange(), () -> {
            SequenceMatcher matcher =
                    SequenceMatcher.compile(filter.pattern(), path, violations, Sequence.moves(filter.timeRange()));
            return new Sequence(matcher, filter.timeRange());
        });
        return new Clause.InSequence(index, (Sequence) others.get(index));
    }

    /** The place of an accumulator, which all who name equal keys share; it is told that this segment asks it. */
    int other(Object kind, Object key, Supplier<Accumulator> made) {
        int index = otherIndexes.computeIfAbsent(List.of(kind, key), any -> {
            others.add(made.get());
            segmentsOfOther.add(new LinkedHashSet<>());
            return others.size() - 1;
        });
        segmentsOfOther.get(index).add(segment);
        return index;
    }

    Accumulator other(int index) {
        return others.get(index);
    }

    static Clause negate(boolean negate, Clause clause) {
        return negate ? new Clause.Not(clause) : clause;
    }

    private Clause count(EventFilter filter, String path) {
        CounterKey key =
                new CounterKey(List.of(filter.eventType()), filter.conditions(), filter.timeRange(), null, null);
        return count(key, filter.minFrequency(), filter.maxFrequency(), path);
    }

    private Clause time(TimeFilter filter, String path) {
        if (filter instanceof TimeFilter.FirstSeen seen) {
            profileDependent.set(segment);
            return new Clause.Seen(ProfileField.FIRST_SEEN, seen.timeRange());
        }
        if (filter instanceof TimeFilter.LastSeen seen) {
            profileDependent.set(segment);
            return new Clause.Seen(ProfileField.LAST_ACTIVITY, seen.timeRange());
        }
        if (filter instanceof TimeFilter.ActiveDays days) {
            CounterKey key = new CounterKey(List.of(), List.of(), days.timeRange(), null, days.zone());
            return count(key, days.minDays(), days.maxDays(), path);
        }
        if (filter instanceof TimeFilter.InactiveFor inactive) {
            CounterKey key =
                    new CounterKey(List.of(), List.of(), new TimeWindow.Rolling(inactive.duration()), null, null);
            return count(key, 0, 0, path);
        }
        TimeFilter.LocalTime local = (TimeFilter.LocalTime) filter;
        CounterKey key = new CounterKey(
                List.of(),
                List.of(),
                local.timeRange(),
                new CounterKey.LocalHours(local.fromHour(), local.toHour(), local.weekdays(), local.zone()),
                null);
        return count(key, local.minCount(), local.maxCount(), path);
    }

    Clause count(CounterKey key, int min, @Nullable Integer max, String path) {
        Integer known = indexes.get(key);
        int index = known != null ? known : add(key, path);
        Counter counter = counters.get(index);
        counter.need(Math.max(min, max == null ? 0 : max + 1));
        segmentsOfCounter.get(index).add(segment);
        return new Clause.Count(index, counter, min, max == null ? -1 : max);
    }

    private int add(CounterKey key, String path) {
        List<CompiledCondition> compiled = new ArrayList<>();
        for (Condition condition : key.conditions()) {
            compiled.add(CompiledCondition.compile(condition, Scope.EVENT, path, violations));
        }
        indexes.put(key, counters.size());
        counters.add(new Counter(key, compiled));
        segmentsOfCounter.add(new LinkedHashSet<>());
        return counters.size() - 1;
    }
}
