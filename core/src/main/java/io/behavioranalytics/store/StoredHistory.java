package io.behavioranalytics.store;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import java.util.Optional;

/** A subject's timeline as a store found it, made when it is asked for; any thread may ask, also after the visit that brought it. */
public interface StoredHistory {
    /**
     * Whose it is.
     *
     * @return the subject
     */
    SubjectId subject();

    /**
     * About how many events it holds, for who holds several at once.
     *
     * @return 0 or more
     */
    int size();

    /**
     * Makes the timeline.
     *
     * @return all events; empty if what is stored is damaged, so that the subject is left out
     */
    Optional<Timeline> timeline();

    /**
     * The history of a record, as it is.
     *
     * @param record the record, with all events
     * @return its history
     */
    static StoredHistory of(SubjectRecord record) {
        return new HeldHistory(record.subject(), record.timeline().size(), record.timeline());
    }
}
