package io.behavioranalytics.report;

import java.util.HashMap;
import java.util.Map;

/**
 * Finds the start of an ordered funnel whose attempt gets deepest, exclusions counted, in one pass over the events.
 *
 * <p>What has become of a start is told by two sets of levels: those at which it has a way that is not void, and those of them that nothing
 * could carry on so far. An event changes them in the same way for every start, so starts that are alike once stay alike until their
 * windows end, and are looked at together: there are never more kinds of them than sets of levels, however many there are.
 * Reused from subject to subject; not thread-safe.
 */
final class UnvoidedStarts {
    private static final int BITS = 32;
    private static final long FRESH = 1L << BITS | 1;

    private final OrderedSearch search;
    private final int depth;

    /** For each start the way to the one that speaks for those that are alike, which is its own. */
    private int[] speaker = new int[16];

    /** For each that speaks the levels with ways, and above them those that nothing could carry on. */
    private long[] levels = new long[16];

    private int[] speaking = new int[16];
    private int kinds;
    private final Map<Long, Integer> byLevels = new HashMap<>();

    private int best;
    private int bestDepth;
    private long looked;

    UnvoidedStarts(OrderedSearch search) {
        this.search = search;
        depth = search.depth();
    }

    /** How often a kind of starts was looked at, since the beginning. */
    long looked() {
        return looked;
    }

    /** The place of the start whose attempt is the deepest, of several the earliest; -1 if all are void. */
    int best(FunnelEvents events) {
        int size = events.size();
        if (speaker.length < size) {
            speaker = new int[size * 2];
            levels = new long[size * 2];
            speaking = new int[size * 2];
        }
        kinds = 0;
        best = -1;
        bestDepth = 0;
        int oldest = 0;
        for (int i = 0; i < size; i++) {
            for (; oldest < i && !isWithin(oldest, i); oldest++) {
                close(oldest);
            }
            int arrivals = search.arrivals(events.steps(i));
            int excluded = events.exclusions(i);
            if (arrivals != 0 || excluded != 0) {
                turn(arrivals, search.voids(excluded), search.voidsArrivals(excluded));
            }
            if (bestDepth == depth || (oldest < i && isConverted(levels[speakerOf(oldest)]))) {
                return bestDepth == depth ? best : oldest;
            }
            if (search.isStart(i)) {
                speaker[i] = i;
                levels[i] = FRESH;
                speaking[kinds++] = i;
            }
        }
        for (; oldest < size && bestDepth < depth; oldest++) {
            close(oldest);
        }
        return best;
    }

    /** Whether a place is a start whose window holds another place. */
    private boolean isWithin(int start, int place) {
        return search.isStart(start) && search.inWindow(start, place);
    }

    private boolean isConverted(long ofStart) {
        return ((ofStart >>> (depth - 1)) & 1) != 0;
    }

    /** Nothing becomes of a start any more; they end in the order in which they began. */
    private void close(int place) {
        if (search.isStart(place)) {
            long left = levels[speakerOf(place)] >>> BITS;
            int reached = Long.SIZE - Long.numberOfLeadingZeros(left);
            if (reached > bestDepth) {
                best = place;
                bestDepth = reached;
            }
        }
    }

    /** Lets an event change all kinds, and makes one of those that are alike then. */
    private void turn(int arrivals, int voided, int stopped) {
        looked += kinds;
        byLevels.clear();
        int kept = 0;
        for (int k = 0; k < kinds; k++) {
            int start = speaking[k];
            if (!isConverted(levels[start])) {
                int alive = (int) levels[start];
                int ended = (int) (levels[start] >>> BITS);
                int arrived = alive << 1 & arrivals & ~stopped;
                alive = (alive & ~voided) | arrived;
                ended = (ended & ~(arrivals >>> 1) & ~voided) | arrived;
                levels[start] = (long) ended << BITS | alive;
            }
            Integer other = byLevels.putIfAbsent(levels[start], start);
            if (other == null) {
                speaking[kept++] = start;
            } else {
                speaker[start] = other;
            }
        }
        kinds = kept;
    }

    private int speakerOf(int start) {
        int at = start;
        while (speaker[at] != at) {
            speaker[at] = speaker[speaker[at]];
            at = speaker[at];
        }
        return at;
    }
}
