package io.behavioranalytics.report;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Attempts each of whose steps is the very next event. Where events fit several steps, the way counts that goes deepest, of these
 * the one through the most steps, and of these the one through the latest.
 */
final class StrictSearch extends AttemptSearch {
    /** From which step each step was reached, at each event; at most as many events as steps. */
    private final int[][] cameFrom;

    /** For each level and place the first event from there on that voids at the level. */
    private final int[][] nextVoid;

    StrictSearch(Funnel funnel) {
        super(funnel);
        cameFrom = new int[steps][steps];
        nextVoid = new int[exclusions.isEmpty() ? 0 : required.length][0];
    }

    @Override
    void search(FunnelEvents others) {
        super.search(others);
        int size = events.size();
        for (int level = 0; level < nextVoid.length; level++) {
            if (nextVoid[level].length <= size) {
                nextVoid[level] = new int[size * 2 + 1];
            }
            nextVoid[level][size] = Integer.MAX_VALUE;
            for (int i = size - 1; i >= 0; i--) {
                boolean voids = (voids(events.exclusions(i)) >>> level & 1) != 0;
                nextVoid[level][i] = voids ? i : nextVoid[level][i + 1];
            }
        }
    }

    @Override
    int bound(int start) {
        return depth();
    }

    @Override
    @Nullable
    Attempt attempt(int start) {
        int limit = limit(start);
        int[] found = new int[steps];
        Arrays.fill(found, -1);
        int reached = 1;
        int length = 1;
        int best = 0;
        int bestLength = 1;
        while (start + length < limit && events.rank(start + length) == events.rank(start) + length && length < steps) {
            int next = 0;
            for (int step = 1; step < steps; step++) {
                if (events.isStep(start + length, step)) {
                    int before = nearest(reached, step);
                    if (before >= 0) {
                        cameFrom[length][step] = before;
                        next |= 1 << step;
                    }
                }
            }
            if (next == 0) {
                break;
            }
            reached = next;
            length++;
            int deepest = 31 - Integer.numberOfLeadingZeros(next);
            if (requiredUpTo(deepest) >= requiredUpTo(best)) {
                best = deepest;
                bestLength = length;
            }
        }
        int step = best;
        for (int at = bestLength - 1; at >= 0; at--) {
            found[step] = start + at;
            step = at == 0 ? 0 : cameFrom[at][step];
        }
        int depth = requiredUpTo(best);
        return isVoid(start, found, depth, limit) ? null : new Attempt(depth, found);
    }

    /** The latest step that was reached and may come right before a step: none that is required lies between. */
    private int nearest(int reached, int step) {
        for (int before = step - 1; before >= 0; before--) {
            if ((reached >>> before & 1) != 0) {
                return before;
            }
            if (Arrays.binarySearch(required, before) >= 0) {
                return -1;
            }
        }
        return -1;
    }

    private int requiredUpTo(int step) {
        int found = Arrays.binarySearch(required, step);
        return found >= 0 ? found + 1 : -found - 1;
    }

    private boolean isVoid(int start, int[] found, int depth, int limit) {
        voidedAt = start;
        if (exclusions.isEmpty()) {
            return false;
        }
        int last = start;
        for (int place : found) {
            last = Math.max(last, place);
        }
        int level = 0;
        int end = depth == depth() ? last + 1 : limit; // behind a conversion nothing voids it
        for (int i = start + 1; i <= last; i++) {
            boolean arrives = false;
            for (int k = 0; k < depth; k++) {
                if (found[required[k]] == i) {
                    level = k;
                    arrives = true;
                }
            }
            int excluded = events.exclusions(i);
            if (excluded != 0 && ((arrives ? voidsArrivals(excluded) : voids(excluded)) >>> level & 1) != 0) {
                voidedAt = i;
                return true;
            }
        }
        int next = nextVoid[level][last + 1];
        if (next < end) {
            voidedAt = next;
            return true;
        }
        return false;
    }

    @Override
    boolean isOpen(FunnelEvents of, Attempt attempt, long asOf) {
        return of.rank(attempt.last()) == of.lastRank() && super.isOpen(of, attempt, asOf);
    }
}
