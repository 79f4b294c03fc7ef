package io.behavioranalytics.report;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Durations, all of them, for exact percentiles: 8 bytes each. Not thread-safe. */
final class DurationSample {
    /** Up to so many are sorted: that is no slower than selecting from them. */
    private static final int SHORT = 64;

    private long[] micros = new long[8];
    private int size;

    void add(long duration) {
        if (size == micros.length) {
            micros = Arrays.copyOf(micros, size * 2);
        }
        micros[size++] = duration;
    }

    void merge(DurationSample other) {
        if (size + other.size > micros.length) {
            micros = Arrays.copyOf(micros, Math.max(size + other.size, size * 2));
        }
        System.arraycopy(other.micros, 0, micros, size, other.size);
        size += other.size;
    }

    int size() {
        return size;
    }

    /**
     * All of them in an order in which some places hold what they would in ascending order: selection in place of sorting (Hoare 1961,
     * Algorithm 65), of several places at once. Where parts do not shrink as they should they are sorted.
     *
     * @param wanted places in ascending order
     */
    long[] selected(int... wanted) {
        long[] all = Arrays.copyOf(micros, size);
        select(all, 0, size, wanted, 0, wanted.length, 2 * (Integer.SIZE - Integer.numberOfLeadingZeros(size)));
        return all;
    }

    private static void select(long[] all, int from, int to, int[] wanted, int first, int end, int depth) {
        if (first == end || to - from < 2) {
            return;
        }
        if (to - from <= SHORT || depth == 0) {
            Arrays.sort(all, from, to);
            return;
        }
        long pivot = middle(all[from], all[(from + to) >>> 1], all[to - 1]);
        int low = from;
        int high = to - 1;
        while (low <= high) {
            while (all[low] < pivot) {
                low++;
            }
            while (all[high] > pivot) {
                high--;
            }
            if (low <= high) {
                long other = all[low];
                all[low++] = all[high];
                all[high--] = other;
            }
        }
        // Between high and low stands what equals the pivot.
        int split = first;
        while (split < end && wanted[split] <= high) {
            split++;
        }
        int behind = split;
        while (behind < end && wanted[behind] < low) {
            behind++;
        }
        select(all, from, high + 1, wanted, first, split, depth - 1);
        select(all, low, to, wanted, behind, end, depth - 1);
    }

    private static long middle(long a, long b, long c) {
        return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    }

    /** All of them in ascending order. */
    long[] sorted() {
        long[] sorted = Arrays.copyOf(micros, size);
        Arrays.sort(sorted);
        return sorted;
    }

    /** Their mean in seconds, from an exact sum. */
    @Nullable
    Double meanSeconds() {
        if (size == 0) {
            return null;
        }
        java.math.BigInteger sum = java.math.BigInteger.ZERO;
        long part = 0;
        for (int i = 0; i < size; i++) {
            long next = part + micros[i];
            if (((part ^ next) & (micros[i] ^ next)) < 0) {
                sum = sum.add(java.math.BigInteger.valueOf(part));
                next = micros[i];
            }
            part = next;
        }
        sum = sum.add(java.math.BigInteger.valueOf(part));
        return new java.math.BigDecimal(sum)
                .divide(java.math.BigDecimal.valueOf(size * 1_000_000L), java.math.MathContext.DECIMAL128)
                .doubleValue();
    }

    /**
     * Percentiles in seconds, between neighbours by linear interpolation (Hyndman and Fan's type 7); null each if there are no durations.
     *
     * @param fractions in ascending order
     */
    @Nullable
    Double[] percentiles(double... fractions) {
        @Nullable Double[] seconds = new @Nullable Double[fractions.length];
        if (size > 0) {
            int[] wanted = new int[2 * fractions.length];
            for (int i = 0; i < fractions.length; i++) {
                wanted[2 * i] = (int) Math.floor(fractions[i] * (size - 1));
                wanted[2 * i + 1] = Math.min(wanted[2 * i] + 1, size - 1);
            }
            int[] ascending = wanted.clone();
            Arrays.sort(ascending);
            long[] selected = selected(ascending);
            for (int i = 0; i < fractions.length; i++) {
                long below = selected[wanted[2 * i]];
                long above = selected[wanted[2 * i + 1]];
                double value = below + (fractions[i] * (size - 1) - wanted[2 * i]) * (above - below);
                seconds[i] = value / 1_000_000;
            }
        }
        return seconds;
    }
}
