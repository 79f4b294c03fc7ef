package io.behavioranalytics.report;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Scope;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.json.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** An {@link EventChoice} made ready. Immutable. */
final class EventMatcher {
    private final Set<EventType> types;
    private final List<CompiledCondition> where;

    private EventMatcher(Set<EventType> types, List<CompiledCondition> where) {
        this.types = Set.copyOf(types);
        this.where = where;
    }

    /** Compiles a selector, and says what is wrong with it. */
    static EventMatcher of(EventChoice selector, String path, List<Violation> faults) {
        List<CompiledCondition> compiled = new ArrayList<>();
        List<Condition> where = selector.where();
        for (int i = 0; i < where.size(); i++) {
            compiled.add(CompiledCondition.compile(where.get(i), Scope.EVENT, path + ".where[" + i + "]", faults));
        }
        return new EventMatcher(selector.types(), compiled);
    }

    boolean matches(SubjectHistory history, int index) {
        if (!types.isEmpty() && !types.contains(history.type(index))) {
            return false;
        }
        if (where.isEmpty()) {
            return true;
        }
        EventView event = history.view(index);
        for (CompiledCondition condition : where) {
            if (condition.test(event, null) != Truth.TRUE) {
                return false;
            }
        }
        return true;
    }
}
