package io.behavioranalytics.experiment;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which variant a subject gets, and why. Who is not in the experiment gets the control, or the winner of one that is completed, and no
 * exposure of it is kept. Immutable and thread-safe.
 */
public final class Assignment {
    /** All but what differs from subject to subject, made once for many. */
    record Choice(
            UUID experimentId,
            String experimentKey,
            long experimentVersion,
            int bucketVersion,
            int phase,
            int band,
            Variant variant,
            AssignmentReason reason,
            @Nullable String detail) {}

    private final Choice choice;
    private final String id;
    /** Twice the bucket and two, and one more for a session: with a field less there is an object of 24 bytes instead of 32. */
    private final int place;

    /**
     * Makes an answer. The subject comes in its parts, since an object for it would outweigh the answer.
     *
     * @param kind what the id names
     * @param bucket -1 for none
     */
    Assignment(Choice choice, SubjectId.Kind kind, String id, int bucket) {
        this.choice = choice;
        this.id = id;
        place = 2 * (bucket + 1) + (kind == SubjectId.Kind.LEAD ? 0 : 1);
    }

    /**
     * The experiment.
     *
     * @return its id
     */
    public UUID experimentId() {
        return choice.experimentId;
    }

    /**
     * The experiment's key.
     *
     * @return the key
     */
    public String experimentKey() {
        return choice.experimentKey;
    }

    /**
     * The version of the experiment that answered.
     *
     * @return 1 or more
     */
    public long experimentVersion() {
        return choice.experimentVersion;
    }

    /**
     * Whom the answer is for.
     *
     * @return the subject
     */
    public SubjectId subject() {
        return place % 2 == 0 ? SubjectId.lead(id) : SubjectId.session(id);
    }

    /**
     * What the host shows.
     *
     * @return the variant; the control, or the winner, for who is not in the experiment
     */
    public Variant variant() {
        return choice.variant;
    }

    /**
     * Whether the subject is in the experiment.
     *
     * @return false for who is only shown the control, the winner or a forced variant
     */
    public boolean isIn() {
        return choice.reason.isIn();
    }

    /**
     * Why.
     *
     * @return the reason
     */
    public AssignmentReason reason() {
        return choice.reason;
    }

    /**
     * What the reason rests on, for people.
     *
     * @return the condition that failed, the segments, the group or the instant; null where the reason and the numbers say all
     */
    public @Nullable String detail() {
        return choice.detail;
    }

    /**
     * Where the hash put the subject.
     *
     * @return 0 to 9,999, to 999 with version 1 of the hash; -1 if it was not hashed
     */
    public int bucket() {
        return place / 2 - 1;
    }

    /**
     * The phase whose weights were used.
     *
     * @return 1 for the first, 0 for an experiment that was never started
     */
    public int phase() {
        return choice.phase;
    }

    /**
     * The bucket version of the phase.
     *
     * @return 0 or more
     */
    public int bucketVersion() {
        return choice.bucketVersion;
    }

    /**
     * The band whose weights were used.
     *
     * @return its place from 0 on, -1 for none
     */
    public int band() {
        return choice.band;
    }

    /**
     * Writes all of it as JSON.
     *
     * @return one line
     */
    public String toJson() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("experiment", choice.experimentKey);
        fields.put("version", choice.experimentVersion);
        fields.put(place % 2 == 0 ? "leadId" : "sessionId", id);
        fields.put("variant", choice.variant.id());
        fields.put("inExperiment", isIn());
        fields.put("reason", choice.reason.json());
        if (choice.detail != null) {
            fields.put("detail", choice.detail);
        }
        if (bucket() >= 0) {
            fields.put("bucket", (long) bucket());
        }
        fields.put("phase", (long) choice.phase);
        if (choice.band >= 0) {
            fields.put("band", (long) choice.band);
        }
        fields.put("content", choice.variant.content());
        return Json.write(fields);
    }

    /** Names the experiment, the variant and the reason, and nobody. */
    @Override
    public String toString() {
        return choice.experimentKey + ": " + choice.variant.id() + " (" + choice.reason.json() + ")";
    }
}
