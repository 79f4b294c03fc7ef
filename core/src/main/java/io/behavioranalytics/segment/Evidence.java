package io.behavioranalytics.segment;

import io.behavioranalytics.condition.Explanation;
import io.behavioranalytics.condition.SeenCount;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/**
 * The events behind a counter's answer. A counter keeps only as many matches as its filters ask for; an explanation names how
 * many there are, so it counts again, by the same counter's own judgement of each event and its window.
 */
final class Evidence {
    /**
     * What was found for one counter.
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

    Found of(Counter counter) {
        long certain = 0;
        long possible = 0;
        long certainDayEnds = Long.MIN_VALUE;
        long possibleDayEnds = Long.MIN_VALUE;
        Deque<UUID> newest = new ArrayDeque<>();
        for (EventView event : events) {
            boolean counts = event.category() != Category.SYSTEM
                    && counter.counts(event.type())
                    && counter.key().window().contains(event.micros(), now);
            Truth truth = counts ? counter.matches(event) : Truth.FALSE;
            if (truth == Truth.FALSE) {
                continue;
            }
            if (truth == Truth.TRUE && event.micros() >= certainDayEnds) {
                certain++;
                certainDayEnds = counter.countsDays() ? counter.endOfDay(event.micros()) : Long.MIN_VALUE;
            }
            if (event.micros() >= possibleDayEnds) {
                possible++;
                possibleDayEnds = counter.countsDays() ? counter.endOfDay(event.micros()) : Long.MIN_VALUE;
            }
            newest.addLast(event.id());
            if (newest.size() > Explanation.Leaf.MOST_EVENTS) {
                newest.removeFirst();
            }
        }
        return new Found(new SeenCount(certain, possible), new ArrayList<>(newest));
    }
}
