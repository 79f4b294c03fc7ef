package io.behavioranalytics.experiment;

import java.util.Locale;

/** Why a subject gets the variant that it gets. */
public enum AssignmentReason {
    /** It is in the experiment, by the hash. */
    BUCKETED(true),
    /** It is in the experiment with the variant of its first exposure, whatever changed since. */
    STICKY(true),
    /** The definition gives it a variant for trying it out; it is in no analysis. */
    FORCED(false),
    /** The experiment is a draft. */
    DRAFT(false),
    /** Its start lies ahead. */
    NOT_STARTED(false),
    /** It is paused. */
    PAUSED(false),
    /** It is over; everybody gets the winner, or the control if there is none. */
    COMPLETED(false),
    /** The subject is in the global holdout, which is in no experiment. */
    HOLDOUT(false),
    /** It was exposed under a bucket version that is not in the experiment any more. */
    OLD_BUCKET_VERSION(false),
    /** Another part of the exclusion group has it. */
    EXCLUSION_GROUP(false),
    /** It is in none of the target segments. */
    TARGET_SEGMENT(false),
    /** A condition is false. */
    CONDITION(false),
    /** A condition compares what cannot be compared. */
    CONDITION_UNKNOWN(false),
    /** The hash puts it outside of the part of the traffic that takes part. */
    TRAFFIC(false);

    private final boolean in;
    private final String json = name().toLowerCase(Locale.ROOT);

    AssignmentReason(boolean in) {
        this.in = in;
    }

    /**
     * Whether the subject is in the experiment, and counts once it is exposed.
     *
     * @return true for those who were bucketed now or before
     */
    public boolean isIn() {
        return in;
    }

    /**
     * The name used in JSON.
     *
     * @return lower case
     */
    public String json() {
        return json;
    }
}
