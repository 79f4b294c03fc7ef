package io.behavioranalytics.segment;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.DefinitionKey;
import io.behavioranalytics.condition.EventValue;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.Scope;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.AggregationFilter.Aggregation;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Checks criteria before they are saved: their size, their event types, and each condition against where it stands.
 *
 * <p>One instance checks one tree of criteria. Not safe for several threads.
 */
public final class CriteriaValidator {
    /** The most groups, filters and conditions in one segment. */
    public static final int MAX_NODES = 200;

    /** The deepest nesting of groups, the outermost counted. */
    public static final int MAX_DEPTH = 8;

    private final Predicate<EventType> knownTypes;
    private final List<Violation> out;
    private int nodes;

    /**
     * Makes a validator.
     *
     * @param knownTypes tells which event types there are; all of them for an open catalog
     * @param out receives what is wrong
     */
    public CriteriaValidator(Predicate<EventType> knownTypes, List<Violation> out) {
        this.knownTypes = knownTypes;
        this.out = out;
    }

    /**
     * Checks a whole tree.
     *
     * @param criteria the criteria
     * @param path where they stand in the definition
     */
    public void check(Criteria criteria, String path) {
        check(criteria, path, 1);
    }

    private void check(Criteria criteria, String path, int depth) {
        if (!enter(path, depth)) {
            return;
        }
        List<EventFilter> eventFilters = criteria.eventFilters();
        for (int i = 0; i < eventFilters.size(); i++) {
            eventFilter(eventFilters.get(i), element(path, "eventFilters", i));
        }
        List<FrequencyFilter> frequencyFilters = criteria.frequencyFilters();
        for (int i = 0; i < frequencyFilters.size(); i++) {
            frequencyFilter(frequencyFilters.get(i), element(path, "frequencyFilters", i));
        }
        for (int i = 0; i < criteria.timeFilters().size(); i++) {
            timeFilter(element(path, "timeFilters", i));
        }
        for (int i = 0; i < criteria.sequenceFilters().size(); i++) {
            sequenceFilter(criteria.sequenceFilters().get(i), element(path, "sequenceFilters", i));
        }
        for (int i = 0; i < criteria.aggregationFilters().size(); i++) {
            aggregationFilter(criteria.aggregationFilters().get(i), element(path, "aggregationFilters", i));
        }
        for (int i = 0; i < criteria.segmentFilters().size(); i++) {
            segmentFilter(criteria.segmentFilters().get(i), element(path, "segmentFilters", i));
        }
        List<Condition> conditions = criteria.profileConditions();
        for (int i = 0; i < conditions.size(); i++) {
            profileCondition(conditions.get(i), element(path, "profileConditions", i));
        }
        for (int i = 0; i < criteria.groups().size(); i++) {
            check(criteria.groups().get(i), element(path, "groups", i), depth + 1);
        }
        int clauses = eventFilters.size()
                + frequencyFilters.size()
                + criteria.timeFilters().size()
                + criteria.sequenceFilters().size()
                + criteria.aggregationFilters().size()
                + criteria.segmentFilters().size()
                + conditions.size()
                + criteria.groups().size();
        leave(path, clauses);
    }

    private static String element(String path, String name, int index) {
        return JsonPath.element(JsonPath.child(path, name), index);
    }

    /** Counts a group; answers false, having said so, if it lies too deep to go on. */
    boolean enter(String path, int depth) {
        count(path);
        if (depth > MAX_DEPTH) {
            out.add(new Violation(path, "DEPTH", "groups may be nested at most " + MAX_DEPTH + " deep"));
            return false;
        }
        return true;
    }

    /** Refuses a group without clauses: an empty AND would be everybody, an empty OR nobody, and neither was meant. */
    void leave(String path, int clauses) {
        if (clauses == 0) {
            out.add(new Violation(
                    path,
                    "REQUIRED",
                    "a group needs at least one of eventFilters, frequencyFilters, timeFilters, sequenceFilters, "
                            + "aggregationFilters, segmentFilters, profileConditions, groups"));
        }
    }

    void eventFilter(EventFilter filter, String path) {
        count(path);
        type(filter.eventType(), JsonPath.child(path, "eventType"));
        for (int i = 0; i < filter.conditions().size(); i++) {
            condition(filter.conditions().get(i), Scope.EVENT, element(path, "conditions", i));
        }
    }

    void frequencyFilter(FrequencyFilter filter, String path) {
        count(path);
        for (int i = 0; i < filter.eventTypes().size(); i++) {
            type(filter.eventTypes().get(i), element(path, "eventTypes", i));
        }
    }

