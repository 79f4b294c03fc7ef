package io.behavioranalytics.report;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a report has read.
 *
 * @param subjects subjects whose events the report has seen
 * @param events events that the report has seen
 * @param first the instant of the earliest of them, or null if there is none
 * @param last the instant of the latest of them, or null if there is none
 * @param complete false if the report was cancelled before it had read everything
 */
public record Coverage(
        long subjects,
        long events,
        @Nullable Instant first,
        @Nullable Instant last,
        boolean complete) {}
