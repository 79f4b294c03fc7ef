package io.behavioranalytics.segment;

/**
 * Whether the subject is in another segment, at the same instant (S15). Nobody is in a draft or inactive one.
 *
 * @param segment the other's key or id; {@value Segment#ALL_VISITORS} is everybody
 * @param in true for members, false for all others
 * @param negate whether the answer is turned round
 */
public record SegmentFilter(String segment, boolean in, boolean negate) {
    /**
     * The members of a segment.
     *
     * @param segment its key or id
     * @return the filter
     */
    public static SegmentFilter in(String segment) {
        return new SegmentFilter(segment, true, false);
    }

    /**
     * All who are not in a segment.
     *
     * @param segment its key or id
     * @return the filter
     */
    public static SegmentFilter notIn(String segment) {
        return new SegmentFilter(segment, false, false);
    }

    /**
     * The filter that is true where this one is false.
     *
     * @return the opposite
     */
    public SegmentFilter negated() {
        return new SegmentFilter(segment, in, !negate);
    }
}
