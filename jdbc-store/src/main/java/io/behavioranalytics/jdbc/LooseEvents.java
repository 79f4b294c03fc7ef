package io.behavioranalytics.jdbc;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventOutline;
import io.behavioranalytics.event.SubjectId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The events of some subjects that are not packed, in their order.
 *
 * @param <T> what was read of each, {@link BehaviorEvent} or {@link EventOutline}
 * @param events by subject; none for those that have none
 * @param damaged subjects with an event that cannot be read
 */
record LooseEvents<T>(Map<SubjectId, List<T>> events, Set<SubjectId> damaged) {
    /** Of a subject; none if it has none. */
    List<T> of(SubjectId subject) {
        return events.getOrDefault(subject, List.of());
    }

    /** What one query found and what another one did, of other subjects. */
    LooseEvents<T> and(LooseEvents<T> others) {
        Map<SubjectId, List<T>> all = new HashMap<>(events);
        all.putAll(others.events);
        return new LooseEvents<>(
                all, Stream.concat(damaged.stream(), others.damaged.stream()).collect(Collectors.toUnmodifiableSet()));
    }
}
