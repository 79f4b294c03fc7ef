package io.behavioranalytics.store;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The subjects of a store: their timelines, states and due instants. Thread-safe.
 *
 * <p>Subjects are ordered by kind, leads first, then by id. A negative limit is refused with {@link IllegalArgumentException}.
 */
public interface Subjects extends Histories, Timers {
    /** How much of a subject is read. */
    enum Projection {
        /** The state, and the events that it does not know yet. */
        STATE,
        /** The state and all events. */
        TIMELINE
    }

    /**
     * Reads subjects, each consistent in itself.
     *
     * @param ids whom
     * @param projection how much
     * @return a record for every id; version 0 for those that do not exist; none for those whose record is damaged
     */
    Map<SubjectId, SubjectRecord> load(Collection<SubjectId> ids, Projection projection);

    /**
     * Looks stored events up, whosever they are.
     *
     * @param ids of events
     * @return those that are stored, by id
     */
    Map<UUID, BehaviorEvent> events(Collection<UUID> ids);

    /**
     * Reads a subject with its newest events, which costs as much as these events, however long the timeline is.
     *
     * @param id whom
     * @param from the first instant whose events are wanted
     * @return the record, consistent in itself: its timeline has all events from that instant on and at least those that a {@link
     *     Projection#STATE} brings; of version 0 if the subject does not exist; empty if its record is damaged
     */
    Optional<SubjectRecord> load(SubjectId id, Instant from);

    /**
     * How many subjects were decided on some definitions already.
     *
     * @param since with a state that was decided on these definitions or newer ones
     * @param all with a state
     */
    record Decided(long since, long all) {}

    /**
     * Counts the subjects that were decided on some definitions or newer ones.
     *
     * @param definitionsVersion the version of the definitions
     * @return how many they are, of how many
     */
    Decided decidedSince(long definitionsVersion);

    /**
     * Subjects with a state that was decided on older definitions, in their order.
     *
     * @param definitionsVersion the version that is wanted
     * @param after only subjects behind this one, or null from the first on
     * @param limit the most subjects
     * @return whom
     */
    List<SubjectId> decidedBefore(long definitionsVersion, @Nullable SubjectId after, int limit);
}
