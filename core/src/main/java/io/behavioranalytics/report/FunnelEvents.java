package io.behavioranalytics.report;

import java.util.Arrays;

/**
 * The events of a subject, or of a visit, or of one held value among them, that mean something to a funnel: column by column, in order.
 * Reused from subject to subject.
 */
final class FunnelEvents {
    private long[] micros = new long[16];
    private int[] steps = new int[16];
    private int[] exclusions = new int[16];
    private int[] sources = new int[16];
    private int[] ranks = new int[16];
    private int size;

    /** When no event of the same visit or subject can come any more; an attempt is open only before. */
    private long openUntil;

    private int lastRank;

    void begin() {
        size = 0;
    }

    /**
     * @param at when
     * @param stepMask bit k is set if it fits step k
     * @param exclusionMask bit k is set if it is an event of exclusion k
     * @param source its place in the history
     * @param rank its place among all events of the subject or visit: the next event has the next rank
     */
    void add(long at, int stepMask, int exclusionMask, int source, int rank) {
        if (size == micros.length) {
            int room = size * 2;
            micros = Arrays.copyOf(micros, room);
            steps = Arrays.copyOf(steps, room);
            exclusions = Arrays.copyOf(exclusions, room);
            sources = Arrays.copyOf(sources, room);
            ranks = Arrays.copyOf(ranks, room);
        }
        micros[size] = at;
        steps[size] = stepMask;
        exclusions[size] = exclusionMask;
        sources[size] = source;
        ranks[size++] = rank;
    }

    /** Takes an event of another. */
    void add(FunnelEvents other, int place) {
        add(other.micros[place], other.steps[place], other.exclusions[place], other.sources[place], other.ranks[place]);
    }

    void end(int rank, long until) {
        lastRank = rank;
        openUntil = until;
    }

    int size() {
        return size;
    }

    long micros(int place) {
        return micros[place];
    }

    boolean isStep(int place, int step) {
        return (steps[place] >>> step & 1) != 0;
    }

    int steps(int place) {
        return steps[place];
    }

    int exclusions(int place) {
        return exclusions[place];
    }

    int source(int place) {
        return sources[place];
    }

    int rank(int place) {
        return ranks[place];
    }

    int lastRank() {
        return lastRank;
    }

    long openUntil() {
        return openUntil;
    }

    /** Puts events of one instant into the order of the first step that they fit, those that fit none last. */
    void sortTiesByStep() {
        for (int from = 0; from < size; ) {
            int to = from + 1;
            while (to < size && micros[to] == micros[from]) {
                to++;
            }
            if (to - from > 1) {
                sortByStep(from, to);
            }
            from = to;
        }
    }

    private void sortByStep(int from, int to) {
        Integer[] order = new Integer[to - from];
        for (int i = 0; i < order.length; i++) {
            order[i] = from + i;
        }
        Arrays.sort(order, java.util.Comparator.comparingInt(place -> Integer.numberOfTrailingZeros(steps[place])));
        int[] newSteps = new int[order.length];
        int[] newExclusions = new int[order.length];
        int[] newSources = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            newSteps[i] = steps[order[i]];
            newExclusions[i] = exclusions[order[i]];
            newSources[i] = sources[order[i]];
        }
        // The ranks stay: they tell neighbors, and neighbors are those of the new order.
        System.arraycopy(newSteps, 0, steps, from, order.length);
        System.arraycopy(newExclusions, 0, exclusions, from, order.length);
        System.arraycopy(newSources, 0, sources, from, order.length);
    }
}
