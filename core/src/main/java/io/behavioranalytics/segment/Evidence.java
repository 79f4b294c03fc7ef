package io.behavioranalytics.segment;

import io.behavioranalytics.condition.Explanation;
import io.behavioranalytics.condition.SeenCount;
import io.behavioranalytics.condition.SeenStep;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * The events behind an answer. Accumulators keep only as much as their filters ask for; an explanation names what there is, so it
 * looks again, by the same accumulator's own judgement of each event and its window.
 */
final class Evidence {
    /**
     * What was found.
     *
     * @param count how many count, or may
     * @param events the newest of those that count or may, oldest first
     */
    record Found(SeenCount count, List<UUID> events) {}

    private final Iterable<? extends EventView> events;
    private final long now;

    /**
     * @param events the visible events, in order
     * @param now the instant of the question
     */
    Evidence(Iterable<? extends EventView> events, long now) {
        this.events = events;
        this.now = now;
    }

    /** The events, or their days, that a counter counts. */
    Found of(Counter counter) {
        return of(
                event -> counter.counts(event.type()) ? counter.matches(event) : Truth.FALSE,
                counter.key().window(),
                event -> counter.countsDays() ? (Object) counter.endOfDay(event.micros()) : event.id());
    }

    /** The different values. */
    Found of(Distinct distinct) {
        return of(distinct::counts, distinct.window(), distinct::value);
    }

    /** The numbers that are added up. */
    Found of(Total total) {
        return of(total::counts, total.window(), EventView::id);
    }

    private Found of(Function<EventView, Truth> counts, TimeWindow window, Function<EventView, Object> same) {
        Set<Object> certain = new HashSet<>();
        Set<Object> possible = new HashSet<>();
        Deque<UUID> newest = new ArrayDeque<>();
        for (EventView event : events) {
            boolean seen = event.category() != Category.SYSTEM && window.contains(event.micros(), now);
            Truth truth = seen ? counts.apply(event) : Truth.FALSE;
            if (truth == Truth.FALSE) {
                continue;
            }
            Object value = same.apply(event);
            possible.add(value);
            if (truth == Truth.TRUE) {
                certain.add(value);
            }
            newest.addLast(event.id());
            if (newest.size() > Explanation.Leaf.MOST_EVENTS) {
                newest.removeFirst();
            }
        }
        return new Found(new SeenCount(certain.size(), possible.size()), new ArrayList<>(newest));
    }

    /** What became of each step of a sequence that was answered. */
    List<SeenStep> of(Sequence sequence, Truth answer) {
        SequenceTrail trail = new SequenceTrail(sequence, now, answer == Truth.TRUE);
        for (EventView event : events) {
            if (event.category() != Category.SYSTEM) {
                trail.take(event);
            }
        }
        return trail.steps();
    }
}
