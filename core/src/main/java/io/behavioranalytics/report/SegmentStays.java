package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import java.util.Arrays;

/** When a subject was in a segment: stretches of time that begin with an entry and end before an exit. Immutable. */
public final class SegmentStays {
    /** In it all the time. */
    public static final SegmentStays ALWAYS = new SegmentStays(new long[] {Micros.ALWAYS});

    /** Not in it at any time. */
    public static final SegmentStays NEVER = new SegmentStays(new long[0]);

    /** Entry, exit, entry and so on, each later than the one before it. */
    private final long[] turns;

    private SegmentStays(long[] turns) {
        this.turns = turns;
    }

    /** Collects entries and exits. Not thread-safe. */
    public static final class Builder {
        private long[] instants = new long[2];
        private boolean[] entered = new boolean[2];
        private int size;

        /** Begins outside. */
        public Builder() {}

        /**
         * Adds an entry or exit.
         *
         * @param micros when it came true, in {@link Micros}
         * @param entry true for an entry
         * @return this
         */
        public Builder turn(long micros, boolean entry) {
            if (size == instants.length) {
                instants = Arrays.copyOf(instants, size * 2);
                entered = Arrays.copyOf(entered, size * 2);
            }
            // What was recorded later holds from its instant on: a late event may have changed what came behind it.
            while (size > 0 && instants[size - 1] >= micros) {
                size--;
            }
            instants[size] = micros;
            entered[size++] = entry;
            return this;
        }

        /**
         * What was collected.
         *
         * @return the stays
         */
        public SegmentStays build() {
            long[] turns = new long[size];
            int count = 0;
            for (int i = 0; i < size; i++) {
                if (entered[i] == (count % 2 == 0)) {
                    turns[count++] = instants[i];
                }
            }
            return count == 0 ? NEVER : new SegmentStays(Arrays.copyOf(turns, count));
        }
    }

    boolean isAlways() {
        return turns.length == 1 && turns[0] == Micros.ALWAYS;
    }

    boolean isNever() {
        return turns.length == 0;
    }

    boolean isIn(long micros) {
        int found = Arrays.binarySearch(turns, micros);
        int before = found >= 0 ? found : -found - 2;
        return before >= 0 && before % 2 == 0;
    }
}
