package io.behavioranalytics;

import java.util.List;

/**
 * What came of verifying a sample of subjects.
 *
 * @param verified how many were compared
 * @param wrong those whose stored state differs
 */
public record SelfCheck(long verified, List<Verification> wrong) {
    /** Copies the list. */
    public SelfCheck {
        wrong = List.copyOf(wrong);
    }
}
