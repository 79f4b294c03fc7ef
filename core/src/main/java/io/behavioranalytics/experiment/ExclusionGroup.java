package io.behavioranalytics.experiment;

/**
 * A part of a group of experiments that exclude each other: a user is in the part of one of them at most.
 *
 * @param name the group, 1 to 64 characters
 * @param start where the part begins, in basis points, included
 * @param end where it ends, in basis points, excluded; above the start, at most 10,000
 */
public record ExclusionGroup(String name, int start, int end) {
    /**
     * Tells whether two parts have users in common.
     *
     * @param other another part
     * @return true if they are of one group and overlap
     */
    public boolean overlaps(ExclusionGroup other) {
        return name.equals(other.name) && start < other.end && other.start < end;
    }

    /** Whether a user is in this part, as published for namespaces. */
    boolean holds(String userId) {
        return Bucketing.inNamespace(userId, name, start / (double) Allocation.WHOLE, end / (double) Allocation.WHOLE);
    }
}
