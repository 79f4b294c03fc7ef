package io.behavioranalytics.proof;

import io.behavioranalytics.event.BehaviorEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;

/** Events that arrive while the clock goes on: in any order, some late, some ahead of the clock. */
final class Arrivals {
    private final RandomGenerator random;
    private final Instant end;
    private final List<BehaviorEvent> rest;
    private final List<BehaviorEvent> stored = new ArrayList<>();
    private Instant now;

    /**
     * Begins up to 20 days before the end.
     *
     * @param end when whatever is known has arrived
     */
    Arrivals(Collection<BehaviorEvent> events, RandomGenerator random, Instant end) {
        this.random = random;
        this.end = end;
        rest = new ArrayList<>(events);
        now = end.minus(Duration.ofDays(random.nextInt(20)));
    }

    Instant now() {
        return now;
    }

    boolean isOver() {
        return !now.isBefore(end);
    }

    /** Some of what has happened by now. */
    List<BehaviorEvent> next() {
        List<BehaviorEvent> arriving = new ArrayList<>();
        for (BehaviorEvent event : List.copyOf(rest)) {
            boolean known = !event.timestamp().isAfter(now.plus(Duration.ofMinutes(5)));
            if (known && (isOver() || random.nextBoolean())) {
                arriving.add(event);
                rest.remove(event);
            }
        }
        stored.addAll(arriving);
        return arriving;
    }

    /** What has arrived so far. */
    List<BehaviorEvent> stored() {
        return stored;
    }

    /** Moves the clock, at the most to the end. */
    void advance() {
        Instant later = now.plus(Duration.ofMinutes(random.nextInt(1, 5_000)));
        now = later.isAfter(end) ? end : later;
    }
}
