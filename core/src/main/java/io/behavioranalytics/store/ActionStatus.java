package io.behavioranalytics.store;

import java.util.Locale;

/** Where a scheduled action stands. */
public enum ActionStatus {
    /** Waits for its instant, or for the next attempt. */
    PENDING,
    /** Claimed by a host, not begun. */
    CLAIMED,
    /** An attempt has begun. */
    RUNNING,
    /** Carried out. */
    DONE,
    /** Given up, with the last error; may be requeued. */
    DEAD,
    /** Cancelled before it was carried out. */
    CANCELLED;

    /**
     * The name used in JSON and SQL.
     *
     * @return lower case
     */
    public String json() {
        return name().toLowerCase(Locale.ROOT);
    }
}
