package io.behavioranalytics.store;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The definitions of a store, under one version that every save raises. Thread-safe. */
public interface Definitions {
    /**
     * The newest version of every definition, deleted ones left out.
     *
     * @param version the version of the whole
     * @param decidingVersion the version of the whole at the last save of a {@linkplain DefinitionRecord.Kind#decides() kind that decisions
     *     read}, or a later one where that is not known, such as after a restore; whoever was decided on it needs no new decision
     * @param records the definitions
     */
    record Snapshot(long version, long decidingVersion, List<DefinitionRecord> records) {
        /** Copies the records. */
        public Snapshot {
            records = List.copyOf(records);
        }
    }

    /** A listener that may be taken back. */
    interface Watch extends AutoCloseable {
        /** Ends it; the listener is not called any more. */
        @Override
        void close();
    }

    /**
     * Calls a listener soon after somebody, on this host or another, saved a definition. A store that does not hear of other hosts
     * calls it for none, which is what this method does: then it is the version that tells.
     *
     * @param listener called on any thread, also without need; it returns soon and throws nothing
     * @return what ends it
     */
    default Watch watch(Runnable listener) {
        return () -> {};
    }

    /**
     * Reads everything.
     *
     * @return the newest versions
     */
    Snapshot load();

    /**
     * Reads every version of one definition, so that a decision can be told by the version that it cites.
     *
     * @param kind what it defines
     * @param id its identity
     * @return the versions from 1 on, one that deletes it included; empty if there is no such definition
     */
    List<DefinitionRecord> history(DefinitionRecord.Kind kind, UUID id);

    /**
     * The version of the whole.
     *
     * @return 0 before the first save
     */
    long version();

    /**
     * Saves one new version, if nobody saved anything since; deleted definitions free their key.
     *
     * @param record what to save; older versions are kept
     * @param expectedVersion the version of the whole that the caller knows
     * @return true if saved, the version of the whole is then one greater; false if somebody was faster
     * @throws IllegalArgumentException if another definition of that kind has the key, or if the record's version does not follow
     *     the newest one of that id; nothing is saved
     */
    default boolean save(DefinitionRecord record, long expectedVersion) {
        return saveAll(List.of(record), expectedVersion);
    }

    /**
     * Saves several new versions, all or none of them, if nobody saved anything since. They are judged one after the other, as single
     * saves in their order would be.
     *
     * @param records what to save, at least one
     * @param expectedVersion the version of the whole that the caller knows
     * @return true if saved, the version of the whole is then greater by their number; false if somebody was faster, nothing is saved
     * @throws IllegalArgumentException as for {@link #save}; nothing is saved
     */
    boolean saveAll(List<DefinitionRecord> records, long expectedVersion);

    /**
     * Shows people and their reports what a definition came to; later versions of it show the same until it is refreshed again. It is no
     * part of the definition: nothing is raised, loaded, archived or decided by it. A store that shows nothing of definitions does
     * nothing, which is what this method does.
     *
     * @param kind what it defines
     * @param id its identity; unknown and deleted ones show nothing
     * @param count how many are in the segment, or how often the trigger fired; 0 or more
     * @param last as of when the segment was counted, or when the trigger fired last; null for never
     */
    default void refresh(DefinitionRecord.Kind kind, UUID id, long count, @Nullable Instant last) {}
}
