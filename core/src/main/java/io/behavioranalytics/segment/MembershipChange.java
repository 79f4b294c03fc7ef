package io.behavioranalytics.segment;

import io.behavioranalytics.event.SubjectId;
import java.time.Instant;
import java.util.UUID;

/**
 * A subject's entry into a segment or exit from it: a fact, kept for ever; unless it is {@link #isApart apart}.
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
        Cause cause) {
    /**
     * Whether nobody has entered or left a segment by it yet: it is of a version that does not answer, whose members a store keeps, but
     * not how they came and went (S16).
     *
     * @return true for the segment of {@link Segment#apart}
     */
    public boolean isApart() {
        return Segment.isApart(segmentKey);
    }

    /**
     * A member of a version that does not answer, as an archive has it, where no more is known.
     *
     * @param segmentId the id that {@link Segment#apartId} made
     * @param subject who
     * @param effectiveAt since when
     * @return an entry that is apart
     */
    public static MembershipChange apart(UUID segmentId, SubjectId subject, Instant effectiveAt) {
        return new MembershipChange(
                segmentId, Segment.APART, 1, subject, true, effectiveAt, effectiveAt, new Cause.Definition(0));
    }
}
