package io.behavioranalytics.report;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Durations, all of them, for exact percentiles: 8 bytes each. Not thread-safe. */
final class DurationSample {
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

    /** A percentile in seconds, between neighbours by linear interpolation (Hyndman and Fan's type 7). */
    static @Nullable Double seconds(long[] sorted, double fraction) {
        if (sorted.length == 0) {
            return null;
        }
        double at = fraction * (sorted.length - 1);
        int below = (int) Math.floor(at);
        int above = Math.min(below + 1, sorted.length - 1);
        double value = sorted[below] + (at - below) * (sorted[above] - sorted[below]);
        return value / 1_000_000;
    }
}
