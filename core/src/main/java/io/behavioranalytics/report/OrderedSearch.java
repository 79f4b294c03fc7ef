package io.behavioranalytics.report;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Attempts whose steps follow each other, with anything between.
 *
 * <p>Without exclusions the next event of the next step is always the best one, and is found by a binary search. With exclusions the
 * attempt lives in all ways at once: for each level, the earliest way that is not void, and the earliest of those that nothing could
 * carry on so far; an event of an exclusion ends the ways that are between its steps. In the end the deepest way counts that nothing
 * could carry on.
 */
final class OrderedSearch extends AttemptSearch {
    private final StepPlaces places;

    /** For each level the number of its event that the bound of the last start used: starts come in order, so it only goes up. */
    private final int[] numbers;

    /** For each level the newest start that was carried on to it, or -1. */
    private final int[] starts;

    private int ceiling;
    private final UnvoidedStarts unvoided;
    private long looked;

    /** A way: its last event, and the way before it. */
    private record Way(int place, @Nullable Way before) {}

    OrderedSearch(Funnel funnel) {
        super(funnel);
        places = new StepPlaces(steps);
        numbers = new int[required.length];
        starts = new int[required.length];
        unvoided = new UnvoidedStarts(this);
    }

    @Override
    void search(FunnelEvents others) {
        super.search(others);
        places.read(others);
        Arrays.fill(numbers, 0);
        ceiling = exclusions.isEmpty() ? reachable() : required.length;
    }

    /**
     * How deep attempts go, exclusions aside: each level remembers the newest start that was carried on to it, for who carries on a newer
     * one has more time left.
     */
    private int reachable() {
        Arrays.fill(starts, -1);
        int deepest = 0;
        for (int i = 0; i < events.size() && deepest < required.length; i++) {
            for (int level = Math.min(deepest, required.length - 1); level > 0; level--) {
                int start = starts[level - 1];
                if (start >= 0 && events.isStep(i, required[level]) && inWindow(start, i)) {
                    starts[level] = start;
                    deepest = Math.max(deepest, level + 1);
                }
            }
            if (isStart(i)) {
                starts[0] = i;
                deepest = Math.max(deepest, 1);
            }
        }
        return deepest;
    }

    /** The levels behind the first that an event with these steps reaches, bit k for level k. */
    int arrivals(int fitting) {
        int levels = 0;
        for (int level = 1; level < required.length; level++) {
            levels |= (fitting >>> required[level] & 1) << level;
        }
        return levels;
    }

    @Override
    @Nullable
    Attempt best() {
        if (exclusions.isEmpty()) {
            return super.best();
        }
        int start = unvoided.best(events);
        return start < 0 ? null : attempt(start);
    }

    /** How often a kind of starts was looked at because of exclusions. */
    long looked() {
        return unvoided.looked() + looked;
    }

    @Override
    int ceiling() {
        return ceiling;
    }

    @Override
    int floor() {
        return ceiling - 1;
    }

    @Override
    int bound(int start) {
        int place = start;
        for (int level = 1; level < required.length; level++) {
            numbers[level] = places.number(required[level], numbers[level], place);
            place = places.place(required[level], numbers[level]);
            if (place < 0 || !inWindow(start, place)) {
                return level;
            }
        }
        return required.length;
    }

    @Override
    @Nullable
    Attempt attempt(int start) {
        int limit = limit(start);
        int[] found = new int[steps];
        Arrays.fill(found, -1);
        found[0] = start;
        int depth;
        if (exclusions.isEmpty()) {
            depth = 1;
            int place = start;
            while (depth < required.length) {
                place = places.next(required[depth], place, limit);
                if (place < 0) {
                    break;
                }
                found[required[depth++]] = place;
            }
        } else {
            depth = unvoided(start, limit, found);
            if (depth == 0) {
                return null;
            }
        }
        fillOptional(found, limit);
        return new Attempt(depth, found);
    }

    private void fillOptional(int[] found, int limit) {
        for (int step = 1; step < steps; step++) {
            if (Arrays.binarySearch(required, step) >= 0) {
                continue;
            }
            int behind = -1;
            for (int before = step - 1; before >= 0 && behind < 0; before--) {
                behind = found[before];
            }
            int before = limit;
            boolean reached = true;
            for (int done = step - 1; done > 0; done--) {
                // Behind a required step that is missing nothing counts.
                reached &= found[done] >= 0 || Arrays.binarySearch(required, done) < 0;
            }
            for (int after = step + 1; after < steps; after++) {
                if (found[after] >= 0) {
                    before = found[after];
                    break;
                }
            }
            if (reached) {
                found[step] = places.next(step, behind, before);
            }
        }
    }

    private int unvoided(int start, int limit, int[] found) {
        int levels = required.length;
        @Nullable Way[] alive = new Way[levels];
        @Nullable Way[] ended = new Way[levels];
        @Nullable Way[] arrived = new Way[levels];
        alive[0] = new Way(start, null);
        ended[0] = alive[0];
        voidedAt = start;
        boolean anyAlive = true;
        for (int i = start + 1; i < limit && anyAlive; i++) {
            looked++;
            int mask = events.steps(i);
            int excluded = events.exclusions(i);
            for (int level = levels - 1; level > 0; level--) {
                arrived[level] = null;
                if ((mask >>> required[level] & 1) != 0) {
                    Way before = alive[level - 1];
                    arrived[level] = before == null ? null : new Way(i, before);
                    ended[level - 1] = null;
                }
            }
            if (excluded != 0) {
                int voided = voids(excluded);
                int stopped = voidsArrivals(excluded);
                boolean any = false;
                for (int level = 0; level < levels; level++) {
                    if ((voided >>> level & 1) != 0) {
                        any |= alive[level] != null;
                        alive[level] = null;
                        ended[level] = null;
                    }
                    if ((stopped >>> level & 1) != 0) {
                        any |= arrived[level] != null;
                        arrived[level] = null;
                    }
                }
                voidedAt = any ? i : voidedAt;
            }
            for (int level = 1; level < levels; level++) {
                Way way = arrived[level];
                if (way != null) {
                    alive[level] = alive[level] == null ? way : alive[level];
                    ended[level] = ended[level] == null ? way : ended[level];
                }
            }
            anyAlive = excluded == 0 || Arrays.stream(alive).anyMatch(way -> way != null);
            if (alive[levels - 1] != null) {
                break;
            }
        }
        for (int level = levels - 1; level >= 0; level--) {
            if (ended[level] != null) {
                int at = level;
                for (Way way = ended[level]; way != null; way = way.before) {
                    found[required[at--]] = way.place;
                }
                return level + 1;
            }
        }
        return 0;
    }
}
