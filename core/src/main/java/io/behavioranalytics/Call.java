package io.behavioranalytics;

import java.util.concurrent.locks.Condition;

/** A caller that waits for one or more tickets. Not thread-safe: the intake's lock guards it. */
final class Call {
    final Condition wake;
    /** How many of its tickets have no result. */
    int open;
    /** How many of those nobody has taken. */
    int queued;

    /** Is woken by a condition of the intake's lock. */
    Call(Condition wake) {
        this.wake = wake;
    }
}
