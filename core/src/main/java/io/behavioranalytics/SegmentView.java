package io.behavioranalytics;

import io.behavioranalytics.segment.Segment;
import java.time.Instant;

/**
 * A segment and how it stands.
 *
 * @param segment the definition
 * @param memberCount how many subjects are in it
 * @param lastCalculated as of when that is right: now, since memberships change by themselves
 * @param calculating whether some subjects are still decided on older definitions, so that the count may be of those (S16)
 */
public record SegmentView(Segment segment, long memberCount, Instant lastCalculated, boolean calculating) {}
