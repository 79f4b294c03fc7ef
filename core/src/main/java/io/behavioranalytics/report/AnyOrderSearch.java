package io.behavioranalytics.report;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Attempts whose steps come in any order, each by an event of its own: a matching of steps and events that grows along augmenting
 * paths (Berge 1957), event by event, so each number of steps is reached as early as it can be.
 */
final class AnyOrderSearch extends AttemptSearch {
    private static final int GROWN = 1 << 31;

    /** For each step the event that fills it, or -1. */
    private final int[] owner;

    private final StepPlaces places;

    AnyOrderSearch(Funnel funnel) {
        super(funnel);
        owner = new int[steps];
        places = new StepPlaces(steps);
    }

    @Override
    void search(FunnelEvents others) {
        super.search(others);
        places.read(others);
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
        for (int i = start; i < limit; i++) {
            boolean arrives = false;
            // With every step that it fits filled already it may still free one of them, if its holder fits another.
            if (events.steps(i) != 0 && (augment(i, 0) & GROWN) != 0) {
                arrives = true;
                found[depth++] = i;
            }
            int excluded = i == start ? 0 : events.exclusions(i);
            if (excluded != 0 && ((arrives ? voidsArrivals(excluded) : voids(excluded)) >>> (depth - 1) & 1) != 0) {
                voidedAt = i;
                return null;
            }
            if (depth == steps) {
                break;
            }
        }
        return new Attempt(depth, found);
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
