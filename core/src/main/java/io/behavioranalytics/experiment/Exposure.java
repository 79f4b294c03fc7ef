package io.behavioranalytics.experiment;

import io.behavioranalytics.event.SubjectId;
import java.time.Instant;
import java.util.UUID;

/**
 * That a subject was shown a variant: a fact, kept as it was decided.
 *
 * @param experimentId the experiment
 * @param experimentVersion the version of it that assigned
 * @param bucketVersion the bucket version of the phase; a subject has one first exposure under each
 * @param subject who
 * @param variant the variant's id
 * @param phase the number of the phase, 1 for the first
 * @param band the place of the band whose weights were used, or -1 for those in none
 * @param exposedAt when, by the decision clock
 */
public record Exposure(
        UUID experimentId,
        long experimentVersion,
        int bucketVersion,
        SubjectId subject,
        String variant,
        int phase,
        int band,
        Instant exposedAt) {}
