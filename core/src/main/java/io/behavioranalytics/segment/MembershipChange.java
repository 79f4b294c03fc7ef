package io.behavioranalytics.segment;

import io.behavioranalytics.event.SubjectId;
import java.time.Instant;
import java.util.UUID;

/**
 * A subject's entry into a segment or exit from it: a fact, kept for ever.
 *
 * @param segmentId the segment
 * @param segmentKey its key
 * @param segmentVersion the version that decided
 * @param subject who
 * @param entered true for an entry, false for an exit
 * @param effectiveAt when it came true in the subject's timeline
 * @param decidedAt when it was decided
 * @param cause why
 */
public record MembershipChange(
        UUID segmentId,
        String segmentKey,
        long segmentVersion,
        SubjectId subject,
        boolean entered,
        Instant effectiveAt,
        Instant decidedAt,
        Cause cause) {}
