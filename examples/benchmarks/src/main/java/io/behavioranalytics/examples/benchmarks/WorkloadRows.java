package io.behavioranalytics.examples.benchmarks;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The rows that are ingested, each a function of its number alone: the same on every machine, in every run, in any order.
 *
 * <p>{@code mix} is the finalizer of SplitMix64, {@code rnd(i, k) = mix(42 + i * 0x9E3779B97F4A7C15 + k * 0xD1B54A32D192ED03)} and
 * {@code r(i, k, n) = (rnd(i, k) >>> 1) % n}. The README lists what each k stands for.
 */
final class WorkloadRows {
    /** When row 0 happened. */
    static final Instant BASE = Instant.parse("2026-01-01T00:00:00Z");

    /** The leads of the workload as it was published. */
    static final int LEADS = 100_000;

    private static final int SESSIONS_OF_LEAD = 10;
    private static final long STEP_MILLIS = 7_776;
    private static final List<String> SOURCES = List.of("web", "email", "sms", "phone", "offline");
    private static final List<String> DEVICES = List.of("desktop", "mobile", "tablet");
    private static final List<String> COUNTRIES = List.of("US", "CA", "GB", "DE");

    private final int leads;

    /** Rows of some number of leads; {@link #LEADS} gives the published ones. */
    WorkloadRows(int leads) {
        this.leads = leads;
    }

    static Instant timestamp(long row) {
        return BASE.plusMillis(row * STEP_MILLIS);
    }

    static UUID id(long row) {
        return new UUID(
                (rnd(row, 0) & ~0xF000L) | 0x4000L, (rnd(row, 1) & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L);
    }

    static EventType type(long row) {
        return EventType.BUILT_IN.get(r(row, 5, EventType.BUILT_IN.size()));
    }

    int lead(long row) {
        return r(row, 2, leads);
    }

    /** A number of the session, different for each. */
    int session(long row) {
        return lead(row) * SESSIONS_OF_LEAD + r(row, 3, SESSIONS_OF_LEAD);
    }

    TrackRequest row(long row) {
        String lead = padded(lead(row));
        TrackRequest.Builder request = TrackRequest.builder(type(row))
                .id(id(row))
                .leadId("lead-" + lead)
                .sessionId("s-" + lead + "-" + session(row) % SESSIONS_OF_LEAD)
                .timestamp(timestamp(row))
                .source(SOURCES.get(r(row, 6, SOURCES.size())))
                .page("/quote/auto/" + r(row, 7, 1_000), "Auto Insurance Quote", null)
                .property("n", (long) r(row, 8, 1_000))
                .property("step", (long) r(row, 9, 10))
                .property("formId", "quote-form")
                .context("ua", "Mozilla/5.0")
                .context("device", DEVICES.get(r(row, 10, DEVICES.size())))
                .context("country", COUNTRIES.get(r(row, 11, COUNTRIES.size())))
                .value(r(row, 12, 10_000) / 100.0)
                .metadata("v", "1.0." + r(row, 13, 100))
                .metadata("ip", "10." + r(row, 14, 256) + "." + r(row, 15, 256) + "." + r(row, 16, 256));
        if ((rnd(row, 4) & 1) != 0) {
            request.userId("u-" + lead);
        }
        return request.build();
    }

    List<TrackRequest> rows(long from, long to) {
        List<TrackRequest> rows = new ArrayList<>((int) (to - from));
        for (long row = from; row < to; row++) {
            rows.add(row(row));
        }
        return rows;
    }

    private static String padded(int number) {
        String digits = Integer.toString(number);
        return "000000".substring(Math.min(6, digits.length())) + digits;
    }

    private static int r(long row, long k, int n) {
        return (int) ((rnd(row, k) >>> 1) % n);
    }

    private static long rnd(long row, long k) {
        return mix(42 + row * 0x9E3779B97F4A7C15L + k * 0xD1B54A32D192ED03L);
    }

    private static long mix(long bits) {
        long mixed = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
