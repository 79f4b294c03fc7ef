package io.behavioranalytics.store;

import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import java.time.Instant;
import java.util.Iterator;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a store small, sound and movable: purging, forgetting, packing, and everything read out or put in. Thread-safe.
 *
 * <p>None of it is part of a decision. What is done in steps holds up nobody for longer than one step: a step is bounded, leaves
 * out subjects that somebody else holds at the moment, and tells where to go on. A negative limit is refused with {@link
 * IllegalArgumentException}.
 */
public interface Upkeep {
    /**
     * How far a step came.
     *
     * @param events the events that it dealt with
     * @param reached the subject behind which the next step begins, or null for the first
     * @param complete true if no subject is left
     */
    record Progress(long events, @Nullable SubjectId reached, boolean complete) {}

    /**
     * What a store holds of a subject beside its record, of one version.
     *
     * @param version the subject's version, 0 for a subject that does not exist
     * @param due when it is to be decided again without an event, or null for never
     * @param segments the segments that it is in
     */
    record Holding(long version, @Nullable Instant due, Set<UUID> segments) {
        /** Copies the segments. */
        public Holding {
            segments = Set.copyOf(segments);
        }
    }

    /**
     * Deletes events that are past their retention, oldest first: those whose {@link Retention#expiresAt} is not after the
     * instant, nor after the instant of their subject's state. A subject whose last decision came earlier keeps what that
     * decision still saw. Nothing of what is decided changes, the version included; the ids of deleted events are forgotten.
     *
     * @param retention how long events are visible
     * @param now the decision clock's instant
     * @param after only subjects behind this one, or null from the first on
     * @param limit the most events that are deleted
     * @return how many were deleted, and where to go on
     */
    Progress purge(Retention retention, Instant now, @Nullable SubjectId after, int limit);

    /**
     * Packs the histories of subjects with many events, where that makes reading them faster. A store that has nothing to pack is
     * through at once.
     *
     * @param after only subjects behind this one, or null from the first on
     * @param limit the most subjects that are packed
     * @return how many events were packed, and where to go on
     */
    Progress pack(@Nullable SubjectId after, int limit);

    /**
     * Forgets old facts of which only people make use: skips, oldest first, and actions that were done or cancelled. Firings and
     * dead letters stay, so nothing fires twice and nothing that failed vanishes.
     *
     * @param before skips that were decided, and actions that ended, before this instant
     * @param limit the most skips, and the most actions
     * @return how many were forgotten; 0 if nothing that old is left
     */
    long forget(Instant before, int limit);

    /**
     * Forgets the oldest skips of those beyond a number, since the log of skips grows with every event that wakes a trigger.
     *
     * @param most the most skips that are kept, 0 or more; the newest stay
     * @param limit the most that are forgotten
     * @return how many were forgotten; 0 if no more than {@code most} are left
     */
    long trimSkips(long most, int limit);

    /**
     * What is held of a subject beside its record.
     *
     * @param subject who
     * @return the rest, of one version
     */
    Holding held(SubjectId subject);

    /**
     * Reads everything that the store keeps, as of one instant, while others go on. The order is that of {@link ArchiveRecord}'s
     * members. What cannot be read is told as {@link ArchiveRecord.Damaged}, and stops nothing. Leases and the batches that were answered are not read.
     *
     * @param visitor called on the calling thread for each record; what it throws ends the reading
     */
    void read(Consumer<? super ArchiveRecord> visitor);

    /**
     * Puts everything into this store, which must be empty, in the order of {@link #read}: versions, histories and tokens as they
     * were. Nobody else may work with the store meanwhile. If it fails, the store is as empty as before.
     *
     * @param records what {@link #read} gave but the damaged ones, pulled in bounded memory; what it throws ends the restoring
     * @throws IllegalStateException if the store is not empty
     * @throws IllegalArgumentException if the records are out of order or contradict each other
     */
    void restore(Iterator<? extends ArchiveRecord> records);
}
