package io.behavioranalytics.store;

import io.behavioranalytics.store.Subjects.Projection;
import java.util.function.Predicate;

/**
 * The {@link Subjects} of a store, all of them one after another. Thread-safe.
 *
 * <p>Subjects come in their order: by kind, leads first, then by id.
 */
public interface Histories {
    /** How much of the events is read. */
    enum Extent {
        /** When and what: timelines may be outlines ({@link io.behavioranalytics.event.PackedTimeline#outline}). */
        OUTLINE,
        /** All of it. */
        WHOLE
    }

    /**
     * Visits every subject that has events, each consistent in itself. The visitor may call the store, and others
     * go on while it works. A subject whose record is damaged is left out.
     *
     * @param projection how much of each is read
     * @param visitor called once for each on the calling thread; false ends the scan
     */
    void scan(Projection projection, Predicate<SubjectRecord> visitor);

    /**
     * Visits the history of every subject that has events, for who asks of many. A store that can does so as of one instant, and
     * reads no more than the extent wants; by default it is a {@link #scan}. Others go on meanwhile. The visitor may call the store, which may hold
     * one connection for it until the end. A history that is damaged is left out, here or when it is asked for its timeline.
     *
     * @param extent how much of the events is wanted
     * @param visitor called once for each on the calling thread; false ends the visit
     */
    default void visit(Extent extent, Predicate<StoredHistory> visitor) {
        scan(Projection.TIMELINE, record -> visitor.test(StoredHistory.of(record)));
    }

    /**
     * The number of subjects that have events: those that are visited.
     *
     * @return 0 or more
     */
    long count();
}
