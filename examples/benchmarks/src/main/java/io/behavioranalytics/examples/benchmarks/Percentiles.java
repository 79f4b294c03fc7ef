package io.behavioranalytics.examples.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/** Durations in order: every one counts, none is put into a bucket. */
final class Percentiles {
    private final long[] nanos;

    Percentiles(long[] nanos) {
        if (nanos.length == 0) {
            throw new IllegalArgumentException("nothing was measured");
        }
        this.nanos = nanos.clone();
        Arrays.sort(this.nanos);
    }

    /**
     * The least duration that at least this share of all does not exceed, in nanoseconds.
     *
     * @param share above 0, at most 1
     */
    long at(double share) {
        int rank = (int) Math.ceil(share * nanos.length);
        return nanos[Math.max(1, rank) - 1];
    }

    /** The same in microseconds, for people. */
    String micros(double share) {
        return String.format(Locale.ROOT, "%,.1f", at(share) / 1e3);
    }
}
