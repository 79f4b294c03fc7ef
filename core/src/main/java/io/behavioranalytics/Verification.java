package io.behavioranalytics;

import io.behavioranalytics.event.SubjectId;
import java.util.List;

/**
 * What came of comparing a subject's stored state with one computed anew from all its events.
 *
 * @param subject who
 * @param outcome whether they are equal
 * @param differences the names of what differs, such as {@code profile.visits}; never a value
 */
public record Verification(SubjectId subject, Outcome outcome, List<String> differences) {
    /** Whether the two are equal. */
    public enum Outcome {
        /** They are. */
        OK,
        /** They are not: what is stored is damaged, or there is a defect. */
        DIFFERENT,
        /**
         * The subject was decided on other definitions or settings than those of now, and what depends on them cannot be compared;
         * the recalculation that follows every change brings it there.
         */
        OUTDATED,
        /** There is nothing to compare: no such subject, or nothing was decided of it. */
        UNDECIDED,
        /** The subject changed whenever it was looked at. */
        CHANGING
    }

    /** Copies the names. */
    public Verification {
        differences = List.copyOf(differences);
    }

    /**
     * Tells whether something is wrong.
     *
     * @return true only if what is stored differs
     */
    public boolean isWrong() {
        return outcome == Outcome.DIFFERENT;
    }
}
