package io.behavioranalytics.experiment;

/**
 * A half-open range of buckets, {@code [start, end)}.
 *
 * @param start the first bucket in it, as a part of 1
 * @param end the first bucket behind it, as a part of 1; nothing is in a range that ends where it starts
 */
public record BucketRange(double start, double end) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one of them is not a number
     */
    public BucketRange {
        if (Double.isNaN(start) || Double.isNaN(end)) {
            throw new IllegalArgumentException("the bounds of a bucket range must be numbers: " + start + ", " + end);
        }
    }

    /**
     * Tells whether a bucket lies in this range.
     *
     * @param bucket a part of 1
     * @return true from the start on, and before the end
     */
    public boolean contains(double bucket) {
        return bucket >= start && bucket < end;
    }
}
