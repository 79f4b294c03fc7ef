package io.behavioranalytics.report;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Attempts whose steps come in any order, each by an event of its own: a matching of steps and events that grows along augmenting
 * paths (Berge 1957), event by event, so each number of steps is reached as early as it can be. What a search in vain has tried stays full
 * (its steps are filled by events that fit no others), so events of full steps are passed over, and each start takes a few looks.
 */
final class AnyOrderSearch extends AttemptSearch {
    private static final int GROWN = 1 << 31;

    /** So many events are passed over one by one before the next one that counts is looked up. */
    private static final int NEAR = 9;

    /** For each step the event that fills it, or -1. */
    private final int[] owner;

    private final StepPlaces places;
    private final StepPlaces excluded;

    /** For each number of steps done the exclusions whose next event voids. */
    private final int[] voiding;

    private long looked;

    AnyOrderSearch(Funnel funnel) {
        super(funnel);
        owner = new int[steps];
        places = new StepPlaces(steps);
        excluded = new StepPlaces(exclusions.size());
        voiding = new int[steps + 1];
        for (int i = 0; i < exclusions.size(); i++) {
            int levels = voids(1 << i);
            for (int done = 1; done <= steps; done++) {
                voiding[done] |= (levels >>> (done - 1) & 1) << i;
            }
        }
    }

    @Override
    void search(FunnelEvents others) {
        super.search(others);
        places.read(others);
        excluded.readExclusions(others);
        looked = 0;
    }

    @Override
    boolean fitsStart(int place) {
        return events.steps(place) != 0;
    }

    @Override
    int bound(int start) {
        int limit = limit(start);
        int bound = 0;
        for (int step = 0; step < steps; step++) {
            bound += places.next(step, start - 1, limit) >= 0 ? 1 : 0;
        }
        return bound;
    }

    @Override
    @Nullable
    Attempt attempt(int start) {
        int limit = limit(start);
        int[] found = new int[steps];
        Arrays.fill(found, -1);
        Arrays.fill(owner, -1);
        int depth = 0;
        int full = 0;
        for (int i = start; i >= 0 && depth < steps; i = next(i, limit, full, depth)) {
            looked++;
            boolean arrives = false;
            // With every step that it fits filled already it may still free one of them, if its holder fits another.
            if ((events.steps(i) & ~full) != 0) {
                int tried = augment(i, full);
                arrives = (tried & GROWN) != 0;
                if (arrives) {
                    found[depth++] = i;
                } else {
                    full = tried;
                }
            }
            int mask = i == start ? 0 : events.exclusions(i);
            if (mask != 0 && ((arrives ? voidsArrivals(mask) : voids(mask)) >>> (depth - 1) & 1) != 0) {
                voidedAt = i;
                return null;
            }
        }
        return new Attempt(depth, found);
    }

    /** The next event that may do one more step or void, or -1. */
    private int next(int behind, int limit, int full, int depth) {
        int near = Math.min(limit, behind + NEAR);
        for (int i = behind + 1; i < near; i++) {
            if ((events.steps(i) & ~full) != 0 || (events.exclusions(i) & voiding[depth]) != 0) {
                return i;
            }
        }
        int next = limit;
        for (int step = 0; step < steps; step++) {
            if ((full >>> step & 1) == 0) {
                int place = places.next(step, near - 1, next);
                next = place < 0 ? next : place;
            }
        }
        for (int left = voiding[depth]; left != 0; left &= left - 1) {
            int place = excluded.next(Integer.numberOfTrailingZeros(left), near - 1, next);
            next = place < 0 ? next : place;
        }
        return next < limit ? next : -1;
    }

    /** How many events were looked at, to do a step or void, since these were given. */
    long looked() {
        return looked;
    }

    /** Finds a place for an event; the result holds the steps that were tried, and whether it found one. */
    private int augment(int event, int triedBefore) {
        int tried = triedBefore;
        for (int step = 0; step < steps; step++) {
            if (events.isStep(event, step) && (tried >>> step & 1) == 0) {
                tried |= 1 << step;
                if (owner[step] >= 0) {
                    tried = augment(owner[step], tried);
                }
                if (owner[step] < 0 || (tried & GROWN) != 0) {
                    owner[step] = event;
                    return tried | GROWN;
                }
            }
        }
        return tried;
    }
}
