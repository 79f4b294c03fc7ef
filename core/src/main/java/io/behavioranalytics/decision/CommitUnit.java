package io.behavioranalytics.decision;

import java.util.List;

/**
 * Changes of subjects that a link ties together: committed all or not at all.
 *
 * @param changes one for each subject, at least one; mostly a lead's change and its session's guard
 */
public record CommitUnit(List<SubjectChange> changes) {
    /**
     * Copies the changes.
     *
     * @throws IllegalArgumentException if there is none
     */
    public CommitUnit {
        changes = List.copyOf(changes);
        if (changes.isEmpty()) {
            throw new IllegalArgumentException("a unit needs at least one change");
        }
    }
}
