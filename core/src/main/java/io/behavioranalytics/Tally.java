package io.behavioranalytics;

import io.behavioranalytics.store.Settlement;
import org.jspecify.annotations.Nullable;

/** What one run of timers and actions did. Thread-safe. */
final class Tally {
    private long timers;
    private long done;
    private long retried;
    private long dead;
    private long skipped;
    private int running;
    private boolean interrupted;

    synchronized void timers(int more) {
        timers += more;
    }

    /** An attempt ended; null if its claim was lost or the action cancelled. */
    synchronized void ended(@Nullable Settlement settlement) {
        if (settlement == null) {
            skipped++;
        } else if (settlement instanceof Settlement.Done) {
            done++;
        } else if (settlement instanceof Settlement.Retry) {
            retried++;
        } else {
            dead++;
        }
    }

    synchronized void begin() {
        running++;
    }

    synchronized void end() {
        running--;
    }

    synchronized boolean isRunning() {
        return running > 0;
    }

    /** The thread of the host was interrupted while it ran an action, and shall find that again at the end. */
    synchronized void interrupted() {
        interrupted = true;
    }

    synchronized boolean isInterrupted() {
        return interrupted;
    }

    synchronized DueReport report() {
        return new DueReport(timers, done, retried, dead, skipped);
    }
}
