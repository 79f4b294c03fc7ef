package io.behavioranalytics.examples.benchmarks;

import io.behavioranalytics.event.EventType;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * The rows that reports are measured on: events of a skewed population over ninety days, lead by lead and in order of time. Event e is a
 * function of e, as the README gives it.
 */
final class ReportRows {
    static final int LEADS = 100_000;
    static final int DAYS = 90;
    static final long DAY = 86_400_000L;
    static final Instant BASE = Instant.parse("2026-01-01T00:00:00Z");
    static final long BASE_MILLIS = BASE.toEpochMilli();
    static final List<EventType> TYPES = EventType.BUILT_IN;

    private static final long SEED = 20_260_101;
    private static final long BEGINNINGS = 80 * DAY;
    private static final int[] WEIGHTS = {300, 120, 120, 30, 70, 40, 30, 50, 60, 30, 10, 30, 15, 5, 40, 20, 12, 6, 7, 5
    };

    /** The events of lead l stand from {@code first[l]} to {@code first[l + 1]}, the latter left out. */
    final int[] first;

    /** Milliseconds since 1970. */
    final long[] millis;

    /** Places in {@link #TYPES}. */
    final byte[] types;

    /** How many events were put a millisecond later because one of their lead stood at their instant. */
    final int bumps;

    ReportRows(int events) {
        byte[] typeOf = typesByWeight();
        long[] starts = new long[LEADS];
        for (int lead = 0; lead < LEADS; lead++) {
            starts[lead] = (mix(SEED * 31 + lead) >>> 1) % BEGINNINGS;
        }
        first = new int[LEADS + 1];
        for (int e = 0; e < events; e++) {
            first[lead(e) + 1]++;
        }
        for (int lead = 0; lead < LEADS; lead++) {
            first[lead + 1] += first[lead];
        }
        // Time and type in one number, so that a lead's events sort as numbers.
        long[] keys = new long[events];
        int[] next = Arrays.copyOf(first, LEADS);
        for (int e = 0; e < events; e++) {
            int lead = lead(e);
            long u = random(e, 3) >>> 38;
            u = (u * u) >>> 26;
            long start = starts[lead];
            long at = start + (((DAYS * DAY - start - 10_000) * u) >>> 26) + (random(e, 5) >>> 1) % 7_200;
            keys[next[lead]++] = (at << 5) | typeOf[(int) ((random(e, 4) >>> 1) % typeOf.length)];
        }
        millis = new long[events];
        types = new byte[events];
        int bumped = 0;
        for (int lead = 0; lead < LEADS; lead++) {
            Arrays.sort(keys, first[lead], first[lead + 1]);
            long before = Long.MIN_VALUE;
            for (int i = first[lead]; i < first[lead + 1]; i++) {
                long at = BASE_MILLIS + (keys[i] >>> 5);
                bumped += at <= before ? 1 : 0;
                before = at <= before ? before + 1 : at;
                millis[i] = before;
                types[i] = (byte) (keys[i] & 31);
            }
        }
        bumps = bumped;
    }

    private static byte[] typesByWeight() {
        byte[] typeOf = new byte[Arrays.stream(WEIGHTS).sum()];
        int from = 0;
        for (int type = 0; type < WEIGHTS.length; type++) {
            Arrays.fill(typeOf, from, from + WEIGHTS[type], (byte) type);
            from += WEIGHTS[type];
        }
        return typeOf;
    }

    private static int lead(int e) {
        long a = (random(e, 1) >>> 1) % LEADS;
        long b = (random(e, 2) >>> 1) % LEADS;
        return (int) (a * b / LEADS);
    }

    private static long random(long e, int k) {
        return mix(SEED + e * 0x9E3779B97F4A7C15L + k * 0xD1B54A32D192ED03L);
    }

    static long mix(long seed) {
        long z = (seed ^ seed >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    int size() {
        return millis.length;
    }

    /** What all rows come to, in order of leads. */
    long checksum() {
        long sum = 0;
        for (int i = 0; i < millis.length; i++) {
            sum = sum * 31 + millis[i] * 20 + types[i];
        }
        return sum;
    }
}
