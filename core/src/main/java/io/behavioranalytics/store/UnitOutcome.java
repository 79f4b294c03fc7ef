package io.behavioranalytics.store;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import java.util.Map;
import java.util.UUID;

/** What became of one unit of a batch; a lost race is a value, not an exception. */
public sealed interface UnitOutcome {
    /**
     * Durable.
     *
     * @param versions the version of each subject after the commit, guards included
     */
    record Committed(Map<SubjectId, Long> versions) implements UnitOutcome {
        /** Copies the versions. */
        public Committed {
            versions = Map.copyOf(versions);
        }
    }

    /**
     * Nothing of it is stored: a subject has another version. Load it and decide again.
     *
     * @param subject the first such subject
     * @param version its version
     */
    record Stale(SubjectId subject, long version) implements UnitOutcome {}

    /**
     * Nothing of it is stored: somebody else holds a subject. Try again later.
     *
     * @param subject the first such subject
     */
    record Busy(SubjectId subject) implements UnitOutcome {}

    /**
     * Nothing of it is stored: events with these ids exist already. Drop them and decide again.
     *
     * @param originals the stored events by id, at least one
     */
    record Duplicates(Map<UUID, BehaviorEvent> originals) implements UnitOutcome {
        /** Copies the originals. */
        public Duplicates {
            originals = Map.copyOf(originals);
        }
    }
}
