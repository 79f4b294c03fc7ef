package io.behavioranalytics.segment;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Scope;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import java.util.List;
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
            out.add(
                    new Violation(
                            path,
                            "REQUIRED",
                            "a group needs at least one of eventFilters, frequencyFilters, timeFilters, profileConditions, groups"));
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
