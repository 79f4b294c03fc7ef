package io.behavioranalytics;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What part of history a simulation counts, and how it runs.
 *
 * @param from the first instant that counts, or null for the beginning; what happened before is lived too, but fires nothing
 * @param to the last instant that is lived, or null for now
 * @param zone whose calendar days are counted
 * @param sample the most examples of each kind that are kept, 0 to {@value #MOST_SAMPLES}
 * @param importedToo whether imported events fire as others do, which they did not when they came
 * @param executor what else works beside the calling thread, or null for it alone
 * @param parallelism the most subjects in work on the executor at once, 1 to {@value #MOST_PARALLEL}
 * @param cancelled asked all the time, from every thread; once it is true the simulation ends with what it has
 */
public record SimulationQuery(
        @Nullable Instant from,
        @Nullable Instant to,
        ZoneId zone,
        int sample,
        boolean importedToo,
        @Nullable Executor executor,
        int parallelism,
        BooleanSupplier cancelled) {
    /** The most examples. */
    public static final int MOST_SAMPLES = 10_000;

    /** The most subjects in work at once. */
    public static final int MOST_PARALLEL = 1_024;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if a number is out of range, or {@code from} is behind {@code to}
     */
    public SimulationQuery {
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(cancelled, "cancelled");
        if (sample < 0 || sample > MOST_SAMPLES) {
            throw new IllegalArgumentException("sample must be 0 to " + MOST_SAMPLES + ": " + sample);
        }
        if (parallelism < 1 || parallelism > MOST_PARALLEL) {
            throw new IllegalArgumentException("parallelism must be 1 to " + MOST_PARALLEL + ": " + parallelism);
        }
        if (from != null && to != null && from.isAfter(to)) {
            throw new IllegalArgumentException("from must not be behind to: " + from + ", " + to);
        }
    }

    /**
     * All of history up to now, days of UTC, 20 examples, on the calling thread.
     *
     * @return the query
     */
    public static SimulationQuery all() {
        return new SimulationQuery(null, null, ZoneOffset.UTC, 20, false, null, 1, () -> false);
    }

    /**
     * This query for a part of history.
     *
     * @param first the first instant that counts, or null for the beginning
     * @param last the last instant that is lived, or null for now
     * @return the query
     * @throws IllegalArgumentException if the first is behind the last
     */
    public SimulationQuery between(@Nullable Instant first, @Nullable Instant last) {
        return new SimulationQuery(first, last, zone, sample, importedToo, executor, parallelism, cancelled);
    }

    /**
     * This query by the days of a zone.
     *
     * @param value whose calendar
     * @return the query
     */
    public SimulationQuery in(ZoneId value) {
        return new SimulationQuery(from, to, value, sample, importedToo, executor, parallelism, cancelled);
    }

    /**
     * This query with another number of examples.
     *
     * @param most 0 to {@value #MOST_SAMPLES}
     * @return the query
     * @throws IllegalArgumentException if it is out of range
     */
    public SimulationQuery sample(int most) {
        return new SimulationQuery(from, to, zone, most, importedToo, executor, parallelism, cancelled);
    }

    /**
     * This query with imported events that fire as others do: for a history that came by an import.
     *
     * @return the query
     */
    public SimulationQuery withImported() {
        return new SimulationQuery(from, to, zone, sample, true, executor, parallelism, cancelled);
    }

    /**
     * This query on several threads.
     *
     * @param value runs the work; a task that it refuses runs on the calling thread
     * @param most the most subjects in work at once, 1 to {@value #MOST_PARALLEL}
     * @return the query
     * @throws IllegalArgumentException if the number is out of range
     */
    public SimulationQuery parallel(Executor value, int most) {
        return new SimulationQuery(from, to, zone, sample, importedToo, value, most, cancelled);
    }

    /**
     * This query, which may be cancelled.
     *
     * @param value true once it is to end; thread-safe
     * @return the query
     */
    public SimulationQuery until(BooleanSupplier value) {
        return new SimulationQuery(from, to, zone, sample, importedToo, executor, parallelism, value);
    }
}
