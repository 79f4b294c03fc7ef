package io.behavioranalytics;

import io.behavioranalytics.DefinitionsCache.Defined;
import io.behavioranalytics.segment.Rollout;
import io.behavioranalytics.segment.RolloutLayer;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.store.DefinitionRecord;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import io.behavioranalytics.store.Store;
import java.time.InstantSource;
import java.util.UUID;

/**
 * Lets versions of segments answer once everybody was decided on them (S16). What answers is a definition of its own, saved for all
 * segments at once: it changes for every host and reader in one instant, and whoever goes on after a crash finds it.
 */
final class Rollouts {
    private static final UUID ID = new UUID(0, 16);
    private static final String KEY = "segments";

    private final Store store;
    private final DefinitionsCache definitions;
    private final InstantSource clock;

    Rollouts(Store store, DefinitionsCache definitions, InstantSource clock) {
        this.store = store;
        this.definitions = definitions;
        this.clock = clock;
    }

    /** What is saved next after some definitions. */
    static DefinitionRecord record(Rollout rollout, Defined newest) {
        return new DefinitionRecord(Kind.ROLLOUT, ID, KEY, newest.rolloutRecord() + 1, false, rollout.toJson());
    }

    /** Whether something is calculated or recorded, as far as this host has heard. */
    boolean isAtWork() {
        return !definitions.current().rollout().changes().isEmpty();
    }

    /** The version of the definitions that everybody has to be decided on before the newest versions of all segments answer. */
    long calculated() {
        Defined newest = definitions.newest();
        if (RolloutLayer.calculating(newest.segments(), newest.rollout()).isTied()) {
            return newest.decidingVersion();
        }
        return newest.segments().stream()
                .filter(newest.rollout()::isCalculating)
                .mapToLong(Segment::definedIn)
                .max()
                .orElse(newest.decidingVersion());
    }

    /**
     * Takes the next step.
     *
     * @param decidedSince the version of the definitions on which, or on newer ones, everybody was decided
     * @return whether there was one, here or on another host that was faster; then everybody is to be decided again
     */
    boolean advance(long decidedSince) {
        Defined newest = definitions.newest();
        Rollout rollout = newest.rollout();
        // What this host cannot read it does not take for deleted: another host goes on.
        boolean readable = newest.leftOut().stream().noneMatch(rollout.changes()::containsKey);
        Rollout next = readable
                ? rollout.next(decidedSince, newest.segments(), newest.version() + 1, clock.instant())
                : rollout;
        if (next.equals(rollout)) {
            return newest.decidingVersion() > decidedSince;
        }
        store.definitions().save(record(next, newest), newest.version());
        definitions.newest();
        return true;
    }
}
