package io.behavioranalytics.report;

import java.util.Arrays;

/** For each step of a funnel, or for each of its exclusions, the places of the events that fit it, in order. Reused from subject to subject. */
final class StepPlaces {
    private final int[][] places;
    private final int[] counts;

    StepPlaces(int steps) {
        places = new int[steps][16];
        counts = new int[steps];
    }

    void read(FunnelEvents events) {
        Arrays.fill(counts, 0);
        for (int i = 0; i < events.size(); i++) {
            add(events.steps(i), i);
        }
    }

    /** Takes exclusions in place of steps. */
    void readExclusions(FunnelEvents events) {
        Arrays.fill(counts, 0);
        for (int i = 0; i < events.size(); i++) {
            add(events.exclusions(i), i);
        }
    }

    private void add(int mask, int place) {
        for (int left = mask; left != 0; left &= left - 1) {
            int step = Integer.numberOfTrailingZeros(left);
            if (counts[step] == places[step].length) {
                places[step] = Arrays.copyOf(places[step], counts[step] * 2);
            }
            places[step][counts[step]++] = place;
        }
    }

    /** Of a step's events the first behind a place, by its number among them, looked for from a number on. */
    int number(int step, int from, int behind) {
        int number = from;
        while (number < counts[step] && places[step][number] <= behind) {
            number++;
        }
        return number;
    }

    /** A step's event by its number, or -1 behind the last. */
    int place(int step, int number) {
        return number < counts[step] ? places[step][number] : -1;
    }

    /** The first event of a step behind a place and before another one, or -1. */
    int next(int step, int behind, int before) {
        int found = Arrays.binarySearch(places[step], 0, counts[step], behind + 1);
        int at = found >= 0 ? found : -found - 1;
        if (at == counts[step]) {
            return -1;
        }
        int place = places[step][at];
        return place < before ? place : -1;
    }
}