    void timeFilter(String path) {
        count(path);
    }

    void sequenceFilter(SequenceFilter filter, String path) {
        count(path);
        for (SequencePattern.Step step : filter.pattern().steps()) {
            count(path);
            step.conditions().forEach(condition -> count(path));
        }
        if (nodes <= MAX_NODES) {
            filter.pattern().check(path, knownTypes, out);
        }
    }

    void aggregationFilter(AggregationFilter filter, String path) {
        count(path);
        for (int i = 0; i < filter.eventTypes().size(); i++) {
            type(filter.eventTypes().get(i), element(path, "eventTypes", i));
        }
        for (int i = 0; i < filter.conditions().size(); i++) {
            condition(filter.conditions().get(i), Scope.EVENT, element(path, "conditions", i));
        }
        aggregatedField(filter, path);
        comparedWith(filter, path);
    }

    private void aggregatedField(AggregationFilter filter, String path) {
        String at = JsonPath.child(path, "field");
        String field = filter.field();
        if (field == null) {
            if (filter.aggregation() != Aggregation.COUNT) {
                out.add(new Violation(at, "REQUIRED", "must be given: the field that is aggregated"));
            }
            return;
        }
        EventValue value = EventValue.compile(field, at, out);
        boolean numeric = filter.aggregation() != Aggregation.COUNT && filter.aggregation() != Aggregation.DISTINCT;
        if (value != null && numeric && !value.mayBeNumber()) {
            out.add(new Violation(
                    at,
                    "TYPE",
                    "is always text, of which there is no "
                            + filter.aggregation().json()));
        }
    }

    private void comparedWith(AggregationFilter filter, String path) {
        switch (filter.operator()) {
            case EQUALS, NOT_EQUALS, GREATER_THAN, GREATER_OR_EQUAL, LESS_THAN, LESS_OR_EQUAL, BETWEEN -> {
                // Those that compare numbers.
            }
            default -> {
                out.add(new Violation(
                        JsonPath.child(path, "operator"),
                        "OPERATOR",
                        "an aggregation is compared by equals, not_equals, greater_than, greater_or_equal, less_than, "
                                + "less_or_equal or between"));
                return;
            }
        }
        String at = JsonPath.child(path, "value");
        Numbers numbers = Numbers.of(filter.operator(), filter.value());
        if (numbers == null) {
            boolean between = filter.operator() == Operator.BETWEEN;
            boolean pair = between
                    && filter.value() instanceof List<?> list
                    && list.size() == 2
                    && list.stream().allMatch(bound -> Numbers.number(bound) != null);
            out.add(new Violation(
                    at,
                    pair ? "RANGE" : "TYPE",
                    between ? "must be two numbers, the lower first" : "must be a number"));
            return;
        }
        boolean distinct = filter.aggregation() == Aggregation.DISTINCT;
        if (distinct || filter.aggregation() == Aggregation.COUNT) {
            int most = distinct ? AggregationFilter.MAX_DISTINCT : EventFilter.MAX_COUNT;
            if (AggregationCompiler.Counts.of(numbers, most) == null || numbers.hasNegativeBound()) {
                out.add(new Violation(
                        at,
                        "RANGE",
                        "must be 0 or more and leave a whole number of 0 to " + most + " that "
                                + filter.aggregation().json() + " can be"));
            }
        }
    }

    void segmentFilter(SegmentFilter filter, String path) {
        count(path);
        String at = JsonPath.child(path, "segment");
        if (!DefinitionKey.isKey(filter.segment()) && !isId(filter.segment())) {
            out.add(new Violation(at, "NAME", "must be the key or the id of a segment"));
        }
    }

    private static boolean isId(String text) {
        try {
            return UUID.fromString(text).toString().equals(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    void profileCondition(Condition condition, String path) {
        condition(condition, Scope.PROFILE, path);
    }

    private void condition(Condition condition, Scope scope, String path) {
        count(path);
        if (nodes <= MAX_NODES) {
            CompiledCondition.compile(condition, scope, path, out);
        }
    }

    private void type(EventType type, String path) {
        if (!knownTypes.test(type)) {
            out.add(new Violation(path, "TYPE", "there is no event type " + type + "; declare it in the catalog"));
        }
    }

    private void count(String path) {
        nodes++;
        if (nodes == MAX_NODES + 1) {
            out.add(new Violation(
                    path,
                    "TOO_MANY",
                    "criteria may hold at most " + MAX_NODES + " groups, filters and conditions together"));
        }
    }
}
