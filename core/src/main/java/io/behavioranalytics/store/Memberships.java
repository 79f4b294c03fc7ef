package io.behavioranalytics.store;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.segment.MembershipChange;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who is and was in which segment: the part of the {@link Ledger} that segments read. Thread-safe.
 *
 * <p>A negative limit is refused with {@link IllegalArgumentException}.
 */
public interface Memberships {
    /**
     * Subjects that are in a segment now, in the order of their ids.
     *
     * @param segmentId the segment
     * @param after only subjects behind this one, or null from the first on
     * @param limit the most subjects
     * @return whom
     */
    List<SubjectId> members(UUID segmentId, @Nullable SubjectId after, int limit);

    /**
     * How many subjects are in a segment now.
     *
     * @param segmentId the segment
     * @return the number
     */
    long memberCount(UUID segmentId);

    /**
     * Entries and exits in the order in which they were committed; those {@link MembershipChange#isApart apart} are not among them, but
     * make members as any others.
     *
     * @param segmentId only this segment, or null for all
     * @param subject only this subject, or null for all
     * @param limit the most changes; the newest are kept
     * @return the changes
     */
    List<MembershipChange> memberships(@Nullable UUID segmentId, @Nullable SubjectId subject, int limit);

    /**
     * Visits every entry into a segment and exit from it, in the order in which they were committed, as of one instant. Others go on
     * meanwhile. The visitor may call the store, which may hold one connection for it until the end. An entry or exit whose record is
     * damaged is left out.
     *
     * @param segmentId the segment
     * @param visitor called once for each on the calling thread; false ends the visit
     */
    void visitMemberships(UUID segmentId, Predicate<MembershipChange> visitor);
}
