package io.behavioranalytics;

import io.behavioranalytics.segment.Segment;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A segment and how it stands.
 *
 * @param segment the version that answers; of a segment none of whose versions does yet, the first one
 * @param memberCount how many subjects are in it, by that version
 * @param lastCalculated as of when that is right: now, since everybody was decided on that version and memberships change by themselves
 *     ever since; of a behavioral segment the last calculation as of which everybody was decided; null if no version answers yet, or
 *     if no calculation is through
 * @param calculating whether a newer version is being calculated, of it or of a segment to which it refers, which does not answer yet
 *     (S16)
 * @param next its own newer version, or null if none is being calculated
 */
public record SegmentView(
        Segment segment,
        long memberCount,
        @Nullable Instant lastCalculated,
        boolean calculating,
        @Nullable Segment next) {}
